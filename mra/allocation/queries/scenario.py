"""From tables to what the engine is given, in a fixed small number of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from mra.allocation import engine
from mra.allocation.rules import WEIGHTS, NoCar, lent_period
from mra.core import clock, geo
from mra.disasters.models import Activation, Base
from mra.disasters.queries import terms_in_force
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import Drive

from .free import free_vehicles
from .waiting import WaitingRequest, waiting_requests

# Degrees to three places are about a hundred metres: near enough for a distance in whole kilometres, and what is kept
# with the run tells no house.
PLACES_OF_DEGREES = 3


@dataclass(frozen=True)
class Situation:
    """What is free and who waits at one moment; `left_out` are those who wait but cannot be looked at, and why."""

    scenario: engine.Scenario
    cars: list[Vehicle]
    left_out: dict[int, NoCar]


def engine_id(row_id: int) -> str:
    """A row's id for the engine, which compares ids as texts: with zeros in front they sort as the numbers do."""
    return f"{row_id:010}"


def situation(
    activation: Activation,
    base_ids: Collection[int],
    *,
    vehicle_ids: Collection[int] | None = None,
    request_ids: Collection[int] | None = None,
) -> Situation:
    """What is free at these bases and who waits in the activation, narrowed to some ids if given."""
    longest = {line.vehicle_class.value: line.days for line in terms_in_force(activation).lines}
    cars = free_vehicles(base_ids, only=vehicle_ids)
    waiting = waiting_requests(activation.id, only=request_ids)
    requests, left_out = _requests(waiting, longest, activation.ends_on)
    vehicles = tuple(car for car in (_vehicle(car, activation) for car in cars) if car)
    return Situation(engine.Scenario(engine.Weights(**WEIGHTS), vehicles, tuple(requests)), cars, left_out)


def _requests(
    waiting: Sequence[WaitingRequest], days: dict[str, int], ends_on: date | None
) -> tuple[list[engine.Request], dict[int, NoCar]]:
    requests, left_out = [], {}
    today = clock.today()
    for row in waiting:
        longest = max(days[kind] for kind in row.classes)
        period = lent_period(row.needed_from, row.needed_until, today=today, longest_days=longest, ends_on=ends_on)
        if row.is_paused:
            left_out[row.id] = NoCar.PAUSED
        elif period is None:
            left_out[row.id] = NoCar.NEED_OVER
        elif row.lat is None or row.lon is None:
            left_out[row.id] = NoCar.PLACE_UNKNOWN
        else:
            requests.append(_request(row, row.lat, row.lon, period))
    return requests, left_out


def _request(row: WaitingRequest, lat: float, lon: float, period: tuple[date, date]) -> engine.Request:
    return engine.Request(
        id=engine_id(row.id),
        tier=row.tier,
        submitted_at=row.submitted_at,
        classes=tuple(row.classes),
        seats=row.seats,
        can_drive_manual=row.can_drive_manual,
        required_features=frozenset(row.required_features),
        lat=round(lat, PLACES_OF_DEGREES),
        lon=round(lon, PLACES_OF_DEGREES),
        max_distance_km=row.max_distance_km,
        from_on=period[0],
        until_on=period[1],
    )


def _vehicle(car: Vehicle, activation: Activation) -> engine.Vehicle | None:
    """A car may be lent until the first of: its papers, its base, the whole support end."""
    base, lawful_until = car.base, car.lawful_until()
    if base is None or lawful_until is None:
        return None
    place = _place(base)
    return engine.Vehicle(
        id=engine_id(car.id),
        vehicle_class=car.vehicle_class.value,
        seats=car.seats,
        transmission=car.transmission.value,
        features=frozenset(car.features) | ({"awd"} if car.drive is Drive.FOUR else set()),
        lat=place.lat,
        lon=place.lon,
        available_from=car.available_from or clock.today(),
        available_until=min(day for day in (lawful_until, base.closes_on, activation.ends_on) if day),
    )


def _place(base: Base) -> geo.Coordinates:
    place = geo.coordinates(base.place)
    if place is None:
        raise ValueError(f"base {base.id} has no place")
    return geo.Coordinates(round(place.lat, PLACES_OF_DEGREES), round(place.lon, PLACES_OF_DEGREES))
