"""What people write back: read once, matched to the one open question, answered honestly, or passed on to the desk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.config import Settings
from mra.core.db import db
from mra.core.outbox import OutboxRow
from mra.core.phone import grouped
from mra.messaging import services as messaging
from mra.messaging.inbound import jobs, questions, services, suppression
from mra.messaging.inbound.models import InboundMessage, OpenQuestion
from mra.messaging.inbound.questions import Reaction
from mra.messaging.inbound.rules import InboundStatus, QuestionEnd, SuppressionReason
from mra.messaging.models import Message
from mra.messaging.replies import ReplyWord
from mra.messaging.rules import Accepted, MessageStatus, NotAccepted
from tests import factories
from tests.messaging.conftest import Promise

pytestmark = pytest.mark.usefixtures("session", "story_time")
HANAKO = "+819000001234"
heard: list[tuple[int, ReplyWord]] = []


@pytest.fixture(autouse=True)
def asked_by_the_test() -> None:
    """A kind of question of the test's own: a yes leaves it open, a no closes it, nothing else answers it."""

    def react(subject_id: int, word: ReplyWord) -> Reaction | None:
        heard.append((subject_id, word))
        if word not in (ReplyWord.YES, ReplyWord.NO):
            return None
        return Reaction(stays_open=word is ReplyWord.YES)

    heard.clear()
    questions.on_reply("tea", react)


def ask(subject_id: int = 1, phone: str = HANAKO, hours: int = 3) -> None:
    expires_at = clock.now() + timedelta(hours=hours)
    questions.open_question("tea", subject_id, phone=phone, expires_at=expires_at, activation_id=5)


def receive(body: str, provider_id: str = "SM1", phone: str = HANAKO) -> InboundMessage:
    """A message arrives and is read."""
    message = services.take_in(provider="twilio", provider_id=provider_id, phone=phone, body=body)
    assert message is not None
    jobs.process_inbound(message.id)
    return message


def answers() -> list[str]:
    return list(db.session.scalars(select(Message.template).order_by(Message.id)))


class TestArriving:
    def test_a_message_that_comes_twice_is_kept_once(self) -> None:
        receive("はい")
        assert services.take_in(provider="twilio", provider_id="SM1", phone=HANAKO, body="はい") is None
        assert db.session.scalar(select(func.count(InboundMessage.id))) == 1
        assert db.session.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.key.startswith("inbound-"))) == 1

    def test_a_message_read_twice_counts_once(self) -> None:
        ask()
        message = receive("いいえ")
        jobs.process_inbound(message.id)
        assert heard == [(1, ReplyWord.NO)]

    def test_a_message_that_nobody_knows_is_no_error(self) -> None:
        jobs.process_inbound(987)
        assert db.session.scalar(select(func.count()).select_from(Message)) == 0, "nobody is answered"

    def test_endless_text_and_null_letters_are_kept_as_far_as_there_is_room(self) -> None:
        message = receive("あ\x00" * 3000)
        assert message.body == "あ" * 2000
        assert message.status is InboundStatus.OPEN


class TestQuestions:
    def test_a_reply_answers_the_one_open_question(self) -> None:
        ask()
        message = receive("はい")
        question = db.session.scalars(select(OpenQuestion)).one()
        assert (message.status, message.word, message.activation_id) == (InboundStatus.HANDLED, ReplyWord.YES, 5)
        assert (question.answer, question.closed_at) == (ReplyWord.YES, None)

    def test_a_full_answer_closes_the_question(self) -> None:
        ask()
        receive("２")
        assert db.session.scalars(select(OpenQuestion)).one().closed_because is QuestionEnd.ANSWERED
        assert receive("はい", "SM2").status is InboundStatus.OPEN

    def test_asking_twice_is_one_question(self) -> None:
        ask()
        ask(hours=9)
        question = db.session.scalars(select(OpenQuestion)).one()
        assert question.expires_at == clock.now() + timedelta(hours=9)

    def test_several_questions_at_one_number_go_to_the_desk(self) -> None:
        ask(1)
        ask(2)
        message = receive("はい")
        assert message.status is InboundStatus.OPEN
        assert heard == []
        assert answers() == ["reply_to_desk"]

    def test_without_a_question_a_word_goes_to_the_desk(self) -> None:
        assert receive("はい").status is InboundStatus.OPEN

    @pytest.mark.parametrize("word", ["車はいつですか", "延長"])
    def test_a_word_that_is_no_answer_goes_to_the_desk(self, word: str) -> None:
        ask()
        assert receive(word).status is InboundStatus.OPEN
        assert db.session.scalars(select(OpenQuestion)).one().closed_at is None

    def test_a_question_past_its_time_is_not_answered(self) -> None:
        ask(hours=0)
        assert receive("はい").status is InboundStatus.OPEN

    def test_a_question_whose_subject_moved_on_is_not_answered(self) -> None:
        ask()
        questions.close_question("tea", 1)
        assert receive("はい").status is InboundStatus.OPEN

    def test_other_numbers_questions_are_not_answered(self) -> None:
        ask(phone="+819000009999")
        assert receive("はい").status is InboundStatus.OPEN


class TestAutomaticAnswers:
    def test_the_honest_answer_comes_once_a_day(self) -> None:
        receive("もしもし")
        receive("もしもし？", "SM2")
        assert answers() == ["reply_to_desk"]
        with clock.stopped(clock.now() + timedelta(hours=25)):
            receive("もしもし", "SM3")
        assert answers() == ["reply_to_desk"] * 2

    def test_the_answer_says_that_a_reply_settles_nothing_and_where_to_ring(self) -> None:
        message = receive("もしもし")
        assert message.answer_id is not None
        body = db.session.get_one(Message, message.answer_id).body
        assert "返信では手続きできません" in body
        assert "0225-00-0000" in body

    def test_who_writes_english_is_answered_in_english(self) -> None:
        message = receive("When is my car?")
        assert message.answer_id is not None
        assert db.session.get_one(Message, message.answer_id).language == "en"

    def test_help_explains(self) -> None:
        assert receive("HELP").status is InboundStatus.HANDLED
        assert answers() == ["sms_help"]


class TestSuppression:
    def test_stop_stops_and_says_so_once(self, promise: Promise) -> None:
        message = receive("停止")
        assert message.answer_id is not None
        assert services_claim(message.answer_id), "the last text, that it was stopped, still goes out"
        found = suppression.suppression_of(HANAKO)
        assert found is not None
        assert found.reason is SuppressionReason.SMS
        later = promise()
        assert messaging.claim(later.id) is None
        assert (later.status, later.error_code) == (MessageStatus.DROPPED, "suppressed")

    def test_start_lifts(self, promise: Promise) -> None:
        receive("STOP")
        receive("再開", "SM2")
        assert suppression.suppression_of(HANAKO) is None
        assert messaging.claim(promise().id) is not None

    def test_stopping_twice_is_one_wish(self) -> None:
        receive("停止")
        receive("STOP", "SM2")
        assert answers() == ["sms_stopped"]

    def test_a_number_that_stopped_started_and_stopped_again_is_stopped(self) -> None:
        for number, word in enumerate(("停止", "再開", "停止")):
            receive(word, f"SM{number}")
        assert suppression.suppression_of(HANAKO) is not None

    def test_twilios_opted_out_puts_the_number_on_our_list(self, promise: Promise) -> None:
        message = promise()
        messaging.claim(message.id)
        messaging.record(message.id, outcome=NotAccepted("21610"), provider="twilio")
        assert (message.status, message.error_code) == (MessageStatus.DROPPED, "21610")
        found = suppression.suppression_of(HANAKO)
        assert found is not None
        assert found.reason is SuppressionReason.PROVIDER

    def test_a_report_of_opted_out_does_so_too(self, promise: Promise) -> None:
        message = promise()
        messaging.claim(message.id)
        messaging.record(message.id, outcome=Accepted("SM9"), provider="twilio")
        messaging.follow(message.id, word="undelivered", provider="twilio", provider_id="SM9", code="21610")
        assert message.status is MessageStatus.DROPPED
        assert suppression.suppression_of(HANAKO) is not None

    def test_lifting_what_is_not_there_is_no_error(self) -> None:
        assert suppression.lift(HANAKO, by=SYSTEM) is False

    def test_the_numbers_that_want_no_sms_are_found_together(self) -> None:
        suppression.suppress(HANAKO, reason=SuppressionReason.STAFF, by=SYSTEM)
        assert set(suppression.stopped_among([HANAKO, "+819000000000", None])) == {HANAKO}


def services_claim(message_id: int) -> bool:
    return messaging.claim(message_id) is not None


class TestTheDesk:
    def test_settling_takes_what_was_on_the_screen_only(self) -> None:
        first = receive("もしもし")
        second = receive("聞こえますか", "SM2")
        services.settle_of(HANAKO, until_id=first.id, by=SYSTEM)
        assert (first.status, second.status) == (InboundStatus.SETTLED, InboundStatus.OPEN)


class TestWhomToRing:
    """Our answers name the number of the support, and are given even where no number is known."""

    def answer(self, body: str) -> str:
        message = services.take_in(provider="twilio", provider_id=f"SM-{body}", phone="+819000001234", body=body)
        assert message is not None
        services.process(message.id)
        return db.session.get_one(Message, message.answer_id).body

    @pytest.fixture(autouse=True)
    def no_number(self, app: Flask, settings: Settings) -> Iterator[None]:
        """A house whose settings name no number."""
        app.extensions["mra"] = replace(settings, help_phone="")
        yield
        app.extensions["mra"] = settings

    @pytest.mark.parametrize("body", ["停止", "再開", "ヘルプ", "電話ください", "STOP", "START", "HELP", "Call me"])
    def test_without_any_number_people_are_answered_all_the_same(self, body: str) -> None:
        said = self.answer(body)
        assert said.startswith(("【MRA】", "[MRA]"))
        assert "{" not in said

    def test_the_number_of_the_running_support_is_named(self) -> None:
        support = factories.activation()
        assert grouped(support.help_phone) in self.answer("ヘルプ")
