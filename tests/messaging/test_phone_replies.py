"""The demo's phone: one reads what a person received, and answers as that person."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from mra.core.config import Settings
from mra.core.db import db
from mra.messaging import services
from mra.messaging.inbound import jobs
from mra.messaging.inbound.models import InboundMessage
from mra.messaging.models import Message
from mra.messaging.rules import Accepted
from tests.conftest import CheckingClient
from tests.messaging.conftest import Promise

pytestmark = pytest.mark.usefixtures("story_time")


@pytest.fixture
def handset(client: CheckingClient, promise: Promise) -> Message:
    """A phone that received something."""
    message = promise()
    services.claim(message.id)
    services.record(message.id, outcome=Accepted("SM1", arrived=True), provider="recording")
    return message


def test_one_answers_as_the_owner_of_a_phone(client: CheckingClient, handset: Message) -> None:
    answer = client.post(f"/phone/{handset.id}/replies", data={"body": "停止"})
    assert answer.status_code == 303
    said = db.session.scalars(select(InboundMessage)).one()
    assert (said.phone, said.body, said.provider) == (handset.phone, "停止", "demo")
    jobs.process_inbound(said.id)
    page = client.get(f"/phone/{handset.id}").get_data(as_text=True)
    assert "この電話からの返信" in page


def test_an_empty_reply_is_not_sent(client: CheckingClient, handset: Message) -> None:
    client.post(f"/phone/{handset.id}/replies", data={"body": " "})
    assert db.session.scalars(select(InboundMessage)).all() == []


def test_where_messages_are_real_nobody_answers_for_others(
    app: Flask, client: CheckingClient, handset: Message, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "mra", replace(settings, environment="production"))
    assert client.post(f"/phone/{handset.id}/replies", data={"body": "停止"}).status_code == 404
    assert db.session.scalars(select(InboundMessage)).all() == []
