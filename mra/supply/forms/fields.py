"""What the forms of this capability share beyond texts and days: numbers, moments, and days in one box."""

from datetime import date, datetime

from mra.core.clock import JAPAN, in_japan
from mra.core.dates import DateFault, parse_date
from mra.core.fields import FieldsForm, day_values, typed_time
from mra.core.text import whole_number


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
        clock_time = typed_time(self.text(f"{name}_time"))
        if clock_time is None:
            self.wrong(f"{name}_time", "時刻を入力してください。例：17:00")
            return None
        return datetime.combine(day, clock_time, JAPAN) if day else None
