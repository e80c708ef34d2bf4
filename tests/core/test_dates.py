"""Days in both calendars, ages, and moments in Japan time."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mra.core.dates import (
    DateFault,
    age_on,
    from_era,
    japanese_date,
    japanese_moment,
    parse_date,
    parse_year,
    short_date,
    short_moment,
    wareki,
)

DAYS_WITH_AN_ERA = st.dates(min_value=date(1868, 1, 25), max_value=date(2117, 12, 31))


@pytest.mark.parametrize(
    "typed",
    [
        "2026-08-25",
        "2026/8/25",
        "2026.8.25",
        "2026年8月25日",
        "2026年08月25日(火)",
        "２０２６年８月２５日（火）",
        "２０２６－０８－２５",
        "20260825",
        "R8.8.25",
        "r8-8-25",
        "R080825",
        "令和8年8月25日",
        "令和 ８ 年 ８ 月 ２５ 日",
        "令8/8/25",
        "㋿8年8月25日",
    ],
)
def test_one_day_however_it_is_written(typed: str) -> None:
    assert parse_date(typed) == date(2026, 8, 25)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("S25.8.10", date(1950, 8, 10)),
        ("S25-08-10", date(1950, 8, 10)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("明治45年7月29日", date(1912, 7, 29)),
        ("平成12年2月29日", date(2000, 2, 29)),
    ],
)
def test_an_era_reaches_from_its_first_to_its_last_day(typed: str, day: date) -> None:
    assert parse_date(typed) == day


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("H31-05-01", "outside_era"),
        ("S64-01-08", "outside_era"),
        ("T15-12-25", "outside_era"),
        ("R1-04-30", "outside_era"),
        ("S1-12-24", "outside_era"),
        ("R0-05-01", "outside_era"),
        ("2025-02-29", "no_such_day"),
        ("R7.13.1", "no_such_day"),
        ("2025-00-10", "no_such_day"),
        ("R7", "year_only"),
        ("昭和 25", "year_only"),
        ("令和元年", "year_only"),
        ("2026年", "year_only"),
        ("26/8/25", "bad_shape"),
        ("25/08/2026", "bad_shape"),
        ("あした", "bad_shape"),
        ("0026-08-25", "too_early"),
        ("2026年8月25日(水)", "weekday_differs"),
    ],
)
def test_what_is_not_one_certain_day_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(DateFault) as fault:
        parse_date(typed)
    assert fault.value.code == code


def test_an_empty_field_is_no_day_and_no_fault() -> None:
    assert parse_date(" \u3000") is None
    assert parse_year("") is None


@pytest.mark.parametrize(
    ("typed", "year"),
    [("R7", 2025), ("令和7年", 2025), ("令和元年", 2019), ("昭和 25", 1950), ("昭和６４年", 1989), ("1950", 1950)],
)
def test_a_year_box_takes_both_calendars(typed: str, year: int) -> None:
    assert parse_year(typed) == year


@pytest.mark.parametrize(("typed", "code"), [("H32", "outside_era"), ("S0", "outside_era"), ("50", "bad_shape")])
def test_a_year_that_never_was_is_refused(typed: str, code: str) -> None:
    with pytest.raises(DateFault) as fault:
        parse_year(typed)
    assert fault.value.code == code


def test_three_boxes_and_an_era_make_a_day() -> None:
    assert from_era("昭和", 25, 8, 10) == from_era("s", 25, 8, 10) == date(1950, 8, 10)


@pytest.mark.parametrize(
    ("era", "year", "code"), [("西暦", 1950, "unknown_era"), ("", 1, "unknown_era"), ("令和", 10**9, "outside_era")]
)
def test_an_era_nobody_knows_is_refused(era: str, year: int, code: str) -> None:
    with pytest.raises(DateFault) as fault:
        from_era(era, year, 1, 1)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(1950, 8, 10), date(2025, 8, 25), 75),
        (date(1950, 8, 25), date(2025, 8, 24), 74),
        (date(1950, 8, 25), date(2025, 8, 25), 75),
        (date(2000, 2, 29), date(2025, 2, 28), 24),
        (date(2000, 2, 29), date(2025, 3, 1), 25),
    ],
)
def test_age_rises_on_the_birthday(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age


def test_days_are_shown_with_their_weekday() -> None:
    assert japanese_date(date(2026, 8, 25)) == "2026年8月25日(火)"
    assert short_date(date(2026, 8, 25)) == "8/25(火)"


def test_moments_are_shown_in_japan_time() -> None:
    at = datetime(2026, 8, 24, 15, 5, tzinfo=UTC)
    assert japanese_moment(at) == "2026年8月25日(火) 00:05"
    assert short_moment(at) == "8/25(火) 00:05"


def test_a_moment_without_a_time_zone_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="time zone"):
        japanese_moment(datetime(2026, 8, 25, 10, 0))  # noqa: DTZ001 - the very thing refused


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 8, 25), "令和8年8月25日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1867, 11, 9), "1867年11月9日"),
    ],
)
def test_papers_for_municipalities_carry_the_era(day: date, shown: str) -> None:
    assert wareki(day) == shown


@given(DAYS_WITH_AN_ERA)
def test_a_shown_day_reads_back(day: date) -> None:
    assert parse_date(japanese_date(day)) == parse_date(wareki(day)) == parse_date(day.isoformat()) == day


@given(st.text(alphabet="0123456789０１年月日元令和昭平成RSHTM-/.() ー", max_size=16))
def test_any_typing_ends_in_a_day_or_a_reason(typed: str) -> None:
    try:
        day = parse_date(typed)
    except DateFault:
        return
    assert day is None or day.year >= 1868
