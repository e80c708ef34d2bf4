"""The second provider: what it is told, what its answers mean, whose reports are believed."""

import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mra.core.config import Settings, SettingsFault
from mra.core.db import db
from mra.messaging import services
from mra.messaging.models import Message
from mra.messaging.providers import GatewaySms
from mra.messaging.rules import Accepted, MessageStatus, NoAnswer, NotAccepted, Parcel
from tests.messaging.conftest import Promise
from tests.messaging.fake_gateway import FakeGateway

PARCEL = Parcel(41, "+819000001234", "【MRA】車が決まりました。")


@pytest.fixture
def gateway(gateway_settings: Settings) -> Iterator[GatewaySms]:
    """The real client, impatient."""
    provider = GatewaySms(gateway_settings, seconds=0.4)
    yield provider
    provider.close()


def test_the_gateway_is_told_whom_what_and_where_to_report(gateway: GatewaySms, fake_gateway: FakeGateway) -> None:
    assert gateway.send(PARCEL) == Accepted("g-1")
    assert fake_gateway.calls == [
        {
            "to": PARCEL.phone,
            "from": "0120000000",
            "text": PARCEL.text,
            "reference": "41",
            "report_url": "https://mra.example.jp/webhooks/gateway/status/41",
        }
    ]
    assert fake_gateway.authorization == "Basic " + b64encode(b"mra:token").decode()


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, NotAccepted("gateway-400")),
        (401, NotAccepted("gateway-401")),
        (429, NotAccepted("gateway-429", may_pass=True)),
        (503, NotAccepted("gateway-503", may_pass=True)),
        (500, NoAnswer()),
        (302, NoAnswer()),
    ],
)
def test_only_a_clear_answer_is_an_answer(
    gateway: GatewaySms, fake_gateway: FakeGateway, status: int, answer: object
) -> None:
    fake_gateway.status = status
    assert gateway.send(PARCEL) == answer
    assert len(fake_gateway.calls) == 1


@pytest.mark.parametrize("fault", ["silent", "garbled"])
def test_an_unclear_answer_is_no_answer(gateway: GatewaySms, fake_gateway: FakeGateway, fault: str) -> None:
    setattr(fake_gateway, fault, True)
    assert gateway.send(PARCEL) == NoAnswer()


def test_a_gateway_that_cannot_be_reached_took_nothing(gateway_settings: Settings, fake_gateway: FakeGateway) -> None:
    fake_gateway.close()
    provider = GatewaySms(gateway_settings, seconds=0.4)
    assert provider.send(PARCEL) == NotAccepted("unreachable", may_pass=True)
    provider.close()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"MRA_SMS_GATEWAY_URL": "http://gateway.example.jp"}, "starts with https://"),
        ({"MRA_SMS_GATEWAY_TOKEN": ""}, "the SMS gateway needs"),
        ({"MRA_SMS_PROVIDER": "gateway,pigeon"}, "pigeon"),
    ],
)
def test_a_gateway_half_set_up_does_not_start(settings: Settings, changes: dict[str, str], sentence: str) -> None:
    environ = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "MRA_SECRET_KEY": settings.secret_key,
        "MRA_FIELD_KEYS": "test:" + b64encode(b"k" * 32).decode(),
        "MRA_PUBLIC_URL": settings.public_url,
        "MRA_SMS_GATEWAY_URL": "https://gateway.example.jp/v1/messages",
        "MRA_SMS_GATEWAY_USER": "mra",
        "MRA_SMS_GATEWAY_TOKEN": "token",
        "MRA_SMS_GATEWAY_SENDER": "0120000000",
    }
    assert Settings.from_environment(environ).sms_order == ("gateway",)
    with pytest.raises(SettingsFault, match=sentence):
        Settings.from_environment(environ | changes)


class TestReports:
    @pytest.fixture
    def message_id(self, committed: None, promise: Promise) -> int:
        """A message that the gateway accepted."""
        message = promise()
        services.claim(message.id)
        services.record(message.id, outcome=Accepted("g-1", by="gateway"), provider="twilio")
        db.session.commit()
        return message.id

    def report(self, app: Flask, message_id: int, document: object, token: str = "token") -> int:
        path, body = f"/webhooks/gateway/status/{message_id}", json.dumps(document).encode()
        signature = hmac.new(token.encode(), path.encode() + b"\n" + body, "sha256").hexdigest()
        browser = FlaskClient(app, app.response_class)
        answer = browser.post(path, data=body, headers={"X-Signature": signature, "Content-Type": "application/json"})
        db.session.rollback()
        return answer.status_code

    def test_the_gateways_report_settles_the_message(self, message_id: int, gateway_app: Flask) -> None:
        assert self.report(gateway_app, message_id, {"id": "g-1", "status": "delivered"}) == 204
        message = db.session.get_one(Message, message_id)
        assert (message.status, message.provider) == (MessageStatus.DELIVERED, "gateway")

    def test_a_report_signed_by_somebody_else_changes_nothing(self, message_id: int, gateway_app: Flask) -> None:
        assert self.report(gateway_app, message_id, {"id": "g-1", "status": "delivered"}, token="guess") == 403
        assert db.session.get_one(Message, message_id).status is MessageStatus.SENT

    @pytest.mark.parametrize(
        "document", [[], "x", {}, {"id": 5, "status": ["delivered"]}, {"id": "g-2", "status": "delivered"}]
    )
    def test_a_report_without_sense_changes_nothing(
        self, message_id: int, gateway_app: Flask, document: object
    ) -> None:
        assert self.report(gateway_app, message_id, document) == 204
        assert db.session.get_one(Message, message_id).status is MessageStatus.SENT


def test_changed_settings_keep_the_order(gateway_settings: Settings) -> None:
    both = replace(gateway_settings, sms_provider="gateway, twilio")
    assert both.sms_order == ("gateway", "twilio")
