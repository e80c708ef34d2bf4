"""The engine against an integer program, on sizes where the definition itself would take for ever."""

import pytest
from ortools.linear_solver.python import model_builder

from mra.allocation.engine import allocate, read_scenario
from scripts.benchmarks._allocation_scenarios import benchmark_scenario
from tests.allocation.engine.brute_force import pair_cost


def solve(scenario, requests, worth, *, all_served):
    """The requests served and the worth of the best plan, every vehicle and request used at most once."""
    model = model_builder.Model()
    pairs = {}
    for request in requests:
        for vehicle in scenario.vehicles:
            cost = pair_cost(scenario, request, vehicle)
            if cost is not None:
                pairs[request.id, vehicle.id] = (model.new_bool_var(""), worth(request, cost))
    for request in requests:
        own = [pairs[key][0] for key in pairs if key[0] == request.id]
        if own:
            model.add(sum(own) == 1 if all_served else sum(own) <= 1)
    for vehicle in scenario.vehicles:
        own = [pairs[key][0] for key in pairs if key[1] == vehicle.id]
        if own:
            model.add(sum(own) <= 1)
    model.maximize(sum(variable * value for variable, value in pairs.values()))
    solver = model_builder.Solver("SCIP")
    assert solver.solve(model) == model_builder.SolveStatus.OPTIMAL
    served = {key[0] for key, (variable, _) in pairs.items() if solver.value(variable) > 0.5}
    return served, round(solver.objective_value)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_integer_program_finds_the_same_people_and_the_same_cost(seed):
    """Any worth that falls with the rank selects the same people: that is what a matroid means."""
    scenario = read_scenario(benchmark_scenario(400, 100, seed))
    queue = sorted(scenario.requests, key=lambda request: (request.tier, request.submitted_at, request.id))
    worth = {request.id: len(queue) - rank for rank, request in enumerate(queue)}
    plan = allocate(scenario)
    served, _ = solve(scenario, queue, lambda request, cost: worth[request.id], all_served=False)
    assert {assignment.request for assignment in plan.assignments} == served
    people = [request for request in queue if request.id in served]
    _, worth_of_plan = solve(scenario, people, lambda request, cost: -cost, all_served=True)
    assert plan.total_cost == -worth_of_plan
