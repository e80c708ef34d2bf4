"""Whether every assignment is possible and costs what it says, and everyone is answered exactly once."""

from __future__ import annotations

from collections.abc import Iterator

from mra.allocation.engine.plan import Assignment, Plan
from mra.allocation.engine.values import Request, Scenario, Vehicle, Weights
from mra.allocation.engine.verify.suiting import fits, km_between, possible_costs


def assignment_faults(scenario: Scenario, plan: Plan) -> Iterator[str]:
    """Every pair exists, is possible and costs what it says, and no vehicle is given away twice."""
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
    km = km_between(request, vehicle)
    if not fits(request, vehicle) or km > request.max_distance_km + 1e-9:
        yield f"{vehicle.id} does not suit {request.id}"
    elif assignment.cost not in possible_costs(request, vehicle, weights):
        yield f"{request.id} with {vehicle.id} does not cost {assignment.cost}"
    if abs(assignment.distance_km - km) > 0.05 + 1e-9:
        yield f"{request.id} is not {assignment.distance_km} km from {vehicle.id}"


def answer_faults(scenario: Scenario, plan: Plan) -> Iterator[str]:
    """Everyone is answered, and only once."""
    answered = [assignment.request for assignment in plan.assignments]
    answered += [unserved.request for unserved in plan.unserved]
    if sorted(answered) != sorted(request.id for request in scenario.requests):
        yield "not everyone is answered exactly once"
