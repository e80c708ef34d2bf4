"""Messages to many: counted first, sent slice by slice, stopped at any time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from mra.applications import services as applications
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import Actor, ActorKind
from mra.core.clock import JAPAN
from mra.core.config import Settings
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.outbox import OutboxRow
from mra.messaging import bulk_rules, services
from mra.messaging.bulk_rules import BulkStatus
from mra.messaging.inbound import suppression
from mra.messaging.inbound.rules import SuppressionReason
from mra.messaging.models import BulkMessage, Message
from mra.messaging.next_steps import Mark
from mra.messaging.rules import MessageStatus
from mra.messaging.services import Addressee, Audience, bulk, numbers, registers
from tests import factories
from tests.conftest import CheckingClient

pytestmark = pytest.mark.usefixtures("session", "story_time")

PERSON = Actor(ActorKind.STAFF, 3)
WORDS = "大雨のため、本日の貸出と返却を休みます。"


def person(number: int, can_sms: bool = True) -> Addressee:
    return Addressee(f"+8190{number:08}", can_sms, "application", number, "+81960000000")


@pytest.fixture
def people() -> Iterator[list[Addressee]]:
    """An audience of the test's own; tests put people in."""
    before, here = dict(registers._audiences), list[Addressee]()
    registers._audiences.clear()
    services.on_audience(Audience("neighbours", "近所の方", lambda: [(1, "熊本", 1)], lambda _scope: here))
    yield here
    registers._audiences.clear()
    registers._audiences.update(before)


def drafted(words: str = WORDS) -> BulkMessage:
    (choice,) = services.audience_choices()
    return bulk.draft(choice, words=words, by=PERSON)


def started() -> BulkMessage:
    made = drafted()
    bulk.start(made, by=PERSON)
    return made


def run_slices(made: BulkMessage, times: int = 1) -> None:
    for _ in range(times):
        db.session.flush()
        bulk.send_slice(made.id, made.slices)
    db.session.flush()


def messages() -> int:
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


@pytest.fixture
def rich(app: Flask, settings: Settings) -> Iterator[Settings]:
    """Settings that a test may change."""
    yield settings
    app.extensions["mra"] = settings


class TestThePreview:
    def test_it_counts_every_number_once_and_who_gets_none(self, people: list[Addressee]) -> None:
        people += [person(1), person(2), person(1), person(3, can_sms=False)]
        made = drafted()
        assert (made.people, made.doubles, made.without_sms) == (2, 1, 1)
        assert (made.segments, made.yen) == (1, 24)
        assert messages() == 0

    def test_whom_no_sms_would_reach_is_neither_among_the_people_nor_in_the_price(
        self, people: list[Addressee]
    ) -> None:
        people += [person(1), person(2), person(2), person(3, can_sms=False), person(4), person(5)]
        suppression.suppress(person(2).phone, reason=SuppressionReason.SMS, by=PERSON)
        suppression.suppress(person(5).phone, reason=SuppressionReason.PROVIDER, by=PERSON)
        for number in (4, 5):
            numbers.mark(person(number).phone, Mark.NO_SMS, "30006")
        made = drafted()
        assert (made.people, made.without_sms, made.stopped, made.marked, made.doubles) == (1, 1, 2, 1, 1)
        assert made.yen == made.segments * 12

    def test_a_longer_text_costs_more(self, people: list[Addressee]) -> None:
        people += [person(1)]
        assert drafted("あ" * 100).segments == 2

    def test_an_old_preview_is_not_sent(self, people: list[Addressee]) -> None:
        people += [person(1)]
        made = drafted()
        with clock.stopped(clock.now() + timedelta(minutes=61)), pytest.raises(Refused, match="bulk_preview_old"):
            bulk.start(made, by=PERSON)

    def test_a_message_to_nobody_is_not_sent(self, people: list[Addressee]) -> None:
        with pytest.raises(Refused, match="bulk_nobody"):
            bulk.start(drafted(), by=PERSON)

    @pytest.mark.parametrize(
        ("words", "fault"),
        [
            ("{{ name }}様", "braces"),
            ("{link}", "braces"),
            ("https://bit.ly/x を見てください", "foreign_address"),
            ("evil.example.com を見てください", "foreign_address"),
            ("https://mra.example.jp/ を見てください", None),
            (WORDS, None),
        ],
    )
    def test_no_place_for_names_and_no_foreign_address(self, words: str, fault: str | None) -> None:
        assert bulk_rules.fault_in(words, "mra.example.jp") == fault


class TestSending:
    def test_it_goes_in_slices_and_ends(self, people: list[Addressee]) -> None:
        people += [person(number) for number in range(1, bulk_rules.SLICE + 11)]
        made = started()
        run_slices(made)
        assert messages() == bulk_rules.SLICE
        run_slices(made)
        assert (messages(), made.status) == (bulk_rules.SLICE + 10, BulkStatus.FINISHED)
        assert "大雨のため" in db.session.scalars(select(Message.body)).first()

    def test_a_slice_run_twice_sends_once(self, people: list[Addressee]) -> None:
        people += [person(number) for number in range(1, bulk_rules.SLICE + 11)]
        made = started()
        bulk.send_slice(made.id, 0)
        db.session.flush()
        bulk.send_slice(made.id, 0)
        assert messages() == bulk_rules.SLICE

    def test_a_pause_stops_it_and_it_goes_on(self, people: list[Addressee]) -> None:
        people += [person(number) for number in range(1, bulk_rules.SLICE + 11)]
        made = started()
        run_slices(made)
        bulk.pause(made, by=PERSON)
        run_slices(made)
        assert messages() == bulk_rules.SLICE
        with clock.stopped(clock.now() + timedelta(minutes=5)):
            bulk.resume(made, by=PERSON)
            due_at = db.session.scalars(select(OutboxRow.due_at).order_by(OutboxRow.id.desc()).limit(1)).one()
            assert due_at == clock.now()
        run_slices(made)
        assert made.status is BulkStatus.FINISHED

    def test_a_cancelled_one_sends_no_more_not_even_what_waits(self, people: list[Addressee]) -> None:
        people += [person(number) for number in range(1, bulk_rules.SLICE + 11)]
        made = started()
        run_slices(made)
        bulk.cancel(made, by=PERSON)
        run_slices(made)
        waiting = db.session.scalars(select(Message)).first()
        assert services.claim(waiting.id) is None
        assert (waiting.status, waiting.error_code) == (MessageStatus.DROPPED, "bulk_cancelled")
        assert messages() == bulk_rules.SLICE

    def test_at_night_it_waits_for_the_morning(self, people: list[Addressee], app: Flask, rich: Settings) -> None:
        app.extensions["mra"] = replace(rich, sms_quiet_hours="21-8")
        people += [person(1)]
        with clock.stopped(datetime(2026, 8, 18, 22, 0, tzinfo=JAPAN)):
            made = started()
            run_slices(made)
        assert messages() == 0
        due_at = db.session.scalars(select(OutboxRow.due_at).order_by(OutboxRow.id.desc()).limit(1)).one()
        assert due_at == datetime(2026, 8, 19, 8, 0, tzinfo=JAPAN)

    def test_the_money_of_the_day_stops_it(self, people: list[Addressee], app: Flask, rich: Settings) -> None:
        people += [person(number) for number in range(1, bulk_rules.SLICE + 11)]
        app.extensions["mra"] = replace(rich, sms_yen_per_day=bulk_rules.SLICE * 12 + 100)
        made = started()
        run_slices(made, 2)
        assert (messages(), made.status, made.is_out_of_money) == (bulk_rules.SLICE, BulkStatus.PAUSED, True)
        with pytest.raises(Refused, match="bulk_no_money"):
            bulk.resume(made, by=PERSON)

    def test_two_messages_to_many_do_not_count_on_the_same_money(
        self, people: list[Addressee], app: Flask, rich: Settings
    ) -> None:
        people += [person(number) for number in range(1, 11)]
        first, second = started(), started()
        app.extensions["mra"] = replace(rich, sms_yen_per_day=15 * first.segments * 12)
        run_slices(first)
        run_slices(second)
        assert (first.status, second.status) == (BulkStatus.FINISHED, BulkStatus.PAUSED)

    def test_two_starts_are_one(self, people: list[Addressee]) -> None:
        people += [person(1)]
        made = started()
        db.session.flush()
        with pytest.raises(Refused, match="bulk_over"):
            bulk.start(made, by=PERSON)


class TestThePages:
    def test_a_coordinator_reads_the_figures_and_sends(self, client: CheckingClient, people: list[Addressee]) -> None:
        people += [person(1), person(2), person(3, can_sms=False)]
        browser = client.sign_in_as(Role.COORDINATOR)
        answer = browser.post("/messages/bulk", data={"audience": "neighbours-1", "words": WORDS})
        assert answer.status_code == 303
        page = browser.get(answer.location).get_data(as_text=True)
        assert "2人に、約24円分のSMSを送ります" in page
        assert "電話リストにも入りません" in page
        assert browser.post(f"{answer.location}/start").status_code == 303
        (made,) = db.session.scalars(select(BulkMessage)).all()
        run_slices(made)
        page = browser.get(answer.location).get_data(as_text=True)
        assert "送信完了" in page
        assert "この内容で送る" not in page
        assert WORDS in browser.get("/messages/bulk").get_data(as_text=True)

    @pytest.mark.parametrize(
        ("posted", "sentence"),
        [
            ({}, "送る相手を選んでください"),
            ({"audience": "neighbours-2", "words": WORDS}, "もう選べません"),
            ({"audience": "neighbours-1", "words": "{{ name }}"}, "{ } は使えません"),
            ({"audience": "neighbours-1", "words": "あ" * 300}, "長すぎます"),
        ],
    )
    def test_what_cannot_be_sent_is_told(
        self, client: CheckingClient, people: list[Addressee], posted: dict[str, str], sentence: str
    ) -> None:
        answer = client.sign_in_as(Role.COORDINATOR).post("/messages/bulk", data=posted)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert db.session.scalar(select(func.count()).select_from(BulkMessage)) == 0

    def test_a_desk_may_not_write_to_many(self, client: CheckingClient) -> None:
        assert client.sign_in_as(Role.DESK).get("/messages/bulk").status_code == 403


class TestTheAudiences:
    def test_those_who_wait_and_those_who_have_a_car_can_be_written_to(self) -> None:
        activation = factories.activation()
        labels = [one.label for one in services.audience_choices()]
        assert f"{activation.name}：車の順番を待っている方" in labels
        assert all(list(one.people()) == [] for one in services.audience_choices())


class TestWhoLeftTheAudience:
    def test_who_does_not_wait_any_more_gets_no_notice_for_those_who_wait(self) -> None:
        activation = factories.activation()
        waits, gone = (factories.application(activation, phone=f"+81900000000{number}") for number in (1, 2))
        choice = next(one for one in services.audience_choices() if one.value == f"waiting-{activation.id}")
        made = bulk.draft(choice, words=WORDS, by=PERSON)
        bulk.start(made, by=PERSON)
        run_slices(made)
        applications.withdraw(gone, by=PERSON, reason="自分で用意した")
        sent = {one.subject_id: services.claim(one.id) for one in db.session.scalars(select(Message))}
        assert sent[gone.id] is None
        assert sent[waits.id] is not None

    def test_who_brought_the_car_back_gets_no_notice_for_borrowers(self) -> None:
        base = factories.base(factories.activation())
        choice = next(one for one in services.audience_choices() if one.value == f"borrowers-{base.id}")
        application = factories.application(base.activation)
        assert not registers.still_in_audience(choice.value, application.id)
        factories.loan_out(application.requests[0], factories.vehicle(base), handed_over_at=clock.now())
        assert registers.still_in_audience(choice.value, application.id)


class TestHowToStop:
    @pytest.mark.parametrize(
        ("sender", "is_told"),
        [("+15005550006", True), ("MG01", True), ("MRA", False)],
        ids=["number", "service", "name"],
    )
    def test_it_is_said_only_where_a_reply_reaches_us(
        self, app: Flask, rich: Settings, sender: str, is_told: bool
    ) -> None:
        app.extensions["mra"] = replace(rich, twilio_account_sid="AC0", twilio_auth_token="1", twilio_sender=sender)
        assert ("停止は「停止」と返信" in bulk._filled_in(WORDS, "+81960000000")) is is_told
