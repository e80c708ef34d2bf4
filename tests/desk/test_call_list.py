"""The call list: whom messages do not reach."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mra.allocation import services as allocation
from mra.allocation.services.offers import new_link
from mra.allocation.services.replies import tell_of_offer
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.desk.call_rules import Matter, Why
from mra.desk.queries import call_list
from mra.messaging import services as messaging
from mra.messaging.inbound import suppression
from mra.messaging.inbound.rules import SuppressionReason
from mra.messaging.models import Message
from mra.messaging.rules import Accepted, MessageStatus, NoAnswer, NotAccepted
from tests import factories
from tests.desk.call_world import World, landline, said, tell


class TestWhoIsOnTheList:
    def test_nobody_at_first(self, world: World) -> None:
        assert world.persons() == []
        assert call_list.count(world.activation.id) == 0

    def test_a_landline_with_an_offer(self, world: World) -> None:
        world.offer(**landline())
        assert (Matter.OFFER_UNTOLD, Why.LANDLINE) in world.matters()
        assert call_list.count(world.activation.id) == 1

    @pytest.mark.parametrize(
        ("outcome", "why"),
        [
            (NotAccepted("21211"), Why.UNREACHED),
            (NotAccepted("21610"), Why.STOPPED),
            (NoAnswer(), Why.UNKNOWN),
        ],
    )
    def test_an_offer_whose_text_did_not_arrive(self, world: World, outcome: NotAccepted, why: Why) -> None:
        message = world.text(world.offer())
        messaging.record(message.id, outcome=outcome, provider="twilio")
        assert world.matters() == [(Matter.OFFER_UNTOLD, why)]

    def test_an_unknown_text_that_is_reported_delivered_disappears(self, world: World) -> None:
        message = world.text(world.offer())
        messaging.record(message.id, outcome=NoAnswer(), provider="twilio")
        messaging.follow(message.id, word="delivered", provider="twilio", provider_id="SM1")
        assert world.matters() == []

    def test_a_delivered_offer_waits_for_its_answer_until_shortly_before_the_deadline(self, world: World) -> None:
        offer = world.offer(hours=24)
        message = world.text(offer)
        messaging.record(message.id, outcome=Accepted("SM1", arrived=True), provider="twilio")
        assert world.matters() == []
        with clock.stopped(offer.deadline_at - timedelta(hours=3)):
            assert world.matters() == [(Matter.OFFER_ANSWER, Why.NO_ANSWER)]
        with clock.stopped(offer.deadline_at + timedelta(minutes=1)):
            assert world.matters() == []

    def test_a_yes_without_a_time_is_rung_after_two_hours(self, world: World) -> None:
        offer = world.offer(hours=24)
        message = world.text(offer)
        messaging.record(message.id, outcome=Accepted("SM1", arrived=True), provider="twilio")
        said(message.phone or "", "はい")
        assert world.matters() == []
        with clock.stopped(clock.now() + timedelta(hours=2, minutes=1)):
            assert world.matters() == [(Matter.OFFER_ANSWER, Why.NO_TIME_CHOSEN)]
            allocation.decline(offer, by=SYSTEM)
            assert world.matters() == []

    def test_a_decision_that_a_suppressed_number_was_not_told(self, world: World) -> None:
        application = factories.application(world.activation)
        suppression.suppress(application.phone, reason=SuppressionReason.STAFF, by=SYSTEM)
        assert tell(application, "admitted") is None
        assert world.matters() == [(Matter.MESSAGE, Why.STOPPED)]

    def test_an_offer_that_the_machine_tells_once_more_is_rung_about_when_that_fails_too(self, world: World) -> None:
        message = world.text(world.offer())
        messaging.record(message.id, outcome=Accepted("SM1"), provider="twilio")
        messaging.follow(message.id, word="undelivered", provider="twilio", provider_id="SM1", code="30008")
        assert world.matters() == [], "the machine tries again in half an hour"
        again = db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        messaging.claim(again.id)
        messaging.record(again.id, outcome=NotAccepted("21211"), provider="twilio")
        assert world.matters() == [(Matter.OFFER_UNTOLD, Why.UNREACHED)]

    def test_an_offer_whose_text_no_longer_holds_is_not_rung_about(self, world: World) -> None:
        offer = world.offer()
        tell_of_offer(offer, new_link(offer.car_request.application_id))
        message = db.session.scalars(select(Message).where(Message.subject_id == offer.id)).one()
        allocation.decline(offer, by=SYSTEM)
        assert messaging.claim(message.id) is None
        assert (message.status, message.error_code) == (MessageStatus.DROPPED, "case_changed")
        assert world.matters() == []

    def test_a_text_that_was_sent_again_is_not_rung_about(self, world: World) -> None:
        tell(factories.application(world.activation), "admitted")
        message = db.session.scalars(select(Message)).one()
        messaging.record(message.id, outcome=NotAccepted("30008"), provider="twilio")
        messaging.repeat(message, by=SYSTEM)
        assert world.matters() == []

    def test_a_late_car_without_answer(self, world: World) -> None:
        application = factories.application(world.activation)
        loan = factories.loan_out(application.requests[0], factories.vehicle(world.base), handed_over_at=clock.now())
        with clock.stopped(loan.due_at + timedelta(hours=2)):
            assert world.matters() == []
        with clock.stopped(loan.due_at + timedelta(hours=25)):
            assert world.matters() == [(Matter.OVERDUE, Why.NO_ANSWER)]

    def test_a_landline_whose_car_is_due_soon(self, world: World) -> None:
        application = factories.application(world.activation, **landline())
        loan = factories.loan_out(application.requests[0], factories.vehicle(world.base), handed_over_at=clock.now())
        with clock.stopped(loan.due_at - timedelta(days=2)):
            assert world.matters() == [(Matter.DUE_SOON, Why.LANDLINE)]

    def test_who_wrote_something_only_people_understand(self, world: World) -> None:
        application = factories.application(world.activation)
        said(application.phone, "電話ください")
        assert world.matters() == [(Matter.REPLY, Why.WROTE)]
        assert world.persons()[0].application is application

    def test_a_number_that_nobody_knows(self, world: World) -> None:
        said("+819000009876", "もしもし")
        assert world.persons()[0].application is None

    def test_several_matters_of_one_number_are_one_call(self, world: World) -> None:
        said(world.offer(**landline()).car_request.application.phone, "もしもし")
        assert len(world.persons()) == 1
        assert {matter for matter, _ in world.matters()} == {Matter.OFFER_UNTOLD, Matter.DECISION, Matter.REPLY}

    def test_other_supports_people_are_not_shown(self, world: World) -> None:
        world.offer(**landline())
        assert call_list.persons(factories.activation(slug="other-2026").id) == []

    def test_the_nearest_deadline_comes_first(self, world: World) -> None:
        world.offer(hours=20, **landline(1))
        world.offer(hours=5, **landline(2))
        assert [person.phone[-1] for person in world.persons()] == ["2", "1"]
