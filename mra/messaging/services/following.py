"""Following a message to its end."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import lock, move
from mra.core.db import db
from mra.core.lifecycle import MoveNotAllowed

from .. import next_steps, rules
from ..inbound import suppression
from ..inbound.rules import SuppressionReason
from ..models import Message
from ..next_steps import Step
from ..rules import MessageStatus
from . import gate, numbers
from .promising import repeat_by_machine


def follow(message_id: int, *, word: str, provider: str, provider_id: str, code: str = "") -> bool:
    """Take in what a provider reports about a message, however late, twice or out of order; whether it changed anything.

    A report under another id than the one we were given belongs to some other message and changes nothing.
    """
    message = db.session.get(Message, message_id)
    action = rules.MOVES[provider].get(word)
    if message is None or action is None:
        return False
    lock(message)
    if message.provider_id not in ("", provider_id):
        return False
    is_news = absorb(message, action) if action == "hand_to_provider" else settle(message, action, code)
    if is_news:
        message.sent_at = message.sent_at or clock.now()
        message.provider, message.provider_id = message.provider or provider, provider_id
        db.session.flush()
    return is_news


def settle(message: Message, action: str, code: str = "") -> bool:
    """The end of a message's way, as far as anybody knows today. A carrier's "wants no SMS" goes onto our own list."""
    if message.phone and next_steps.step(code) is Step.STOP:
        action = "drop"
        suppression.suppress(message.phone, reason=SuppressionReason.PROVIDER, by=SYSTEM)
    if not absorb(message, action, code=code or None):
        return False
    message.settled_at = clock.now()
    message.error_code = code
    db.session.flush()
    _draw_conclusions(message, action, code)
    return True


def _draw_conclusions(message: Message, action: str, code: str) -> None:
    """What the end of a text means for its number, and whether the machine sends it once more."""
    if action == "confirm":
        numbers.unmark(message.address)
        return
    if mark := next_steps.mark(code):
        numbers.mark(message.address, mark, code)
    pause = next_steps.pause_before_repeat(code, message.attempt)
    # Only what came back: what a provider never took was tried again long enough.
    if action == "bounce" and pause is not None:
        repeat_by_machine(message, after=pause)


def drop(message: Message, code: str) -> bool:
    """End a waiting message that is not to be sent any more; whether it was still waiting."""
    if not absorb(message, "drop", code=code):
        return False
    message.settled_at, message.error_code = clock.now(), code
    db.session.flush()
    return True


def absorb(message: Message, action: str, **facts: Any) -> bool:
    """Make a move if the table has it now; whether it did. What comes late or twice is not an error here."""
    try:
        move(message, action, by=SYSTEM, **facts)
    except MoveNotAllowed:
        return False
    return True


def lose_track_of_stuck() -> int:
    """Messages whose sending began long ago and was never recorded (a worker died): nobody knows; returns how many."""
    # Whoever claimed it is no longer at work by then: no job lives that long.
    long_ago = clock.now() - timedelta(seconds=gate.settings().job_seconds)
    stuck = db.session.scalars(
        select(Message)
        .where(Message.status == MessageStatus.SENDING, Message.claimed_at < long_ago)
        .order_by(Message.id)
        .limit(500)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    for message in stuck:
        move(message, "lose_track", by=SYSTEM)
    return len(stuck)
