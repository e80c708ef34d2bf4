"""Who competes with whom for which cars: from everything that waits, is free and came free, to one prospect each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mra.core.geo import Coordinates, distance_km

from .interval import Flow, Prospect, prospect


class Car(NamedTuple):
    """What counts of a car; many are alike."""

    vehicle_class: str
    seats: int
    is_manual: bool
    features: frozenset[str]
    base_id: int


class Wish(NamedTuple):
    """What counts of a waiting request.

    `contested` names the cars it was found to compete for by the newest run, with all that hang together with them;
    None where the run did not see it, or found no car for it.
    """

    id: int
    classes: frozenset[str]
    seats: int
    can_drive_manual: bool
    required_features: frozenset[str]
    place: Coordinates
    max_distance_km: int
    contested: str | None = None


@dataclass(frozen=True)
class Seen:
    """One activation at one moment: those who wait in their order, and the cars."""

    today: date
    days: int
    bases: Mapping[int, Coordinates]
    wishes: Sequence[Wish]
    free: Sequence[Car]
    released: Sequence[tuple[Car, date]]
    due: Sequence[tuple[Car, date]]


class Standing(NamedTuple):
    """One request with what it may expect, and on what grounds."""

    request_id: int
    prospect: Prospect
    ahead_least: int
    ahead_most: int
    free: int
    flow: Flow


class _Pool(NamedTuple):
    """The cars that suit a wish: free now, come free lately, due back."""

    free: int
    flow: Flow
    due_in_days: list[int]
    has_cars: bool


class _Profile(NamedTuple):
    """What many wishes have in common; for each profile the cars are looked through once."""

    classes: frozenset[str]
    seats: int
    can_drive_manual: bool
    required_features: frozenset[str]
    bases: frozenset[int]


def prospects(seen: Seen) -> list[Standing]:
    """What each of those who wait may expect, in their order."""
    reach = _Reach(seen.bases)
    profiles = [_profile(wish, reach.of(wish.place, wish.max_distance_km)) for wish in seen.wishes]
    pools = _Pools(seen)
    ahead = _ahead([(one.classes, one.bases, wish.contested) for one, wish in zip(profiles, seen.wishes, strict=True)])
    return [
        _standing(wish.id, pools.of(profile), least, most)
        for wish, profile, (least, most) in zip(seen.wishes, profiles, ahead, strict=True)
    ]


def _profile(wish: Wish, bases: frozenset[int]) -> _Profile:
    return _Profile(wish.classes, wish.seats, wish.can_drive_manual, wish.required_features, bases)


def _standing(request_id: int, pool: _Pool, least: int, most: int) -> Standing:
    expected = prospect(
        ahead_least=least,
        ahead_most=most,
        free=pool.free,
        due_in_days=pool.due_in_days,
        flow=pool.flow,
        has_cars=pool.has_cars,
    )
    return Standing(request_id, expected, least, most, pool.free, pool.flow)


class _Reach:
    """Which bases lie within a distance of a place; people of one town ask the same question."""

    def __init__(self, bases: Mapping[int, Coordinates]) -> None:
        self._bases = bases
        self._known: dict[tuple[Coordinates, int], frozenset[int]] = {}

    def of(self, place: Coordinates, km: int) -> frozenset[int]:
        """The bases within so many kilometres."""
        if (place, km) not in self._known:
            near = (number for number, base in self._bases.items() if distance_km(place, base) <= km)
            self._known[place, km] = frozenset(near)
        return self._known[place, km]


class _Pools:
    """The cars that suit each profile."""

    def __init__(self, seen: Seen) -> None:
        self._today, self._days = seen.today, seen.days
        self._free: dict[Car, int] = defaultdict(int)
        for car in seen.free:
            self._free[car] += 1
        self._released = _days_by_car(seen.released)
        self._due = _days_by_car(seen.due)
        self._kinds: dict[tuple[int, str], list[Car]] = defaultdict(list)
        for car in {*self._free, *self._released, *self._due}:
            self._kinds[car.base_id, car.vehicle_class].append(car)
        self._known: dict[_Profile, _Pool] = {}

    def of(self, profile: _Profile) -> _Pool:
        """All that is known of the cars that suit this profile."""
        if profile not in self._known:
            self._known[profile] = self._look_through(profile)
        return self._known[profile]

    def _look_through(self, profile: _Profile) -> _Pool:
        near = (self._kinds.get((base, kind), ()) for base in profile.bases for kind in profile.classes)
        cars = [car for kinds in near for car in kinds if _suits(profile, car)]
        released = [day for car in cars for day in self._released.get(car, ())]
        due = [(day - self._today).days for car in cars for day in self._due.get(car, ())]
        return _Pool(
            free=sum(self._free.get(car, 0) for car in cars),
            flow=Flow.of(released, days=self._days),
            # A car that is late comes back on a day that nobody knows.
            due_in_days=[days for days in due if days >= 0],
            has_cars=bool(cars),
        )


def _suits(profile: _Profile, car: Car) -> bool:
    return (
        car.seats >= profile.seats
        and (profile.can_drive_manual or not car.is_manual)
        and profile.required_features <= car.features
    )


def _days_by_car(moments: Iterable[tuple[Car, date]]) -> dict[Car, list[date]]:
    found: dict[Car, list[date]] = defaultdict(list)
    for car, day in moments:
        found[car].append(day)
    return found


_Group = tuple[frozenset[str], frozenset[int], str | None]
Matrix = NDArray[np.bool_]


def _ahead(groups: Sequence[_Group]) -> list[tuple[int, int]]:
    """For each in the order how many before it compete: those who can take nothing else, and all.

    People who wish for the same classes at the same bases are one group; each person is added to the totals of all groups
    with which it competes, so that the work grows with people times groups.
    """
    kinds = list(dict.fromkeys(groups))
    number = {kind: position for position, kind in enumerate(kinds)}
    most = _competing(kinds)
    least: Matrix = most & _without_other(kinds)
    totals_least, totals_most = (np.zeros(len(kinds), dtype=np.int64) for _ in range(2))
    ahead = []
    for group in groups:
        own = number[group]
        ahead.append((int(totals_least[own]), int(totals_most[own])))
        totals_least += least[own]
        totals_most += most[own]
    return ahead


def _competing(kinds: Sequence[_Group]) -> Matrix:
    """Row competes with column: they share a class at a base that both can reach, and the newest run did not find them
    to be after cars that have nothing to do with each other.
    """
    sets = {name: position for position, name in enumerate(sorted({kind[2] for kind in kinds if kind[2]}), 1)}
    contested = np.array([sets.get(kind[2] or "", 0) for kind in kinds])
    known = contested != 0
    apart = known[:, None] & known[None, :] & (contested[:, None] != contested[None, :])
    classes, bases = _members([kind[0] for kind in kinds]), _members([kind[1] for kind in kinds])
    competing: Matrix = _meet(classes, classes) & _meet(bases, bases) & ~apart
    return competing


def _without_other(kinds: Sequence[_Group]) -> Matrix:
    """Row can be helped only by classes and bases that column wishes for as well."""
    classes, bases = _members([kind[0] for kind in kinds]), _members([kind[1] for kind in kinds])
    return ~_meet(classes, ~classes) & ~_meet(bases, ~bases)


def _members(sets: Sequence[frozenset[str]] | Sequence[frozenset[int]]) -> Matrix:
    """One row for each set, one column for each thing that stands in any of them."""
    things = sorted({thing for one in sets for thing in one}, key=str)
    return np.array([[thing in one for thing in things] for one in sets], dtype=np.bool_).reshape(
        len(sets), len(things)
    )


def _meet(rows: Matrix, columns: Matrix) -> Matrix:
    """Whether the sets have anything in common, each with each."""
    common = rows.astype(np.float32) @ columns.astype(np.float32).T
    has_common: Matrix = common > 0
    return has_common
