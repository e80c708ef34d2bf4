"""Promising, sending, following: what is written down at each step."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.actor import SYSTEM, Actor, ActorKind
from mra.core.audit import AuditEvent, timeline
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.outbox import OutboxRow
from mra.messaging import rules, services
from mra.messaging.models import Message
from mra.messaging.rules import Accepted, MessageStatus, NoAnswer, NotAccepted
from tests.messaging.conftest import Promise

pytestmark = pytest.mark.usefixtures("session", "story_time")


def promises() -> list[OutboxRow]:
    return list(db.session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def claimed(message: Message) -> Message:
    assert services.claim(message.id) is not None
    return message


def sent(message: Message) -> Message:
    services.record(claimed(message).id, outcome=Accepted("SM1"), provider="twilio")
    return message


class TestPromising:
    def test_a_text_is_written_down_and_promised(self, promise: Promise) -> None:
        message = promise()
        assert message.status is MessageStatus.QUEUED
        assert "A00123-4" in message.body
        (promised,) = promises()
        assert (promised.job, promised.args) == ("messaging.send_text", {"message_id": message.id})

    def test_the_same_key_twice_is_one_message(self, promise: Promise) -> None:
        first = promise()
        assert promise().id == first.id
        assert db.session.scalar(select(func.count()).select_from(Message)) == 1
        assert len(promises()) == 1

    def test_a_landline_gets_no_text(self) -> None:
        nothing = services.promise_text(
            "overdue",
            phone="+81960000000",
            can_sms=False,
            subject_kind="loan",
            subject_id=1,
            activation_id=1,
            key="loan-1-overdue",
        )
        assert nothing is None
        assert promises() == []

    def test_a_text_with_a_link_needs_one(self, promise: Promise) -> None:
        with pytest.raises(ValueError, match="has a link"):
            promise("offer_made", deadline=clock.now())

    def test_the_timeline_holds_no_number_and_no_text(self, promise: Promise) -> None:
        message = sent(promise())
        facts = " ".join(str(event.facts) for event in timeline(("message", [message.id])))
        assert message.phone[3:] not in facts
        assert message.body not in facts


class TestSending:
    def test_a_claimed_message_carries_its_real_link(self, promise: Promise) -> None:
        link = accounts.make_link("application", 7)
        db.session.flush()
        message = promise("offer_made", deadline=clock.now(), link_id=link.id)
        parcel = services.claim(message.id)
        assert parcel is not None
        assert f"\nhttps://mra.example.jp/a/{accounts.token_of(link)}\n" in parcel.text
        assert accounts.token_of(link) not in message.body

    def test_a_message_is_claimed_once(self, promise: Promise) -> None:
        message = promise()
        assert services.claim(message.id) is not None
        assert services.claim(message.id) is None
        assert message.tries == 1

    def test_a_revoked_link_is_not_sent(self, promise: Promise) -> None:
        link = accounts.make_link("application", 7)
        db.session.flush()
        message = promise("offer_made", deadline=clock.now(), link_id=link.id)
        accounts.revoke_links("application", 7)
        assert services.claim(message.id) is None
        assert (message.status, message.error_code) == (MessageStatus.FAILED, "link_gone")

    def test_an_accepted_message_keeps_the_providers_id(self, promise: Promise) -> None:
        message = sent(promise())
        assert (message.status, message.provider_id) == (MessageStatus.SENT, "SM1")
        assert message.sent_at == clock.now()

    def test_a_refused_message_keeps_the_reason(self, promise: Promise) -> None:
        message = claimed(promise())
        services.record(message.id, outcome=NotAccepted("21211"), provider="twilio")
        assert (message.status, message.error_code) == (MessageStatus.FAILED, "21211")

    def test_a_busy_provider_gets_the_message_later(self, promise: Promise) -> None:
        message = claimed(promise())
        services.record(message.id, outcome=NotAccepted("20429", may_pass=True), provider="twilio")
        assert message.status is MessageStatus.QUEUED
        assert promises()[-1].due_at == clock.now() + timedelta(seconds=30)
        assert promises()[-1].args == {"message_id": message.id}

    def test_a_provider_that_stays_busy_is_given_up(self, promise: Promise) -> None:
        message = promise()
        for _ in range(rules.MOST_TRIES):
            services.record(claimed(message).id, outcome=NotAccepted("20429", may_pass=True), provider="twilio")
        assert (message.status, message.error_code) == (MessageStatus.FAILED, "20429")
        assert services.claim(message.id) is None

    def test_no_answer_is_unknown_and_not_sent_again(self, promise: Promise) -> None:
        message = claimed(promise())
        services.record(message.id, outcome=NoAnswer(), provider="twilio")
        assert message.status is MessageStatus.UNKNOWN
        assert services.claim(message.id) is None
        assert len(promises()) == 1


class TestFollowing:
    def follow(self, message: Message, *words: str, sid: str = "SM1", code: str = "") -> Message:
        for word in words:
            services.follow(message.id, word=word, provider="twilio", provider_id=sid, code=code)
            db.session.flush()
        return message

    def test_a_delivered_message_is_settled(self, promise: Promise) -> None:
        message = self.follow(sent(promise()), "sent", "delivered")
        assert message.status is MessageStatus.DELIVERED
        assert message.settled_at == clock.now()

    def test_reports_out_of_order_change_nothing(self, promise: Promise) -> None:
        message = self.follow(sent(promise()), "delivered", "sent", "queued", "undelivered", "delivered")
        assert message.status is MessageStatus.DELIVERED
        events = [event.action for event in timeline(("message", [message.id]))]
        assert events == ["confirm", "hand_to_provider", "claim", "begin"]

    def test_an_undelivered_message_keeps_the_reason(self, promise: Promise) -> None:
        message = self.follow(sent(promise()), "undelivered", code="30003")
        assert (message.status, message.error_code) == (MessageStatus.UNDELIVERED, "30003")

    def test_a_late_delivery_takes_the_reason_away(self, promise: Promise) -> None:
        message = self.follow(sent(promise()), "undelivered", code="30003")
        self.follow(message, "delivered")
        assert (message.status, message.error_code) == (MessageStatus.DELIVERED, "")

    def test_a_report_resolves_an_unknown_message(self, promise: Promise) -> None:
        message = claimed(promise())
        services.record(message.id, outcome=NoAnswer(), provider="twilio")
        self.follow(message, "sent", sid="SM9")
        assert (message.status, message.provider_id) == (MessageStatus.SENT, "SM9")

    def test_a_report_may_be_faster_than_our_own_record(self, promise: Promise) -> None:
        message = self.follow(claimed(promise()), "delivered")
        services.record(message.id, outcome=Accepted("SM1"), provider="twilio")
        assert (message.status, message.provider_id) == (MessageStatus.DELIVERED, "SM1")

    def test_a_report_about_another_message_changes_nothing(self, promise: Promise) -> None:
        message = self.follow(sent(promise()), "delivered", sid="SM2")
        assert message.status is MessageStatus.SENT

    def test_words_we_do_not_know_change_nothing(self, promise: Promise) -> None:
        message = self.follow(sent(promise()), "partially_delivered", "", "receiving")
        assert message.status is MessageStatus.SENT

    def test_a_message_whose_worker_died_becomes_unknown(self, promise: Promise) -> None:
        message = claimed(promise())
        db.session.flush()
        assert services.lose_track_of_stuck() == 0
        with clock.stopped(clock.now() + timedelta(minutes=11)):
            assert services.lose_track_of_stuck() == 1
        assert message.status is MessageStatus.UNKNOWN


class TestRepeating:
    PERSON = Actor(ActorKind.STAFF, 3)

    def test_a_person_sends_the_same_text_once_more(self, promise: Promise) -> None:
        message = claimed(promise())
        services.record(message.id, outcome=NoAnswer(), provider="twilio")
        db.session.flush()
        again = services.repeat(message, by=self.PERSON)
        assert (again.body, again.phone, again.status) == (message.body, message.phone, MessageStatus.QUEUED)
        begun = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == again.id)).one()
        assert begun.actor_id == 3

    def test_deciding_twice_sends_it_once(self, promise: Promise) -> None:
        message = claimed(promise())
        services.record(message.id, outcome=NotAccepted("30008"), provider="twilio")
        db.session.flush()
        assert services.repeat(message, by=SYSTEM).id == services.repeat(message, by=SYSTEM).id

    def test_a_message_that_arrived_is_not_repeated(self, promise: Promise) -> None:
        message = sent(promise())
        db.session.flush()
        with pytest.raises(Refused):
            services.repeat(message, by=SYSTEM)
