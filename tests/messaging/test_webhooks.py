"""Twilio's reports: only Twilio's own, over the address that residents see, however late, twice or out of order."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from mra.core.db import db
from mra.messaging import services
from mra.messaging.models import Message
from mra.messaging.rules import Accepted, MessageStatus
from tests.messaging.conftest import Promise

SID = "SM00000000000000000000000000000001"
SITE = "https://mra.example.jp"


def test_our_validator_speaks_twilios_published_vector() -> None:
    posted = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert RequestValidator("12345").validate(url, posted, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


def test_our_validator_speaks_our_own_vector() -> None:
    posted = {
        "MessageSid": SID,
        "MessageStatus": "delivered",
        "To": "+819012345678",
        "From": "+15005550006",
        "AccountSid": "AC00000000000000000000000000000000",
    }
    url = "https://mra.example.jp/webhooks/twilio/status"
    assert RequestValidator("12345").validate(url, posted, "TMeF2nmewpiuZ9t5IG2FqLhWh0w=")


@pytest.fixture
def message_id(committed: None, promise: Promise) -> int:
    """A message that Twilio accepted."""
    message = promise()
    services.claim(message.id)
    services.record(message.id, outcome=Accepted(SID), provider="twilio")
    db.session.commit()
    return message.id


@pytest.fixture
def browser(twilio_app: Flask) -> FlaskClient:
    """Somebody who calls the house of Twilio's customer."""
    return FlaskClient(twilio_app, twilio_app.response_class)


def report(
    browser: FlaskClient, message_id: int, word: str, *, key: str = "12345", algorithm: str = "", **posted: str
) -> int:
    """Report as Twilio does; the status of the answer."""
    path = f"/webhooks/twilio/status/{message_id}"
    form = {"MessageSid": SID, "MessageStatus": word, "AccountSid": "AC0", "To": "+819000001234"} | posted
    headers = {"X-Twilio-Signature": RequestValidator(key).compute_signature(SITE + path, form, algorithm or None)}
    if algorithm:
        headers["X-Twilio-Webhooks-Signature-Settings"] = f"key=webhooks_sharedkey_1,algorithm={algorithm}"
    return browser.post(path, data=form, headers=headers, base_url="http://10.0.0.7:8000").status_code


def status_of(message_id: int) -> MessageStatus:
    db.session.rollback()
    return db.session.get_one(Message, message_id).status


def test_a_report_settles_a_message_behind_a_proxy_too(browser: FlaskClient, message_id: int) -> None:
    assert report(browser, message_id, "delivered") == 204
    assert status_of(message_id) is MessageStatus.DELIVERED


def test_reports_late_twice_and_out_of_order_are_taken_quietly(browser: FlaskClient, message_id: int) -> None:
    answers = [report(browser, message_id, word) for word in ("delivered", "delivered", "sent", "queued", "failed")]
    assert answers == [204] * 5
    assert status_of(message_id) is MessageStatus.DELIVERED


def test_a_failure_is_reported_with_its_code(browser: FlaskClient, message_id: int) -> None:
    assert report(browser, message_id, "undelivered", ErrorCode="30006") == 204
    assert status_of(message_id) is MessageStatus.UNDELIVERED
    assert db.session.get_one(Message, message_id).error_code == "30006"


def test_a_report_signed_with_the_shared_key_counts(browser: FlaskClient, message_id: int) -> None:
    assert report(browser, message_id, "delivered", key="shared secret", algorithm="HMAC_SHA256") == 204
    assert status_of(message_id) is MessageStatus.DELIVERED


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [("wrong", ""), ("shared secret", ""), ("12345", "HMAC_SHA256"), ("wrong", "HMAC_SHA256")],
)
def test_a_wrong_signature_is_refused(browser: FlaskClient, message_id: int, key: str, algorithm: str) -> None:
    assert report(browser, message_id, "delivered", key=key, algorithm=algorithm) == 403
    assert status_of(message_id) is MessageStatus.SENT


def test_an_algorithm_of_the_callers_invention_is_refused(browser: FlaskClient, message_id: int) -> None:
    path = f"/webhooks/twilio/status/{message_id}"
    headers = {
        "X-Twilio-Signature": "",
        "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=NONE",
    }
    assert browser.post(path, data={"MessageStatus": "delivered"}, headers=headers).status_code == 403


def test_a_report_without_a_signature_is_refused(browser: FlaskClient, message_id: int) -> None:
    path = f"/webhooks/twilio/status/{message_id}"
    assert browser.post(path, data={"MessageStatus": "delivered"}).status_code == 403


def test_a_changed_report_is_refused(browser: FlaskClient, message_id: int) -> None:
    path = f"/webhooks/twilio/status/{message_id}"
    signature = RequestValidator("12345").compute_signature(SITE + path, {"MessageStatus": "sent"})
    answer = browser.post(path, data={"MessageStatus": "delivered"}, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 403


def test_a_report_about_nothing_we_know_is_taken_quietly(browser: FlaskClient, message_id: int) -> None:
    assert report(browser, message_id + 1000, "delivered") == 204


def test_a_house_without_twilio_takes_no_reports(app: Flask, message_id: int) -> None:
    assert report(FlaskClient(app, app.response_class), message_id, "delivered", key="") == 403
