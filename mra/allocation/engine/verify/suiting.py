"""Which car suits whom and what the pair costs, by the words of the rules and without any art."""

from __future__ import annotations

from collections.abc import Iterator
from math import atan2, cos, floor, pi, sin, sqrt

from mra.allocation.engine.values import Request, Scenario, Vehicle, Weights

# A degree of latitude is 111.195 km; no way between two places is shorter than their difference in latitude.
_LESS_THAN_A_DEGREE_KM = 111.0


def km_between(request: Request, vehicle: Vehicle) -> float:
    """Great-circle distance."""
    turn = pi / 180
    rise = sin((vehicle.lat - request.lat) * turn / 2) ** 2
    run = sin((vehicle.lon - request.lon) * turn / 2) ** 2
    chord = rise + cos(request.lat * turn) * cos(vehicle.lat * turn) * run
    return 2 * 6371.0088 * atan2(sqrt(chord), sqrt(max(0.0, 1 - chord)))


def fits(request: Request, vehicle: Vehicle) -> bool:
    """Whether the car as such suits the person, the distance aside."""
    return (
        vehicle.vehicle_class in request.classes
        and vehicle.seats >= request.seats
        and (vehicle.transmission != "MT" or request.can_drive_manual)
        and request.required_features <= vehicle.features
        and vehicle.available_from <= request.from_on
        and request.until_on <= vehicle.available_until
    )


def possible_costs(request: Request, vehicle: Vehicle, weights: Weights) -> set[int]:
    """What the pair may cost: one number, or two where the distance is a whole kilometre to the last digit."""
    km = km_between(request, vehicle)
    rest = (
        weights.class_rank * request.classes.index(vehicle.vehicle_class)
        + weights.spare_seat * (vehicle.seats - request.seats)
        + weights.unneeded_feature * len(vehicle.features - request.required_features)
    )
    return {rest + weights.km * floor(km - 1e-9), rest + weights.km * floor(km + 1e-9)} if km > 0.5 else {rest}


class Cars:
    """The cars of a scenario, place by place and class by class."""

    def __init__(self, scenario: Scenario) -> None:
        self._at_place: dict[tuple[float, float], dict[str, list[Vehicle]]] = {}
        for vehicle in scenario.vehicles:
            at_place = self._at_place.setdefault((vehicle.lat, vehicle.lon), {})
            at_place.setdefault(vehicle.vehicle_class, []).append(vehicle)

    def suiting(self, request: Request) -> Iterator[Vehicle]:
        """Every car that suits the person beyond doubt (at the limit of distance the last digit may decide)."""
        for (lat, _), by_class in self._at_place.items():
            if abs(lat - request.lat) * _LESS_THAN_A_DEGREE_KM > request.max_distance_km:
                continue
            km = km_between(request, next(iter(by_class.values()))[0])
            if km == 0 or km <= request.max_distance_km - 1e-9:
                for name in set(request.classes):
                    yield from (vehicle for vehicle in by_class.get(name, ()) if fits(request, vehicle))
