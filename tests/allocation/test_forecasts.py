"""Forecasts of those who really wait: what they are made from, how they are kept, and what a page reads."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from mra.allocation import jobs
from mra.allocation import services as allocation
from mra.allocation.forecast import Kind
from mra.allocation.models import Forecast
from mra.allocation.queries.forecast import contested_cars, forecasts_of, newest_plan, seen_now
from mra.allocation.services import forecasts
from mra.applications import services as applications
from mra.applications.models import CarRequest
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.vehicles.models import Vehicle
from tests import factories

from .world import MORNING, World, counted_statements

LATER = MORNING + timedelta(days=28)


@pytest.fixture
def world(session: None) -> Iterator[World]:
    """Four weeks of lending lie behind."""
    with clock.stopped(MORNING):
        made = World()
    with clock.stopped(LATER):
        yield made


def came_back(world: World, days_ago: int, **values: Any) -> Vehicle:
    """A kei car that arrived long ago and was brought back so many days ago; it is out of the way now."""
    at = clock.now() - timedelta(days=days_ago)
    with clock.stopped(MORNING - timedelta(days=20)):
        car = world.car(**values)
    with clock.stopped(at - timedelta(days=2)):
        loan = factories.loan_out(world.person(), car, handed_over_at=clock.now())
    with clock.stopped(at):
        move(loan, "take_back", by=SYSTEM)
        loan.returned_at, loan.odometer_in_km, loan.fuel_in_eighths = clock.now(), 50_000, 8
        move(car, "take_out", by=SYSTEM)
        car.out_reason = "breakdown"  # type: ignore[assignment]
        db.session.flush()
    return car


def of(wish: CarRequest) -> Forecast:
    return forecasts_of([wish.id])[wish.id]


def test_a_steady_flow_gives_a_range(world: World) -> None:
    for days_ago in range(1, 21):
        came_back(world, days_ago)
    first, second = world.person(), world.person()
    assert forecasts.refresh(world.activation) == 2
    assert of(first).kind is of(second).kind is Kind.RANGE
    assert (of(first).ahead_most, of(second).ahead_most) == (0, 1)
    assert (of(second).release_count, of(second).days_seen) == (20, 28)
    assert of(first).high_days < of(second).high_days  # type: ignore[operator]


def test_without_a_past_it_says_so(world: World) -> None:
    wish = world.person()
    with clock.stopped(MORNING - timedelta(days=20)):
        factories.loan_out(world.person(), world.car(), handed_over_at=clock.now())
    forecasts.refresh(world.activation)
    assert of(wish).kind is Kind.TOO_LITTLE


def test_without_any_suitable_car_it_says_so(world: World) -> None:
    wish = world.person()
    forecasts.refresh(world.activation)
    assert of(wish).kind is Kind.NO_CARS


def test_a_free_car_for_everybody_ahead_means_soon(world: World) -> None:
    world.car()
    first, second = world.person(), world.person()
    forecasts.refresh(world.activation)
    assert (of(first).kind, of(second).kind) == (Kind.SOON, Kind.TOO_LITTLE)


def test_a_car_held_back_promises_nothing(world: World) -> None:
    wish, car = world.person(), world.car()
    allocation.hold(world.activation, car, reason="点検のため", by=world.by)
    forecasts.refresh(world.activation)
    assert (of(wish).kind, of(wish).free_count) == (Kind.NO_CARS, 0)


def test_a_car_pinned_to_somebody_else_promises_nothing_while_that_person_waits(world: World) -> None:
    wish, other, car = world.person(), world.person(), world.car()
    allocation.pin(world.activation, other, car, reason="車いすを載せられる車がこの1台のため", by=world.by)
    assert seen_now(world.activation).free == []
    applications.withdraw_request(other, by=SYSTEM)
    db.session.flush()
    forecasts.refresh(world.activation)
    assert of(wish).kind is Kind.SOON


def test_an_arrival_is_a_car_that_came_free(world: World) -> None:
    with clock.stopped(LATER - timedelta(days=3)):
        world.car()
    seen = seen_now(world.activation)
    assert [day for _car, day in seen.released] == [(LATER - timedelta(days=3)).date()]


def test_what_is_out_is_due(world: World) -> None:
    with clock.stopped(LATER - timedelta(days=3)):
        factories.loan_out(world.person(), world.car(), handed_over_at=clock.now())
    seen = seen_now(world.activation)
    assert [day for _car, day in seen.due] == [(LATER + timedelta(days=27)).date()]


def test_four_wheels_count_as_the_feature(world: World) -> None:
    world.car(drive="4WD")
    [car] = seen_now(world.activation).free
    assert car.features == {"awd"}


def test_the_tier_decides_who_is_ahead(world: World) -> None:
    early = world.person(circumstances=["shopping"])
    with clock.stopped(LATER + timedelta(hours=1)):
        patient = world.person(circumstances=["hospital"])
    forecasts.refresh(world.activation)
    assert (of(patient).ahead_most, of(early).ahead_most) == (0, 1)


def test_who_waits_no_longer_has_no_forecast(world: World) -> None:
    wish = world.person()
    forecasts.refresh(world.activation)
    applications.withdraw_request(wish, by=SYSTEM)
    db.session.flush()
    with clock.stopped(LATER + timedelta(minutes=10)):
        forecasts.refresh(world.activation)
        assert forecasts_of([wish.id]) == {}


def test_an_old_forecast_is_not_told_any_more(world: World) -> None:
    wish = world.person()
    forecasts.refresh(world.activation)
    with clock.stopped(LATER + timedelta(hours=25)):
        assert forecasts_of([wish.id]) == {}


def test_the_job_may_run_twice(world: World) -> None:
    world.person(cars=3)
    assert jobs.refresh_forecasts() == jobs.refresh_forecasts() == 3
    assert db.session.scalar(select(func.count()).select_from(Forecast)) == 3


def test_a_support_that_is_over_is_left_alone(world: World) -> None:
    world.person()
    move(world.activation, "wind_down", by=SYSTEM)
    db.session.flush()
    move(world.activation, "close", by=SYSTEM)
    db.session.flush()
    assert jobs.refresh_forecasts() == 0


def test_the_newest_run_tells_who_is_after_other_cars(world: World) -> None:
    world.car()
    world.car(vehicle_class="kei_truck", seats=2)
    for kind in ("kei_passenger", "kei_truck"):
        for _ in range(2):
            world.person().classes = [kind]
    db.session.flush()
    run = world.propose()
    assert newest_plan(world.activation) == run.plan
    names = contested_cars(run.plan)
    assert len(names) == 4
    assert len(set(names.values())) == 2


def test_a_run_over_a_single_car_is_not_asked(world: World) -> None:
    world.car()
    world.person()
    world.propose()
    assert newest_plan(world.activation) == {}


def test_sets_that_include_each_other_hang_together() -> None:
    sets = [
        {"id": "c1", "vehicles": ["1"], "holders": ["1"], "includes": []},
        {"id": "c2", "vehicles": ["2"], "holders": ["2"], "includes": ["c1"]},
        {"id": "c3", "vehicles": ["3"], "holders": ["3"], "includes": []},
    ]
    unserved = [
        {"request": "4", "reason": "outranked", "contested_set": "c1"},
        {"request": "5", "reason": "no_suitable_vehicle"},
    ]
    names = contested_cars({"contested_sets": sets, "unserved": unserved})
    assert names[1] == names[2] == names[4] != names[3]
    assert 5 not in names


def test_it_takes_as_many_statements_for_many_as_for_few(world: World) -> None:
    counts = []
    for people in (1, 8):
        for number in range(people):
            world.person(cars=2)
            came_back(world, number + 1)
        world.forget()
        with counted_statements() as seen:
            forecasts.refresh_forecasts()
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 11
