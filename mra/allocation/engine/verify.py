"""Checks a plan against its scenario by the words of the rules. Shares no code with the solver, only the values.

Checked: every assignment is possible and costs what it says; everyone is answered exactly once; every reason holds,
each "outranked" by its proof. If all proofs hold, the served set is the right one: nobody was overtaken. Whether the
cost is the smallest possible is not checked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import atan2, cos, floor, pi, sin, sqrt

from mra.allocation.engine.plan import Assignment, ContestedSet, Plan, Unserved
from mra.allocation.engine.values import Request, Scenario, Vehicle, Weights


def faults_of(scenario: Scenario, plan: Plan) -> list[str]:
    """Everything that is wrong with the plan, in sentences; empty if it holds."""
    return [*_assignment_faults(scenario, plan), *_answer_faults(scenario, plan), *_Proofs(scenario, plan).faults()]


def _km_between(request: Request, vehicle: Vehicle) -> float:
    turn = pi / 180
    rise = sin((vehicle.lat - request.lat) * turn / 2) ** 2
    run = sin((vehicle.lon - request.lon) * turn / 2) ** 2
    chord = rise + cos(request.lat * turn) * cos(vehicle.lat * turn) * run
    return 2 * 6371.0088 * atan2(sqrt(chord), sqrt(max(0.0, 1 - chord)))


def _fits(request: Request, vehicle: Vehicle) -> bool:
    """Whether the car as such suits the person, the distance aside."""
    return (
        vehicle.vehicle_class in request.classes
        and vehicle.seats >= request.seats
        and (vehicle.transmission != "MT" or request.can_drive_manual)
        and request.required_features <= vehicle.features
        and vehicle.available_from <= request.from_on
        and request.until_on <= vehicle.available_until
    )


def _costs(request: Request, vehicle: Vehicle, weights: Weights) -> set[int]:
    """What the pair may cost: one number, or two where the distance is a whole kilometre to the last digit."""
    km = _km_between(request, vehicle)
    rest = (
        weights.class_rank * request.classes.index(vehicle.vehicle_class)
        + weights.spare_seat * (vehicle.seats - request.seats)
        + weights.unneeded_feature * len(vehicle.features - request.required_features)
    )
    return {rest + weights.km * floor(km - 1e-9), rest + weights.km * floor(km + 1e-9)} if km > 0.5 else {rest}


def _assignment_faults(scenario: Scenario, plan: Plan) -> Iterator[str]:
    requests = {request.id: request for request in scenario.requests}
    vehicles = {vehicle.id: vehicle for vehicle in scenario.vehicles}
    given: set[str] = set()
    for assignment in plan.assignments:
        request, vehicle = requests.get(assignment.request), vehicles.get(assignment.vehicle)
        if request is None or vehicle is None:
            yield f"{assignment.request} gets {assignment.vehicle}, and one of them does not exist"
            continue
        if vehicle.id in given:
            yield f"{vehicle.id} is given away twice"
        given.add(vehicle.id)
        yield from _pair_faults(request, vehicle, assignment, scenario.weights)
    if plan.total_cost != sum(assignment.cost for assignment in plan.assignments):
        yield "the total cost is not the sum"


def _pair_faults(request: Request, vehicle: Vehicle, assignment: Assignment, weights: Weights) -> Iterator[str]:
    km = _km_between(request, vehicle)
    if not _fits(request, vehicle) or km > request.max_distance_km + 1e-9:
        yield f"{vehicle.id} does not suit {request.id}"
    elif assignment.cost not in _costs(request, vehicle, weights):
        yield f"{request.id} with {vehicle.id} does not cost {assignment.cost}"
    if abs(assignment.distance_km - km) > 0.05 + 1e-9:
        yield f"{request.id} is not {assignment.distance_km} km from {vehicle.id}"


def _answer_faults(scenario: Scenario, plan: Plan) -> Iterator[str]:
    answered = [assignment.request for assignment in plan.assignments]
    answered += [unserved.request for unserved in plan.unserved]
    if sorted(answered) != sorted(request.id for request in scenario.requests):
        yield "not everyone is answered exactly once"


@dataclass(frozen=True, slots=True)
class _Full:
    """A contested set with all it includes: a bit for each set in it, and the worst rank among its holders."""

    sets: int
    worst_rank: int


class _Proofs:
    """The reasons given to those who are not served."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self._plan = plan
        self._requests = {request.id: request for request in scenario.requests}
        queue = sorted(scenario.requests, key=lambda one: (one.tier, one.submitted_at, one.id))
        self._rank = {request.id: rank for rank, request in enumerate(queue)}
        self._vehicle_of = {assignment.request: assignment.vehicle for assignment in plan.assignments}
        self._at_place: dict[tuple[float, float], list[Vehicle]] = {}
        for vehicle in scenario.vehicles:
            self._at_place.setdefault((vehicle.lat, vehicle.lon), []).append(vehicle)
        self._set_of: dict[str, int] = {}
        self._full: dict[str, _Full] = {}

    def faults(self) -> Iterator[str]:
        """What is wrong with the sets, then with the sentences that name them."""
        for number, contested in enumerate(self._plan.contested_sets):
            yield from self._place_faults(contested, number)
        used = {unserved.contested_set for unserved in self._plan.unserved}
        for contested in self._plan.contested_sets:
            yield from self._set_faults(contested)
            used.update(contested.includes)
        if idle := [contested.id for contested in self._plan.contested_sets if contested.id not in used]:
            yield f"nobody needs the sets {idle}"
        for unserved in self._plan.unserved:
            yield from self._reason_faults(unserved)

    def _place_faults(self, contested: ContestedSet, number: int) -> Iterator[str]:
        """Sets are read in the order listed, the included ones first, so that none can include itself."""
        if contested.id in self._full:
            yield f"{contested.id} is listed twice"
        if unknown := [name for name in contested.includes if name not in self._full]:
            yield f"{contested.id} includes {unknown}, not listed before it"
        included = [self._full[name] for name in contested.includes if name in self._full]
        sets = 1 << number
        for full in included:
            sets |= full.sets
        ranks = [self._rank.get(holder, len(self._rank)) for holder in contested.holders]
        worst_rank = max([*ranks, *(full.worst_rank for full in included)], default=-1)
        self._full[contested.id] = _Full(sets, worst_rank)
        for vehicle in contested.vehicles:
            if vehicle in self._set_of:
                yield f"{vehicle} stands in two sets"
            self._set_of[vehicle] = number

    def _set_faults(self, contested: ContestedSet) -> Iterator[str]:
        """The holders hold exactly these vehicles, and nothing outside the full set would suit them."""
        held = [self._vehicle_of.get(holder, "") for holder in contested.holders]
        if sorted(held) != sorted(contested.vehicles):
            yield f"the holders of {contested.id} do not hold its vehicles"
        for holder in contested.holders:
            if holder in self._requests and (way_out := self._way_out(self._requests[holder], contested.id)):
                yield f"{holder}, a holder of {contested.id}, could change to {way_out}"

    def _reason_faults(self, unserved: Unserved) -> Iterator[str]:
        request = self._requests.get(unserved.request)
        if request is None:
            return
        if unserved.reason == "no_suitable_vehicle":
            if suitable := next(self._suitable(request), None):
                yield f"{suitable.id} suits {request.id}"
        elif unserved.contested_set not in self._full:
            yield f"{request.id} names no set"
        else:
            if way_out := self._way_out(request, unserved.contested_set):
                yield f"{way_out} suits {request.id} and is not in {unserved.contested_set}"
            if self._full[unserved.contested_set].worst_rank >= self._rank[request.id]:
                yield f"a holder of {unserved.contested_set} does not rank above {request.id}"

    def _way_out(self, request: Request, contested_set: str) -> str | None:
        """A vehicle that suits the request and lies outside the full set."""
        sets = self._full[contested_set].sets
        for vehicle in self._suitable(request):
            number = self._set_of.get(vehicle.id)
            if number is None or not sets >> number & 1:
                return vehicle.id
        return None

    def _suitable(self, request: Request) -> Iterator[Vehicle]:
        for vehicles in self._at_place.values():
            km = _km_between(request, vehicles[0])
            if km == 0 or km <= request.max_distance_km - 1e-9:
                yield from (vehicle for vehicle in vehicles if _fits(request, vehicle))
