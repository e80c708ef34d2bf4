"""Readiness: what could be brought to a place, and by which day, if something happened there today. Pure.

Three sources: own cars that are free, leased cars that come back on a recall, pledges. What somebody has to confirm
first (a pledge that nobody confirmed for too long, a car without papers in the register, a leased car in the struck
place itself) is counted apart, never among what one may count on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from statistics import median_low
from typing import NamedTuple

from mra.alliance.rules import areas
from mra.alliance.rules.pledges import SupplyKind
from mra.core.geo import Coordinates, distance_km
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass

from ..arrivals import COUNTED_ON, Arrival, Certainty, by_day
from .needs import Item

# The days that people ask for; the first loans of past disasters were made between day 9 and day 14 (domain §1.6).
DAYS = (3, 7, 14)
LAST_DAY = 30

# Own cars. Two days to find a driver, look the car over and see to its papers; then a day for every 400 km begun, as
# the crow flies: some 500 km of road, which is as far as a volunteer brings a car in a day.
PREPARATION_DAYS = 2
KM_A_DAY = 400
# Nobody noted where the car stands: as far as from the yard in 石巻 to 九州.
UNKNOWN_KM = 1_200

CAR_UNIT = "台"


class Source(StrEnum):
    """Where it comes from; in the order in which the tables show it."""

    OWN = "own"
    LEASE = "lease"
    PLEDGE = "pledge"


SOURCE_WORDS = {Source.OWN: "自前の車両", Source.LEASE: "災害時返却リース", Source.PLEDGE: "提供表明"}


class Place(NamedTuple):
    """A municipality by its code, and where its office stands."""

    code: str
    coordinates: Coordinates | None


@dataclass(frozen=True)
class OwnCar:
    """A free car of ours. `lawful_days`: on how many days from today its papers still let it be lent (None: one is missing)."""

    vehicle_id: int
    vehicle_class: VehicleClass
    stands_at: Coordinates | None
    is_at_a_base: bool
    wait_days: int = 0
    lawful_days: int | None = None


@dataclass(frozen=True)
class LeasedCar:
    """A car out on a lease. Its inspection and compulsory insurance count; the lessee's own insurance ends with the lease."""

    lease_id: int
    vehicle_class: VehicleClass
    kept_in_code: str
    return_within_days: int
    lawful_days: int | None = None


@dataclass(frozen=True)
class Promised:
    """What is left of a pledge that stands; `pledge_id` is 0 where pledges of one area were added up."""

    item: Item
    quantity: int
    lead_time_days: int
    is_doubtful: bool
    area: tuple[str, ...] = ()
    pledge_id: int = 0


class Part(NamedTuple):
    """One thing that the answer rests on: a car, a lease or a pledge, by its id, with its arrival."""

    source: Source
    subject_id: int
    item: Item
    arrival: Arrival

    @property
    def is_doubtful(self) -> bool:
        """Whether somebody has to confirm it first."""
        return self.arrival.certainty not in COUNTED_ON


def car_item(vehicle_class: VehicleClass) -> Item:
    """A car of this class as an item."""
    return Item(SupplyKind.VEHICLE, vehicle_class, CAR_UNIT)


def days_of_own(stands_at: Coordinates | None, to: Coordinates | None) -> int:
    """How many days after the decision an own car arrives."""
    km = distance_km(stands_at, to) if stands_at and to else UNKNOWN_KM
    return PREPARATION_DAYS + ceil(km / KM_A_DAY)


def parts_of(
    place: Place, own: Iterable[OwnCar], leased: Iterable[LeasedCar], promised: Iterable[Promised]
) -> list[Part]:
    """Everything that could be brought to a place, the earliest first."""
    cars, keys = list(own), set(areas.keys_of(place.code))
    days = {spot: days_of_own(spot, place.coordinates) for spot in {car.stands_at for car in cars}}
    found = [
        *(part for car in cars if (part := _own(car, days[car.stands_at]))),
        *(part for car in leased if (part := _leased(car, is_struck=_lies_in(car.kept_in_code, place.code)))),
        *(_promised(one) for one in promised if not one.area or not keys.isdisjoint(one.area)),
    ]
    # The sources stand in their order already, and a sort keeps what it has nothing to say about.
    return sorted(found, key=lambda part: part.arrival.day)


def _own(car: OwnCar, road_days: int) -> Part | None:
    day = car.wait_days + road_days
    certainty = _by_papers(car.lawful_days, day)
    # A promised car may still wait for its papers; one that stands ready at a base without them is not lent.
    if certainty is None or (car.lawful_days is None and car.is_at_a_base):
        return None
    return Part(Source.OWN, car.vehicle_id, car_item(car.vehicle_class), Arrival(day, 1, certainty))


def _leased(car: LeasedCar, *, is_struck: bool) -> Part | None:
    certainty = _by_papers(car.lawful_days, car.return_within_days)
    if certainty is None:
        return None
    sure = Certainty.DOUBTFUL if is_struck else certainty
    return Part(Source.LEASE, car.lease_id, car_item(car.vehicle_class), Arrival(car.return_within_days, 1, sure))


def _promised(one: Promised) -> Part:
    certainty = Certainty.DOUBTFUL if one.is_doubtful else Certainty.PROMISED
    return Part(Source.PLEDGE, one.pledge_id, one.item, Arrival(one.lead_time_days, one.quantity, certainty))


def _by_papers(lawful_days: int | None, day: int) -> Certainty | None:
    """None: by the day it arrives, its papers have ended."""
    if lawful_days is None:
        return Certainty.DOUBTFUL
    return Certainty.PROMISED if day <= lawful_days else None


def _lies_in(code: str, place_code: str) -> bool:
    """Whether a car kept in one municipality is struck together with another: the same, or a city and its ward."""
    return place_code in areas.keys_of(code) or code in areas.keys_of(place_code)


# Adding up for one place


@dataclass(frozen=True)
class Amounts:
    """How many by each of the days: what one may count on, and what has to be confirmed first."""

    sure: tuple[int, ...]
    doubtful: tuple[int, ...]

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(_less(self.sure, other.sure), _less(self.doubtful, other.doubtful))

    def __bool__(self) -> bool:
        return any(self.sure) or any(self.doubtful)


def total(several: Iterable[Amounts]) -> Amounts:
    """Added up, in one go; there is at least one."""
    sure, doubtful = zip(*((one.sure, one.doubtful) for one in several), strict=True)
    return Amounts(tuple(map(sum, zip(*sure, strict=True))), tuple(map(sum, zip(*doubtful, strict=True))))


def _less(these: tuple[int, ...], those: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(int.__sub__, these, those))


def amounts(parts: Iterable[Part], days: Sequence[int] = DAYS) -> Amounts:
    """The parts added up along the days."""
    arrivals = [part.arrival for part in parts]
    return Amounts(
        tuple(by_day(arrivals, days, COUNTED_ON)), tuple(by_day(arrivals, days, {Certainty.DOUBTFUL, Certainty.ASKED}))
    )


@dataclass(frozen=True)
class Line:
    """One item of the table: all of it, and by source."""

    item: Item
    total: Amounts
    by_source: dict[Source, Amounts] = field(default_factory=dict)


def lines_of(parts: Iterable[Part], days: Sequence[int] = DAYS) -> list[Line]:
    """A line for every class of car, then for every other kind and unit; different units are never added up."""
    by_item: dict[Item, list[Part]] = defaultdict(list)
    for part in parts:
        by_item[part.item].append(part)
    return [_line(item, by_item[item], days) for item in sorted(by_item, key=_in_order)]


def _line(item: Item, parts: list[Part], days: Sequence[int]) -> Line:
    by_source = {
        source: amounts(these, days)
        for source in Source
        if (these := [part for part in parts if part.source is source])
    }
    return Line(item, amounts(parts, days), by_source)


def by_source(lines: Sequence[Line]) -> dict[Source, Amounts]:
    """Lines of one unit added up by source; a source that brings nothing is left out."""
    of = {source: [line.by_source[source] for line in lines if source in line.by_source] for source in Source}
    return {source: added for source, each in of.items() if each and (added := total(each))}


def _in_order(item: Item) -> tuple[int, int, str]:
    classes = list(VehicleClass)
    place = classes.index(item.vehicle_class) if item.vehicle_class else 0
    return list(SupplyKind).index(item.kind), place, item.unit


def sentence(name: str, cars: Sequence[Line], days: Sequence[int] = DAYS) -> str:
    """The answer in words: 天草市には、3日以内に軽乗用車2台、7日以内に合計12台、14日以内に合計38台を届けられる見込みです。"""
    told = [(day, words) for place, day in enumerate(days) if (words := _told(cars, place, is_first=place == 0))]
    if not told:
        return f"{name}に{days[-1]}日以内に届けられる車は、今のところ見込めません。"
    return f"{name}には、" + "、".join(f"{day}日以内に{words}" for day, words in told) + "を届けられる見込みです。"


def _told(cars: Sequence[Line], place: int, *, is_first: bool) -> str:
    counts = [(line.item.vehicle_class, line.total.sure[place]) for line in cars]
    total = sum(count for _, count in counts)
    if not total:
        return ""
    # The first days are what the secretariat decides on at once: which cars, not only how many.
    named = [f"{_short(car)}{count:,}台" for car, count in counts if count and car]
    return "・".join(named) if is_first and len(named) <= 3 else f"合計{total:,}台"


def _short(vehicle_class: VehicleClass) -> str:
    return VEHICLE_CLASS_WORDS[vehicle_class].partition("(")[0]


# Adding up for all places at once


def everywhere(
    places: Iterable[Place],
    own: Iterable[OwnCar],
    leased: Iterable[LeasedCar],
    promised: Iterable[Promised],
    days: Sequence[int] = DAYS,
) -> dict[str, Amounts]:
    """How many cars could be brought to each place: the same as asking place by place, added up only once.

    Pledges are added up by the key of their area (the country, a prefecture, a city, a municipality), own cars by where
    they stand and how long the road is, leased cars for the country and corrected where they are kept.
    """
    by_key = _by_area(promised, days)
    roads = _Roads(own, days)
    leases = _Leases(leased, days)
    found = {}
    for place in places:
        keys = areas.keys_of(place.code)
        pledges = (by_key[key] for key in ("", *keys) if key in by_key)
        found[place.code] = total((leases.to(keys), *roads.to(place), *pledges))
    return found


def _by_area(promised: Iterable[Promised], days: Sequence[int]) -> dict[str, Amounts]:
    """By key of the area, "" for the whole country. A normal area never has two keys for one place."""
    by_area: dict[tuple[str, ...], list[Part]] = defaultdict(list)
    for one in promised:
        by_area[one.area].append(_promised(one))
    by_key: dict[str, list[Part]] = defaultdict(list)
    for area, parts in by_area.items():
        for key in areas.normal(area) or [""]:
            by_key[key] += parts
    return {key: amounts(parts, days) for key, parts in by_key.items()}


class _Roads:
    """Own cars by where they stand; what arrives from there depends on the days on the road alone."""

    def __init__(self, own: Iterable[OwnCar], days: Sequence[int]) -> None:
        self.days = days
        self.cars: dict[Coordinates | None, list[OwnCar]] = defaultdict(list)
        for car in own:
            self.cars[car.stands_at].append(car)
        self.known: dict[tuple[Coordinates | None, int], Amounts] = {}

    def to(self, place: Place) -> list[Amounts]:
        """What could be driven to a place, from each spot."""
        return [self._from(spot, days_of_own(spot, place.coordinates)) for spot in self.cars]

    def _from(self, spot: Coordinates | None, road_days: int) -> Amounts:
        if (spot, road_days) not in self.known:
            parts = (_own(car, road_days) for car in self.cars[spot])
            self.known[spot, road_days] = amounts([part for part in parts if part], self.days)
        return self.known[spot, road_days]


class _Leases:
    """Leased cars: the same for all places, but for those where they are kept, which may be struck themselves."""

    def __init__(self, leased: Iterable[LeasedCar], days: Sequence[int]) -> None:
        self.days = days
        self.kept_in: dict[str, list[LeasedCar]] = defaultdict(list)
        self.within: dict[str, list[LeasedCar]] = defaultdict(list)
        for car in leased:
            self.kept_in[car.kept_in_code].append(car)
            for key in areas.keys_of(car.kept_in_code):
                self.within[key].append(car)
        self.all = self._amounts((car for cars in self.kept_in.values() for car in cars), is_struck=False)

    def to(self, keys: Sequence[str]) -> Amounts:
        """What could be called back for the place of these keys: its code, its city if it is a ward, its prefecture."""
        code, *city, _prefecture = keys
        struck = self.within.get(code, []) + [car for key in city for car in self.kept_in.get(key, [])]
        if not struck:
            return self.all
        rest = self.all - self._amounts(struck, is_struck=False)
        return total((rest, self._amounts(struck, is_struck=True)))

    def _amounts(self, cars: Iterable[LeasedCar], *, is_struck: bool) -> Amounts:
        parts = (_leased(car, is_struck=is_struck) for car in cars)
        return amounts([part for part in parts if part], self.days)


class Region(NamedTuple):
    """A prefecture: its weakest municipality and the one in the middle, by each of the days."""

    code: str
    town_count: int
    least: tuple[int, ...]
    middle: tuple[int, ...]


def regions(by_place: Mapping[str, Amounts]) -> list[Region]:
    """The prefectures, the weakest first: by the seventh day in the middle, then by what is least."""
    of: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for code, found in by_place.items():
        of[code[:2]].append(found.sure)
    each = (
        Region(
            key, len(rows), tuple(map(min, zip(*rows, strict=True))), tuple(map(median_low, zip(*rows, strict=True)))
        )
        for key, rows in of.items()
    )
    return sorted(each, key=lambda one: (one.middle[1:], one.least[1:], one.middle, one.code))


def weakest_first(by_place: Mapping[str, Amounts]) -> list[str]:
    """The codes of places, those to which the fewest cars could be brought within a week first."""
    return sorted(by_place, key=lambda code: (by_place[code].sure[1:], by_place[code].sure, code))
