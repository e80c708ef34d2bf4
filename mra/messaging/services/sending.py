"""Sending: claim, what the provider said, give up."""

from hashlib import sha256

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import get_locked, move
from mra.core.db import db
from mra.core.outbox import later

from .. import rules, texts
from ..models import Message
from ..rules import Accepted, Answer, Channel, Letter, MessageStatus, NoAnswer, NotAccepted, Parcel
from . import gate, numbers
from .following import absorb, drop, settle
from .promising import JOBS
from .registers import link_address


def claim(message_id: int) -> Parcel | Letter | None:
    """Take a waiting message for sending; None if another worker has it, it is past sending, or its time has not come.

    Whether it still holds is judged here, at the last moment, and not where it was promised.
    """
    message = get_locked(Message, message_id)
    if message is None or message.status is not MessageStatus.QUEUED or not _may_go_now(message):
        return None
    text, is_marked = _text_with_link(message), numbers.mark_of(message.address) is not None
    move(message, "claim", by=SYSTEM)
    message.claimed_at = clock.now()
    message.tries += 1
    if text is None or is_marked:
        db.session.flush()
        settle(message, "fail", "number_marked" if is_marked else "link_gone")
        return None
    gate.note_cost(message, text)
    db.session.flush()
    return _on_its_way_out(message, text)


def _may_go_now(message: Message) -> bool:
    """Whether the message may go now; if not, it waits for its time, or ends with the reason."""
    if code := gate.reason_to_drop(message):
        drop(message, code)
        return False
    due_at = gate.from_when(message)
    if due_at > clock.now():
        # By the moment of deciding: no promise that was kept before, however the clock runs, is taken for this one.
        key = f"message-{message.id}-waits-{clock.now():%Y%m%dT%H%M%S%f}"
        later(JOBS[message.channel], key=key, due_at=due_at, message_id=message.id)
        return False
    return True


def _on_its_way_out(message: Message, text: str) -> Parcel | Letter:
    if message.channel is Channel.SMS:
        return Parcel(message.id, message.address, text)
    # Keys may tell about the house; their fingerprint only tells one message from another.
    mark = f"{message.id}.{sha256(message.key.encode()).hexdigest()[:16]}"
    return Letter(message.id, mark, message.address, message.subject_line or "", text)


def _text_with_link(message: Message) -> str | None:
    if texts.LINK not in message.body:
        return message.body
    address = link_address(message.link_id)
    return texts.with_link(message.body, address) if address else None


def record(message_id: int, *, outcome: Answer, provider: str) -> None:
    """Write down what the provider answered. A callback may have told us more already; then that stands."""
    message = get_locked(Message, message_id)
    if message is None:
        raise LookupError(f"message {message_id} is gone")
    if isinstance(outcome, Accepted):
        _record_acceptance(message, outcome, provider)
    elif isinstance(outcome, NoAnswer):
        absorb(message, "lose_track")
    elif outcome.may_pass and message.tries < rules.MOST_TRIES:
        _put_off(message, outcome)
    else:
        settle(message, "fail", outcome.code)
        message.yen = 0
    db.session.flush()


def _record_acceptance(message: Message, accepted: Accepted, provider: str) -> None:
    absorb(message, "hand_to_provider")
    message.sent_at = message.sent_at or clock.now()
    message.provider, message.provider_id = accepted.by or provider, accepted.provider_id
    db.session.flush()
    if accepted.arrived:
        settle(message, "confirm")


def _put_off(message: Message, put_off: NotAccepted) -> None:
    """Not now: the message waits again, longer each time."""
    if absorb(message, "requeue", code=put_off.code):
        message.yen, message.slot_at = 0, None
        due_at = clock.now() + rules.pause_after(message.tries)
        later(JOBS[message.channel], key=f"message-{message.id}-{message.tries}", due_at=due_at, message_id=message.id)
