"""The checker finds what is wrong with a plan: every kind of lie is told once."""

import ast
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec import structs

from mra.allocation.engine import Assignment, ContestedSet, Plan, Unserved, allocate, verify
from mra.allocation.engine.verify import faults_of, least_cost_faults
from tests.allocation.engine.brute_force import pair_cost
from tests.allocation.engine.scenarios import ANAMIZU, car, person, scenario, small_scenarios

VAN, TRUCK = car("van"), car("truck", vehicle_class="kei_truck", lat=ANAMIZU[0], lon=ANAMIZU[1])
ONLY_VAN = ("kei_van",)
SCENARIO = scenario(
    [VAN, TRUCK, car("bus", vehicle_class="microbus")],
    [
        person("A1", classes=ONLY_VAN),
        person("A2", classes=ONLY_VAN),
        person("A3", max_distance_km=60),
        person("A4", classes=("kei_truck",)),
        person("A5", classes=("camper",)),
    ],
)
PLAN = allocate(SCENARIO)


def test_the_true_plan_holds():
    assert faults_of(SCENARIO, PLAN) == []


def lie(**changes):
    return replace(PLAN, **changes)


def first_assignment(**changes):
    first, *others = PLAN.assignments
    return lie(assignments=(structs.replace(first, **changes), *others))


def first_set(**changes):
    first, *others = PLAN.contested_sets
    return lie(contested_sets=(structs.replace(first, **changes), *others))


def reason(request, *change):
    return lie(unserved=tuple(Unserved(request, *change) if one.request == request else one for one in PLAN.unserved))


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (first_assignment(vehicle="bus"), "bus does not suit A1"),
        (first_assignment(vehicle="ghost"), "A1 gets ghost, and one of them does not exist"),
        (first_assignment(vehicle="truck"), "truck is given away twice"),
        (first_assignment(cost=7), "A1 with van does not cost 7"),
        (first_assignment(distance_km=9.0), "A1 is not 9.0 km from van"),
        (lie(total_cost=1), "the total cost is not the sum"),
        (lie(unserved=PLAN.unserved[1:]), "not everyone is answered exactly once"),
        (lie(assignments=PLAN.assignments[1:]), "the holders of c1 do not hold its vehicles"),
        (first_set(vehicles=("van", "truck")), "truck stands in two sets"),
        (first_set(holders=("A3",)), "the holders of c1 do not hold its vehicles"),
        (first_set(includes=("c2",)), "c1 includes ['c2'], not listed before it"),
        (lie(contested_sets=(*PLAN.contested_sets, PLAN.contested_sets[1])), "c2 is listed twice"),
        (lie(contested_sets=(*PLAN.contested_sets, ContestedSet("c9", (), (), ()))), "nobody needs the sets ['c9']"),
        (reason("A2", "no_suitable_vehicle"), "van suits A2"),
        (reason("A2", "outranked", "c7"), "A2 names no set"),
        (reason("A4", "outranked", "c1"), "truck suits A4 and is not in c1"),
    ],
)
def test_a_lie_is_found(plan, fault):
    assert fault in faults_of(SCENARIO, plan)


def test_a_holder_with_a_way_out_is_found():
    plan = lie(contested_sets=(PLAN.contested_sets[0], structs.replace(PLAN.contested_sets[1], includes=())))
    assert "A3, a holder of c2, could change to van" in faults_of(SCENARIO, plan)


def test_overtaking_is_found():
    """A1 and A2 swapped: everything else is in order, but the better ranked one goes without."""
    first, *others = PLAN.assignments
    plan = lie(
        assignments=(structs.replace(first, request="A2"), *others),
        unserved=(Unserved("A1", "outranked", "c1"), *PLAN.unserved[1:]),
        contested_sets=(structs.replace(PLAN.contested_sets[0], holders=("A2",)), PLAN.contested_sets[1]),
    )
    assert faults_of(SCENARIO, plan) == ["a holder of c1 does not rank above A1"]


def test_a_change_that_saves_something_is_found():
    """Both have a car that suits them and costs what it says; but the two are better off the other way round."""
    near, far = car("near"), car("far", lat=ANAMIZU[0])
    people = [person("A1"), person("A2", lat=ANAMIZU[0])]
    crossed = (Assignment("A1", "far", 370, 17.8), Assignment("A2", "near", 370, 17.8))
    plan = Plan(crossed, (), (), 740)
    weights = structs.replace(SCENARIO.weights, km=10, spare_seat=100)
    assert faults_of(scenario([near, far], people, weights), plan) == [
        "no prices prove the cost: A1 has far and would change to near"
    ]


def test_a_cheaper_car_that_nobody_has_is_found():
    cars = [car("near"), car("far", lat=ANAMIZU[0])]
    plan = Plan((Assignment("A1", "far", 270, 17.8),), (), (), 270)
    assert faults_of(scenario(cars, [person("A1")]), plan) == [
        "no prices prove the cost: A1 has far and would change to near"
    ]


@settings(max_examples=60, deadline=None)
@given(small_scenarios(most=4))
def test_prices_prove_the_cost_of_the_cheapest_plans_and_of_no_other(given_scenario):
    best = allocate(given_scenario)
    people = {request.id: request for request in given_scenario.requests}
    served = [people[one.request] for one in best.assignments]
    for cars in permutations(given_scenario.vehicles, len(served)):
        costs = [pair_cost(given_scenario, one, vehicle) for one, vehicle in zip(served, cars, strict=True)]
        if None not in costs:
            given_away = zip(served, cars, costs, strict=True)
            assignments = tuple(Assignment(one.id, vehicle.id, cost, 0.0) for one, vehicle, cost in given_away)
            is_proved = not list(least_cost_faults(given_scenario, Plan(assignments, (), (), sum(costs))))
            assert is_proved is (sum(costs) == best.total_cost)


def test_the_checker_shares_no_code_with_the_solver():
    """It may import the values, the form of a plan, and itself."""
    allowed = {"values", "plan", "verify"}
    for path in Path(verify.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            own = [module.split(".") for module in modules if module.startswith("mra")]
            assert all(words[:3] == ["mra", "allocation", "engine"] and words[3] in allowed for words in own), path
