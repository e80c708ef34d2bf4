"""Whether a message may go out, and from when: the night, the case, the day's reminders, the sender's rate."""

from datetime import datetime

from flask import current_app
from sqlalchemy import func, select

from mra.core import clock
from mra.core.config import Settings
from mra.core.db import db

from .. import kinds, rates, segments
from ..bulk_rules import BulkStatus
from ..inbound import suppression
from ..inbound.rules import STOPPED_TEXT
from ..kinds import KINDS, REMINDERS, Kind
from ..models import BulkMessage, Message
from ..rules import ARRIVED_AFTER_ALL, ON_ITS_WAY, SUPPRESSED, Channel, MessageStatus, repeated_by
from .registers import still_holds, still_in_audience


def settings() -> Settings:
    """The settings of this house."""
    here: Settings = current_app.extensions["mra"]
    return here


def from_when(message: Message) -> datetime:
    """When a claimed message may go at last: after the night, and in its slot of the sender's rate.

    Urgent texts take no slot: they would stand behind a thousand others.
    """
    moment = clock.now()
    due_at = earliest(message, moment)
    if due_at > moment:
        message.slot_at = None  # A slot of the evening is none of the morning: all that waited would go at once.
    if due_at > moment or message.channel is not Channel.SMS or KINDS[message.template] is Kind.URGENT:
        return due_at
    if not settings().sms_per_second:
        return due_at
    if message.slot_at is None:
        message.slot_at = rates.slot(settings(), moment)
        db.session.flush()  # Written before the claim locks and reads the row again.
    return message.slot_at


def earliest(message: Message, moment: datetime) -> datetime:
    """When the message may go out: an SMS that is not urgent never at night."""
    if message.channel is not Channel.SMS:
        return moment
    return kinds.due_at(message.template, moment, settings().quiet_hours)


def reason_to_drop(message: Message) -> str | None:
    """Why a waiting message is not to be sent any more, as a word of ours; None where it is."""
    if message.status is not MessageStatus.QUEUED:
        return None
    if _has_arrived_before(message):
        return ARRIVED_AFTER_ALL
    if message.cause_kind == "bulk" and (code := _reason_of_bulk(message)):
        return code
    if not still_holds(message.case[0], message.template, message.case[1]):
        return "case_changed"
    if _is_unwanted(message):
        return SUPPRESSED
    if message.template in REMINDERS and _was_reminded_today(message):
        return "told_today"
    return None


def _has_arrived_before(message: Message) -> bool:
    """Whether the message that this one repeats arrived in the meantime: reports may come hours late."""
    first_id = repeated_by(message.key)
    first = select(Message.status).where(Message.id == first_id)
    return first_id is not None and db.session.scalar(first) is MessageStatus.DELIVERED


def _is_unwanted(message: Message) -> bool:
    """Whether the number is on our list, looked at in the last moment; only that it is may still be said to it."""
    if message.phone is None or message.template == STOPPED_TEXT:
        return False
    return suppression.suppression_of(message.phone) is not None


def _reason_of_bulk(message: Message) -> str | None:
    """Why one of many messages is not sent: all of them were cancelled, or this person is not concerned any more."""
    told = select(BulkMessage.status, BulkMessage.audience_code).where(BulkMessage.id == message.cause_id)
    status, audience = db.session.execute(told).one()
    if status is BulkStatus.CANCELLED:
        return "bulk_cancelled"
    return None if still_in_audience(audience, message.subject_id) else "case_changed"


def yen_to_come() -> int:
    """What messages to many will still cost that were promised and not handed over yet, whichever they belong to."""
    waiting = select(func.coalesce(func.sum(BulkMessage.segments), 0)).join(Message, Message.cause_id == BulkMessage.id)
    waiting = waiting.where(
        Message.cause_kind == "bulk",
        Message.status == MessageStatus.QUEUED,
        BulkMessage.status != BulkStatus.CANCELLED,
    )
    return int(db.session.scalar(waiting) or 0) * settings().sms_yen_per_segment


def _was_reminded_today(message: Message) -> bool:
    """Whether this person had a reminder of this kind today. Two workers with two of them wait for each other."""
    one_by_one = func.pg_advisory_xact_lock(func.hashtextextended(f"{message.template}|{message.address}", 0))
    db.session.execute(select(one_by_one))
    begin, end = kinds.day_in_japan(clock.now())
    others = select(Message.id).where(
        Message.phone == message.phone,
        Message.template == message.template,
        Message.claimed_at >= begin,
        Message.claimed_at < end,
        Message.status.in_(ON_ITS_WAY),
        Message.id != message.id,
    )
    return db.session.scalar(select(others.exists())) or False


def note_cost(message: Message, text: str) -> None:
    """Keep how long the text became and what it costs, at the moment it leaves."""
    if message.channel is Channel.SMS:
        message.segments = segments.segments(text)
        message.yen = message.segments * settings().sms_yen_per_segment
