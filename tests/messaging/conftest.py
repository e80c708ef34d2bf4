"""A message of the story, and an application that sends through (a stand-in for) Twilio."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from mra.core.config import Settings
from mra.core.db import db
from mra.messaging import providers, services
from mra.messaging.models import Message
from mra.web.app import create_app
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
