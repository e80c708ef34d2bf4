"""Answers to the reminder of a due date: an extension or a return goes to the desk, and the borrower is told so."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from mra.core import clock
from mra.core.db import db
from mra.loans import services
from mra.loans.models import Loan
from mra.messaging.inbound import services as inbound
from mra.messaging.inbound.models import InboundMessage, OpenQuestion
from mra.messaging.inbound.rules import InboundStatus
from mra.messaging.models import Message
from mra.messaging.replies import ReplyWord
from tests.loans.world import World

HANAKO = "+819000001234"


@pytest.fixture
def world(session: None, story_time: datetime) -> World:
    """One base, somebody at its desk."""
    return World()


@pytest.fixture
def loan(world: World) -> Loan:
    """A car that is due the day after tomorrow; its borrower has been reminded."""
    made = world.out()
    with clock.stopped(made.due_at - timedelta(days=2)):
        services.remind_due()
    return made


def reply(loan: Loan, body: str, provider_id: str = "SM1") -> InboundMessage:
    with clock.stopped(loan.due_at - timedelta(days=1)):
        message = inbound.take_in(provider="twilio", provider_id=provider_id, phone=HANAKO, body=body)
        assert message is not None
        inbound.process(message.id)
    return message


@pytest.mark.parametrize(
    ("body", "word", "template"),
    [("延長", ReplyWord.EXTEND, "extension_asked"), ("返却します", ReplyWord.RETURN, "return_announced")],
)
def test_a_wish_goes_to_the_desk_and_is_confirmed(loan: Loan, body: str, word: ReplyWord, template: str) -> None:
    due_at = loan.due_at
    message = reply(loan, body)
    assert (message.status, message.word) == (InboundStatus.OPEN, word)
    assert message.answer_id is not None
    assert db.session.get_one(Message, message.answer_id).template == template
    assert loan.due_at == due_at, "nothing is promised by machine"


def test_a_yes_to_a_reminder_says_nothing(loan: Loan) -> None:
    message = reply(loan, "はい")
    assert message.status is InboundStatus.OPEN
    assert message.answer_id is not None
    assert db.session.get_one(Message, message.answer_id).template == "reply_to_desk"


def test_a_car_that_is_back_asks_nothing(world: World, loan: Loan) -> None:
    world.take_back(loan)
    question = db.session.scalars(select(OpenQuestion)).one()
    db.session.refresh(question)
    assert question.closed_at is not None
