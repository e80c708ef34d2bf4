"""The checker finds what is wrong with a plan: every kind of lie is told once."""

from dataclasses import replace

import pytest
from msgspec import structs

from mra.allocation.engine import ContestedSet, Unserved, allocate
from mra.allocation.engine.verify import faults_of
from tests.allocation.engine.scenarios import ANAMIZU, car, person, scenario

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
