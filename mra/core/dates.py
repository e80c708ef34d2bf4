"""Days and moments as people in Japan write them: western years, eras, weekdays, Tokyo time."""

import re
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mra.core.text import FormatFault, fold_width

JAPAN = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"


class Era(NamedTuple):
    """An era of the Japanese calendar and its first and last day."""

    letter: str
    name: str
    first_on: date
    last_on: date

    def western_year(self, year: int) -> int:
        """The first year (元年) is year 1."""
        return self.first_on.year + year - 1


ERAS = (
    Era("R", "令和", date(2019, 5, 1), date.max),
    Era("H", "平成", date(1989, 1, 8), date(2019, 4, 30)),
    Era("S", "昭和", date(1926, 12, 25), date(1989, 1, 7)),
    Era("T", "大正", date(1912, 7, 30), date(1926, 12, 24)),
    Era("M", "明治", date(1868, 1, 25), date(1912, 7, 29)),
)
_ERA_MARKS = {mark: era for era in ERAS for mark in (era.letter, era.name, era.name[0])}

_YEAR = r"(?:(?P<western>[0-9]{4})|(?P<era>[MTSHR]|明治?|大正?|昭和?|平成?|令和?)(?P<year>[0-9]{1,2}|元))"
_YEAR_ONLY = re.compile(_YEAR + "年?")
_WITH_SIGNS = re.compile(
    _YEAR + r"(?:年|[-/.])(?P<month>[0-9]{1,2})(?:月|[-/.])(?P<day>[0-9]{1,2})日?(?:\((?P<weekday>[月火水木金土日])\))?"
)
_MONTH_ONLY = re.compile(_YEAR + r"(?:年|[-/.])(?P<month>[0-9]{1,2})月?")
_COMPACT = re.compile(
    r"(?:(?P<western>[0-9]{4})|(?P<era>[MTSHR])(?P<year>[0-9]{2}))(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
)


class DateFault(FormatFault):
    """bad_shape, year_only, month_only, unknown_era, outside_era, no_such_day, too_early or weekday_differs."""


def parse_date(text: str) -> date | None:
    """A day however it was written; None for an empty field, `DateFault` for anything that is not one certain day."""
    folded = _folded(text)
    if not folded:
        return None
    if _YEAR_ONLY.fullmatch(folded):
        raise DateFault("year_only")
    if _MONTH_ONLY.fullmatch(folded):
        raise DateFault("month_only")
    found = _WITH_SIGNS.fullmatch(folded) or _COMPACT.fullmatch(folded)
    if found is None:
        raise DateFault("bad_shape")
    day = _day_of(found)
    weekday = found.groupdict().get("weekday")
    if weekday and weekday != WEEKDAYS[day.weekday()]:
        raise DateFault("weekday_differs")
    return day


def parse_year(text: str) -> int | None:
    """The western year of a year box: `昭和 25`, `R7`, `令和元年` or `1950`; None for an empty field."""
    folded = _folded(text)
    if not folded:
        return None
    found = _YEAR_ONLY.fullmatch(folded)
    if found is None:
        raise DateFault("bad_shape")
    if found["western"]:
        return int(found["western"])
    era = _ERA_MARKS[found["era"]]
    western_year = era.western_year(_era_year(found["year"]))
    if not era.first_on.year <= western_year <= era.last_on.year:
        raise DateFault("outside_era")
    return western_year


def from_era(era: str, year: int, month: int, day: int) -> date:
    """A day given by era (`R`, `令和` …), checked against the days on which the era began and ended."""
    known = _ERA_MARKS.get(fold_width(era).upper())
    if known is None:
        raise DateFault("unknown_era")
    if not 1 <= year <= 99:
        raise DateFault("outside_era")
    result = _existing_day(known.western_year(year), month, day)
    if not known.first_on <= result <= known.last_on:
        raise DateFault("outside_era")
    return result


def age_on(born_on: date, day: date) -> int:
    """Full years on the plain calendar: a person is 75 from the birthday on, not from the evening before."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def wareki(day: date) -> str:
    """`令和8年8月25日`, for papers that go to municipalities; before Meiji the western year."""
    era = next((era for era in ERAS if era.first_on <= day <= era.last_on), None)
    if era is None:
        return f"{day.year}年{day.month}月{day.day}日"
    year = day.year - era.first_on.year + 1
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def japanese_date(day: date) -> str:
    """`2026年8月25日(火)`."""
    return f"{day.year}年{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def short_date(day: date) -> str:
    """`8/25(火)`, where the year is plain from the page."""
    return f"{day.month}/{day.day}({WEEKDAYS[day.weekday()]})"


def japanese_moment(at: datetime) -> str:
    """`2026年8月25日(火) 10:00` in Japan time."""
    local = _in_japan(at)
    return f"{japanese_date(local)} {local:%H:%M}"


def short_moment(at: datetime) -> str:
    """`8/25(火) 10:00` in Japan time."""
    local = _in_japan(at)
    return f"{short_date(local)} {local:%H:%M}"


def _folded(text: str) -> str:
    return fold_width(text).replace(" ", "").upper()


def _day_of(found: re.Match[str]) -> date:
    month, day = int(found["month"]), int(found["day"])
    if found["era"]:
        return from_era(found["era"], _era_year(found["year"]), month, day)
    result = _existing_day(int(found["western"]), month, day)
    if result < ERAS[-1].first_on:
        raise DateFault("too_early")
    return result


def _era_year(text: str) -> int:
    return 1 if text == "元" else int(text)


def _existing_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateFault("no_such_day") from None


def _in_japan(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be shown in Japan time")
    return at.astimezone(JAPAN)
