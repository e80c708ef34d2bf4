"""Taking applications in exactly once, and deciding about them."""

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from mra.accounts.services import newest_link
from mra.alliance.models import Municipality
from mra.applications import queries, services
from mra.applications.forms import ApplicationForm
from mra.applications.models import Application, CarRequest
from mra.applications.rules import ApplicationStatus, Channel, Evidence, RequestStatus
from mra.core import clock
from mra.core.actor import PUBLIC, SYSTEM
from mra.core.audit import AuditEvent, move
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.core.outbox import OutboxRow
from mra.disasters.models import Activation
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus
from tests import factories
from tests.applications import typed
from tests.applications.test_forms import posted


def submission(**changes: Any) -> services.Submission:
    factories.municipality()
    form = ApplicationForm(posted(typed.application(**changes)))
    assert form.check(), form.errors
    return form.submission()


def submit(activation: Activation, key: UUID | None = None, **changes: Any) -> Application:
    return services.submit(
        submission(**changes),
        activation=activation,
        channel=Channel.WEB,
        by=PUBLIC,
        received_at=clock.now(),
        submission_key=key or uuid4(),
    )


@pytest.mark.usefixtures("session", "story_time")
class TestSubmit:
    def test_an_application_waits_from_its_receipt_and_has_a_link(self) -> None:
        made = submit(factories.activation())
        assert made.status is ApplicationStatus.RECEIVED
        assert made.requests[0].submitted_at == clock.now()
        assert made.requests[0].tier == 2
        assert newest_link("application", made.id) is not None

    def test_a_group_gets_one_request_for_each_car(self) -> None:
        made = submit(factories.activation(), kind="group", organisation="天草支援の会", cars="3")
        assert [wanted.position for wanted in made.requests] == [1, 2, 3]

    def test_the_place_is_no_finer_than_the_municipality(self) -> None:
        made = submit(factories.activation())
        db.session.expire(made)
        home = db.session.get(Municipality, "43215")
        assert home is not None
        assert made.place == home.place

    def test_the_receipt_goes_to_a_mobile_and_not_to_a_landline(self) -> None:
        activation = factories.activation()
        mobile, landline = submit(activation), submit(activation, phone="0969-22-1111")
        texts = {row.subject_id: (row.template, row.status) for row in db.session.scalars(select(Message))}
        assert texts == {
            mobile.id: ("application_received", MessageStatus.QUEUED),
            landline.id: ("application_received", MessageStatus.DROPPED),
        }

    def test_the_same_key_twice_is_one_application(self) -> None:
        activation, key = factories.activation(), uuid4()
        first = submit(activation, key)
        assert submit(activation, key, phone="080-1111-2222").id == first.id
        assert db.session.scalar(select(func.count()).select_from(Application)) == 1
        assert db.session.scalar(select(func.count()).select_from(CarRequest)) == 1

    def test_another_person_on_a_form_sent_before_gets_an_application_of_their_own(self) -> None:
        activation, key = factories.activation(), uuid4()
        first, second = submit(activation, key), submit(activation, key, given_name="次郎")
        assert second.id != first.id
        assert second.given_name == "次郎"
        assert submit(activation, key, given_name="次郎").id == second.id, "pressing twice is one here too"
        assert submit(activation, key).id == first.id

    def test_after_the_end_nobody_gets_the_receipt_of_another(self) -> None:
        activation, key = factories.activation(), uuid4()
        submit(activation, key)
        other = submission(given_name="次郎")
        with clock.stopped(clock.now() + timedelta(days=200)), pytest.raises(Refused, match="intake_closed"):
            services.submit(
                other,
                activation=activation,
                channel=Channel.WEB,
                by=PUBLIC,
                received_at=clock.now(),
                submission_key=key,
            )

    def test_after_the_intake_nothing_is_taken(self) -> None:
        activation = factories.activation()
        with clock.stopped(clock.now() + timedelta(days=200)), pytest.raises(Refused, match="intake_closed"):
            submit(activation, needed_from_year="2027", needed_from_month="4", driver1_expires_on_year="12")

    def test_a_sender_who_repeats_after_the_end_gets_the_first_receipt(self) -> None:
        activation, key = factories.activation(), uuid4()
        first, said = submit(activation, key), submission()
        with clock.stopped(clock.now() + timedelta(days=200)):
            again = services.submit(
                said, activation=activation, channel=Channel.WEB, by=PUBLIC, received_at=clock.now(), submission_key=key
            )
        assert again.id == first.id

    def test_the_timeline_names_nobody(self) -> None:
        made = submit(factories.activation())
        facts = [event.facts for event in db.session.scalars(select(AuditEvent))]
        assert "山田" not in str(facts)
        assert {"channel": "web", "cars": 1} in facts
        assert made.phone not in str(facts)


def test_two_senders_at_the_same_instant_make_one_application(
    app: Flask, committed: None, story_time: datetime
) -> None:
    activation_id, key = factories.activation().id, uuid4()
    db.session.commit()
    start, made = threading.Barrier(2), []

    def send() -> None:
        with app.app_context(), clock.stopped(story_time):
            activation = db.session.get(Activation, activation_id)
            assert activation is not None
            said = submission()
            start.wait(timeout=5)
            one = services.submit(
                said, activation=activation, channel=Channel.WEB, by=PUBLIC, received_at=story_time, submission_key=key
            )
            made.append(one.id)
            db.session.commit()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(made) == 2
    assert made[0] == made[1]
    for table in (Application, CarRequest, Message):
        assert db.session.scalar(select(func.count()).select_from(table)) == 1


@pytest.mark.usefixtures("session", "story_time")
class TestDecide:
    def test_an_admitted_application_is_told(self) -> None:
        received = factories.application(factories.activation(), is_admitted=False)
        services.admit(received, by=SYSTEM)
        assert received.status is ApplicationStatus.ADMITTED
        assert received.decided_at == clock.now()
        assert sent() == ["admitted"]

    def test_without_any_proof_staff_say_why_they_admit(self) -> None:
        received = factories.application(factories.activation(), is_admitted=False, evidence=[Evidence.CONSULT.value])
        with pytest.raises(Refused, match="exception_needs_reason"):
            services.admit(received, by=SYSTEM)
        db.session.expire(received)
        services.admit(received, by=SYSTEM, reason="流された家を役場が確認済み")
        assert received.decision_reason == "流された家を役場が確認済み"

    def test_a_question_and_its_answer_bring_the_application_back(self) -> None:
        received = factories.application(factories.activation(), is_admitted=False)
        services.ask_back(received, by=SYSTEM, reason="免許証の期限")
        assert received.status is ApplicationStatus.ASKED_BACK
        services.answer(received, by=SYSTEM)
        assert received.status is ApplicationStatus.RECEIVED
        assert sent() == ["asked_back"]

    def test_the_reason_stands_in_no_audit_event(self) -> None:
        received = factories.application(factories.activation(), is_admitted=False)
        services.ask_back(received, by=SYSTEM, reason="山田さんの免許証の期限")
        db.session.flush()
        assert "山田" not in str([event.facts for event in db.session.scalars(select(AuditEvent))])

    @pytest.mark.parametrize("decide", [services.ask_back, services.turn_down])
    def test_a_decision_without_a_reason_changes_nothing(self, decide: Any) -> None:
        received = factories.application(factories.activation(), is_admitted=False)
        with pytest.raises(Refused, match="reason_missing"):
            decide(received, by=SYSTEM, reason="　 ")
        assert received.status is ApplicationStatus.RECEIVED
        assert sent() == []

    def test_what_is_turned_down_waits_no_longer(self) -> None:
        admitted = factories.application(factories.activation(), cars=2)
        services.turn_down(admitted, by=SYSTEM, reason="対象地域の外")
        assert {wanted.status for wanted in admitted.requests} == {RequestStatus.WITHDRAWN}
        assert queries.waiting(admitted.activation_id) == []
        assert sent() == ["turned_down"]

    def test_a_withdrawn_application_waits_no_longer(self) -> None:
        admitted = factories.application(factories.activation())
        services.withdraw(admitted, by=SYSTEM, reason="車を借りられた")
        assert queries.waiting(admitted.activation_id) == []
        with pytest.raises(MoveNotAllowed):
            services.withdraw(admitted, by=SYSTEM)

    @pytest.mark.parametrize("leave", [services.withdraw, services.turn_down])
    def test_nothing_is_withdrawn_while_a_car_is_reserved(self, leave: Any) -> None:
        admitted = factories.application(factories.activation(), cars=2)
        move(admitted.requests[1], "reserve", by=SYSTEM)
        db.session.commit()
        with pytest.raises(Refused, match="request_in_use"):
            leave(admitted, by=SYSTEM, reason="もういらない")
        db.session.rollback()
        assert admitted.status is ApplicationStatus.ADMITTED
        assert admitted.requests[0].status is RequestStatus.WAITING

    def test_one_car_of_several_is_withdrawn_alone(self) -> None:
        admitted = factories.application(factories.activation(), cars=2)
        services.withdraw_request(admitted.requests[0], by=SYSTEM)
        assert [wanted.position for wanted in queries.waiting(admitted.activation_id)] == [2]

    def test_being_asked_back_twice_is_told_twice(self) -> None:
        received = factories.application(factories.activation(), is_admitted=False)
        services.ask_back(received, by=SYSTEM, reason="免許証の期限")
        services.answer(received, by=SYSTEM)
        db.session.flush()
        with clock.stopped(clock.now() + timedelta(hours=3)):
            services.ask_back(received, by=SYSTEM, reason="運転する方")
        assert sent() == ["asked_back", "asked_back"]


def sent() -> list[str]:
    """The texts that were promised, in order."""
    db.session.flush()
    assert db.session.scalar(select(func.count()).select_from(OutboxRow)) is not None
    return [message.template for message in db.session.scalars(select(Message).order_by(Message.id))]
