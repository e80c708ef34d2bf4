"""The real Twilio client against a server that speaks Twilio's API, on good days and bad."""

import logging
from dataclasses import replace

import pytest

from mra.core.config import Settings
from mra.messaging.providers import TwilioSms
from mra.messaging.rules import Accepted, NoAnswer, NotAccepted, Parcel
from tests.messaging.fake_twilio import FakeTwilio

PARCEL = Parcel(41, "+819000001234", "【MRA】車が決まりました。\nhttps://mra.example.jp/a/abcdefghjkmn")


def test_an_accepted_message_has_twilios_id(twilio: TwilioSms, fake_twilio: FakeTwilio) -> None:
    assert twilio.send(PARCEL) == Accepted(fake_twilio.accepted[0]["sid"])


def test_twilio_is_told_whom_what_and_where_to_report(twilio: TwilioSms, fake_twilio: FakeTwilio) -> None:
    twilio.send(PARCEL)
    assert fake_twilio.calls == [
        {
            "To": PARCEL.phone,
            "Body": PARCEL.text,
            "MessagingServiceSid": "MG00000000000000000000000000000001",
            "StatusCallback": "https://mra.example.jp/webhooks/twilio/status/41",
        }
    ]
    assert fake_twilio.authorization == "AC00000000000000000000000000000000:12345"


def test_a_number_or_a_name_sends_by_itself(twilio_settings: Settings, fake_twilio: FakeTwilio) -> None:
    provider = TwilioSms(replace(twilio_settings, twilio_sender="MRA JAPAN"))
    provider.send(PARCEL)
    provider.close()
    assert fake_twilio.calls[0]["From"] == "MRA JAPAN"
    assert "MessagingServiceSid" not in fake_twilio.calls[0]


@pytest.mark.parametrize(("code", "may_pass"), [(21211, False), (21610, False), (21614, False), (21611, True)])
def test_a_refusal_is_certain(twilio: TwilioSms, fake_twilio: FakeTwilio, code: int, may_pass: bool) -> None:
    fake_twilio.behaviour, fake_twilio.code = "refuse", code
    assert twilio.send(PARCEL) == NotAccepted(str(code), may_pass=may_pass)


def test_a_busy_twilio_may_take_it_later(twilio: TwilioSms, fake_twilio: FakeTwilio) -> None:
    fake_twilio.behaviour = "busy"
    assert twilio.send(PARCEL) == NotAccepted("20429", may_pass=True)


@pytest.mark.parametrize("behaviour", ["broken", "broken_after", "silent", "cut", "garbled"])
def test_an_unclear_answer_is_no_answer(twilio: TwilioSms, fake_twilio: FakeTwilio, behaviour: str) -> None:
    fake_twilio.behaviour = behaviour
    assert twilio.send(PARCEL) == NoAnswer()
    assert len(fake_twilio.calls) == 1, "the client must not try again by itself"


def test_a_twilio_that_cannot_be_reached_took_nothing(twilio_settings: Settings, fake_twilio: FakeTwilio) -> None:
    fake_twilio.close()
    provider = TwilioSms(twilio_settings, seconds=0.4)
    assert provider.send(PARCEL) == NotAccepted("unreachable", may_pass=True)
    provider.close()


def test_the_machines_own_twilio_region_does_not_bend_the_address(
    twilio_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "jp1")
    monkeypatch.setenv("TWILIO_EDGE", "tokyo")
    provider = TwilioSms(twilio_settings)
    assert isinstance(provider.send(PARCEL), Accepted)
    provider.close()


def test_no_number_and_no_link_reach_the_log(
    twilio: TwilioSms, fake_twilio: FakeTwilio, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        twilio.send(PARCEL)
        fake_twilio.behaviour = "refuse"
        twilio.send(PARCEL)
    assert PARCEL.phone[3:] not in caplog.text
    assert "abcdefghjkmn" not in caplog.text
