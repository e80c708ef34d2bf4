"""Messages of the story, and an application that sends through (a stand-in for) Twilio and through a mail server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from mra.core.config import Settings
from mra.core.db import db
from mra.core.mail_server import MailServer, parse_mail_sender
from mra.messaging import providers, services
from mra.messaging.mail_providers import Patience, SmtpMail
from mra.messaging.models import Message
from mra.web.app import create_app
from tests.messaging.fake_gateway import FakeGateway
from tests.messaging.fake_mail_server import FakeMailServer
from tests.messaging.fake_twilio import FakeTwilio

Promise = Callable[..., Message]


@pytest.fixture
def promise() -> Promise:
    """Promise the text by which Yamada Hanako is asked to call; any part of it may be another."""

    def make(template: str = "asked_back", **changes: Any) -> Message:
        facts: dict[str, Any] = {
            "phone": "+819000001234",
            "can_sms": True,
            "subject_kind": "application",
            "subject_id": 7,
            "activation_id": 1,
            "key": "application-7-received",
            "number": "A00123-4",
            "help_phone": "+81960000000",
        } | changes
        made = services.promise_text(template, **facts)
        assert made is not None
        return made

    return make


@pytest.fixture
def promise_mail() -> Promise:
    """Promise the mail by which Sato Hanako is asked to register for her firm; any part of it may be another."""

    def make(template: str = "member_invitation", **changes: Any) -> Message:
        facts: dict[str, Any] = {
            "email": "sato@example.jp",
            "subject_kind": "member",
            "subject_id": 5,
            "activation_id": None,
            "key": "member-5-invitation",
            "link_id": 1,
            "member_name": "大崎レンタカー株式会社",
        } | changes
        return services.promise_email(template, **facts)

    return make


@pytest.fixture
def mail_server() -> Iterator[FakeMailServer]:
    """A mail server on a good day; tests make it worse."""
    server = FakeMailServer()
    yield server
    server.close()


@pytest.fixture
def fake_twilio() -> Iterator[FakeTwilio]:
    """Twilio on a good day; tests make it worse."""
    fake = FakeTwilio()
    yield fake
    fake.close()


@pytest.fixture
def twilio_settings(settings: Settings, fake_twilio: FakeTwilio) -> Settings:
    """Settings of a house that sends through Twilio."""
    return replace(
        settings,
        twilio_account_sid="AC00000000000000000000000000000000",
        twilio_auth_token="12345",
        twilio_sender="MG00000000000000000000000000000001",
        twilio_api_url=fake_twilio.url,
        twilio_shared_key="shared secret",
        sms_quiet_hours="none",
    )


@pytest.fixture
def twilio(twilio_settings: Settings) -> Iterator[providers.TwilioSms]:
    """The real client, impatient."""
    provider = providers.TwilioSms(twilio_settings, seconds=0.4)
    yield provider
    provider.close()


@pytest.fixture
def twilio_app(twilio_settings: Settings, twilio: providers.TwilioSms) -> Iterator[Flask]:
    """The application of that house, on the tests' database."""
    app = create_app(twilio_settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.extensions["mra_sms"] = twilio
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def fake_gateway() -> Iterator[FakeGateway]:
    """A domestic gateway on a good day."""
    fake = FakeGateway()
    yield fake
    fake.close()


@pytest.fixture
def gateway_settings(settings: Settings, fake_gateway: FakeGateway) -> Settings:
    """Settings of a house that sends through a domestic gateway."""
    return replace(
        settings,
        gateway_url=fake_gateway.url,
        gateway_user="mra",
        gateway_token="token",
        gateway_sender="0120000000",
        sms_quiet_hours="none",
    )


@pytest.fixture
def gateway_app(gateway_settings: Settings) -> Iterator[Flask]:
    """The application of that house, on the tests' database."""
    app = create_app(gateway_settings)
    app.config.update(TESTING=True)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def mail_app(settings: Settings, mail_server: FakeMailServer) -> Iterator[Flask]:
    """The application of a house with a mail server, on the tests' database."""
    server, sender = MailServer("127.0.0.1", mail_server.port), parse_mail_sender("MRA事務局 <office@mra.example.jp>")
    app = create_app(replace(settings, mail_server=server, mail_from=sender))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    patience = Patience(for_an_answer=0.5, for_the_way_there=1.0, for_the_last_answer=0.5)
    app.extensions["mra_mail"] = SmtpMail(server, sender, patience)
    yield app
    with app.app_context():
        db.engine.dispose()
