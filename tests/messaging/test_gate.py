"""What is judged again at the moment of sending: the night, the case, the day's reminders, what is known of the number."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from mra.accounts import services as accounts
from mra.applications import services as applications
from mra.core import clock
from mra.core.actor import SYSTEM, Actor, ActorKind
from mra.core.clock import JAPAN
from mra.core.config import Settings
from mra.core.db import db
from mra.core.outbox import HEAD_START, OutboxRow
from mra.messaging import next_steps, services
from mra.messaging.inbound import suppression
from mra.messaging.inbound.rules import SuppressionReason
from mra.messaging.models import Message, NumberMark
from mra.messaging.next_steps import Mark
from mra.messaging.rules import Accepted, MessageStatus, NotAccepted
from mra.messaging.services import registers
from tests import factories
from tests.messaging.conftest import Promise

NIGHT = datetime(2026, 8, 18, 22, 30, tzinfo=JAPAN)
MORNING = datetime(2026, 8, 19, 8, 0, tzinfo=JAPAN)


@pytest.fixture
def quiet(app: Flask, settings: Settings) -> Iterator[None]:
    """A house that keeps quiet hours."""
    app.extensions["mra"] = replace(settings, sms_quiet_hours="21-8")
    yield
    app.extensions["mra"] = settings


@pytest.fixture
def gone() -> Iterator[set[int]]:
    """Cases of which a text no longer holds; tests put them in."""
    ids: set[int] = set()
    before = dict(registers._send_checks)
    services.on_send_check("loan", lambda _template, case_id: case_id not in ids)
    yield ids
    registers._send_checks.clear()
    registers._send_checks.update(before)


def promises() -> list[OutboxRow]:
    return list(db.session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def sent(message: Message) -> Message:
    assert services.claim(message.id) is not None
    services.record(message.id, outcome=Accepted(f"SM{message.id}"), provider="twilio")
    return message


def bounced(message: Message, code: str) -> Message:
    sent(message)
    services.follow(message.id, word="undelivered", provider="twilio", provider_id=f"SM{message.id}", code=code)
    return message


@pytest.mark.usefixtures("session", "quiet")
class TestTheOwnersWish:
    def test_a_number_that_wants_no_sms_is_not_kept_waiting_for_the_morning(self, promise: Promise) -> None:
        """It ends at once, so that somebody can ring."""
        with clock.stopped(NIGHT):
            message = promise("overdue")
            suppression.suppress(message.address, reason=SuppressionReason.STAFF, by=SYSTEM)
            assert services.claim(message.id) is None
        assert (message.status, message.error_code) == (MessageStatus.DROPPED, "suppressed")
        assert "電話で" in next_steps.reason(message.error_code)

    def test_what_holds_no_longer_needs_no_call(self, promise: Promise, gone: set[int]) -> None:
        message = promise("overdue", cause=("loan", 1))
        suppression.suppress(message.address, reason=SuppressionReason.STAFF, by=SYSTEM)
        gone.add(1)
        services.claim(message.id)
        assert message.error_code == "case_changed"

    def test_a_carriers_word_leaves_no_second_mark(self, promise: Promise) -> None:
        message = bounced(promise("reply_to_desk"), "21610")
        assert message.status is MessageStatus.DROPPED
        assert suppression.suppression_of(message.address) is not None
        assert db.session.scalars(select(NumberMark)).all() == []


@pytest.mark.usefixtures("session", "quiet")
class TestTheNight:
    def test_an_ordinary_text_of_the_night_is_due_in_the_morning(self, promise: Promise) -> None:
        with clock.stopped(NIGHT):
            promise("asked_back")
        assert [row.due_at for row in promises()] == [MORNING]

    def test_an_urgent_text_is_due_at_once(self, promise: Promise) -> None:
        with clock.stopped(NIGHT):
            promise("application_received", link_id=1)
        assert [row.due_at for row in promises()] == [NIGHT - HEAD_START], "before all that is only due"

    def test_a_text_that_the_night_overtook_waits(self, promise: Promise) -> None:
        with clock.stopped(NIGHT - timedelta(hours=2)):
            message = promise("asked_back")
        with clock.stopped(NIGHT):
            assert services.claim(message.id) is None
            assert services.claim(message.id) is None
        assert message.status is MessageStatus.QUEUED
        assert [row.due_at for row in promises()] == [NIGHT - timedelta(hours=2), MORNING]
        with clock.stopped(MORNING):
            assert services.claim(message.id) is not None


@pytest.mark.usefixtures("session", "story_time")
class TestTheCase:
    def test_a_text_about_a_case_that_changed_is_not_sent(self, promise: Promise, gone: set[int]) -> None:
        message = promise("overdue", cause=("loan", 4))
        gone.add(4)
        assert services.claim(message.id) is None
        assert (message.status, message.error_code) == (MessageStatus.DROPPED, "case_changed")
        assert message.claimed_at is None

    def test_a_text_about_a_case_that_stands_is_sent(self, promise: Promise, gone: set[int]) -> None:
        gone.add(5)
        assert services.claim(promise("overdue", cause=("loan", 4)).id) is not None

    def test_a_withdrawn_application_is_asked_and_told_nothing_more(self, promise: Promise) -> None:
        activation = factories.activation()
        stands, gone = (factories.application(activation, is_admitted=False) for _ in range(2))
        applications.ask_back(stands, by=SYSTEM, reason="罹災証明")
        applications.withdraw(gone, by=SYSTEM, reason="自分で用意した")
        for one, codes in ((stands, ["", "case_changed"]), (gone, ["case_changed", "case_changed"])):
            told = [
                promise(template, subject_id=one.id, key=f"{template}-{one.id}")
                for template in ("asked_back", "admitted")
            ]
            assert [services.claim(message.id) is not None for message in told] == [not code for code in codes]
            assert [message.error_code for message in told] == codes

    def test_a_case_nobody_registered_for_is_sent(self, promise: Promise) -> None:
        assert services.claim(promise(subject_kind="riddle").id) is not None


@pytest.mark.usefixtures("session", "story_time")
class TestReminders:
    def test_a_second_reminder_on_the_same_day_is_not_sent(self, promise: Promise, gone: set[int]) -> None:
        sent(promise("overdue", key="one", cause=("loan", 1)))
        second = promise("overdue", key="two", cause=("loan", 2))
        assert services.claim(second.id) is None
        assert (second.status, second.error_code) == (MessageStatus.DROPPED, "told_today")

    def test_the_next_day_has_its_own_reminder(self, promise: Promise, gone: set[int]) -> None:
        sent(promise("overdue", key="one", cause=("loan", 1)))
        with clock.stopped(clock.now() + timedelta(days=1)):
            assert services.claim(promise("overdue", key="two", cause=("loan", 1)).id) is not None

    def test_another_person_and_another_kind_are_reminded(self, promise: Promise, gone: set[int]) -> None:
        sent(promise("overdue", key="one", cause=("loan", 1)))
        other = promise("overdue", key="two", phone="+819000009999", cause=("loan", 2))
        assert services.claim(other.id) is not None
        link = accounts.make_link("application", 7)
        db.session.flush()
        soon = promise("due_soon", key="three", due=clock.now(), cause=("loan", 1), link_id=link.id)
        assert services.claim(soon.id) is not None

    def test_a_reminder_that_did_not_go_out_counts_for_nothing(self, promise: Promise, gone: set[int]) -> None:
        first = promise("overdue", key="one", cause=("loan", 1))
        services.claim(first.id)
        services.record(first.id, outcome=NotAccepted("30004"), provider="twilio")
        assert services.claim(promise("overdue", key="two", cause=("loan", 2)).id) is not None


def test_two_workers_with_two_reminders_for_one_person_send_one(
    app: Flask, committed: None, promise: Promise, gone: set[int]
) -> None:
    ids = [promise("overdue", key=f"loan-{loan_id}", cause=("loan", loan_id)).id for loan_id in (1, 2)]
    db.session.commit()
    start, taken = threading.Barrier(2), []

    def work(message_id: int) -> None:
        with app.app_context():
            start.wait()
            taken.append(services.claim(message_id))
            db.session.commit()

    workers = [threading.Thread(target=work, args=(one,)) for one in ids]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len([one for one in taken if one is not None]) == 1


@pytest.mark.usefixtures("session", "story_time")
class TestConsequences:
    def test_a_landline_is_known_for_all_later_texts(self, promise: Promise) -> None:
        bounced(promise(key="one"), "30006")
        assert db.session.scalars(select(NumberMark.mark)).all() == [Mark.NO_SMS]
        second = promise(key="two")
        assert services.claim(second.id) is None
        assert (second.status, second.error_code) == (MessageStatus.FAILED, "number_marked")

    def test_a_person_may_try_a_marked_number(self, promise: Promise) -> None:
        message = bounced(promise(key="one"), "30006")
        again = services.repeat(message, by=Actor(ActorKind.STAFF, 3))
        assert services.claim(again.id) is not None

    def test_a_text_that_arrives_takes_the_mark_away(self, promise: Promise) -> None:
        message = bounced(promise(key="one"), "30005")
        services.follow(message.id, word="delivered", provider="twilio", provider_id=f"SM{message.id}")
        assert db.session.scalars(select(NumberMark)).all() == []

    def test_a_handset_out_of_reach_is_tried_again_in_an_hour_then_in_three(self, promise: Promise) -> None:
        message = bounced(promise(key="one"), "30003")
        second = services.repeat(message, by=SYSTEM)  # The key of the machine's own: no second repetition.
        assert (second.attempt, promises()[-1].due_at - clock.now()) == (2, timedelta(hours=1))
        third = services.repeat(bounced(second, "30003"), by=SYSTEM)
        assert (third.attempt, promises()[-1].due_at - clock.now()) == (3, timedelta(hours=3))
        count = len(promises())
        bounced(third, "30003")
        assert len(promises()) == count

    def test_what_arrived_after_all_is_not_sent_again(self, promise: Promise) -> None:
        message = bounced(promise(key="one"), "30003")
        again = services.repeat(message, by=SYSTEM)
        services.follow(message.id, word="delivered", provider="twilio", provider_id=f"SM{message.id}")
        assert services.claim(again.id) is None
        assert (again.status, again.error_code) == (MessageStatus.DROPPED, "arrived_after_all")

    def test_a_blocked_text_is_not_sent_again(self, promise: Promise) -> None:
        bounced(promise(key="one"), "30004")
        assert len(promises()) == 1

    def test_what_left_keeps_what_it_cost(self, promise: Promise) -> None:
        message = sent(promise())
        assert (message.segments, message.yen) == (1, 12)

    def test_what_was_refused_cost_nothing(self, promise: Promise) -> None:
        message = promise()
        services.claim(message.id)
        services.record(message.id, outcome=NotAccepted("21211"), provider="twilio")
        assert message.yen == 0
