"""Fields that forms of several capabilities share: texts of a limited length, days in three boxes, phones of firms."""

import re
from datetime import date

from .dates import DateFault, parse_date
from .forms import Form
from .phone import PhoneFault, parse_phone
from .text import fold_width, keep_name

DAY_PARTS = ("year", "month", "day")
# Help lines may be numbers on which nobody can be called back, or newer than the library's list of areas.
HELP_LINE_KINDS = frozenset({"toll_free", "navi_dial", "not_a_number"})
HELP_LINE = re.compile(r"0[1-9][0-9]{8}|0800[0-9]{7}")


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


class FieldsForm(Form):
    """A form with texts and days."""

    def take_text(self, name: str, sentence: str, longest: int) -> str:
        """A text that must be there and fit."""
        value = keep_name(self.need(name, sentence))
        if len(value) > longest:
            self.wrong(name, f"{longest}文字以内で入力してください。")
        return value

    def take_free_text(self, name: str, longest: int) -> str:
        """A text that may be missing but must fit; its lines stay lines."""
        value = "\n".join(keep_name(line) for line in self.text(name).splitlines())
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
