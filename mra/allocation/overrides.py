"""What staff ordered, applied to a scenario; and whom that overtook. Pure: it looks at the engine's values only.

The engine itself knows no orders. Held cars and pinned pairs leave the scenario before it runs; forbidden pairs are said
in its own words (`bar`), so that the kept scenario can be worked out again from a file and its proofs be checked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mra.allocation.engine import Plan, Request, Scenario, Vehicle, distance_km
from mra.allocation.engine.pairs import build_arcs

from .rules import Concern, Overtaking

Pair = tuple[str, str]  # request, vehicle


def bar(scenario: Scenario, pairs: Iterable[Pair]) -> Scenario:
    """The same scenario, in which these pairs are no pairs and nothing else changes.

    Every car gets a word "not V" for each barred car V; V itself gets another word instead; and whoever may not have V
    needs "not V". All cars have equally many words more than before, so that everyone pays the same for unneeded ones
    whichever car it is: who is served, and which plan is the cheapest, depends on the barred pairs alone.
    """
    requests = {request.id for request in scenario.requests}
    vehicles = {vehicle.id for vehicle in scenario.vehicles}
    barred: dict[str, set[str]] = defaultdict(set)
    for request, vehicle in pairs:
        if request in requests and vehicle in vehicles:
            barred[request].add(vehicle)
    if not barred:
        return scenario
    every = frozenset().union(*barred.values())
    words = frozenset(map(_not, every))
    return Scenario(
        scenario.weights,
        tuple(_with_words(vehicle, words, vehicle.id in every) for vehicle in scenario.vehicles),
        tuple(_needing(request, barred.get(request.id, ())) for request in scenario.requests),
    )


def _not(vehicle: str) -> str:
    return f"not {vehicle}"


def _with_words(vehicle: Vehicle, words: frozenset[str], is_barred: bool) -> Vehicle:
    own = words - {_not(vehicle.id)} | {f"only {vehicle.id}"} if is_barred else words
    return Vehicle(
        id=vehicle.id,
        vehicle_class=vehicle.vehicle_class,
        seats=vehicle.seats,
        transmission=vehicle.transmission,
        features=vehicle.features | own,
        lat=vehicle.lat,
        lon=vehicle.lon,
        available_from=vehicle.available_from,
        available_until=vehicle.available_until,
    )


def _needing(request: Request, barred: Collection[str]) -> Request:
    if not barred:
        return request
    return Request(
        id=request.id,
        tier=request.tier,
        submitted_at=request.submitted_at,
        classes=request.classes,
        seats=request.seats,
        can_drive_manual=request.can_drive_manual,
        required_features=request.required_features | frozenset(map(_not, barred)),
        lat=request.lat,
        lon=request.lon,
        max_distance_km=request.max_distance_km,
        from_on=request.from_on,
        until_on=request.until_on,
    )


def without(scenario: Scenario, *, requests: Collection[str], vehicles: Collection[str]) -> Scenario:
    """The same scenario without these people and cars."""
    return Scenario(
        scenario.weights,
        tuple(vehicle for vehicle in scenario.vehicles if vehicle.id not in vehicles),
        tuple(request for request in scenario.requests if request.id not in requests),
    )


def pin_refusal(request: Request, vehicle: Vehicle) -> str | None:
    """Why this pair would be unlawful, whoever orders it; None if it is not."""
    if request.until_on > vehicle.available_until:
        return "pin_papers_end"
    if vehicle.transmission == "MT" and not request.can_drive_manual:
        return "pin_manual"
    return None


def concerns(request: Request, vehicle: Vehicle, *, has_place: bool = True) -> Iterator[Concern]:
    """What of the person's wishes this car does not meet: for staff to know, and to decide."""
    if vehicle.vehicle_class not in request.classes:
        yield Concern.CLASS
    if vehicle.seats < request.seats:
        yield Concern.SEATS
    if not request.required_features <= vehicle.features:
        yield Concern.FEATURES
    if not has_place:
        yield Concern.PLACE_UNKNOWN
    elif distance_km(request.lat, request.lon, *vehicle.place) > request.max_distance_km:
        yield Concern.DISTANCE
    if vehicle.available_from > request.from_on:
        yield Concern.NOT_YET


class Overtaken(NamedTuple):
    """Somebody whom the orders cost something: how, and who behind them has a car that suits them."""

    request: str
    way: Overtaking
    by: str | None


def overtaken(queue: Sequence[str], scenario: Scenario, before: Plan, after: Mapping[str, str]) -> list[Overtaken]:
    """Whom the orders overtook, in the order of the queue. `scenario` and `before` are without the orders; `after` says
    who gets which car with them.

    Lost: served without the orders, and not now. Passed: without a car either way, while somebody further back gets, only
    thanks to the orders, a car that would have suited.
    """
    had = {one.request: one.vehicle for one in before.assignments}
    gained = [request for request in queue if request in after and request not in had]
    holders = {vehicle: request for request, vehicle in after.items()}
    place = {request: number for number, request in enumerate(queue)}
    passed = _passed(queue, place, gained, after, _suiting(scenario, {after[request] for request in gained}))
    found = []
    for request in queue:
        if request in after:
            continue
        if request in had:
            holder = holders.get(had[request])
            is_behind = holder is not None and place[holder] > place[request]
            found.append(Overtaken(request, Overtaking.LOST, holder if is_behind else None))
        elif request in passed:
            found.append(Overtaken(request, Overtaking.PASSED, passed[request]))
    return found


def _passed(
    queue: Sequence[str],
    place: Mapping[str, int],
    gained: Iterable[str],
    after: Mapping[str, str],
    suiting: Mapping[str, set[str]],
) -> dict[str, str]:
    """By person who was passed, the first further back who gained a car that would have suited."""
    passed: dict[str, str] = {}
    for winner in gained:
        for request in suiting[after[winner]]:
            if place[request] < place[winner]:
                passed.setdefault(request, winner)
    return passed


def _suiting(scenario: Scenario, vehicles: Collection[str]) -> dict[str, set[str]]:
    """For each of these cars, the people whom it suits."""
    found: dict[str, set[str]] = {vehicle: set() for vehicle in vehicles}
    cars = [vehicle for vehicle in scenario.vehicles if vehicle.id in found]
    arcs = build_arcs(scenario.requests, cars, scenario.weights)
    for number, request in enumerate(scenario.requests):
        for group in arcs.of(number).tolist():
            for car in arcs.members[group]:
                found[cars[car].id].add(request.id)
    return found
