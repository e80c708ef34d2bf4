"""How sending goes: failures of the last hour, money, the sender's rate, and who is told."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select

from mra.core import clock
from mra.core.access import Role
from mra.core.config import Settings
from mra.core.db import db
from mra.core.outbox import OutboxRow
from mra.messaging import providers, rates, services
from mra.messaging.examples import examples
from mra.messaging.models import Message
from mra.messaging.providers.breaker import FAILURES_TO_OPEN
from mra.messaging.rules import Accepted, Channel, NoAnswer, NotAccepted
from mra.messaging.watch import ENOUGH_TO_JUDGE, watch, yen_left
from tests import factories
from tests.conftest import CheckingClient
from tests.messaging.conftest import Promise

pytestmark = pytest.mark.usefixtures("session", "story_time")


def send(promise: Promise, key: str, code: str = "", **changes: object) -> Message:
    message = promise(key=key, phone=f"+8190000{len(key):05}{key[-1]}", **changes)
    services.claim(message.id)
    answer = NotAccepted(code) if code else Accepted(key)
    services.record(message.id, outcome=answer, provider="twilio")
    return message


class TestTheLastHour:
    def test_a_few_failures_among_few_are_no_alarm(self, promise: Promise) -> None:
        for number in range(3):
            send(promise, f"k{number}", "30004")
        assert (watch().sent, watch().missed, watch().percent, watch().is_alarming) == (3, 3, 100, False)

    def test_one_in_ten_is_an_alarm(self, promise: Promise) -> None:
        for number in range(ENOUGH_TO_JUDGE):
            send(promise, f"k{number}", "30004" if number < ENOUGH_TO_JUDGE // 10 else "")
        assert watch().fails_often
        with clock.stopped(clock.now() + timedelta(minutes=61)):
            assert not watch().fails_often

    def test_a_fault_of_our_account_is_an_alarm_at_once(self, promise: Promise) -> None:
        send(promise, "k", "21606")
        assert watch().our_side == 1
        assert watch().is_alarming

    def test_a_gateway_that_does_not_know_our_address_is_a_fault_of_ours(self, promise: Promise) -> None:
        send(promise, "k", "gateway-404")
        send(promise, "l", "gateway-422")
        assert watch().our_side == 1


class TestProvidersThatRest:
    @pytest.fixture
    def house(self, app: Flask, settings: Settings) -> Iterator[Settings]:
        """A house with two providers; its environment is this test's own."""
        made = replace(
            settings, environment=f"test-{os.getpid()}", twilio_account_sid="AC0", gateway_url="http://127.0.0.1:1"
        )
        app.extensions["mra"] = made
        yield made
        for fuse in providers.breakers():
            fuse.note(Accepted("1"))
        app.extensions["mra"] = settings
        app.extensions.pop("mra_shared_memory").close()

    def trip(self, number: int) -> None:
        for _ in range(FAILURES_TO_OPEN):
            providers.breakers()[number].note(NoAnswer())

    def test_one_that_rests_is_told_and_the_other_carries(self, house: Settings, client: CheckingClient) -> None:
        self.trip(0)
        assert (watch().resting, watch().nobody_sends, watch().reasons) == (("twilio",), False, ("resting",))
        assert "ほかの事業者から送っています" in self.page(client)

    def test_where_all_rest_people_read_what_to_do(self, house: Settings, client: CheckingClient) -> None:
        self.trip(0)
        self.trip(1)
        assert watch().reasons == ("nobody",)
        page = self.page(client)
        assert "SMSの送信が止まっています" in page
        assert "急ぐ方には電話でお知らせし" in page

    def test_admins_are_told_of_each_trouble_of_a_day(self, house: Settings) -> None:
        factories.staff_member(Role.ADMIN)
        self.trip(0)
        services.tell_admins()
        self.trip(1)
        services.tell_admins()
        services.tell_admins()
        bodies = db.session.scalars(select(Message.body).where(Message.channel == Channel.EMAIL)).all()
        assert ["送信できる事業者がありません" in body for body in bodies] == [False, True]
        assert "Twilio、国内SMS事業者" in bodies[1]

    def page(self, client: CheckingClient) -> str:
        return client.sign_in_as(Role.VIEWER).get("/messages").get_data(as_text=True)


class TestTheAdmins:
    def mails(self) -> list[Message]:
        return list(db.session.scalars(select(Message).where(Message.channel == Channel.EMAIL)))

    def test_admins_read_of_it_once_a_day(self, promise: Promise) -> None:
        admin = factories.staff_member(Role.ADMIN)
        factories.staff_member(Role.DESK)
        send(promise, "k", "21606")
        services.tell_admins()
        services.tell_admins()
        assert [(mail.email, mail.subject_id) for mail in self.mails()] == [(admin.email, admin.id)]

    def test_on_a_good_day_nobody_is_told(self, promise: Promise) -> None:
        factories.staff_member(Role.ADMIN)
        send(promise, "k")
        assert services.tell_admins() == 0


class TestTheMoney:
    def test_what_is_left_is_the_lesser_of_the_day_and_the_support(
        self, app: Flask, settings: Settings, promise: Promise
    ) -> None:
        try:
            app.extensions["mra"] = replace(settings, sms_yen_per_day=100, sms_yen_per_activation=40)
            send(promise, "a", activation_id=1)
            send(promise, "b", activation_id=2)
            assert (yen_left(1), yen_left(None)) == (28, 76)
            app.extensions["mra"] = replace(settings, sms_yen_per_day=24, sms_yen_per_activation=0)
            assert yen_left(1) == 0
            assert watch().is_spent
            app.extensions["mra"] = replace(settings, sms_yen_per_day=0, sms_yen_per_activation=0)
            assert yen_left(1) is None
        finally:
            app.extensions["mra"] = settings

    def test_an_urgent_text_goes_out_when_the_money_is_gone(
        self, app: Flask, settings: Settings, promise: Promise
    ) -> None:
        try:
            app.extensions["mra"] = replace(settings, sms_yen_per_day=1)
            send(promise, "a")
            assert services.claim(promise("reservation_cancelled", key="b").id) is not None
        finally:
            app.extensions["mra"] = settings


class TestTheRate:
    @pytest.fixture
    def slow(self, app: Flask, settings: Settings) -> Iterator[Settings]:
        """A sender that may hand over one SMS a second; its environment is this test's own."""
        made = replace(
            settings,
            environment=f"test-{os.getpid()}",
            twilio_account_sid="AC0",
            sms_quiet_hours="none",
            sms_per_second=1,
        )
        app.extensions["mra"] = made
        yield made
        app.extensions["mra"] = settings
        memory: Redis = app.extensions.pop("mra_shared_memory")
        memory.delete(f"mra:{made.environment}:sms:slot")
        memory.close()

    def test_the_sender_hands_over_so_many_a_second(self, slow: Settings) -> None:
        moment = clock.now()
        slots = [rates.slot(slow, moment) - moment for _ in range(4)]
        assert [round(slot.total_seconds()) for slot in slots] == [0, 1, 2, 3]

    def test_a_text_waits_for_its_slot_and_then_goes(self, slow: Settings, promise: Promise) -> None:
        first, second = (promise(key=key) for key in ("one", "two"))
        assert services.claim(first.id) is not None
        assert services.claim(second.id) is None
        due_at = db.session.scalars(select(OutboxRow.due_at).order_by(OutboxRow.id.desc()).limit(1)).one()
        assert due_at == clock.now() + timedelta(seconds=1)
        with clock.stopped(due_at):
            assert services.claim(second.id) is not None

    def test_an_urgent_text_overtakes(self, slow: Settings, promise: Promise) -> None:
        assert services.claim(promise(key="one").id) is not None
        assert services.claim(promise("reservation_cancelled", key="two").id) is not None


class TestThePages:
    def test_every_wording_is_shown_with_its_length_and_price(self, client: CheckingClient) -> None:
        page = client.sign_in_as(Role.VIEWER).get("/messages/templates").get_data(as_text=True)
        shown = list(examples())
        assert len(shown) > 20
        assert all(one.template in page for one in shown)
        assert "1通分<br>UCS-2" in page
        assert "12円" in page

    def test_the_list_warns_of_failures_and_of_the_money(
        self, client: CheckingClient, app: Flask, settings: Settings, promise: Promise
    ) -> None:
        send(promise, "a")
        send(promise, "b", "21606")
        try:
            app.extensions["mra"] = replace(settings, sms_yen_per_day=12)
            page = client.sign_in_as(Role.VIEWER).get("/messages").get_data(as_text=True)
        finally:
            app.extensions["mra"] = settings
        assert "この1時間に1件のSMSを送れませんでした" in page
        assert "上限の12円に達した" in page

    def test_the_list_tells_from_which_share_it_warns(self, client: CheckingClient) -> None:
        page = client.sign_in_as(Role.VIEWER).get("/messages").get_data(as_text=True)
        assert "20件以上のうち10%以上になると警告します" in page
