"""Which texts wait for the morning."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mra.core.clock import JAPAN
from mra.messaging import kinds
from mra.messaging.kinds import KIND_WORDS, KINDS, REMINDERS, Kind
from mra.messaging.titles import TITLES

FOLDER = Path(__file__).parents[2] / "templates" / "messages"


def japan(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 8, day, hour, minute, tzinfo=JAPAN)


def test_every_text_has_its_kind() -> None:
    assert set(KINDS) == {file.name.split(".")[0] for file in FOLDER.glob("*.txt")}
    assert set(KIND_WORDS) == set(Kind)
    assert set(TITLES) == set(KINDS)
    assert set(KINDS) >= REMINDERS


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (japan(18, 20, 59), japan(18, 20, 59)),
        (japan(18, 21), japan(19, 8)),
        (japan(18, 23, 59), japan(19, 8)),
        (japan(19, 0), japan(19, 8)),
        (japan(19, 7, 59), japan(19, 8)),
        (japan(19, 8), japan(19, 8)),
    ],
)
def test_an_ordinary_text_waits_for_the_morning(moment: datetime, due: datetime) -> None:
    assert kinds.due_at("overdue", moment, (21, 8)) == due
    assert kinds.due_at("overdue", moment.astimezone(tz=None), (21, 8)) == due


def test_an_urgent_text_goes_at_any_hour() -> None:
    assert kinds.due_at("reservation_cancelled", japan(18, 3), (21, 8)) == japan(18, 3)


def test_a_night_may_lie_within_one_day() -> None:
    assert kinds.due_at("overdue", japan(18, 3), (1, 6)) == japan(18, 6)
    assert kinds.due_at("overdue", japan(18, 23), (1, 6)) == japan(18, 23)


def test_a_house_without_a_night_sends_at_once() -> None:
    assert kinds.due_at("overdue", japan(18, 3), None) == japan(18, 3)


def test_a_day_is_one_in_japan() -> None:
    begin, end = kinds.day_in_japan(japan(18, 0, 30))
    assert (begin, end - begin) == (japan(18, 0), timedelta(days=1))
