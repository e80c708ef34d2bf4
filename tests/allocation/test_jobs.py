"""The tidying of offers, which nothing waits for."""

from sqlalchemy import func, select

from mra.allocation import jobs
from mra.allocation.rules import OfferStatus
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import move, timeline
from mra.core.db import db
from mra.messaging.models import Message
from mra.web import schedule

from .world import World, at


def test_tidying_twice_does_and_tells_once(world: World) -> None:
    offer = world.offer(world.person(), world.car(), hours=1)
    with clock.stopped(at(20, 12)):
        assert (jobs.expire_offers(), jobs.expire_offers()) == (1, 0)
    assert offer.status is OfferStatus.EXPIRED
    assert [event.action for event in timeline(("offer", [offer.id]))] == ["expire", "begin"]
    assert db.session.scalar(select(func.count()).where(Message.template == "offer_expired")) == 1


def test_an_offer_that_can_still_be_answered_is_left_alone(world: World) -> None:
    offer = world.offer(world.person(), world.car())
    assert jobs.expire_offers() == 0
    assert offer.status is OfferStatus.MADE


def test_the_offer_of_a_person_who_withdrew_is_closed_without_a_text(world: World) -> None:
    car_request = world.person()
    offer = world.offer(car_request, world.car())
    move(car_request, "withdraw", by=SYSTEM)
    assert jobs.expire_offers() == 1
    assert offer.status is OfferStatus.RETRACTED
    assert db.session.scalar(select(func.count(Message.id))) == 0


def test_the_schedule_knows_the_job() -> None:
    assert schedule.entry("allocation.expire_offers").job is jobs.expire_offers
