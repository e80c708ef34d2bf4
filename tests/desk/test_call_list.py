"""The call list: whom messages do not reach."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mra.allocation import services as allocation
from mra.allocation.rules import OfferStatus
from mra.allocation.services.offers import new_link
from mra.allocation.services.replies import tell_of_offer
from mra.applications import services as applications
from mra.applications.services import submission
from mra.core import clock
from mra.core.actor import SYSTEM, Actor, ActorKind
from mra.core.db import db
from mra.desk.call_rules import CallResult, CallState, Matter, Why
from mra.desk.queries import call_list
from mra.desk.queries.call_list import Key
from mra.loans import queries as loan_queries
from mra.loans import services as loans
from mra.loans.models import Loan
from mra.loans.services.texts import promise_text_about
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
        other = factories.activation(slug="other-2026").id
        assert [call_list.page(other, state).persons for state in CallState] == [[], [], []]

    def test_the_nearest_deadline_comes_first(self, world: World) -> None:
        world.offer(hours=20, **landline(1))
        world.offer(hours=5, **landline(2))
        assert [person.phone[-1] for person in world.persons()] == ["2", "1"]


class TestNewsThatHasNoOtherWay:
    """Booked, cancelled, extended, taken back: who gets no SMS is rung."""

    def loan(self, world: World, **values: object) -> Loan:
        offer = world.offer(**values)
        slot = next(slots[0] for _, slots in loan_queries.handover_slots(offer.base, from_day=clock.today()) if slots)
        return loans.accept_offer(offer, handover_at=slot, by=Actor(ActorKind.APPLICANT, 1))

    def told(self, world: World) -> list[tuple[str, Why]]:
        rows = [row for person in world.persons() for row in person.rows if row.matter is Matter.MESSAGE]
        messages = {one.id: one.template for one in db.session.scalars(select(Message))}
        return [(messages[row.subject_id], row.why) for row in rows]

    def test_a_landlines_reservation_and_its_end(self, world: World) -> None:
        loan = self.loan(world, **landline())
        assert self.told(world) == [("reservation_made", Why.LANDLINE)]
        assert world.persons()[0].due_at == loan.handover_at, "before somebody sets out"
        loans.cancel(loan, by=SYSTEM, reason="車の故障")
        assert self.told(world) == [("reservation_cancelled", Why.LANDLINE)]

    def test_a_stopped_numbers_reservation(self, world: World) -> None:
        loan = self.loan(world)
        suppression.suppress(loan.car_request.application.phone, reason=SuppressionReason.SMS, by=SYSTEM)
        message = db.session.scalars(select(Message).where(Message.template == "reservation_made")).one()
        assert messaging.claim(message.id) is None
        assert self.told(world) == [("reservation_made", Why.STOPPED)]

    def test_who_was_booked_by_phone_is_not_rung_about_it(self, world: World) -> None:
        offer = world.offer(**landline())
        slot = next(slots[0] for _, slots in loan_queries.handover_slots(offer.base, from_day=clock.today()) if slots)
        loans.accept_offer(offer, handover_at=slot, by=world.staff.actor)
        assert self.told(world) == []

    def test_a_landlines_extension(self, world: World) -> None:
        application = factories.application(world.activation, **landline())
        loan = factories.loan_out(application.requests[0], factories.vehicle(world.base), handed_over_at=clock.now())
        promise_text_about(loan, "loan_extended", "later", due=loan.due_at)
        assert self.told(world) == [("loan_extended", Why.LANDLINE)]

    def test_a_landlines_offer_that_was_taken_back(self, world: World) -> None:
        offer = world.offer(**landline())
        allocation.retract(offer, by=SYSTEM, reason="車の故障")
        assert self.told(world) == [("offer_retracted", Why.LANDLINE)]
        applications.withdraw(offer.car_request.application, by=SYSTEM, reason="自分で用意した")
        assert self.told(world) == []

    def test_a_landlines_receipt_needs_no_call(self, world: World) -> None:
        application = factories.application(world.activation, is_admitted=False, **landline())
        submission.tell(application, "asked_back", key="k", help_phone="+81960000000", link=None)
        assert self.told(world) == []


class TestAYesFromANumberThatWantsNoSms:
    def test_it_is_an_answer_and_somebody_rings_at_once(self, world: World) -> None:
        """The link to choose a time cannot be sent there."""
        offer = world.offer()
        message = world.text(offer)
        messaging.record(message.id, outcome=Accepted("SM1", arrived=True), provider="twilio")
        phone = offer.car_request.application.phone
        suppression.suppress(phone, reason=SuppressionReason.SMS, by=SYSTEM)
        said(phone, "はい")
        answer = db.session.scalars(select(Message).where(Message.template == "offer_wanted")).one()
        assert messaging.claim(answer.id) is None
        assert suppression.suppression_of(phone) is not None, "only 再開 takes it off the list"
        assert world.matters() == [(Matter.OFFER_ANSWER, Why.NO_TIME_CHOSEN)]

    def test_a_no_ends_the_offer(self, world: World) -> None:
        offer = world.offer()
        world.text(offer)
        suppression.suppress(offer.car_request.application.phone, reason=SuppressionReason.SMS, by=SYSTEM)
        said(offer.car_request.application.phone, "いいえ")
        assert offer.status is OfferStatus.DECLINED

    def test_start_takes_the_number_off_the_list(self, world: World) -> None:
        phone = world.offer().car_request.application.phone
        suppression.suppress(phone, reason=SuppressionReason.PROVIDER, by=SYSTEM)
        said(phone, "ＳＴＡＲＴ")
        assert suppression.suppression_of(phone) is None


class TestPages:
    def walk(self, world: World, state: CallState = CallState.NOW) -> list[str]:
        """All phones of a state, two a page, by the keys that stand in addresses."""
        found, after = [], None
        for _ in range(10):
            page = call_list.page(world.activation.id, state, after, limit=2)
            found += [one.phone for one in page.persons]
            if page.next_after is None:
                break
            assert not any(one.phone[3:] in str(page.next_after) for one in page.persons)
            after = Key.read(str(page.next_after))
            assert after == page.next_after
        return found

    def test_everybody_is_on_exactly_one_page(self, world: World) -> None:
        for number in range(1, 6):
            world.offer(hours=20 - number, **landline(number))
        for number in range(6, 9):
            said(f"+8190000000{number:02}", "もしもし")
        phones = self.walk(world)
        assert [phone[-2:] for phone in phones[:5]] == ["05", "04", "03", "02", "01"]
        assert len(phones) == len(set(phones)) == 8
        assert call_list.counts(world.activation.id) == {CallState.NOW: 8, CallState.LATER: 0, CallState.WRONG: 0}

    def test_whom_to_ring_again_stands_in_the_order_of_those_moments(self, world: World) -> None:
        for number, hours in ((1, 5), (2, 3), (3, 4)):
            world.offer(hours=20 + number, **landline(number))
            world.call(CallResult.LATER, again_at=clock.now() + timedelta(hours=hours))
        assert [phone[-1] for phone in self.walk(world, CallState.LATER)] == ["2", "3", "1"]

    @pytest.mark.parametrize("typed", ["", "x", "1_2", "x_y_z", "99999999999999999999999_1_a", "-1_-1_"])
    def test_an_address_that_somebody_typed_is_borne(self, world: World, typed: str) -> None:
        world.offer(hours=1, **landline(1))
        assert len(call_list.page(world.activation.id, CallState.NOW, Key.read(typed)).persons) == 1
