"""Disaster extensions of 車検 (伸長, 道路運送車両法 61条の2): which papers a public notice reaches, and until when they hold.

The certificate is not rewritten: it keeps the day that is printed on it, and holds until the day of the notice. A paper
is reached when the day printed on it, or a day to which an earlier notice has moved it, lies in the window of the
notice: a later notice that extends once more lists sometimes the printed days (1/1 to 3/31), sometimes the extended one.
Since a notice never moves a day back, the order in which notices are looked at makes no difference.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from mra.alliance.rules.areas import contains
from mra.core.access import COORDINATORS
from mra.core.lifecycle import Lifecycle, Move, Word

from .rules import DocumentKind, VehicleStatus

# Papers were put off by some months, never by a year: such a day was misread.
LONGEST_DAYS = 366


class ExtensionStatus(StrEnum):
    """Whether a notice counts."""

    IN_FORCE = "in_force"
    CANCELLED = "cancelled"


EXTENSION = Lifecycle(
    "inspection_extension",
    ExtensionStatus.IN_FORCE,
    {
        ExtensionStatus.IN_FORCE: Word("適用中", "success"),
        ExtensionStatus.CANCELLED: Word("取消", "neutral"),
    },
    Move(
        "cancel",
        (ExtensionStatus.IN_FORCE,),
        ExtensionStatus.CANCELLED,
        "登録を取り消す",
        COORDINATORS,
        "車検の特例の取消",
    ),
    begun="車検の特例の登録",
)


# A car that is still on its way to a base is not used there yet.
USED_THERE = frozenset({VehicleStatus.READY, VehicleStatus.OUT_OF_SERVICE})


class Home(NamedTuple):
    """Where a car is at home: the municipality of its 使用の本拠, and that of the base at which it is used for relief."""

    registered_in: str | None
    used_in: str | None


def home_of(status: VehicleStatus, *, registered_in: str | None, base_lies_in: str | None) -> Home:
    """Where a notice looks for a car."""
    return Home(registered_in, base_lies_in if status in USED_THERE else None)


class Notice(NamedTuple):
    """What a public notice says: areas (keys of `alliance.rules.areas`, none: the whole country), the days of expiry that
    it lists, until when those papers hold, whether 自賠責 may wait likewise, whether cars used there for relief are meant too.
    """

    areas: frozenset[str]
    first_on: date
    last_on: date
    until_on: date
    insurance_waits: bool
    covers_relief: bool

    def reaches(self, kind: DocumentKind, home: Home) -> bool:
        """Whether it speaks of papers of this kind of a car that is at home there."""
        return self._speaks_of(kind) and self._lies_in_area(home)

    def _speaks_of(self, kind: DocumentKind) -> bool:
        return kind is DocumentKind.INSPECTION or (kind is DocumentKind.COMPULSORY_INSURANCE and self.insurance_waits)

    def _lies_in_area(self, home: Home) -> bool:
        if not self.areas:
            return True
        places = (home.registered_in, home.used_in if self.covers_relief else None)
        return any(contains(self.areas, place) for place in places if place)

    def lists(self, day: date) -> bool:
        """Whether a paper that ends on this day is meant."""
        return self.first_on <= day <= self.last_on


def effective_end(kind: DocumentKind, ends_on: date, home: Home, notices: Iterable[Notice]) -> date:
    """The day until which a paper holds: the printed one, or the last to which notices have moved it."""
    reaching = [notice for notice in notices if notice.reaches(kind, home)]
    days: set[date] = set()
    found = {ends_on}
    while found:
        days |= found
        found = {notice.until_on for notice in reaching if any(map(notice.lists, days))} - days
    return max(days)


def notice_fault(notice: Notice) -> str | None:
    """Why a notice cannot be what was published; None if it can."""
    if notice.last_on < notice.first_on:
        return "extension_window"
    if notice.until_on < notice.last_on:
        return "extension_shortens"
    if (notice.until_on - notice.first_on).days > LONGEST_DAYS:
        return "extension_too_long"
    return None
