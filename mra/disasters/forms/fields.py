"""What the forms of the settings share: days, times, phones and texts of a limited length."""

import re
from datetime import date, time

from mra.core.dates import DateFault, parse_date
from mra.core.forms import Form
from mra.core.phone import PhoneFault, parse_phone
from mra.core.text import fold_width, keep_name

DAY_PARTS = ("year", "month", "day")
CLOCK_TIME = re.compile(r"([0-9]{1,2})(?::|時)([0-9]{2})分?|([0-9]{2})([0-9]{2})")
# Help lines may be numbers on which nobody can be called back, or newer than the library's list of areas.
HELP_LINE_KINDS = frozenset({"toll_free", "navi_dial", "not_a_number"})
HELP_LINE = re.compile(r"0[1-9][0-9]{8}|0800[0-9]{7}")

PHONE_SENTENCE = "電話番号の形が違います。市外局番から入力してください。例：0969-00-0000"


def help_line(text: str) -> str | None:
    """A number for enquiries as it is stored; None for an empty field, PhoneFault for anything else."""
    try:
        number = parse_phone(text)
    except PhoneFault as fault:
        dialled = fold_width(text).replace("-", "").replace(" ", "")
        if fault.code not in HELP_LINE_KINDS or not HELP_LINE.fullmatch(dialled):
            raise
        return f"+81{dialled[1:]}"
    return number.e164 if number else None


def day_values(name: str, day: date | None) -> dict[str, str]:
    """A day as the three boxes show it."""
    return (
        dict(zip((f"{name}_{part}" for part in DAY_PARTS), f"{day:%Y-%-m-%-d}".split("-"), strict=True)) if day else {}
    )


class SettingsForm(Form):
    """What the forms of this capability share: days, times, phones and texts of a limited length."""

    def take_text(self, name: str, sentence: str, longest: int) -> str:
        """A text that must be there and fit."""
        value = keep_name(self.need(name, sentence))
        if len(value) > longest:
            self.wrong(name, f"{longest}文字以内で入力してください。")
        return value

    def take_day(self, name: str, sentence: str = "") -> date | None:
        """A day in three boxes; with a sentence it must be there."""
        parts = [self.text(f"{name}_{part}") for part in DAY_PARTS]
        if not any(parts):
            if sentence:
                self.wrong(name, sentence)
            return None
        try:
            return parse_date("-".join(parts))
        except DateFault:
            self.wrong(name, "年・月・日を数字で入力してください。例：2026年8月16日")
            return None

    def take_time(self, name: str, sentence: str = "") -> time | None:
        """A time of day; with a sentence it must be there."""
        folded = fold_width(self.text(name)).replace(" ", "")
        if not folded:
            if sentence:
                self.wrong(name, sentence)
            return None
        found = CLOCK_TIME.fullmatch(folded)
        hour, minute = (int(part) for part in found.groups() if part is not None) if found else (24, 0)
        if hour > 23 or minute > 59:
            self.wrong(name, "時刻の形が違います。例：9:30")
            return None
        return time(hour, minute)

    def take_phone(self, name: str, sentence: str) -> str:
        """A number for enquiries, which must be there."""
        try:
            return help_line(self.need(name, sentence)) or ""
        except PhoneFault:
            self.wrong(name, PHONE_SENTENCE)
            return ""
