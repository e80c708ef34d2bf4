"""The rules by their definition, with no regard for time: the referee of the engine on small cases."""

from __future__ import annotations

from functools import cache
from math import asin, cos, floor, radians, sin, sqrt

from mra.allocation.engine import Request, Scenario, Vehicle


def _km(request: Request, vehicle: Vehicle) -> float:
    rise, run = radians(vehicle.lat - request.lat), radians(vehicle.lon - request.lon)
    chord = sin(rise / 2) ** 2 + cos(radians(request.lat)) * cos(radians(vehicle.lat)) * sin(run / 2) ** 2
    return 2 * 6371.0088 * asin(sqrt(chord))


def pair_cost(scenario: Scenario, request: Request, vehicle: Vehicle) -> int | None:
    """What the pair costs, or None if it is not possible."""
    possible = (
        vehicle.vehicle_class in request.classes
        and vehicle.seats >= request.seats
        and (request.can_drive_manual or vehicle.transmission == "AT")
        and vehicle.features.issuperset(request.required_features)
        and vehicle.available_from <= request.from_on <= request.until_on <= vehicle.available_until
        and _km(request, vehicle) <= request.max_distance_km
    )
    if not possible:
        return None
    return (
        scenario.weights.class_rank * request.classes.index(vehicle.vehicle_class)
        + scenario.weights.km * floor(_km(request, vehicle))
        + scenario.weights.spare_seat * (vehicle.seats - request.seats)
        + scenario.weights.unneeded_feature * len(vehicle.features - request.required_features)
    )


def least_cost(scenario: Scenario, requests: list[Request]) -> int | None:
    """The least cost at which all these are served together, over all ways to do it; None if there is none."""

    @cache
    def best(index: int, used: int) -> int | None:
        if index == len(requests):
            return 0
        totals = []
        for number, vehicle in enumerate(scenario.vehicles):
            cost = None if used >> number & 1 else pair_cost(scenario, requests[index], vehicle)
            rest = None if cost is None else best(index + 1, used | 1 << number)
            if cost is not None and rest is not None:
                totals.append(cost + rest)
        return min(totals, default=None)

    return best(0, 0)


def served_requests(scenario: Scenario) -> list[Request]:
    """Going down the ranking, everyone who can be served together with all those served before."""
    served: list[Request] = []
    for request in sorted(scenario.requests, key=lambda one: (one.tier, one.submitted_at, one.id)):
        if least_cost(scenario, [*served, request]) is not None:
            served.append(request)
    return served
