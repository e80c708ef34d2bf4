"""Of several cheapest plans one is chosen by a rule, so that no solver and no version of it can change who gets what."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mra.allocation.engine import Weights, allocate
from mra.allocation.engine.ties import Market, first_of_the_cheapest
from mra.allocation.engine.verify import faults_of
from tests.allocation.engine.scenarios import ANAMIZU, car, person, scenario


def cheapest_plans(market, people):
    """By trying everything: the chosen arcs of every plan of least cost, the first in the order of the rule first."""
    own = [np.flatnonzero(market.person == one).tolist() for one in range(people)]
    plans = [np.array(plan) for plan in product(*own)]
    size = len(market.capacity)
    plans = [one for one in plans if (np.bincount(market.group[one], minlength=size) <= market.capacity).all()]
    least = min((market.cost[plan].sum() for plan in plans), default=0)
    return sorted(
        (plan for plan in plans if market.cost[plan].sum() == least), key=lambda plan: market.group[plan].tolist()
    )


@st.composite
def markets(draw):
    groups = draw(st.integers(1, 4))
    options = st.lists(st.integers(0, groups - 1), min_size=1, max_size=groups, unique=True).map(sorted)
    by_person = draw(st.lists(options, min_size=1, max_size=5))
    arcs = [(one, group) for one, own in enumerate(by_person) for group in own]
    costs = draw(st.lists(st.integers(-1, 2), min_size=len(arcs), max_size=len(arcs)))
    capacity = draw(st.lists(st.integers(1, 3), min_size=groups, max_size=groups))
    person_, group = np.array(arcs).T
    return Market(person_, group, np.array(costs), np.array(capacity)), len(by_person)


@settings(max_examples=300, deadline=None)
@given(markets())
def test_whichever_cheapest_plan_the_solver_finds_the_first_one_is_chosen(given_market):
    market, people = given_market
    plans = cheapest_plans(market, people)
    for found in plans:
        assert first_of_the_cheapest(market, found).tolist() == plans[0].tolist()


def test_a_plan_that_is_not_the_cheapest_is_not_taken_from_a_solver():
    two_ways = Market(np.array([0, 0]), np.array([0, 1]), np.array([1, 2]), np.array([1, 1]))
    with pytest.raises(RuntimeError, match="free would save"):
        first_of_the_cheapest(two_ways, np.array([1]))
    crossed = Market(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([1, 2, 2, 1]), np.array([1, 1]))
    with pytest.raises(RuntimeError, match="round of changes would save"):
        first_of_the_cheapest(crossed, np.array([1, 2]))


def test_alike_people_and_alike_cars_are_matched_in_order():
    people = [person(f"A{number}") for number in range(5)]
    plan = allocate(scenario([car(f"V{number}") for number in range(4)], people))
    assert [(one.request, one.vehicle) for one in plan.assignments] == [(f"A{n}", f"V{n}") for n in range(4)]


def test_where_nothing_costs_anything_the_best_ranked_gets_the_first_place():
    cars = [car("north"), *(car(f"south{number}", lat=ANAMIZU[0]) for number in range(3))]
    given_scenario = scenario(cars, [person(f"A{number}") for number in range(3)], Weights(0, 0, 0, 0))
    plan = allocate(given_scenario)
    assert [one.vehicle for one in plan.assignments] == ["south0", "south1", "south2"]
    assert faults_of(given_scenario, plan) == []
