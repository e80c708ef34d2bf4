"""Answers to an offer by SMS: a no declines, a yes asks for the time, what comes too late goes to the desk."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mra.allocation import services
from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.allocation.services.offers import new_link
from mra.allocation.services.replies import tell_of_offer
from mra.applications.rules import RequestStatus
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.messaging.inbound import services as inbound
from mra.messaging.inbound.models import InboundMessage, OpenQuestion
from mra.messaging.inbound.rules import InboundStatus, QuestionEnd
from mra.messaging.models import Message
from tests import factories

pytestmark = pytest.mark.usefixtures("session", "story_time")
HANAKO = "+819000001234"


@pytest.fixture
def offer() -> Offer:
    """Yamada Hanako is offered a car, and told so by SMS."""
    activation = factories.activation()
    application = factories.application(activation)
    made = factories.offer(application.requests[0], factories.vehicle(factories.base(activation)))
    tell_of_offer(made, new_link(application.id))
    return made


def reply(body: str, provider_id: str = "SM1") -> InboundMessage:
    message = inbound.take_in(provider="twilio", provider_id=provider_id, phone=HANAKO, body=body)
    assert message is not None
    inbound.process(message.id)
    return message


def texts() -> list[str]:
    return list(db.session.scalars(select(Message.template).order_by(Message.id)))


def test_a_no_declines_the_offer_and_is_confirmed(offer: Offer) -> None:
    assert reply("いいえ").status is InboundStatus.HANDLED
    assert offer.status is OfferStatus.DECLINED
    assert offer.car_request.status is RequestStatus.WAITING
    assert texts() == ["offer_made", "offer_declined"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "decline")).one()
    assert (event.actor_kind, event.actor_id) == ("applicant", offer.car_request.application_id)


def test_a_yes_reserves_nothing_and_leads_to_the_choice_of_a_time(offer: Offer) -> None:
    assert reply("はい").status is InboundStatus.HANDLED
    assert offer.status is OfferStatus.MADE
    assert texts() == ["offer_made", "offer_wanted"]
    question = db.session.scalars(select(OpenQuestion)).one()
    assert (question.answer, question.closed_at) == ("yes", None)


def test_a_second_yes_brings_no_second_text(offer: Offer) -> None:
    reply("はい")
    reply("はい", "SM2")
    assert texts() == ["offer_made", "offer_wanted"]


def test_a_no_after_a_yes_still_declines(offer: Offer) -> None:
    reply("はい")
    reply("いいえ", "SM2")
    assert offer.status is OfferStatus.DECLINED


def test_a_no_after_the_deadline_declines_nothing(offer: Offer) -> None:
    with clock.stopped(offer.deadline_at + timedelta(minutes=1)):
        assert reply("いいえ").status is InboundStatus.OPEN
    assert offer.status is OfferStatus.MADE


def test_a_reply_to_an_offer_that_ended_meanwhile_goes_to_the_desk(offer: Offer) -> None:
    """The question stands a moment longer than the offer."""
    with clock.stopped(offer.deadline_at - timedelta(minutes=1)):
        db.session.scalars(select(OpenQuestion)).one().expires_at = offer.deadline_at + timedelta(hours=1)
        db.session.flush()
    with clock.stopped(offer.deadline_at + timedelta(minutes=1)):
        assert reply("いいえ").status is InboundStatus.OPEN


@pytest.mark.parametrize("ending", ["retract", "expire", "decline"])
def test_an_offer_that_ends_asks_nothing_any_more(offer: Offer, ending: str) -> None:
    if ending == "retract":
        services.retract(offer, by=SYSTEM, reason="車が故障したため")
    elif ending == "decline":
        services.decline(offer, by=SYSTEM)
    else:
        with clock.stopped(offer.deadline_at + timedelta(minutes=1)):
            services.tidy_offers()
    db.session.flush()
    question = db.session.scalars(select(OpenQuestion)).one()
    db.session.refresh(question)
    assert question.closed_because is QuestionEnd.MOVED_ON


def test_extension_is_no_answer_to_an_offer(offer: Offer) -> None:
    assert reply("延長").status is InboundStatus.OPEN


def test_a_landline_is_not_asked_by_sms() -> None:
    activation = factories.activation()
    application = factories.application(activation, phone="+81969000001", can_sms=False)
    made = factories.offer(application.requests[0], factories.vehicle(factories.base(activation)))
    tell_of_offer(made, new_link(application.id))
    assert db.session.scalars(select(OpenQuestion)).all() == []
