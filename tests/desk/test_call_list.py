"""The call list: whom messages do not reach, one caller per person, no call without a result."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from mra.accounts.models import Staff
from mra.allocation import services as allocation
from mra.allocation.models import Offer
from mra.allocation.services.offers import new_link
from mra.allocation.services.replies import tell_of_offer
from mra.applications.models import Application
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.errors import Refused
from mra.desk import call_rules as rules
from mra.desk import services
from mra.desk.call_rules import CallResult, Matter, Why
from mra.desk.models import CallRecord
from mra.desk.queries import call_list
from mra.desk.queries.call_list import Person
from mra.disasters.models import Activation, Base
from mra.messaging import services as messaging
from mra.messaging.inbound import services as inbound
from mra.messaging.inbound import suppression
from mra.messaging.inbound.models import InboundMessage
from mra.messaging.inbound.rules import InboundStatus, SuppressionReason
from mra.messaging.models import Message
from mra.messaging.rules import Accepted, NoAnswer, NotAccepted
from tests import factories
from tests.conftest import STORY_NOW, CheckingClient
from tests.statements import statements

WAIT_SECONDS = 20


class World:
    """An activation with a base; people of whom some get no SMS."""

    def __init__(self) -> None:
        self.activation: Activation = factories.activation()
        self.base: Base = factories.base(self.activation)
        self.staff: Staff = factories.staff_member()

    def offer(self, *, hours: int = 24, **values: object) -> Offer:
        """Somebody is offered a car; no text is sent by this."""
        application = factories.application(self.activation, **values)
        return factories.offer(application.requests[0], factories.vehicle(self.base), hours=hours)

    def text(self, offer: Offer) -> Message:
        """The text of an offer, claimed for sending."""

        tell_of_offer(offer, new_link(offer.car_request.application_id))
        message = db.session.scalars(select(Message).where(Message.subject_id == offer.id)).one()
        messaging.claim(message.id)
        return message

    def persons(self) -> list[Person]:
        """The list as it stands."""
        return call_list.persons(self.activation.id)

    def matters(self) -> list[tuple[Matter, Why]]:
        """What the list is about, in order."""
        return [(row.matter, row.why) for person in self.persons() for row in person.rows]

    def call(self, result: CallResult, again_at: datetime | None = None) -> None:
        """The next person is rung, and it comes to this."""
        claim = services.claim_next(self.activation.id, staff_id=self.staff.id)
        assert claim is not None
        [person] = call_list.persons(self.activation.id, phone=claim.phone)
        codes = [row.code for row in person.rows]
        services.record_call(claim, person, codes=codes, result=result, by=self.staff.actor, again_at=again_at)


@pytest.fixture
def world(session: None, story_time: datetime) -> World:
    """A world of its own."""
    return World()


def landline(number: int = 1) -> dict[str, object]:
    return {"phone": f"+8196900000{number:02}", "can_sms": False}


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


def said(phone: str, body: str) -> InboundMessage:
    count = db.session.scalar(select(func.count(InboundMessage.id)))
    message = inbound.take_in(provider="twilio", provider_id=f"SM-in-{count}", phone=phone, body=body)
    assert message is not None
    inbound.process(message.id)
    return message


def tell(application: Application, template: str) -> object:
    """The text is promised and claimed; what the claim gives to the provider."""
    message = messaging.promise_text(
        template,
        phone=application.phone,
        can_sms=True,
        subject_kind="application",
        subject_id=application.id,
        activation_id=application.activation_id,
        key=f"{template}-{application.id}",
        number=application.serial,
    )
    assert message is not None
    return messaging.claim(message.id)


class TestResults:
    def test_who_was_told_is_off_the_list_and_the_case_says_so(self, world: World) -> None:
        world.offer(**landline())
        world.call(CallResult.TOLD)
        assert world.matters() == []
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "call")).one()
        assert event.facts == {"result": "話せた・伝えた"}

    def test_who_was_not_there_comes_back_in_an_hour(self, world: World) -> None:
        world.offer(**landline())
        world.call(CallResult.ABSENT)
        assert [person.is_callable for person in world.persons()] == [False]
        assert call_list.count(world.activation.id) == 0
        with clock.stopped(clock.now() + timedelta(minutes=61)):
            assert call_list.count(world.activation.id) == 1

    def test_who_asked_for_later_comes_back_then(self, world: World) -> None:
        world.offer(**landline())
        at = clock.now() + timedelta(hours=5)
        world.call(CallResult.LATER, again_at=at)
        assert [person.again_at for person in world.persons()] == [at]

    def test_a_wrong_number_stays_for_somebody_to_look_at(self, world: World) -> None:
        world.offer(**landline())
        world.call(CallResult.WRONG_NUMBER)
        assert [(one.is_callable, one.is_wrong_number) for one in world.persons()] == [(False, True)]

    def test_a_late_car_comes_back_the_next_day(self, world: World) -> None:
        application = factories.application(world.activation)
        loan = factories.loan_out(application.requests[0], factories.vehicle(world.base), handed_over_at=clock.now())
        with clock.stopped(loan.due_at + timedelta(hours=25)):
            world.call(CallResult.TOLD)
            assert call_list.count(world.activation.id) == 0
        with clock.stopped(loan.due_at + timedelta(hours=50)):
            assert call_list.count(world.activation.id) == 1

    def test_talking_settles_what_was_written(self, world: World) -> None:
        message = said(factories.application(world.activation).phone, "もしもし")
        world.call(CallResult.TOLD)
        assert message.status is InboundStatus.SETTLED
        assert world.matters() == []

    def test_not_reaching_somebody_leaves_what_was_written_open(self, world: World) -> None:
        message = said(factories.application(world.activation).phone, "もしもし")
        world.call(CallResult.ABSENT)
        assert message.status is InboundStatus.OPEN

    def test_what_came_in_during_the_call_stays(self, world: World) -> None:
        application = factories.application(world.activation)
        said(application.phone, "もしもし")
        claim = services.claim_next(world.activation.id, staff_id=world.staff.id)
        assert claim is not None
        shown = [row.code for row in world.persons()[0].rows]
        said(application.phone, "もう一つあります")
        with pytest.raises(Refused, match="call_solved"):
            services.record_call(claim, world.persons()[0], codes=shown, result=CallResult.TOLD, by=world.staff.actor)
        assert [matter for matter, _ in world.matters()] == [Matter.REPLY]

    def test_who_lost_the_claim_records_nothing(self, world: World) -> None:
        world.offer(**landline())
        claim = services.claim_next(world.activation.id, staff_id=world.staff.id)
        assert claim is not None
        with clock.stopped(clock.now() + rules.CLAIM_LASTS), pytest.raises(Refused, match="call_taken"):
            services.record_call(claim, world.persons()[0], codes=["x"], result=CallResult.TOLD, by=world.staff.actor)


def test_a_time_that_has_passed_is_tomorrows() -> None:
    noon = datetime(2026, 8, 18, 12, 0, tzinfo=JAPAN)
    assert rules.next_moment(time(14, 0), noon) == noon.replace(hour=14)
    assert rules.next_moment(time(9, 0), noon) == noon.replace(day=19, hour=9)


class TestTwoCallers:
    def test_a_colleague_gets_the_next_person(self, world: World) -> None:
        world.offer(hours=5, **landline(1))
        world.offer(hours=9, **landline(2))
        colleague = factories.staff_member(name="鈴木 愛").id
        first = services.claim_next(world.activation.id, staff_id=world.staff.id)
        second = services.claim_next(world.activation.id, staff_id=colleague)
        assert first is not None
        assert second is not None
        assert first.phone != second.phone
        assert services.claim_next(world.activation.id, staff_id=factories.staff_member().id) is None

    def test_a_person_whose_caller_went_home_is_free_again(self, world: World) -> None:
        world.offer(**landline())
        services.claim_next(world.activation.id, staff_id=world.staff.id)
        with clock.stopped(clock.now() + rules.CLAIM_LASTS):
            assert services.claim_next(world.activation.id, staff_id=factories.staff_member().id) is not None

    def test_the_person_of_a_row_is_refused_while_a_colleague_rings(self, world: World) -> None:
        world.offer(**landline())
        services.claim_next(world.activation.id, staff_id=world.staff.id)
        code = world.persons()[0].rows[0].code
        with pytest.raises(Refused, match="call_taken"):
            services.claim_one(world.activation.id, code, staff_id=factories.staff_member().id)

    def test_four_callers_at_once_get_four_people(self, app: Flask, committed: None) -> None:
        with clock.stopped(STORY_NOW):
            world = World()
            for number in range(1, 7):
                world.offer(hours=5 + number, **landline(number))
            callers = [factories.staff_member().id for _ in range(4)]
            activation_id = world.activation.id
            db.session.commit()
        start = Barrier(len(callers))

        def take(staff_id: int) -> str | None:
            with app.app_context(), clock.stopped(STORY_NOW):
                db.session.execute(select(1))
                start.wait(WAIT_SECONDS)
                try:
                    claim = services.claim_next(activation_id, staff_id=staff_id)
                    phone = claim.phone if claim else None
                    db.session.commit()
                    return phone
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(len(callers)) as pool:
            phones = [future.result(WAIT_SECONDS) for future in [pool.submit(take, one) for one in callers]]
        assert None not in phones
        assert len(set(phones)) == len(callers)


@pytest.fixture
def desk(client: CheckingClient, world: World) -> CheckingClient:
    """Somebody at the desk."""
    return client.sign_in_as(Role.DESK)


def page_of(client: CheckingClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


class TestPages:
    def test_an_empty_list_says_what_fills_it(self, desk: CheckingClient) -> None:
        assert "ここに並びます" in page_of(desk, "/call-list")

    def test_a_call_from_the_button_to_its_result(self, desk: CheckingClient, world: World) -> None:
        offer = world.offer(family_name="田中", **landline())
        assert "田中" in page_of(desk, "/call-list")
        taken = desk.post("/call-list/claims")
        screen = page_of(desk, taken.location)
        for part in ("tel:", "お貸しする車が決まりました", "天草拠点", f"/offers/{offer.id}", "留守", "番号違い"):
            assert part in screen, part
        code = world.persons()[0].rows[0].code
        answer = desk.post(taken.location + "/result", data={"result": "told", "matter": [code]})
        assert answer.status_code == 303
        assert db.session.scalars(select(CallRecord.result)).all() == [CallResult.TOLD]

    def test_a_call_without_a_result_is_asked_again(self, desk: CheckingClient, world: World) -> None:
        world.offer(**landline())
        taken = desk.post("/call-list/claims")
        answer = desk.post(taken.location + "/result", data={})
        assert answer.status_code == 422
        assert "電話の結果を選んでください" in answer.get_data(as_text=True)
        assert db.session.scalars(select(CallRecord)).all() == []

    @pytest.mark.parametrize("typed", ["", "25:00", "あとで"])
    def test_later_needs_a_time(self, desk: CheckingClient, world: World, typed: str) -> None:
        world.offer(**landline())
        taken = desk.post("/call-list/claims")
        answer = desk.post(taken.location + "/result", data={"result": "later", "again_at": typed})
        assert answer.status_code == 422

    def test_a_person_can_be_given_back(self, desk: CheckingClient, world: World) -> None:
        world.offer(**landline())
        taken = desk.post("/call-list/claims")
        desk.post(taken.location + "/release")
        assert desk.get(taken.location).status_code == 303
        assert services.claim_next(world.activation.id, staff_id=world.staff.id) is not None

    def test_with_nobody_left_the_button_says_so(self, desk: CheckingClient) -> None:
        assert "いま電話をかける方はいません" in desk.post("/call-list/claims", follow_redirects=True).get_data(
            as_text=True
        )

    def test_a_row_solved_meanwhile_is_refused_in_words(self, desk: CheckingClient, world: World) -> None:
        assert desk.post("/call-list/claims", data={"matter": "offer_untold-99"}).status_code == 409

    def test_a_viewer_reads_and_does_not_ring(self, client: CheckingClient, world: World) -> None:
        world.offer(**landline())
        client.sign_in_as(Role.VIEWER)
        assert "次の電話をかける" not in page_of(client, "/call-list")
        assert client.post("/call-list/claims").status_code == 403

    def test_a_long_list_takes_no_more_statements_than_a_short_one(self, desk: CheckingClient, world: World) -> None:
        world.offer(**landline(1))
        page_of(desk, "/call-list")
        with statements() as short:
            page_of(desk, "/call-list")
        for number in range(2, 9):
            world.offer(**landline(number))
        db.session.commit()
        with statements() as long:
            page_of(desk, "/call-list")
        assert len(long) == len(short)
