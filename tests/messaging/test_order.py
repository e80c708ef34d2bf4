"""Who is asked when the first provider does not take a message, and how long it is left in peace."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from mra.core.config import Settings
from mra.messaging.providers import GatewaySms, InOrder, TwilioSms, breaker
from mra.messaging.providers.breaker import FAILURES_TO_OPEN, Breaker
from mra.messaging.providers.order import Place
from mra.messaging.rules import Accepted, NoAnswer, NotAccepted, Parcel
from mra.messaging.shared_memory import shared_memory
from tests.messaging.fake_gateway import FakeGateway
from tests.messaging.fake_twilio import FakeTwilio

PARCEL = Parcel(41, "+819000001234", "【MRA】車が決まりました。")
BUSY = NotAccepted("429", may_pass=True)


@pytest.fixture
def fuse(app: Flask, settings: Settings) -> Iterator[Breaker]:
    """The fuse of a provider of this test alone."""
    with app.app_context():
        made = Breaker(settings, f"twilio-{os.getpid()}")
        made.note(Accepted("1"))
        yield made
        made.note(Accepted("1"))
        app.extensions.pop("mra_shared_memory").close()


@pytest.fixture
def in_order(twilio: TwilioSms, fuse: Breaker, gateway_settings: Settings) -> Iterator[InOrder]:
    """Twilio first, then the gateway."""
    gateway = GatewaySms(gateway_settings, seconds=0.4)
    yield InOrder([Place(twilio, fuse), Place(gateway, Breaker(gateway_settings, f"gateway-{os.getpid()}"))])
    gateway.close()


class TestTheOrder:
    def test_the_first_that_takes_it_carries_it(
        self, in_order: InOrder, fake_twilio: FakeTwilio, fake_gateway: FakeGateway
    ) -> None:
        assert in_order.send(PARCEL) == Accepted(fake_twilio.accepted[0]["sid"], by="twilio")
        assert fake_gateway.calls == []

    def test_a_clear_not_now_goes_to_the_next(self, in_order: InOrder, fake_twilio: FakeTwilio) -> None:
        fake_twilio.behaviour = "busy"
        assert in_order.send(PARCEL) == Accepted("g-1", by="gateway")

    def test_a_fault_of_our_account_goes_to_the_next(self, in_order: InOrder, fake_twilio: FakeTwilio) -> None:
        fake_twilio.behaviour, fake_twilio.code = "refuse", 21606
        assert in_order.send(PARCEL) == Accepted("g-1", by="gateway")

    def test_a_wrong_number_is_wrong_everywhere(
        self, in_order: InOrder, fake_twilio: FakeTwilio, fake_gateway: FakeGateway
    ) -> None:
        fake_twilio.behaviour = "refuse"
        assert in_order.send(PARCEL) == NotAccepted("21211")
        assert fake_gateway.calls == []

    @pytest.mark.parametrize("behaviour", ["broken", "broken_after", "silent", "cut", "garbled"])
    def test_after_an_unknown_outcome_nobody_is_asked(
        self, in_order: InOrder, fake_twilio: FakeTwilio, fake_gateway: FakeGateway, behaviour: str
    ) -> None:
        fake_twilio.behaviour = behaviour
        assert in_order.send(PARCEL) == NoAnswer()
        assert fake_gateway.calls == []

    def test_where_all_are_busy_the_message_waits(
        self, in_order: InOrder, fake_twilio: FakeTwilio, fake_gateway: FakeGateway
    ) -> None:
        fake_twilio.behaviour, fake_gateway.status = "busy", 429
        assert in_order.send(PARCEL) == NotAccepted("gateway-429", may_pass=True)

    def test_a_provider_that_rests_is_passed_over(
        self, in_order: InOrder, fuse: Breaker, fake_twilio: FakeTwilio
    ) -> None:
        for _ in range(FAILURES_TO_OPEN):
            fuse.note(BUSY)
        assert in_order.send(PARCEL) == Accepted("g-1", by="gateway")
        assert fake_twilio.calls == []

    def test_where_all_rest_the_message_waits(self, fuse: Breaker, twilio: TwilioSms) -> None:
        for _ in range(FAILURES_TO_OPEN):
            fuse.note(BUSY)
        assert InOrder([Place(twilio, fuse)]).send(PARCEL) == NotAccepted("no_provider", may_pass=True)


class TestTheFuse:
    def test_some_failures_are_borne(self, fuse: Breaker) -> None:
        for _ in range(FAILURES_TO_OPEN - 1):
            fuse.note(NoAnswer())
        assert fuse.lets_pass()
        assert not fuse.is_open()

    def test_refused_numbers_are_no_failures(self, fuse: Breaker) -> None:
        for _ in range(FAILURES_TO_OPEN):
            fuse.note(NotAccepted("21211"))
        assert fuse.lets_pass()

    def test_all_workers_share_it(self, fuse: Breaker, settings: Settings) -> None:
        for _ in range(FAILURES_TO_OPEN):
            fuse.note(BUSY)
        assert not Breaker(settings, fuse.name).lets_pass()
        assert fuse.is_open()

    def test_half_open_one_message_tries(
        self, fuse: Breaker, monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        for _ in range(FAILURES_TO_OPEN):
            fuse.note(BUSY)
        shared_memory(settings).delete(f"mra:test:sms:{fuse.name}:open")
        assert [fuse.lets_pass(), fuse.lets_pass()] == [True, False]
        fuse.note(BUSY)
        assert not fuse.lets_pass(), "it rests again"
        shared_memory(settings).delete(f"mra:test:sms:{fuse.name}:open")
        assert fuse.lets_pass()
        fuse.note(Accepted("1"))
        assert fuse.lets_pass()
        assert not fuse.is_open()

    def test_an_emptied_redis_closes_it(self, fuse: Breaker, settings: Settings) -> None:
        for _ in range(FAILURES_TO_OPEN):
            fuse.note(BUSY)
        redis = shared_memory(settings)
        redis.delete(*redis.keys(f"mra:test:sms:{fuse.name}:*"))
        assert fuse.lets_pass()

    def test_without_redis_everything_passes(self, app: Flask, settings: Settings) -> None:
        with app.app_context():
            lonely = Breaker(replace(settings, redis_url="redis://127.0.0.1:1/0"), "twilio")
            for _ in range(FAILURES_TO_OPEN):
                lonely.note(BUSY)
            assert lonely.lets_pass()
            assert not lonely.is_open()
            app.extensions.pop("mra_shared_memory").close()

    def test_a_probe_ends_by_itself(self) -> None:
        assert breaker.PROBE_FOR < breaker.OPEN_FOR
