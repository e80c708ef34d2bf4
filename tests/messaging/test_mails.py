"""E-mails: promised, sent once through a real mail server, and followed as far as anybody can."""

import threading
import time
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from mra.accounts import services as accounts
from mra.core.actor import SYSTEM
from mra.core.audit import timeline
from mra.core.config import Settings
from mra.core.db import db
from mra.core.outbox import OutboxRow
from mra.messaging import next_steps, services
from mra.messaging.models import Message
from mra.messaging.rules import Accepted, Channel, Letter, MessageStatus, NotAccepted
from mra.web import jobs
from tests.messaging.conftest import Promise
from tests.messaging.fake_mail_server import FakeMailServer


def letter_of(message: Message) -> Letter:
    letter = services.claim(message.id)
    assert isinstance(letter, Letter)
    return letter


@pytest.fixture
def link_id(session: None) -> int:
    """A private link of the member."""
    link = accounts.make_link("application", 7)
    db.session.flush()
    return link.id


@pytest.mark.usefixtures("session", "story_time")
class TestPromising:
    def test_a_mail_is_written_down_and_promised(self, promise_mail: Promise) -> None:
        message = promise_mail()
        assert (message.channel, message.email, message.phone) == (Channel.EMAIL, "sato@example.jp", None)
        assert message.subject_line == "【モビリティ・レジリエンス・アライアンス】担当者登録のご案内"
        assert "{link}" in message.body
        (promised,) = db.session.scalars(select(OutboxRow))
        assert (promised.job, promised.args) == ("messaging.send_mail", {"message_id": message.id})

    def test_the_same_key_twice_is_one_mail(self, promise_mail: Promise) -> None:
        assert promise_mail().id == promise_mail().id
        assert db.session.scalar(select(func.count()).select_from(Message)) == 1
        assert db.session.scalar(select(func.count()).select_from(OutboxRow)) == 1

    def test_an_address_is_kept_in_its_normal_form(self, promise_mail: Promise) -> None:
        assert promise_mail(email=" ｓａｔｏ＠Example.JP ").email == "sato@example.jp"

    @pytest.mark.parametrize("email", ["", "sato", "sato@example.jp\r\nBcc: all@example.jp"])
    def test_what_is_no_address_gets_no_mail(self, promise_mail: Promise, email: str) -> None:
        with pytest.raises(ValueError, match="no address") as fault:
            promise_mail(email=email)
        assert not email or email not in str(fault.value)
        assert db.session.scalar(select(func.count()).select_from(Message)) == 0

    def test_a_mail_with_a_link_needs_one(self, promise_mail: Promise) -> None:
        with pytest.raises(ValueError, match="has a link"):
            promise_mail(link_id=None)

    def test_the_timeline_holds_no_address_and_no_text(self, promise_mail: Promise, link_id: int) -> None:
        message = promise_mail(link_id=link_id)
        services.record(letter_of(message).message_id, outcome=Accepted("1.a"), provider="smtp")
        facts = " ".join(str(event.facts) for event in timeline(("message", [message.id])))
        assert "sato" not in facts
        assert "大崎" not in facts

    @pytest.mark.parametrize(
        "change",
        [
            "phone = '+819000001234'",
            "email = NULL",
            "subject_line = NULL",
            "channel = 'sms'",
            "channel = 'fax'",
            r"subject_line = E'a\nBcc: b'",
            r"email = E'a@example.jp\r\nBcc: b'",
        ],
    )
    def test_the_database_keeps_mails_and_texts_apart(self, promise_mail: Promise, change: str) -> None:
        promise_mail()
        with pytest.raises(IntegrityError, match="ck_messages_"), db.session.begin_nested():
            db.session.execute(text(f"UPDATE messages SET {change}"))

    def test_the_database_takes_no_text_without_a_phone(self, promise: Promise) -> None:
        promise()
        with pytest.raises(IntegrityError, match="ck_messages_sms_to_a_phone"), db.session.begin_nested():
            db.session.execute(text("UPDATE messages SET phone = NULL"))


@pytest.mark.usefixtures("session", "story_time")
class TestSending:
    def test_a_claimed_mail_carries_its_real_link(self, promise_mail: Promise, link_id: int) -> None:
        message = promise_mail(link_id=link_id)
        letter = letter_of(message)
        address = services.link_address(link_id)
        assert address is not None
        assert f"\n{address}\n" in letter.text
        assert address not in message.body
        assert (letter.email, letter.subject_line) == (message.email, message.subject_line)

    def test_a_revoked_link_is_not_sent(self, promise_mail: Promise, link_id: int) -> None:
        message = promise_mail(link_id=link_id)
        accounts.revoke_links("application", 7)
        assert services.claim(message.id) is None
        assert (message.status, message.error_code) == (MessageStatus.FAILED, "link_gone")

    def test_the_mark_of_a_mail_is_its_own(self, promise_mail: Promise, link_id: int) -> None:
        first, second = (letter_of(promise_mail(link_id=link_id, key=key)) for key in ("one", "two"))
        assert first.mark != second.mark
        assert len(first.mark) <= Message.provider_id.type.length

    def test_a_person_sends_a_mail_once_more(self, promise_mail: Promise, link_id: int) -> None:
        message = promise_mail(link_id=link_id)
        services.record(letter_of(message).message_id, outcome=NotAccepted("mail-550"), provider="smtp")
        again = services.repeat(message, by=SYSTEM)
        assert (again.channel, again.email, again.subject_line) == (Channel.EMAIL, message.email, message.subject_line)
        assert letter_of(again).mark != f"{message.id}"
        assert db.session.scalars(select(OutboxRow.job)).all() == ["messaging.send_mail"] * 2


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("mail-550", "アドレスを確認してください"),
        ("mail-451", "混み合い"),
        ("mail-599", "コード mail-599"),
        ("login-535", "送信の設定"),
        ("sender-550", "送信の設定"),
        ("connect-554", "送信の設定"),
        ("no_mail_provider", "送信設定がない"),
    ],
)
def test_a_refusal_has_a_sentence_with_the_next_step(code: str, words: str) -> None:
    assert words in next_steps.reason(code)
    assert next_steps.reason(code).endswith("ください。")


@pytest.mark.usefixtures("committed")
class TestTheJob:
    """Real transactions and a real mail server."""

    def run(self, app: Flask) -> None:
        with app.app_context():
            for row_id in db.session.scalars(select(OutboxRow.id).where(OutboxRow.done_at.is_(None))).all():
                jobs.keep_promise(row_id)

    @pytest.fixture
    def message_id(self, promise_mail: Promise) -> int:
        link = accounts.make_link("application", 7)
        db.session.flush()
        made = promise_mail(link_id=link.id)
        db.session.commit()
        return made.id

    def now_is(self, message_id: int) -> Message:
        db.session.rollback()
        return db.session.get_one(Message, message_id)

    @pytest.mark.parametrize(
        ("behaviour", "status", "code", "taken"),
        [
            ("accept", MessageStatus.SENT, "", 1),
            ("at_addressee 550", MessageStatus.FAILED, "mail-550", 0),
            ("at_mail 554", MessageStatus.FAILED, "mail-554", 0),
            ("at_addressee 451", MessageStatus.QUEUED, "", 0),
            ("cut_early", MessageStatus.QUEUED, "", 0),
            ("cut", MessageStatus.UNKNOWN, "", 1),
            ("silent", MessageStatus.UNKNOWN, "", 1),
        ],
    )
    def test_what_the_server_said_is_recorded(
        self,
        mail_app: Flask,
        message_id: int,
        mail_server: FakeMailServer,
        behaviour: str,
        status: MessageStatus,
        code: str,
        taken: int,
    ) -> None:
        mail_server.behaviour = behaviour
        self.run(mail_app)
        message = self.now_is(message_id)
        assert (message.status, message.error_code) == (status, code)
        assert len(mail_server.taken) == taken

    def test_a_mail_that_was_put_off_goes_with_a_later_job(
        self, mail_app: Flask, message_id: int, mail_server: FakeMailServer
    ) -> None:
        mail_server.behaviour = "at_addressee 451"
        self.run(mail_app)
        mail_server.behaviour = "accept"
        self.run(mail_app)
        message = self.now_is(message_id)
        assert (message.status, message.provider, message.tries) == (MessageStatus.SENT, "smtp", 2)
        assert mail_server.taken[0].mail["Message-ID"] == f"<{message.provider_id}@mra.example.jp>"

    def test_a_server_that_is_away_gets_the_mail_later(
        self, mail_app: Flask, message_id: int, mail_server: FakeMailServer
    ) -> None:
        mail_server.close()
        self.run(mail_app)
        assert self.now_is(message_id).status is MessageStatus.QUEUED
        assert len(db.session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).all()) == 1

    def test_an_unknown_mail_is_not_sent_again_by_machine(
        self, mail_app: Flask, message_id: int, mail_server: FakeMailServer
    ) -> None:
        mail_server.behaviour = "cut"
        self.run(mail_app)
        mail_server.behaviour = "accept"
        with mail_app.app_context():
            for row in db.session.scalars(select(OutboxRow)):
                row.done_at = None
            db.session.commit()
        self.run(mail_app)
        assert len(mail_server.taken) == 1
        assert self.now_is(message_id).status is MessageStatus.UNKNOWN

    def test_two_workers_send_once(self, mail_app: Flask, message_id: int, mail_server: FakeMailServer) -> None:
        (row_id,) = db.session.scalars(select(OutboxRow.id)).all()
        start, faults = threading.Barrier(2), []
        mail_server.while_called = lambda: time.sleep(0.2)

        def work() -> None:
            with mail_app.app_context():
                start.wait()
                try:
                    jobs.keep_promise(row_id)
                except Exception as fault:
                    faults.append(fault)

        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert faults == []
        assert len(mail_server.taken) == 1
        assert self.now_is(message_id).status is MessageStatus.SENT

    def test_where_nothing_leaves_the_house_a_mail_is_recorded_as_arrived(self, app: Flask, message_id: int) -> None:
        self.run(app)
        message = self.now_is(message_id)
        assert (message.status, message.provider) == (MessageStatus.DELIVERED, "recording")

    def test_in_production_without_a_mail_server_a_mail_fails_and_says_why(
        self, app: Flask, settings: Settings, message_id: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.extensions, "mra", replace(settings, environment="production"))
        monkeypatch.setitem(app.extensions, "mra_mail", None)
        self.run(app)
        message = self.now_is(message_id)
        assert (message.status, message.error_code) == (MessageStatus.FAILED, "no_mail_provider")
