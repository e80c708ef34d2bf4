"""The only clock of the house: aware moments in UTC, days in Japan."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _stopped_at.get() or datetime.now(UTC)


def today() -> date:
    """The day that the calendar on the wall in Japan shows."""
    return now().astimezone(JAPAN).date()


def in_japan(moment: datetime) -> datetime:
    """The same moment as Japan's clocks show it."""
    return moment.astimezone(JAPAN)


@contextmanager
def stopped(moment: datetime) -> Iterator[None]:
    """Tell a story at another time: within the block `now()` answers the aware `moment`."""
    if moment.tzinfo is None:
        raise ValueError("the clock stops at an aware moment only")
    token = _stopped_at.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)
