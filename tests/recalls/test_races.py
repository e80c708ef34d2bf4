"""Two people at the same second: exactly one of them counts, and nobody waits in a ring."""

from collections.abc import Callable

import pytest
from flask import Flask

from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.recalls import services
from mra.recalls.models import LeaseReturn, RecallCampaign, RecallSlot
from mra.recalls.rules import ReturnStatus
from mra.vehicles import services as vehicles
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Lease, Vehicle
from tests import factories
from tests.supply.test_races import at_once

from .world import BY, campaign, facts, lessee, places, slots

pytestmark = pytest.mark.usefixtures("committed")


def choose(return_id: int, slot_id: int) -> Callable[[], None]:
    def act() -> None:
        slot = db.session.get_one(RecallSlot, slot_id)
        services.choose_slot_by_link(db.session.get_one(LeaseReturn, return_id), slot, by=lessee())

    return act


def test_the_last_place_of_a_slot_is_given_to_one_of_four(app: Flask) -> None:
    asked = [one.id for one in campaign(4)]
    slot = slots(db.session.get_one(LeaseReturn, asked[0]))[0].id
    db.session.commit()
    outcomes = at_once(app, *(choose(one, slot) for one in asked))
    assert outcomes == ["done", "return_slot_full", "return_slot_full", "return_slot_full"]


def test_two_lessees_swap_their_slots_without_a_ring(app: Flask) -> None:
    first, second = campaign(2, capacity=2)
    here, there = (slot.id for slot in slots(first)[:2])
    services.choose_slot(first, db.session.get_one(RecallSlot, here), by=BY)
    services.choose_slot(second, db.session.get_one(RecallSlot, there), by=BY)
    numbers = first.id, second.id
    db.session.commit()
    assert at_once(app, choose(numbers[0], there), choose(numbers[1], here)) == ["done", "done"]


def test_a_lease_is_asked_back_by_one_of_two_coordinators(app: Flask) -> None:
    support = factories.activation()
    base = factories.base(support, closed_weekdays=[])
    lease, number, place = factories.lease(factories.vehicle()).id, support.id, base.id
    db.session.commit()

    def start() -> None:
        held = db.session.get_one(Lease, lease)
        where = places(db.session.get_one(Base, place))
        services.start(db.session.get_one(Activation, number), [held], where, message="", by=BY)

    assert at_once(app, start, start) == ["done", "lease_asked_back"]


def test_an_arrival_and_a_cancellation_do_not_wait_in_a_ring(app: Flask) -> None:
    one, other = campaign(2)
    number, campaign_id, base = one.id, one.campaign_id, one.campaign.activation.bases[0].id
    db.session.commit()

    def arrive() -> None:
        found = db.session.get_one(LeaseReturn, number)
        services.take_back(found, db.session.get_one(Base, base), by=BY)

    def cancel() -> None:
        services.cancel(db.session.get_one(RecallCampaign, campaign_id), reason="足りました", by=BY)

    outcomes = at_once(app, arrive, cancel)
    db.session.expire_all()
    found = db.session.get_one(LeaseReturn, number)
    assert outcomes in (["done", "done"], ["done", "recall_over"])
    ended = found.lease.status is LeaseStatus.ENDED
    assert (found.status is ReturnStatus.RETURNED) == ended
    assert db.session.get_one(LeaseReturn, other.id).status is ReturnStatus.SPARED


def test_a_car_is_leased_to_one_of_two(app: Flask) -> None:
    car = factories.vehicle().id
    contract = facts()
    db.session.commit()

    def lease_out() -> None:
        vehicles.lease_out(db.session.get_one(Vehicle, car), contract, by=BY)

    assert at_once(app, lease_out, lease_out) == ["already_leased", "done"]
