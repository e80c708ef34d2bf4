"""Reads about messages: the list, the counts, what somebody's case was told, what a phone received."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from mra.core import clock
from mra.core.db import db

from .models import Message
from .rules import REPETITION, UNREACHED, MessageStatus, State, repetition_key

PAGE = 50
HANDSETS = 20


@dataclass(frozen=True)
class MessagePage:
    """One page of the list; `next_before` is the key to go on with, None at the end."""

    messages: list[Message]
    next_before: int | None


@dataclass(frozen=True)
class Handset:
    """A phone that received something; `id` is that of its first message, so that no number stands in an address."""

    id: int
    phone: str
    received: int
    last_at: datetime | None


def latest(state: State | None, before: int | None) -> MessagePage:
    """Messages of one state (or all), newest first, those before a key."""
    wanted = select(Message).order_by(Message.id.desc()).limit(PAGE + 1)
    if state:
        wanted = wanted.where(Message.status.in_(state.statuses))
    if before:
        wanted = wanted.where(Message.id < before)
    found = list(db.session.scalars(wanted))
    return MessagePage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def counts() -> dict[MessageStatus, int]:
    """How many messages stand in each status, in one statement."""
    rows = db.session.execute(select(Message.status, func.count()).group_by(Message.status))
    return dict(rows.all())


def unreached_since(hours: int = 24) -> dict[MessageStatus, int]:
    """How many messages of the last hours did not arrive, as far as anybody knows, and were not sent again."""
    again = aliased(Message)
    wanted = select(Message.status, func.count()).where(
        Message.status.in_(UNREACHED),
        Message.created_at > clock.now() - timedelta(hours=hours),
        ~select(again.id).where(again.key == func.concat(REPETITION, Message.id)).exists(),
    )
    return dict(db.session.execute(wanted.group_by(Message.status)).all())


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


def handsets(limit: int = HANDSETS) -> list[Handset]:
    """The phones that received something last, for the demo's phone page."""
    last_at = func.max(Message.sent_at)
    rows = db.session.execute(
        select(func.min(Message.id), Message.phone, func.count(), last_at)
        .where(Message.sent_at.is_not(None))
        .group_by(Message.phone)
        .order_by(func.max(Message.id).desc())
        .limit(limit)
    )
    return [Handset(*row) for row in rows]


def handset_of(phone: str) -> int | None:
    """The id of a phone's page, None if it received nothing."""
    return db.session.scalar(select(func.min(Message.id)).where(Message.phone == phone, Message.sent_at.is_not(None)))


def received_by(handset_id: int, limit: int = PAGE) -> list[Message]:
    """What this phone received, oldest first, at most the last fifty."""
    phone = select(Message.phone).where(Message.id == handset_id).scalar_subquery()
    found = db.session.scalars(
        select(Message)
        .where(Message.phone == phone, Message.sent_at.is_not(None))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return list(found)[::-1]
