"""What the forms of this capability share beyond texts and days: numbers, moments, and days in one box."""

import re
from datetime import date, datetime, time

from mra.core.clock import JAPAN, in_japan
from mra.core.dates import DateFault, parse_date
from mra.core.fields import FieldsForm, day_values
from mra.core.text import fold_width, whole_number

CLOCK_TIME = re.compile(r"([0-9]{1,2})(?::|時)([0-9]{2})分?|([0-9]{2})([0-9]{2})")


def moment_values(name: str, moment: datetime) -> dict[str, str]:
    """A moment as the boxes of its day and its time show it."""
    local = in_japan(moment)
    return day_values(f"{name}_on", local.date()) | {f"{name}_time": f"{local:%-H:%M}"}


class SupplyForm(FieldsForm):
    """Numbers, days and moments as they are read here."""

    def take_number(self, name: str, sentence: str, *, least: int = 1, most: int | None = None) -> int:
        """A whole number within its limits; anything else is told with the sentence."""
        number = whole_number(self.text(name))
        if number is None or number < least or (most is not None and number > most):
            self.wrong(name, sentence)
            return 0
        return number

    def take_boxed_day(self, name: str) -> date | None:
        """A day in a single box of a table, which may be empty."""
        try:
            return parse_date(self.text(name))
        except DateFault:
            self.wrong(name, "日付を確かめてください。例：2026-08-25")
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
