"""Twilio brings replies: only Twilio's own, over the address that residents see, and each once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from mra.core.db import db
from mra.messaging.inbound.models import InboundMessage

PATH = "/webhooks/twilio/inbound"
SITE = "https://mra.example.jp"
POSTED = {"MessageSid": "SM77", "From": "+819000001234", "To": "+15005550006", "Body": "はい", "AccountSid": "AC0"}


@pytest.fixture
def browser(twilio_app: Flask, committed: None) -> FlaskClient:
    """Somebody who calls the house of Twilio's customer."""
    return FlaskClient(twilio_app, twilio_app.response_class)


def bring(browser: FlaskClient, *, key: str = "12345", algorithm: str = "", **changes: str) -> int:
    """Bring a message as Twilio does, through a proxy; the status of the answer."""
    form = POSTED | changes
    headers = {"X-Twilio-Signature": RequestValidator(key).compute_signature(SITE + PATH, form, algorithm or None)}
    if algorithm:
        headers["X-Twilio-Webhooks-Signature-Settings"] = f"key=webhooks_sharedkey_1,algorithm={algorithm}"
    answer = browser.post(PATH, data=form, headers=headers, base_url="http://10.0.0.7:8000")
    if answer.status_code == 200:
        assert answer.mimetype == "text/xml"
        assert answer.get_data(as_text=True).endswith("<Response/>"), "Twilio must not answer by itself"
    return answer.status_code


def bodies() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(InboundMessage.body)))


def test_a_message_signed_with_the_token_is_kept_behind_a_proxy_too(browser: FlaskClient) -> None:
    assert bring(browser) == 200
    assert bodies() == ["はい"]


def test_a_message_signed_with_the_shared_key_is_kept(browser: FlaskClient) -> None:
    assert bring(browser, key="shared secret", algorithm="HMAC_SHA256") == 200
    assert bodies() == ["はい"]


def test_a_message_brought_twice_is_kept_once(browser: FlaskClient) -> None:
    assert [bring(browser), bring(browser)] == [200, 200]
    assert bodies() == ["はい"]


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [("wrong", ""), ("shared secret", ""), ("12345", "HMAC_SHA256"), ("wrong", "HMAC_SHA256")],
)
def test_a_wrong_signature_is_refused_and_nothing_kept(browser: FlaskClient, key: str, algorithm: str) -> None:
    assert bring(browser, key=key, algorithm=algorithm) == 403
    assert bodies() == []


def test_a_message_without_a_signature_is_refused(browser: FlaskClient) -> None:
    assert browser.post(PATH, data=POSTED).status_code == 403


@pytest.mark.parametrize("changes", [{"MessageSid": ""}, {"From": ""}])
def test_what_names_no_sender_is_taken_quietly_and_not_kept(browser: FlaskClient, changes: dict[str, str]) -> None:
    assert bring(browser, **changes) == 200
    assert bodies() == []


def test_a_picture_without_words_is_kept_for_the_desk(browser: FlaskClient) -> None:
    assert bring(browser, Body="") == 200
    assert bodies() == [""]
