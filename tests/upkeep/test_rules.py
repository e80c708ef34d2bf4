"""When work falls due, what a tread means, and which readings of an odometer fit together."""

from datetime import date
from decimal import Decimal

import pytest

from mra.upkeep.rules import Due, Reading, Season, TaskKind, Tread, comes_again, due, is_newest, misfit, tread_of

TODAY = date(2026, 8, 18)


@pytest.mark.parametrize(
    ("planned_on", "planned_km", "expected"),
    [
        (date(2026, 8, 17), None, Due.OVERDUE),
        (TODAY, None, Due.SOON),
        (date(2026, 10, 17), None, Due.SOON),
        (date(2026, 10, 18), None, Due.LATER),
        (None, 40_000, Due.OVERDUE),
        (None, 41_000, Due.SOON),
        (None, 41_001, Due.LATER),
        (date(2027, 8, 1), 40_500, Due.SOON),
        (date(2026, 8, 1), 90_000, Due.OVERDUE),
    ],
)
def test_work_is_due_by_its_day_or_its_kilometres(
    planned_on: date | None, planned_km: int | None, expected: Due
) -> None:
    assert due(planned_on, planned_km, today=TODAY, odometer_km=40_000) is expected


@pytest.mark.parametrize(
    ("season", "tread_mm", "expected"),
    [
        (Season.SUMMER, "1.5", Tread.UNLAWFUL),
        (Season.SUMMER, "1.6", Tread.GOOD),
        (Season.STUDLESS, "3.9", Tread.WORN_FOR_SNOW),
        (Season.STUDLESS, "4.0", Tread.GOOD),
        (Season.STUDLESS, "1.5", Tread.UNLAWFUL),
        (Season.ALL_SEASON, "3.0", Tread.GOOD),
    ],
)
def test_a_winter_tyre_is_worn_long_before_it_is_unlawful(season: Season, tread_mm: str, expected: Tread) -> None:
    assert tread_of(season, Decimal(tread_mm)) is expected


READINGS = [Reading(date(2026, 5, 1), 30_000), Reading(date(2026, 7, 1), 35_000)]


@pytest.mark.parametrize(
    ("on", "odometer_km", "code"),
    [
        (date(2026, 8, 1), 36_000, None),
        (date(2026, 8, 1), 34_000, "odometer_below_earlier"),
        (date(2026, 6, 1), 32_000, None),
        (date(2026, 6, 1), 36_000, "odometer_above_later"),
        (date(2026, 6, 1), 29_000, "odometer_below_earlier"),
        (date(2026, 1, 1), 10_000, None),
    ],
)
def test_a_reading_fits_between_its_neighbours(on: date, odometer_km: int, code: str | None) -> None:
    found = misfit(Reading(on, odometer_km), READINGS)
    assert (found.code if found else None) == code


def test_only_the_newest_reading_is_followed() -> None:
    assert is_newest(Reading(date(2026, 7, 1), 36_000), READINGS)
    assert not is_newest(Reading(date(2026, 6, 30), 36_000), READINGS)


def test_an_oil_change_comes_again_by_time_and_distance() -> None:
    assert comes_again(TaskKind.OIL, date(2026, 8, 18), 40_000) == (date(2027, 2, 16), 45_000)
    assert comes_again(TaskKind.INSPECTION_12M, date(2026, 8, 18), 40_000) == (date(2027, 8, 18), None)
    assert comes_again(TaskKind.REPAIR, date(2026, 8, 18), 40_000) == (None, None)
