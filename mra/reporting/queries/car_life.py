"""A car's life on one page: what every capability tells of it, by year, with the figures at its head."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from mra.core import clock
from mra.loans.queries import vehicle_stories
from mra.supply.rules.stories import VehicleStory
from mra.vehicles.models import Vehicle
from mra.vehicles.services import LifeEntry, LifeKind, life_of

PAGE_ROWS = 100
KIND_WORDS = {
    LifeKind.ORIGIN: "受け入れ",
    LifeKind.PLACE: "居場所",
    LifeKind.TRANSPORT: "回送",
    LifeKind.PAPER: "書類",
    LifeKind.LOAN: "貸出",
    LifeKind.DAMAGE: "傷・不具合",
    LifeKind.UPKEEP: "整備",
    LifeKind.END: "運用終了",
}
COSTS = frozenset({LifeKind.TRANSPORT, LifeKind.PAPER, LifeKind.DAMAGE, LifeKind.UPKEEP})

# A car that was registered late may have been here before; its papers are older than that.
STAYS = frozenset({LifeKind.ORIGIN, LifeKind.PLACE, LifeKind.LOAN})


@dataclass(frozen=True)
class Year:
    """One year of the life, or the part of it that stands on this page."""

    number: int
    entries: list[LifeEntry]


@dataclass(frozen=True)
class RailStop:
    """A year at the edge of the page: how much happened in it, and on which page it begins."""

    number: int
    count: int
    page: int


@dataclass(frozen=True)
class CarLife:
    """What the page of a car's life shows."""

    households: int
    driven_km: int
    days_lent: int
    days_here: int
    cost_yen: int
    counts: dict[LifeKind, int]
    years: list[Year]
    rail: list[RailStop]
    page: int
    pages: int
    total: int


def car_life(vehicle: Vehicle, *, kind: LifeKind | None = None, page: int = 1) -> CarLife:
    """The life of one car, the newest first; a long one is cut into pages, a year may go over two of them."""
    told = list(reversed(life_of(vehicle.id)))
    wanted = [entry for entry in told if kind is None or entry.kind is kind]
    story = vehicle_stories([vehicle.id]).get(vehicle.id, VehicleStory(0, 0))
    pages = max(1, -(-len(wanted) // PAGE_ROWS))
    page = min(max(page, 1), pages)
    return CarLife(
        households=story.borrowers,
        driven_km=story.driven_km,
        days_lent=days_lent(told, clock.today()),
        days_here=days_here(vehicle, told),
        cost_yen=sum(entry.yen or 0 for entry in told if entry.kind in COSTS),
        counts={one: sum(entry.kind is one for entry in told) for one in LifeKind},
        years=_years(wanted[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]),
        rail=_rail(wanted),
        page=page,
        pages=pages,
        total=len(wanted),
    )


def days_lent(entries: Sequence[LifeEntry], today: date) -> int:
    """How many days the car was with borrowers; a loan of an hour is a day."""
    loans = [(entry.on, entry.ended_on or today) for entry in entries if entry.kind is LifeKind.LOAN]
    return sum(max(1, (end - begin).days) for begin, end in loans)


def days_here(vehicle: Vehicle, entries: Sequence[LifeEntry]) -> int:
    """How many days the car has been, or was, with the alliance."""
    ends = [entry.on for entry in entries if entry.kind is LifeKind.END] if vehicle.is_gone else []
    last_on = max(ends, default=clock.today())
    first_on = min([clock.in_japan(vehicle.created_at).date(), *(one.on for one in entries if one.kind in STAYS)])
    return max(0, (last_on - first_on).days) + 1


def _years(entries: Sequence[LifeEntry]) -> list[Year]:
    return [Year(number, list(group)) for number, group in groupby(entries, key=lambda entry: entry.on.year)]


def _rail(entries: Sequence[LifeEntry]) -> list[RailStop]:
    numbers = [entry.on.year for entry in entries]
    return [
        RailStop(number, numbers.count(number), numbers.index(number) // PAGE_ROWS + 1)
        for number in dict.fromkeys(numbers)
    ]
