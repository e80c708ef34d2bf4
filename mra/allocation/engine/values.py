"""What the engine is given: vehicles that are free, requests that wait, and what a kilometre or a spare seat costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

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

# Larger numbers are slips of the finger.
MAX_WEIGHT = 10**9
MAX_SEATS = 1000
MAX_DISTANCE_KM = 10**6

# What a document may hold; whoever makes values in Python is not held to it.
_Text: TypeAlias = Annotated[str, Meta(min_length=1)]
_Small: TypeAlias = Annotated[int, Meta(ge=-MAX_WEIGHT, le=MAX_WEIGHT)]
_Seats: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_SEATS)]
_Latitude: TypeAlias = Annotated[float, Meta(ge=-90, le=90)]
_Longitude: TypeAlias = Annotated[float, Meta(ge=-180, le=180)]
_Distance: TypeAlias = Annotated[float, Meta(ge=0, le=MAX_DISTANCE_KM)]
_Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ScenarioFault(ValueError):
    """The scenario cannot be used: where in it (a JSON path) and what is wrong there."""

    def __init__(self, path: str, fault: str) -> None:
        super().__init__(f"${path}: {fault}")
        self.path = path
        self.fault = fault

    def within(self, parent: str) -> ScenarioFault:
        """The same fault, seen from one level further out."""
        return ScenarioFault(parent + self.path, self.fault)


class Weights(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What makes a pair dear, in whole numbers: a less wished class, distance, empty seats, features nobody needs."""

    class_rank: _Small
    km: _Small
    spare_seat: _Small
    unneeded_feature: _Small


class Vehicle(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A car that may be lent; `available_until` is the last lawful day (papers, lease, base), inclusive."""

    id: _Text
    vehicle_class: str
    seats: _Seats
    transmission: str
    features: frozenset[_Text]
    lat: _Latitude
    lon: _Longitude
    available_from: date
    available_until: date

    @property
    def place(self) -> tuple[float, float]:
        """Where the car stands."""
        return self.lat, self.lon


class Request(
    Struct, frozen=True, forbid_unknown_fields=True, gc=False, rename={"from_on": "from", "until_on": "until"}
):
    """One car wanted, from one day until another, both inclusive; `classes` in the order of wish."""

    id: _Text
    tier: _Small
    submitted_at: _Moment
    classes: tuple[str, ...]
    seats: _Seats
    can_drive_manual: bool
    required_features: frozenset[_Text]
    lat: _Latitude
    lon: _Longitude
    max_distance_km: _Distance
    from_on: date
    until_on: date

    @property
    def rank(self) -> tuple[int, timedelta, str]:
        """The place in the queue: tier, then the instant of submission, then the id."""
        return self.tier, self.submitted_at - _EPOCH, self.id


class Scenario(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything one run looks at. The order of the two lists means nothing."""

    weights: Weights
    vehicles: tuple[Vehicle, ...]
    requests: tuple[Request, ...]

    def __post_init__(self) -> None:
        _refuse_repeated_ids("vehicles", [vehicle.id for vehicle in self.vehicles])
        _refuse_repeated_ids("requests", [request.id for request in self.requests])


def _refuse_repeated_ids(name: str, ids: Sequence[str]) -> None:
    if len(set(ids)) == len(ids):
        return
    first: dict[str, int] = {}
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
