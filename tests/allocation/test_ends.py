"""What the end of the intake, and the end of the support, mean for those who wait."""

from datetime import date

import pytest

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.disasters import services as disasters

from .world import MORNING, World, at


@pytest.fixture
def world(session: None) -> World:
    return World()


@pytest.fixture(autouse=True)
def thursday_morning() -> object:
    with clock.stopped(MORNING):
        yield


def test_whoever_waits_when_the_intake_ends_is_still_offered_a_car(world: World) -> None:
    wish, car = world.person(), world.car()
    disasters.wind_down(world.activation, by=SYSTEM)
    [offer] = world.confirm_all(world.propose()).offers
    assert (offer.request_id, offer.vehicle_id) == (wish.id, car.id)


def test_in_the_last_weeks_a_car_is_offered_until_the_end_of_the_support(world: World) -> None:
    wish, car = world.person(), world.car()
    wish.needed_until = date(2026, 12, 31)
    world.activation.intake_until, world.activation.ends_on = at(20, 17), date(2026, 8, 31)
    [offer] = world.confirm_all(world.propose()).offers
    assert (offer.request_id, offer.vehicle_id) == (wish.id, car.id)
