"""What the forms of this capability share: numbers, days, moments and texts of a limited length."""

import re
from datetime import date, datetime, time

from mra.core.clock import JAPAN, in_japan
from mra.core.dates import DateFault, parse_date
from mra.core.forms import Form
from mra.core.text import fold_width, keep_name, whole_number

DAY_PARTS = ("year", "month", "day")
CLOCK_TIME = re.compile(r"([0-9]{1,2})(?::|時)([0-9]{2})分?|([0-9]{2})([0-9]{2})")
DAY_SENTENCE = "年・月・日を数字で入力してください。例：2026年8月16日"


def day_values(name: str, day: date | None) -> dict[str, str]:
    """A day as the three boxes show it."""
    if day is None:
        return {}
    return dict(zip((f"{name}_{part}" for part in DAY_PARTS), f"{day:%Y-%-m-%-d}".split("-"), strict=True))


def moment_values(name: str, moment: datetime) -> dict[str, str]:
    """A moment as the boxes of its day and its time show it."""
    local = in_japan(moment)
    return day_values(f"{name}_on", local.date()) | {f"{name}_time": f"{local:%-H:%M}"}


class SupplyForm(Form):
    """Numbers, days and texts as they are read here."""

    def take_number(self, name: str, sentence: str, *, least: int = 1, most: int | None = None) -> int:
        """A whole number within its limits; anything else is told with the sentence."""
        number = whole_number(self.text(name))
        if number is None or number < least or (most is not None and number > most):
            self.wrong(name, sentence)
            return 0
        return number

    def take_text(self, name: str, longest: int, sentence: str = "") -> str:
        """A text that fits; with a sentence it must be there."""
        value = "\n".join(keep_name(line) for line in self.text(name).splitlines()).strip()
        if sentence and not value:
            self.wrong(name, sentence)
        if len(value) > longest:
            self.wrong(name, f"{longest}文字以内で入力してください。")
        return value

    def take_day(self, name: str, sentence: str = "") -> date | None:
        """A day in three boxes, or in one; with a sentence it must be there."""
        parts = [self.text(f"{name}_{part}") for part in DAY_PARTS]
        typed = "-".join(parts) if any(parts) else self.text(name)
        if not typed:
            if sentence:
                self.wrong(name, sentence)
            return None
        try:
            return parse_date(typed)
        except DateFault:
            self.wrong(name, DAY_SENTENCE)
            return None

    def take_moment(self, name: str, sentence: str) -> datetime | None:
        """A day and a time of day, which must both be there."""
        day = self.take_day(f"{name}_on", sentence)
        found = CLOCK_TIME.fullmatch(fold_width(self.text(f"{name}_time")).replace(" ", ""))
        hour, minute = (int(part) for part in found.groups() if part is not None) if found else (24, 0)
        if hour > 23 or minute > 59:
            self.wrong(f"{name}_time", "時刻を入力してください。例：17:00")
            return None
        return datetime.combine(day, time(hour, minute), JAPAN) if day else None
