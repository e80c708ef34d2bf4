"""By which wording each message was written."""

import pytest
from flask import Flask
from jinja2 import DictLoader
from sqlalchemy import select

from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.messaging import queries, services, texts
from mra.messaging.models import Message
from mra.messaging.rules import Accepted, Channel, MessageStatus, NotAccepted, Wording
from tests.conftest import CheckingClient
from tests.messaging.conftest import Promise

OVERDUE = Wording("overdue", "ja", Channel.SMS)
pytestmark = pytest.mark.usefixtures("session", "story_time")


def sent(message: Message) -> Message:
    assert services.claim(message.id) is not None
    services.record(message.id, outcome=Accepted(f"SM{message.id}"), provider="twilio")
    return message


def test_each_message_keeps_the_version_of_its_wording(promise: Promise, promise_mail: Promise) -> None:
    first, second, other, mail = promise(), promise(key="two"), promise("overdue", key="three"), promise_mail()
    assert first.version == second.version
    assert len({first.version, other.version, mail.version}) == 3
    assert all(len(one.version) == 8 for one in (first, other, mail))


def test_another_wording_is_another_version(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = app.jinja_env.overlay(loader=DictLoader({"messages/overdue.ja.txt": "【MRA】車をお返しください。"}))
    before = texts.render("overdue", "ja", {}).version
    monkeypatch.setitem(app.extensions, "mra_texts", environment)
    assert texts.render("overdue", "ja", {}).version != before


def test_what_is_sent_once_more_keeps_its_version(promise: Promise) -> None:
    message = promise()
    services.claim(message.id)
    services.record(message.id, outcome=NotAccepted("30008"), provider="twilio")
    message.version = "earlier1"
    db.session.flush()
    assert services.repeat(message, by=SYSTEM).version == "earlier1"


def test_versions_are_counted_by_what_left_the_house(promise: Promise) -> None:
    old, new = sent(promise("overdue", key="one")), sent(promise("overdue", key="two", phone="+819000002222"))
    promise("overdue", key="three")
    old.version = "earlier1"
    db.session.flush()
    found = {use.version: use.sent for use in queries.uses()[OVERDUE]}
    assert found == {"earlier1": 1, new.version: 1}


def test_the_page_shows_the_present_version_and_the_earlier_ones(client: CheckingClient, promise: Promise) -> None:
    old, new = sent(promise("overdue", key="one")), sent(promise("overdue", key="two", phone="+819000002222"))
    old.version = "earlier1"
    db.session.flush()
    page = client.sign_in_as(Role.VIEWER).get("/messages/templates").get_data(as_text=True)
    assert new.version in page
    assert "前の版" in page
    assert "earlier1" in page
    assert "まだ送っていません" in page


def test_what_a_landline_would_have_been_told_is_kept_and_not_sent(promise: Promise) -> None:
    told = services.promise_text(
        "asked_back",
        phone="+81969221111",
        can_sms=False,
        subject_kind="application",
        subject_id=7,
        activation_id=1,
        key="a",
        number="A00123-4",
    )
    assert told is None
    kept = db.session.scalars(select(Message)).one()
    assert (kept.status, kept.error_code, kept.claimed_at) == (MessageStatus.DROPPED, "landline", None)
    assert "A00123-4" in kept.body
