"""Forbidden pairs said in the engine's words, and who is overtaken by what staff order: pure."""

from datetime import date
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from mra.allocation.engine import Plan, Request, Scenario, allocate
from mra.allocation.engine.verify import faults_of
from mra.allocation.overrides import Overtaken, Pair, bar, concerns, overtaken, pin_refusal, without
from mra.allocation.rules import Concern, Overtaking
from tests.allocation.engine.brute_force import pair_cost
from tests.allocation.engine.scenarios import ANAMIZU, car, person, scenario, small_scenarios


def pairs(plan: Plan) -> dict[str, str]:
    return {one.request: one.vehicle for one in plan.assignments}


def least_cost(of: Scenario, people: list[Request], barred: set[Pair]) -> int | None:
    """The least cost at which all these people get a car, none of them a barred one, by trying everything."""
    totals = []
    for cars in permutations(of.vehicles, len(people)):
        costs = [
            None if (one.id, vehicle.id) in barred else pair_cost(of, one, vehicle)
            for one, vehicle in zip(people, cars, strict=True)
        ]
        if None not in costs:
            totals.append(sum(cost for cost in costs if cost is not None))
    return min(totals, default=None)


@st.composite
def barred_scenarios(draw: st.DrawFn) -> tuple[Scenario, set[Pair]]:
    drawn = draw(small_scenarios(most=4))
    every = [(request.id, vehicle.id) for request in drawn.requests for vehicle in drawn.vehicles]
    return drawn, draw(st.sets(st.sampled_from(every), max_size=6)) if every else set()


class TestBar:
    @settings(max_examples=150)
    @given(barred_scenarios())
    def test_the_plan_is_the_best_one_without_the_barred_pairs(self, drawn: tuple[Scenario, set[Pair]]) -> None:
        plain, barred = drawn
        told = bar(plain, barred)
        plan = allocate(told)
        served: list[Request] = []
        for request in sorted(plain.requests, key=lambda one: one.rank):
            if least_cost(plain, [*served, request], barred) is not None:
                served.append(request)
        given_out = pairs(plan)
        assert set(given_out) == {request.id for request in served}
        assert not barred & set(given_out.items())
        cars = {vehicle.id: vehicle for vehicle in plain.vehicles}
        costs = [pair_cost(plain, request, cars[given_out[request.id]]) for request in served]
        assert sum(cost for cost in costs if cost is not None) == (least_cost(plain, served, barred) or 0)
        assert faults_of(told, plan) == []

    def test_nothing_barred_changes_nothing(self) -> None:
        plain = scenario([car()], [person()])
        assert bar(plain, []) is plain
        assert bar(plain, [("somebody else", "V1"), ("A1", "another car")]) is plain

    def test_a_barred_car_still_goes_to_somebody_else(self) -> None:
        plain = scenario([car()], [person("A1", tier=1), person("A2")])
        assert pairs(allocate(bar(plain, [("A1", "V1")]))) == {"A2": "V1"}


def test_people_and_cars_are_taken_out() -> None:
    left = without(scenario([car("V1"), car("V2")], [person("A1"), person("A2")]), requests={"A1"}, vehicles={"V2"})
    assert ([one.id for one in left.requests], [one.id for one in left.vehicles]) == (["A2"], ["V1"])


class TestPin:
    def test_papers_that_end_before_the_loan_would_forbid_it(self) -> None:
        assert pin_refusal(person(), car(available_until=date(2026, 7, 3))) == "pin_papers_end"
        assert pin_refusal(person(), car(available_until=date(2026, 7, 4))) is None

    def test_a_manual_car_needs_the_licence_for_it(self) -> None:
        manual = car(transmission="MT")
        assert pin_refusal(person(), manual) == "pin_manual"
        assert pin_refusal(person(can_drive_manual=True), manual) is None

    def test_what_is_merely_outside_the_wishes_is_told(self) -> None:
        wish = person(seats=5, required_features=frozenset({"awd"}), max_distance_km=10)
        far = car(vehicle_class="minivan", lat=ANAMIZU[0], lon=ANAMIZU[1], available_from=date(2026, 7, 2))
        assert list(concerns(wish, far)) == [
            Concern.CLASS,
            Concern.SEATS,
            Concern.FEATURES,
            Concern.DISTANCE,
            Concern.NOT_YET,
        ]
        assert pin_refusal(wish, far) is None

    def test_a_suiting_car_raises_no_concern(self) -> None:
        assert list(concerns(person(), car())) == []

    def test_without_a_place_the_distance_is_not_looked_at(self) -> None:
        assert list(concerns(person(lat=0.0, lon=0.0), car(), has_place=False)) == [Concern.PLACE_UNKNOWN]


class TestOvertaken:
    QUEUE = ("A1", "A2", "A3")

    def plain(self, cars: int = 1) -> Scenario:
        return scenario(
            [car(f"V{number}") for number in range(1, cars + 1)],
            [person(name, tier=number) for number, name in enumerate(self.QUEUE, start=1)],
        )

    def found(self, plain: Scenario, after: dict[str, str]) -> list[Overtaken]:
        return overtaken(self.QUEUE, plain, allocate(plain), after)

    def test_a_pin_for_the_last_costs_the_first_the_car_and_passes_the_second(self) -> None:
        assert self.found(self.plain(), {"A3": "V1"}) == [
            Overtaken("A1", Overtaking.LOST, "A3"),
            Overtaken("A2", Overtaking.PASSED, "A3"),
        ]

    def test_who_would_not_have_suited_is_not_passed(self) -> None:
        plain = scenario([car()], [person("A1", tier=1), person("A2", tier=2, seats=5), person("A3", tier=3)])
        assert self.found(plain, {"A3": "V1"}) == [Overtaken("A1", Overtaking.LOST, "A3")]

    def test_who_stands_behind_is_not_overtaken(self) -> None:
        assert self.found(self.plain(2), {"A1": "V2", "A2": "V1"}) == []

    def test_a_held_car_costs_somebody_and_nobody_gets_it(self) -> None:
        assert self.found(self.plain(2), {"A1": "V1"}) == [Overtaken("A2", Overtaking.LOST, None)]

    def test_who_drives_another_car_than_else_is_not_overtaken(self) -> None:
        assert self.found(self.plain(3), {"A1": "V3", "A2": "V1", "A3": "V2"}) == []

    def test_somebody_pinned_whom_the_engine_never_saw_overtakes_too(self) -> None:
        plain = scenario([car()], [person("A1", tier=1), person("A2", tier=2)])
        assert self.found(plain, {"A3": "V1"})[0] == Overtaken("A1", Overtaking.LOST, "A3")
