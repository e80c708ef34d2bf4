"""The engine serves in the order that the support's rule says."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from mra.applications import services as applications
from mra.core import clock
from mra.core.circumstances import Circumstance
from mra.core.errors import Refused
from mra.disasters.priorities import priorities_from

from .world import MORNING, World, pairs_of


@pytest.fixture
def world(session: None) -> Iterator[World]:
    with clock.stopped(MORNING):
        yield World()


def test_the_rule_in_force_decides_who_gets_the_car(world: World) -> None:
    car = world.car()
    patient, mother = world.person(circumstances=["hospital"]), world.person(circumstances=["infant"])
    assert pairs_of(world.propose()) == [(patient.id, car.id)]
    rule = priorities_from({Circumstance.INFANT: 1}, {})
    applications.change_priorities(world.activation, priorities=rule, reason="休園のため", based_on=1, by=world.by)
    assert pairs_of(world.propose()) == [(mother.id, car.id)]


def test_a_request_moved_by_hand_stands_there_for_the_engine_too(world: World) -> None:
    car = world.car()
    patient, shopper = world.person(circumstances=["hospital"]), world.person(circumstances=["shopping"])
    applications.set_tier(shopper, tier=1, reason="主治医から電話", edition=shopper.tier_edition, by=world.by)
    applications.set_tier(patient, tier=2, reason="家族の車が戻った", edition=patient.tier_edition, by=world.by)
    assert pairs_of(world.propose()) == [(shopper.id, car.id)]


def test_a_proposal_made_under_an_older_rule_is_not_confirmed(world: World) -> None:
    world.person(circumstances=["hospital"])
    world.car()
    run = world.propose()
    with clock.stopped(MORNING + timedelta(minutes=5)):
        rule = priorities_from({Circumstance.INFANT: 1}, {})
        applications.change_priorities(
            world.activation, priorities=rule, reason="子どもの送迎を先にするため", based_on=1, by=world.by
        )
        with pytest.raises(Refused, match="run_is_old"):
            world.confirm_all(run)
