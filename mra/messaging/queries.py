"""Reads about messages: the list, the counts, what somebody's case was told, what a phone or a mailbox received."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from mra.core import clock
from mra.core.db import db

from .models import BulkMessage, BulkRecipient, Message
from .rules import REPETITION, UNREACHED, WANTS_NO_SMS, Channel, MessageStatus, State, Wording, repetition_key

PAGE = 50
HANDSETS = 20
ADDRESS: ColumnElement[str] = func.coalesce(Message.phone, Message.email)


@dataclass(frozen=True)
class MessagePage:
    """One page of the list; `next_before` is the key to go on with, None at the end."""

    messages: list[Message]
    next_before: int | None


@dataclass(frozen=True)
class Handset:
    """A phone or a mailbox that received something; `id` is that of its first message, so that neither number nor
    e-mail address stands in an address of ours.
    """

    id: int
    channel: Channel
    address: str
    received: int
    last_at: datetime | None


def latest(state: State | None, before: int | None, channel: Channel | None = None) -> MessagePage:
    """Messages of one state and channel (or all), newest first, those before a key."""
    wanted = select(Message).order_by(Message.id.desc()).limit(PAGE + 1)
    if state:
        wanted = wanted.where(Message.status.in_(state.statuses))
    if channel:
        wanted = wanted.where(Message.channel == channel)
    if before:
        wanted = wanted.where(Message.id < before)
    found = list(db.session.scalars(wanted))
    return MessagePage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def counts(channel: Channel | None = None) -> dict[MessageStatus, int]:
    """How many messages (of one channel, or all) stand in each status, in one statement."""
    wanted = select(Message.status, func.count()).group_by(Message.status)
    if channel:
        wanted = wanted.where(Message.channel == channel)
    return dict(db.session.execute(wanted).all())


def unreached_since(hours: int = 24) -> dict[MessageStatus, int]:
    """How many messages of the last hours did not arrive, as far as anybody knows, and were not sent again."""
    wanted = select(Message.status, func.count()).where(
        Message.status.in_(UNREACHED),
        Message.created_at > clock.now() - timedelta(hours=hours),
        is_last_try(),
    )
    return dict(db.session.execute(wanted.group_by(Message.status)).all())


def is_last_try() -> ColumnElement[bool]:
    """Messages that were not sent once more: of several tries of one text, the one that counts."""
    again = aliased(Message)
    return ~select(again.id).where(again.key == func.concat(REPETITION, Message.id)).exists()


def met_a_stopped_number(of: type[Message] = Message) -> ColumnElement[bool]:
    """Messages that were not sent because the owner of the number wants no SMS."""
    return and_(of.status == MessageStatus.DROPPED, of.error_code.in_(WANTS_NO_SMS))


def needs_call(of: type[Message] = Message) -> ColumnElement[bool]:
    """Messages whose news somebody has to tell by phone: they did not arrive, perhaps, or their number wants none.

    `of` is another name of the table, where a statement reads it twice.
    """
    return or_(of.status.in_(UNREACHED), met_a_stopped_number(of))


def repeated(messages: Iterable[Message]) -> set[int]:
    """The ids of those messages that were sent again already."""
    keys = {repetition_key(message.id): message.id for message in messages}
    return {keys[key] for key in db.session.scalars(select(Message.key).where(Message.key.in_(keys)))}


def about(subject_kind: str, subject_ids: Iterable[int]) -> Sequence[Message]:
    """What was written about these subjects, newest first, for the page of a case."""
    return db.session.scalars(
        select(Message)
        .where(Message.subject_kind == subject_kind, Message.subject_id.in_(list(subject_ids)))
        .order_by(Message.id.desc())
    ).all()


@dataclass(frozen=True)
class Use:
    """How often one version of a wording was sent, and in which time."""

    version: str
    sent: int
    first_at: datetime
    last_at: datetime


def uses() -> dict[Wording, list[Use]]:
    """The versions by which messages were written that left the house, the newest first."""
    last_at = func.max(Message.sent_at)
    rows = db.session.execute(
        select(
            *(Message.template, Message.language, Message.channel),
            *(Message.version, func.count(), func.min(Message.sent_at), last_at),
        )
        .where(Message.sent_at.is_not(None))
        .group_by(Message.template, Message.language, Message.channel, Message.version)
        .order_by(last_at.desc())
    )
    found: dict[Wording, list[Use]] = defaultdict(list)
    for template, language, channel, version, sent, first, last in rows:
        found[Wording(template, language, channel)].append(Use(version, sent, first, last))  # type: ignore[arg-type]
    return found


def handsets(limit: int = HANDSETS) -> list[Handset]:
    """The phones and mailboxes that received something last, for the demo's phone page."""
    last_at = func.max(Message.sent_at)
    rows = db.session.execute(
        select(func.min(Message.id), Message.channel, ADDRESS, func.count(), last_at)
        .where(Message.sent_at.is_not(None))
        .group_by(Message.channel, ADDRESS)
        .order_by(func.max(Message.id).desc())
        .limit(limit)
    )
    return [Handset(*row) for row in rows]


def handset_of(address: str) -> int | None:
    """The id of the page of a phone or a mailbox, None if it received nothing."""
    its_own = or_(Message.phone == address, Message.email == address)
    return db.session.scalar(select(func.min(Message.id)).where(its_own, Message.sent_at.is_not(None)))


def received_by(handset_id: int, limit: int = PAGE) -> list[Message]:
    """What this phone or mailbox received, oldest first, at most the last fifty."""
    phone = select(Message.phone).where(Message.id == handset_id).scalar_subquery()
    email = select(Message.email).where(Message.id == handset_id).scalar_subquery()
    found = db.session.scalars(
        select(Message)
        .where(or_(Message.phone == phone, Message.email == email), Message.sent_at.is_not(None))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return list(found)[::-1]


def bulk_messages(limit: int = HANDSETS) -> Sequence[BulkMessage]:
    """The last messages to many, newest first."""
    return db.session.scalars(select(BulkMessage).order_by(BulkMessage.id.desc()).limit(limit)).all()


def bulk_progress(bulk_id: int) -> dict[MessageStatus | None, int]:
    """How many people of a message to many stand where; None: their message is still to be written."""
    rows = db.session.execute(
        select(Message.status, func.count())
        .select_from(BulkRecipient)
        .outerjoin(Message, Message.id == BulkRecipient.message_id)
        .where(BulkRecipient.bulk_id == bulk_id)
        .group_by(Message.status)
    )
    return dict(rows.all())
