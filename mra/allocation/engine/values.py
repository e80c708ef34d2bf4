"""What the engine is given: vehicles that are free, requests that wait, and what a kilometre or a spare seat costs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt

VEHICLE_CLASSES = (
    "kei_passenger",
    "passenger",
    "minivan",
    "kei_truck",
    "kei_van",
    "van_large",
    "truck_dump",
    "welfare",
    "camper",
    "microbus",
)
TRANSMISSIONS = ("AT", "MT")
EARTH_RADIUS_KM = 6371.0088

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (the offset is taken off by hand in Request.rank)
_MICROSECOND = timedelta(microseconds=1)


class ScenarioFault(ValueError):
    """The scenario cannot be used: where in it (a JSON path) and what is wrong there."""

    def __init__(self, path: str, fault: str) -> None:
        super().__init__(f"${path}: {fault}")
        self.path = path
        self.fault = fault

    def within(self, parent: str) -> ScenarioFault:
        """The same fault, seen from one level further out."""
        return ScenarioFault(parent + self.path, self.fault)


@dataclass(frozen=True, slots=True)
class Weights:
    """What makes a pair dear, in whole numbers: a less wished class, distance, empty seats, features nobody needs."""

    class_rank: int
    km: int
    spare_seat: int
    unneeded_feature: int


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car that may be lent; `available_until` is the last lawful day (papers, lease, base), inclusive."""

    id: str
    vehicle_class: str
    seats: int
    transmission: str
    features: frozenset[str]
    lat: float
    lon: float
    available_from: date
    available_until: date

    @property
    def place(self) -> tuple[float, float]:
        """Where the car stands."""
        return self.lat, self.lon


@dataclass(frozen=True, slots=True)
class Request:
    """One car wanted, from one day until another, both inclusive; `classes` in the order of wish."""

    id: str
    tier: int
    submitted_at: datetime
    classes: tuple[str, ...]
    seats: int
    can_drive_manual: bool
    required_features: frozenset[str]
    lat: float
    lon: float
    max_distance_km: float
    from_on: date
    until_on: date

    @property
    def rank(self) -> tuple[int, int, str]:
        """The place in the queue: tier, then the instant of submission, then the id."""
        offset = self.submitted_at.utcoffset()
        if offset is None:
            raise ValueError(f"submitted_at of request {self.id} has no offset from UTC")
        instant = self.submitted_at.replace(tzinfo=None) - _EPOCH - offset
        return self.tier, instant // _MICROSECOND, self.id


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything one run looks at. The order of the two lists means nothing."""

    weights: Weights
    vehicles: tuple[Vehicle, ...]
    requests: tuple[Request, ...]

    def __post_init__(self) -> None:
        _refuse_repeated_ids("vehicles", (vehicle.id for vehicle in self.vehicles))
        _refuse_repeated_ids("requests", (request.id for request in self.requests))


def _refuse_repeated_ids(name: str, ids: Iterable[Hashable]) -> None:
    first: dict[Hashable, int] = {}
    for index, id_ in enumerate(ids):
        if id_ in first:
            raise ScenarioFault(f".{name}[{index}].id", f"the same id as {name}[{first[id_]}]")
        first[id_] = index


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance (haversine) in kilometres."""
    latitude, other = radians(lat), radians(other_lat)
    half_height = sin((other - latitude) / 2)
    half_width = sin(radians(other_lon - lon) / 2)
    chord = half_height * half_height + cos(latitude) * cos(other) * half_width * half_width
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))
