"""Until when an offer can be answered, when the keys can be given after it, and for which days a car is sought."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mra.core.clock import JAPAN
from mra.disasters.rules import is_open_on, slots

# How long people have for their answer: a night, and a moment at which somebody is at the base to be rung.
ANSWER_TIME = timedelta(hours=24)
DAYS_TO_LOOK_AHEAD = 14


@dataclass(frozen=True)
class OpeningHours:
    """When somebody is at a base."""

    opens_at: time
    closes_at: time
    closed_weekdays: list[int]
    closes_on: date | None


def answer_deadline(made_at: datetime, hours: OpeningHours, ends: Iterable[datetime | None]) -> datetime | None:
    """Until when an offer can be answered: 24 hours, moved to the next closing time of the base where that falls outside
    its hours, so that people can always ring before it is too late. None if it would lie after one of the ends.
    """
    wanted = (made_at + ANSWER_TIME).astimezone(JAPAN).replace(second=0, microsecond=0)
    deadline = _within_hours(wanted, hours)
    is_too_late = deadline is None or any(end is not None and deadline > end for end in ends)
    return None if is_too_late else deadline


def _within_hours(wanted: datetime, hours: OpeningHours) -> datetime | None:
    for ahead in range(DAYS_TO_LOOK_AHEAD):
        day = wanted.date() + timedelta(days=ahead)
        opening = datetime.combine(day, hours.opens_at, JAPAN)
        closing = datetime.combine(day, hours.closes_at, JAPAN)
        if is_open_on(day, hours.closed_weekdays, hours.closes_on) and wanted <= closing:
            return wanted if opening <= wanted else closing
    return None


def handover_on(deadline: datetime, hours: OpeningHours, last_on: date | None) -> date | None:
    """The day on which the keys can still be given to somebody who says yes in the last minute before the deadline.

    An offer whose car could not be handed over any more would be an empty promise. None if no half hour is left on or
    before the last day (of the base, the support, the papers of the car).
    """
    first = deadline.astimezone(JAPAN)
    days = (first.date() + timedelta(days=ahead) for ahead in range(DAYS_TO_LOOK_AHEAD))
    for day in days:
        if last_on is not None and day > last_on:
            return None
        is_open = is_open_on(day, hours.closed_weekdays, hours.closes_on)
        if is_open and any(begins_at >= first for begins_at in slots(day, hours.opens_at, hours.closes_at)):
            return day
    return None


def end_of(day: date | None) -> datetime | None:
    """The moment at which a last day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, JAPAN) if day else None


def lent_period(
    needed_from: date, needed_until: date, *, today: date, longest_days: int, ends_on: date | None = None
) -> tuple[date, date] | None:
    """The days for which a car is sought: from tomorrow at the earliest, for one term of the longest wished class at most
    (a longer need is met by extensions), and not beyond the end of the support. None if no day is left.
    """
    from_on = max(needed_from, today + timedelta(days=1))
    until_on = min(needed_until, from_on + timedelta(days=longest_days), ends_on or date.max)
    return (from_on, until_on) if from_on <= until_on else None
