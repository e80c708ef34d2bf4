"""Which car suits whom: each condition on its own, on both sides of its edge."""

from datetime import date
from math import nextafter

import pytest

from mra.allocation.engine import allocate, distance_km
from tests.allocation.engine.scenarios import ANAMIZU, WAJIMA, car, person, scenario


def is_served(vehicle, request):
    return bool(allocate(scenario([vehicle], [request])).assignments)


@pytest.mark.parametrize(
    ("car_facts", "person_facts", "suits"),
    [
        ({"vehicle_class": "kei_truck"}, {}, True),
        ({"vehicle_class": "minivan"}, {}, False),
        ({}, {"classes": ()}, False),
        ({"seats": 2}, {"seats": 2}, True),
        ({"seats": 2}, {"seats": 3}, False),
        ({"transmission": "MT"}, {"can_drive_manual": True}, True),
        ({"transmission": "MT"}, {"can_drive_manual": False}, False),
        ({"transmission": "AT"}, {"can_drive_manual": True}, True),
        ({"features": frozenset({"awd", "studless"})}, {"required_features": frozenset({"awd"})}, True),
        ({"features": frozenset({"studless"})}, {"required_features": frozenset({"awd"})}, False),
        ({}, {"required_features": frozenset({"awd"})}, False),
        ({"available_from": date(2026, 7, 1)}, {"from_on": date(2026, 7, 1)}, True),
        ({"available_from": date(2026, 7, 2)}, {"from_on": date(2026, 7, 1)}, False),
        ({"available_until": date(2026, 7, 4)}, {"until_on": date(2026, 7, 4)}, True),
        ({"available_until": date(2026, 7, 3)}, {"until_on": date(2026, 7, 4)}, False),
        ({"available_from": date(2026, 9, 1), "available_until": date(2026, 7, 1)}, {}, False),
        ({"lat": ANAMIZU[0]}, {"max_distance_km": 17.8}, True),
        ({"lat": ANAMIZU[0]}, {"max_distance_km": 17.7}, False),
        ({}, {"max_distance_km": 0}, True),
    ],
)
def test_a_car_suits_only_if_every_condition_holds(car_facts, person_facts, suits):
    assert is_served(car(**car_facts), person(**person_facts)) is suits


def test_a_car_exactly_at_the_limit_of_distance_suits():
    km = distance_km(*WAJIMA, *ANAMIZU)
    vehicle = car(lat=ANAMIZU[0], lon=ANAMIZU[1])
    assert is_served(vehicle, person(max_distance_km=km))
    assert not is_served(vehicle, person(max_distance_km=nextafter(km, 0)))


def test_the_distance_is_measured_across_the_date_line():
    assert is_served(car(lat=0, lon=179.9), person(lat=0, lon=-179.9, max_distance_km=23))


def test_a_car_at_the_other_end_of_the_earth_suits_whoever_goes_that_far():
    assert is_served(car(lat=-12.3, lon=179.9), person(lat=12.3, lon=-0.1, max_distance_km=20_016))
    assert not is_served(car(lat=-12.3, lon=179.9), person(lat=12.3, lon=-0.1, max_distance_km=20_000))


def test_cost_adds_up_wish_distance_seats_and_features():
    vehicle = car(
        vehicle_class="kei_truck", seats=5, features=frozenset({"awd", "studless"}), lat=ANAMIZU[0], lon=ANAMIZU[1]
    )
    plan = allocate(scenario([vehicle], [person(seats=2, required_features=frozenset({"awd"}))]))
    assert plan.assignments[0].cost == 1 * 1000 + 17 * 10 + 3 * 50 + 1 * 200
    assert plan.assignments[0].distance_km == 17.8
    assert plan.total_cost == 1520


def test_a_class_wished_twice_counts_at_its_first_place():
    plan = allocate(scenario([car()], [person(classes=("kei_van", "kei_truck", "kei_van"), seats=4)]))
    assert plan.total_cost == 0
