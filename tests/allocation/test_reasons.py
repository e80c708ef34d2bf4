"""Why somebody got no car, judged on the same scenario as the engine."""

from datetime import date
from typing import Any

import pytest

from mra.allocation.engine import allocate
from mra.allocation.reasons import Reason, reasons, suitable_cars, suiting_pairs
from mra.allocation.rules import NoCar

from .engine.scenarios import ANAMIZU, car, person, scenario


@pytest.mark.parametrize(
    ("facts_of_car", "facts_of_person", "reason"),
    [
        ({"vehicle_class": "minivan"}, {}, NoCar.CLASS),
        ({"seats": 1}, {}, NoCar.SEATS),
        ({"transmission": "MT"}, {}, NoCar.MANUAL),
        ({}, {"required_features": frozenset({"wheelchair"})}, NoCar.FEATURES),
        ({"available_until": date(2026, 7, 3)}, {}, NoCar.PERIOD),
        ({"available_from": date(2026, 7, 2)}, {}, NoCar.PERIOD),
        ({"lat": ANAMIZU[0], "lon": ANAMIZU[1]}, {"max_distance_km": 10}, NoCar.DISTANCE),
    ],
)
def test_the_first_wish_that_no_car_meets_is_named(
    facts_of_car: dict[str, Any], facts_of_person: dict[str, Any], reason: NoCar
) -> None:
    given = scenario([car(**facts_of_car)], [person(**facts_of_person)])
    assert reasons(given, allocate(given)) == [Reason("A1", reason, 0)]


def test_without_any_car_it_is_the_class() -> None:
    given = scenario([], [person()])
    assert reasons(given, allocate(given)) == [Reason("A1", NoCar.CLASS, 0)]


def test_each_of_two_wishes_is_judged_by_itself() -> None:
    given = scenario([car(seats=1)], [person("A1"), person("A2", classes=("minivan",)), person("A3")])
    assert [one.reason for one in reasons(given, allocate(given))] == [NoCar.SEATS, NoCar.CLASS, NoCar.SEATS]


def test_the_outranked_are_told_how_many_cars_suit_them() -> None:
    given = scenario([car("V1"), car("V2"), car("V3", seats=1)], [person("A1"), person("A2"), person("A3")])
    assert suitable_cars(given) == {"A1": 2, "A2": 2, "A3": 2}
    assert reasons(given, allocate(given)) == [Reason("A3", NoCar.OUTRANKED, 2)]


def test_only_possible_pairs_pass() -> None:
    given = scenario([car("V1"), car("V2", seats=1)], [person("A1")])
    asked = [("A1", "V1"), ("A1", "V2"), ("A1", "V9"), ("A9", "V1")]
    assert suiting_pairs(given, asked) == {("A1", "V1")}
