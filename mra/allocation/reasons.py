"""Why somebody got no car. Pure: it looks at the same scenario as the engine.

The engine proves that nobody was passed over; this says, for the phone, which of the person's wishes stands in the way.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import NamedTuple

from mra.allocation.engine import Plan, Request, Scenario, Vehicle
from mra.allocation.engine.pairs import build_arcs

from .rules import NoCar


class Reason(NamedTuple):
    """One person without a car: why, and how many cars suit (all of them held by people ranked before)."""

    request: str
    reason: NoCar
    cars: int


def reasons(
    scenario: Scenario, plan: Plan, *, plain: Scenario | None = None, barred: Collection[str] = ()
) -> list[Reason]:
    """A reason for everyone whom the plan does not serve, in rank order.

    `plain` is the scenario before staff took cars out of it and barred pairs; `barred` are the people of such pairs.
    """
    plain = plain or scenario
    cars, all_cars = suitable_cars(scenario), suitable_cars(plain)
    wanted = {request.id: request for request in plain.requests}
    obstacles = _Obstacles(plain.vehicles)

    def reason(request: str) -> NoCar:
        if all_cars[request]:
            return NoCar.BARRED if request in barred else NoCar.HELD
        return obstacles.first_for(wanted[request])

    return [
        Reason(unserved.request, NoCar.OUTRANKED, cars[unserved.request])
        if unserved.reason == "outranked"
        else Reason(unserved.request, reason(unserved.request), 0)
        for unserved in plan.unserved
    ]


def suitable_cars(scenario: Scenario) -> dict[str, int]:
    """How many cars suit each request."""
    arcs = build_arcs(scenario.requests, scenario.vehicles, scenario.weights)
    return {request.id: int(arcs.capacity[arcs.of(number)].sum()) for number, request in enumerate(scenario.requests)}


def suiting_pairs(scenario: Scenario, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the pairs (request, vehicle) that are possible in this scenario."""
    arcs = build_arcs(scenario.requests, scenario.vehicles, scenario.weights)
    group = {scenario.vehicles[car].id: number for number, cars in enumerate(arcs.members) for car in cars}
    groups = {request.id: set(arcs.of(number).tolist()) for number, request in enumerate(scenario.requests)}
    return {(request, vehicle) for request, vehicle in pairs if group.get(vehicle, -1) in groups.get(request, ())}


class _Wish(NamedTuple):
    """What many requests have in common; for each such wish the cars are looked through once."""

    classes: tuple[str, ...]
    seats: int
    can_drive_manual: bool
    required_features: frozenset[str]


class _Period(NamedTuple):
    wish: _Wish
    from_on: date
    until_on: date


class _Obstacles:
    """The first wish that no car meets: class, seats, gearbox, features, period, distance, in this order."""

    def __init__(self, vehicles: Iterable[Vehicle]) -> None:
        self._vehicles = list(vehicles)
        self._by_wish: dict[_Wish, tuple[NoCar | None, list[Vehicle]]] = {}
        self._is_period_possible: dict[_Period, bool] = {}

    def first_for(self, request: Request) -> NoCar:
        """The obstacle to tell a person whom no car suits."""
        wish = _Wish(request.classes, request.seats, request.can_drive_manual, request.required_features)
        if wish not in self._by_wish:
            self._by_wish[wish] = self._narrow(wish)
        obstacle, cars = self._by_wish[wish]
        if obstacle:
            return obstacle
        period = _Period(wish, request.from_on, request.until_on)
        if period not in self._is_period_possible:
            self._is_period_possible[period] = any(_covers(car, period) for car in cars)
        return NoCar.DISTANCE if self._is_period_possible[period] else NoCar.PERIOD

    def _narrow(self, wish: _Wish) -> tuple[NoCar | None, list[Vehicle]]:
        sieves: tuple[tuple[NoCar, Callable[[Vehicle], bool]], ...] = (
            (NoCar.CLASS, lambda car: car.vehicle_class in wish.classes),
            (NoCar.SEATS, lambda car: car.seats >= wish.seats),
            (NoCar.MANUAL, lambda car: car.transmission != "MT" or wish.can_drive_manual),
            (NoCar.FEATURES, lambda car: wish.required_features <= car.features),
        )
        cars = self._vehicles
        for obstacle, passes in sieves:
            cars = [car for car in cars if passes(car)]
            if not cars:
                return obstacle, []
        return None, cars


def _covers(car: Vehicle, period: _Period) -> bool:
    return car.available_from <= period.from_on and period.until_on <= car.available_until
