"""Which vehicles suit which requests, and at what cost: groups of like vehicles, and the arcs from requests to them.

Vehicles that no request could tell apart form one group with a capacity. Arcs are built place by place with arrays,
because the number of pairs is what grows fastest.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mra.allocation.engine.values import (
    EARTH_RADIUS_KM,
    VEHICLE_CLASSES,
    Request,
    Vehicle,
    Weights,
    distance_km,
)

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
_Place: TypeAlias = tuple[float, float]
_Kind: TypeAlias = tuple[int, int, bool, int, int, int]  # class, seats, manual, features, first from, last until

_NOT_POSSIBLE = -1
# Arrays of distances may differ in the last digit from the one formula that counts; nearer than this to a limit,
# the formula itself decides.
_DOUBT_KM = 1e-6


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


class _Codes:
    """What requests and vehicles say, turned into small numbers that mean the same for both."""

    def __init__(self, requests: Sequence[Request], vehicles: Sequence[Vehicle]) -> None:
        self.from_days = sorted({request.from_on for request in requests})
        self.until_days = sorted({request.until_on for request in requests})
        self.wishes = sorted({request.classes for request in requests})
        self.needs = sorted({request.required_features for request in requests}, key=sorted)
        self.features = sorted({vehicle.features for vehicle in vehicles}, key=sorted)
        self._feature_code = {features: code for code, features in enumerate(self.features)}

    def kind(self, vehicle: Vehicle) -> _Kind:
        """Everything about a vehicle that can matter to any of these requests, the place aside."""
        return (
            VEHICLE_CLASSES.index(vehicle.vehicle_class),
            vehicle.seats,
            vehicle.transmission == "MT",
            self._feature_code[vehicle.features],
            bisect_left(self.from_days, vehicle.available_from),
            bisect_right(self.until_days, vehicle.available_until) - 1,
        )

    def wish_rank(self) -> Ints:
        """[wish list, vehicle class] → index of the class in the list, or not possible."""
        table = np.full((len(self.wishes), len(VEHICLE_CLASSES)), _NOT_POSSIBLE, dtype=np.int64)
        for row, classes in enumerate(self.wishes):
            for rank, name in reversed(list(enumerate(classes))):
                table[row, VEHICLE_CLASSES.index(name)] = rank
        return table

    def unneeded(self) -> Ints:
        """[needed set, features of a vehicle] → how many features nobody asked for, or not possible."""
        table = np.full((len(self.needs), len(self.features)), _NOT_POSSIBLE, dtype=np.int64)
        for row, needed in enumerate(self.needs):
            for column, features in enumerate(self.features):
                if needed <= features:
                    table[row, column] = len(features) - len(needed)
        return table


class _Wanted:
    """The requests as columns, in rank order, with an index by latitude."""

    def __init__(self, requests: Sequence[Request], codes: _Codes) -> None:
        wish_code = {classes: code for code, classes in enumerate(codes.wishes)}
        need_code = {needed: code for code, needed in enumerate(codes.needs)}
        from_code = {day: code for code, day in enumerate(codes.from_days)}
        until_code = {day: code for code, day in enumerate(codes.until_days)}
        self.lat_lon = [(request.lat, request.lon) for request in requests]
        self.lat = np.radians(np.array([request.lat for request in requests], dtype=np.float64))
        self.lon = np.radians(np.array([request.lon for request in requests], dtype=np.float64))
        self.cos_lat = np.cos(self.lat)
        self.max_km = np.array([request.max_distance_km for request in requests], dtype=np.float64)
        self.seats = np.array([request.seats for request in requests], dtype=np.int64)
        self.manual = np.array([request.can_drive_manual for request in requests], dtype=np.bool_)
        self.wish = np.array([wish_code[request.classes] for request in requests], dtype=np.int64)
        self.need = np.array([need_code[request.required_features] for request in requests], dtype=np.int64)
        self.from_day = np.array([from_code[request.from_on] for request in requests], dtype=np.int64)
        self.until_day = np.array([until_code[request.until_on] for request in requests], dtype=np.int64)
        self._by_lat = np.argsort(self.lat, kind="stable")
        self._sorted_lat = self.lat[self._by_lat]
        self._reach = (float(self.max_km.max(initial=0.0)) + 1.0) / EARTH_RADIUS_KM

    def near(self, place: _Place) -> tuple[Ints, Floats]:
        """The requests from which this place is not too far, and the distances."""
        latitude, longitude = np.radians(place[0]), np.radians(place[1])
        window = np.searchsorted(self._sorted_lat, (latitude - self._reach, latitude + self._reach))
        rows = np.sort(self._by_lat[window[0] : window[1]])
        half_height = np.sin((self.lat[rows] - latitude) / 2)
        half_width = np.sin((self.lon[rows] - longitude) / 2)
        chord = half_height**2 + np.cos(latitude) * self.cos_lat[rows] * half_width**2
        km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
        self._settle(rows, km, place)
        close = km <= self.max_km[rows]
        return rows[close], km[close]

    def _settle(self, rows: Ints, km: Floats, place: _Place) -> None:
        """Where the last digit could decide (the limit, a whole kilometre), ask the formula that counts."""
        whole = np.rint(km)
        doubtful = (np.abs(km - self.max_km[rows]) < _DOUBT_KM) | ((np.abs(km - whole) < _DOUBT_KM) & (whole > 0))
        for index in np.flatnonzero(doubtful).tolist():
            lat, lon = self.lat_lon[rows[index]]
            km[index] = distance_km(lat, lon, *place)


class _Builder:
    """Collects the arcs, place by place and class by class."""

    def __init__(self, requests: Sequence[Request], codes: _Codes, weights: Weights) -> None:
        self.wanted = _Wanted(requests, codes)
        self.wish_rank = codes.wish_rank()
        self.unneeded = codes.unneeded()
        self.weights = weights
        self.parts: list[tuple[Ints, Ints, Ints]] = []

    def add_place(self, place: _Place, groups: list[tuple[int, _Kind]]) -> None:
        """Arcs to all groups at one place."""
        rows, km = self.wanted.near(place)
        if not len(rows):
            return
        whole_km = np.floor(km).astype(np.int64)
        for class_code, alike in groupby(groups, key=lambda group: group[1][0]):
            rank = self.wish_rank[self.wanted.wish[rows], class_code]
            wished = np.flatnonzero(rank != _NOT_POSSIBLE)
            cost = self.weights.class_rank * rank[wished] + self.weights.km * whole_km[wished]
            self._add_class(rows[wished], cost, list(alike))

    def _add_class(self, rows: Ints, cost: Ints, groups: list[tuple[int, _Kind]]) -> None:
        wanted = self.wanted
        _, seats, manual, features, first_from, last_until = np.array([kind for _, kind in groups], dtype=np.int64).T
        possible = wanted.seats[rows, None] <= seats
        possible &= wanted.manual[rows, None] | (manual == 0)
        possible &= wanted.from_day[rows, None] >= first_from
        possible &= wanted.until_day[rows, None] <= last_until
        row, column = np.nonzero(possible)
        unneeded = self.unneeded[wanted.need[rows[row]], features[column]]
        fits = unneeded != _NOT_POSSIBLE
        row, column, unneeded = row[fits], column[fits], unneeded[fits]
        request = rows[row]
        arc_cost = (
            cost[row]
            + self.weights.spare_seat * (seats[column] - wanted.seats[request])
            + self.weights.unneeded_feature * unneeded
        )
        numbers = np.array([number for number, _ in groups], dtype=np.int64)
        self.parts.append((request, numbers[column], arc_cost))


def build_arcs(requests: Sequence[Request], vehicles: Sequence[Vehicle], weights: Weights) -> Arcs:
    """Group the vehicles and find all possible pairs; requests in rank order, vehicles by id."""
    codes = _Codes(requests, vehicles)
    alike: dict[tuple[_Place, _Kind], list[int]] = {}
    for index, vehicle in enumerate(vehicles):
        alike.setdefault((vehicle.place, codes.kind(vehicle)), []).append(index)
    keys = sorted(alike)
    members = [alike[key] for key in keys]
    builder = _Builder(requests, codes, weights)
    numbered = [(place, number, kind) for number, (place, kind) in enumerate(keys)]
    for place, at_place in groupby(numbered, key=lambda entry: entry[0]):
        builder.add_place(place, [(number, kind) for _, number, kind in at_place])
    return _sorted_arcs(builder.parts, len(requests), members)


def _sorted_arcs(parts: list[tuple[Ints, Ints, Ints]], request_count: int, members: list[list[int]]) -> Arcs:
    none = np.zeros(0, dtype=np.int64)
    request, group, cost = (np.concatenate([none, *(part[column] for part in parts)]) for column in range(3))
    order = np.argsort(request, kind="stable")
    start = np.zeros(request_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(request, minlength=request_count), out=start[1:])
    capacity = np.array([len(ids) for ids in members], dtype=np.int64)
    return Arcs(start, group[order], cost[order], members, capacity)
