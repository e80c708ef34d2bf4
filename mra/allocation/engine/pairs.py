"""Which vehicles suit which requests, and at what cost: groups of like vehicles, and the arcs from requests to them.

Vehicles that no request could tell apart form one group with a capacity. Arcs are built place by place with arrays,
because the number of pairs is what grows fastest.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from mra.allocation.engine.nearness import Nearness
from mra.allocation.engine.values import VEHICLE_CLASSES, Request, Vehicle, Weights

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
_Kind: TypeAlias = tuple[int, int, bool, int, int, int]  # class, seats, manual, features, first from, last until
_Demand: TypeAlias = tuple[int, bool, frozenset[str]]  # seats, can drive manual, required features
_Part: TypeAlias = tuple[Ints, Ints, Ints]  # of each arc: request, group, cost
_T = TypeVar("_T")

_CLASS_NUMBER = {name: number for number, name in enumerate(VEHICLE_CLASSES)}


@dataclass(frozen=True, slots=True)
class Arcs:
    """The possible pairs. Arcs of request r are `group[start[r]:start[r + 1]]`, with their costs beside them."""

    start: Ints
    group: Ints
    cost: Ints
    members: list[list[int]]
    capacity: Ints

    @property
    def requests(self) -> Ints:
        """For each arc, the request it belongs to."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def of(self, request: int) -> Ints:
        """The groups that suit one request."""
        return self.group[self.start[request] : self.start[request + 1]]

    def numbers_of(self, requests: Ints) -> Ints:
        """The numbers of all arcs of these requests, in their order."""
        first, count = self.start[requests], self.start[requests + 1] - self.start[requests]
        return np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())


def build_arcs(requests: Sequence[Request], vehicles: Sequence[Vehicle], weights: Weights) -> Arcs:
    """Group the vehicles and find all possible pairs; requests in rank order, vehicles by id."""
    wanted = _Wanted(requests, weights)
    nearness = Nearness(requests)
    features = sorted({vehicle.features for vehicle in vehicles}, key=sorted)
    alike = _alike(vehicles, {words: code for code, words in enumerate(features)}, wanted)
    numbered = [(place, number, kind) for number, (place, kind) in enumerate(alike)]
    parts = []
    for place, at_place in groupby(numbered, key=lambda entry: entry[0]):
        rows, km = nearness.around(place)
        if len(rows):
            _, numbers, kinds = zip(*at_place, strict=True)
            parts.append(wanted.arcs_to(_Offer(kinds, features), rows, km, np.array(numbers)))
    return _sorted_arcs(parts, len(requests), list(alike.values()))


def _alike(
    vehicles: Sequence[Vehicle], feature_code: dict[frozenset[str], int], wanted: _Wanted
) -> dict[tuple[tuple[float, float], _Kind], list[int]]:
    """By place and kind, in this order, the vehicles that none of these requests could tell apart."""
    alike: dict[tuple[tuple[float, float], _Kind], list[int]] = {}
    first_from = {day: bisect_left(wanted.from_days, day) for day in {one.available_from for one in vehicles}}
    last_until = {day: bisect_right(wanted.until_days, day) - 1 for day in {one.available_until for one in vehicles}}
    for index, vehicle in enumerate(vehicles):
        kind = (
            _CLASS_NUMBER[vehicle.vehicle_class],
            vehicle.seats,
            vehicle.transmission == "MT",
            feature_code[vehicle.features],
            first_from[vehicle.available_from],
            last_until[vehicle.available_until],
        )
        alike.setdefault((vehicle.place, kind), []).append(index)
    return dict(sorted(alike.items()))


class _Offer:
    """The groups of one place, as columns."""

    def __init__(self, kinds: Sequence[_Kind], features: Sequence[frozenset[str]]) -> None:
        self.vehicle_class, self.seats, self.manual, code, self.first_from, self.last_until = np.array(kinds).T
        self.features = [features[number] for number in code.tolist()]
        self.feature_count = np.array([len(words) for words in self.features])


class _Wanted:
    """The requests as columns of small numbers, in rank order; whatever many requests have in common is looked at once."""

    def __init__(self, requests: Sequence[Request], weights: Weights) -> None:
        self._weights = weights
        self._wish, wishes = _coded(requests, attrgetter("classes"))
        self._demand, self._demands = _coded(requests, attrgetter("seats", "can_drive_manual", "required_features"))
        self._period, periods = _coded(requests, attrgetter("from_on", "until_on"))
        self.from_days = sorted({from_on for from_on, _ in periods})
        self.until_days = sorted({until_on for _, until_on in periods})
        self._periods = np.array(
            [
                (bisect_left(self.from_days, from_on), bisect_left(self.until_days, until_on))
                for from_on, until_on in periods
            ]
        ).reshape(-1, 2)
        self._need, self._needs = _coded(self._demands, itemgetter(2))
        self._wish_rank = _wish_ranks(wishes)
        self._seats, self._manual = np.array([(seats, manual) for seats, manual, _ in self._demands]).reshape(-1, 2).T
        spared = [
            seats * weights.spare_seat + len(words) * weights.unneeded_feature for seats, _, words in self._demands
        ]
        self._spared = np.array(spared, dtype=np.int64)

    def arcs_to(self, offer: _Offer, rows: Ints, km: Floats, numbers: Ints) -> _Part:
        """The possible pairs of these requests with the groups of a place, and their costs."""
        possible = (self._wish_rank[:, offer.vehicle_class] >= 0)[self._wish[rows]]
        possible &= self._meets_demand(offer)[self._demand[rows]]
        possible &= self._covers_period(offer)[self._period[rows]]
        row, column = np.divmod(np.flatnonzero(possible), len(numbers))
        request = rows[row]
        weights = self._weights
        of_row = weights.km * np.floor(km).astype(np.int64) - self._spared[self._demand[rows]]
        of_column = weights.spare_seat * offer.seats + weights.unneeded_feature * offer.feature_count
        wish_rank = self._wish_rank[self._wish[request], offer.vehicle_class[column]]
        return request, numbers[column], of_row[row] + of_column[column] + weights.class_rank * wish_rank

    def _meets_demand(self, offer: _Offer) -> Bools:
        """[demand, group]: enough seats, a gearbox the person can drive, every feature that is required."""
        enough: Bools = self._seats[:, None] <= offer.seats
        enough &= (self._manual[:, None] == 1) | (offer.manual == 0)
        enough &= np.array([[needed <= words for words in offer.features] for needed in self._needs])[self._need]
        return enough

    def _covers_period(self, offer: _Offer) -> Bools:
        """[period, group]: available from its first day to its last."""
        from_on, until_on = self._periods.T
        covers: Bools = (from_on[:, None] >= offer.first_from) & (until_on[:, None] <= offer.last_until)
        return covers


def _coded(things: Iterable[_T], quality: Callable[[_T], Any]) -> tuple[Ints, list[Any]]:
    """A small number for the quality of each thing, and what the numbers mean."""
    values = list(map(quality, things))
    code = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return np.array([code[value] for value in values], dtype=np.int64), list(code)


def _wish_ranks(wishes: Sequence[tuple[str, ...]]) -> Ints:
    """[list of wishes, vehicle class] → index of the class in the list, or -1."""
    table = np.full((len(wishes), len(VEHICLE_CLASSES)), -1, dtype=np.int64)
    row = [number for number, classes in enumerate(wishes) for _ in classes]
    column = [_CLASS_NUMBER[name] for classes in wishes for name in classes]
    rank = [index for classes in wishes for index in range(len(classes))]
    # Backwards, so that the first place of a class wished twice is written last.
    table[row[::-1], column[::-1]] = rank[::-1]
    return table


def _sorted_arcs(parts: list[_Part], request_count: int, members: list[list[int]]) -> Arcs:
    none = np.zeros(0, dtype=np.int64)
    request, group, cost = (np.concatenate([none, *(part[column] for part in parts)]) for column in range(3))
    order = _order(request, request_count)
    start = np.zeros(request_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(request, minlength=request_count), out=start[1:])
    capacity = np.array([len(ids) for ids in members], dtype=np.int64)
    return Arcs(start, group[order], cost[order], members, capacity)


def _order(request: Ints, request_count: int) -> Ints:
    """A stable order by request: 16 bits at a time, which numpy sorts in one pass."""
    order: Ints = np.argsort(request.astype(np.uint16), kind="stable")
    if request_count > 1 << 16:
        order = order[np.argsort((request >> 16).astype(np.uint16)[order], kind="stable")]
    if request_count > 1 << 32:
        raise ValueError("more requests than people on earth")
    return order
