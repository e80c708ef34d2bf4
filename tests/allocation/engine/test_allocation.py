"""The plan: nobody overtaken, least cost, everyone told why, always the same."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mra.allocation.engine import ScenarioFault, Unserved, Weights, allocate, read_scenario
from mra.allocation.engine.verify import faults_of
from scripts.benchmarks._allocation_scenarios import benchmark_scenario
from tests.allocation.engine.brute_force import least_cost, served_requests
from tests.allocation.engine.scenarios import ANAMIZU, JAPAN, car, person, scenario, small_scenarios


def pairs(plan):
    return {assignment.request: assignment.vehicle for assignment in plan.assignments}


class TestOrder:
    def test_the_lower_tier_goes_first_even_if_it_came_later(self):
        early = person("early", tier=2, submitted_at=datetime(2026, 6, 1, tzinfo=JAPAN))
        urgent = person("urgent", tier=1)
        assert pairs(allocate(scenario([car()], [early, urgent]))) == {"urgent": "V1"}

    def test_times_are_compared_as_instants_not_as_written(self):
        here = person("here", submitted_at=datetime(2026, 6, 20, 10, tzinfo=JAPAN))
        abroad = person("abroad", submitted_at=datetime(2026, 6, 20, 0, 59, tzinfo=UTC))
        assert pairs(allocate(scenario([car()], [here, abroad]))) == {"abroad": "V1"}

    def test_the_same_instant_is_decided_by_the_id(self):
        assert pairs(allocate(scenario([car()], [person("A2"), person("A10")]))) == {"A10": "V1"}

    def test_the_first_moment_of_the_calendar_can_be_ranked(self):
        first = person("first", submitted_at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))))
        assert pairs(allocate(scenario([car()], [person(), first]))) == {"first": "V1"}

    def test_the_better_ranked_moves_over_so_that_both_drive(self):
        picky = person("picky", tier=3, classes=("kei_truck",))
        truck = car("truck", vehicle_class="kei_truck", lat=ANAMIZU[0], lon=ANAMIZU[1])
        flexible = person("flexible", tier=1, classes=("kei_truck", "kei_van"))
        plan = allocate(scenario([truck, car("van")], [picky, flexible]))
        assert pairs(plan) == {"flexible": "van", "picky": "truck"}

    def test_cost_never_takes_a_car_from_the_better_ranked(self):
        far = person("far", tier=1, lat=ANAMIZU[0], lon=ANAMIZU[1])
        near = person("near", tier=2)
        assert pairs(allocate(scenario([car()], [near, far]))) == {"far": "V1"}


class TestReasons:
    def test_nobody_and_nothing_is_a_plan_too(self):
        plan = allocate(scenario([], []))
        assert (plan.assignments, plan.unserved, plan.contested_sets, plan.total_cost) == ((), (), (), 0)

    def test_without_any_car_nothing_suits(self):
        assert allocate(scenario([], [person()])).unserved == (Unserved("A1", "no_suitable_vehicle"),)

    def test_the_outranked_learn_which_cars_and_who_has_them(self):
        plan = allocate(scenario([car("V1"), car("V2")], [person("A1"), person("A2"), person("A3"), person("A4")]))
        assert plan.unserved == (Unserved("A3", "outranked", "c1"), Unserved("A4", "outranked", "c1"))
        [contested] = plan.contested_sets
        assert (contested.vehicles, contested.holders, contested.includes) == (("V1", "V2"), ("A1", "A2"), ())

    def test_a_set_includes_the_one_its_holders_could_change_to(self):
        van, truck = car("van"), car("truck", vehicle_class="kei_truck")
        only_van = [person("A1", classes=("kei_van",)), person("A3", classes=("kei_van",))]
        either = person("A2", classes=("kei_truck", "kei_van"))
        last = person("A4", classes=("kei_truck",))
        plan = allocate(scenario([van, truck], [*only_van, either, last]))
        assert [(one.vehicles, one.includes) for one in plan.contested_sets] == [(("van",), ()), (("truck",), ("c1",))]
        assert plan.unserved == (Unserved("A3", "outranked", "c1"), Unserved("A4", "outranked", "c2"))

    def test_two_sets_with_nothing_in_common_are_named_together(self):
        people = [person("A1", classes=("kei_van",)), person("A2", classes=("kei_truck",)), person("A3")]
        plan = allocate(scenario([car("van"), car("truck", vehicle_class="kei_truck")], people))
        assert plan.unserved == (Unserved("A3", "outranked", "c3"),)
        assert (plan.contested_sets[2].vehicles, plan.contested_sets[2].includes) == ((), ("c1", "c2"))


class TestAgainstTheDefinition:
    @settings(max_examples=200, deadline=None)
    @given(small_scenarios())
    def test_the_served_are_those_of_the_definition_at_the_least_cost(self, given_scenario):
        plan = allocate(given_scenario)
        served = served_requests(given_scenario)
        assert [assignment.request for assignment in plan.assignments] == [request.id for request in served]
        assert plan.total_cost == least_cost(given_scenario, served)

    @settings(max_examples=200, deadline=None)
    @given(small_scenarios(most=9))
    def test_every_reason_can_be_checked(self, given_scenario):
        assert faults_of(given_scenario, allocate(given_scenario)) == []

    @settings(max_examples=80, deadline=None)
    @given(small_scenarios(), st.randoms(use_true_random=False))
    def test_the_order_of_the_lists_means_nothing(self, given_scenario, chance):
        vehicles, requests = list(given_scenario.vehicles), list(given_scenario.requests)
        plan = allocate(given_scenario).to_json()
        chance.shuffle(vehicles)
        chance.shuffle(requests)
        assert allocate(scenario(vehicles, requests, given_scenario.weights)).to_json() == plan


@pytest.fixture(scope="module")
def first_day():
    return read_scenario(benchmark_scenario(500, 70))


class TestTheFirstDay:
    def test_its_plan_holds(self, first_day):
        plan = allocate(first_day)
        assert faults_of(first_day, plan) == []
        assert len(plan.unserved) > 400

    def test_its_plan_is_the_same_from_any_order(self, first_day):
        plan, chance = allocate(first_day).to_json(), random.Random(4)
        for _ in range(5):
            vehicles = chance.sample(first_day.vehicles, 70)
            requests = chance.sample(first_day.requests, 500)
            assert allocate(scenario(vehicles, requests, first_day.weights)).to_json() == plan


def test_cars_each_in_its_own_place_are_matched_too():
    cars = [car(f"V{number}", lat=37 + number / 1000) for number in range(200)]
    people = [person(f"A{number}", lat=37.2 - number / 1000, max_distance_km=5) for number in range(150)]
    given_scenario = scenario(cars, people)
    plan = allocate(given_scenario)
    assert faults_of(given_scenario, plan) == []
    assert len(plan.assignments) == 150


def test_a_chain_of_exchanges_may_be_longer_than_the_stack():
    count = 3000
    cars = [car(f"V{number:04}", seats=4, lat=30 + number / 1000) for number in range(count)]
    people = [person(f"A{number:04}", lat=30.0005 + number / 1000, max_distance_km=0.06) for number in range(count - 1)]
    people += [person(f"Z{number}", lat=30, max_distance_km=0) for number in (1, 2)]
    people[-2] = replace(people[-2], tier=3)
    plan = allocate(scenario(cars, people))
    assert len(plan.assignments) == count
    assert [unserved.request for unserved in plan.unserved] == ["Z1"]


def test_costs_beyond_64_bits_are_refused_in_words():
    far = car("far", lat=ANAMIZU[0], lon=ANAMIZU[1])
    with pytest.raises(ScenarioFault) as caught:
        allocate(scenario([car(), far], [person()], Weights(0, 10**17, 0, 0)))
    assert str(caught.value) == "$.weights: are so large that the costs cannot be added up"


@pytest.mark.parametrize("count", [2, 3, 4])
def test_costs_just_within_64_bits_that_the_solver_cannot_add_up_are_refused_too(count):
    cars = [car(f"V{number}", vehicle_class=("kei_van", "kei_truck")[number % 2]) for number in range(count)]
    largest = (2**61 - 1) // (count + 3)
    with pytest.raises(ScenarioFault, match="so large"):
        allocate(scenario(cars, [person(f"A{number}") for number in range(count)], Weights(largest, 0, 0, 0)))
