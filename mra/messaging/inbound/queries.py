"""Reads of what came back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from mra.core.db import db

from ..models import Message
from .models import InboundMessage
from .rules import InboundStatus


def said_by(phone: str, limit: int = 50) -> list[InboundMessage]:
    """What a number wrote to us, oldest first, at most the last fifty."""
    wanted = select(InboundMessage).where(InboundMessage.phone == phone).order_by(InboundMessage.id.desc()).limit(limit)
    return list(db.session.scalars(wanted))[::-1]


def waiting_ids(phone: str) -> Sequence[int]:
    """Which messages of a number nobody has dealt with yet."""
    is_waiting = InboundMessage.status.in_((InboundStatus.RECEIVED, InboundStatus.OPEN))
    return db.session.scalars(select(InboundMessage.id).where(InboundMessage.phone == phone, is_waiting)).all()


PAGE = 50


@dataclass(frozen=True)
class ReplyPage:
    """One page of what people wrote; `next_before` is the key to go on with, None at the end."""

    replies: list[InboundMessage]
    next_before: int | None


def replies(status: InboundStatus | None, before: int | None) -> ReplyPage:
    """What people wrote, newest first, those before a key."""
    wanted = select(InboundMessage).order_by(InboundMessage.id.desc()).limit(PAGE + 1)
    if status:
        wanted = wanted.where(InboundMessage.status == status)
    if before:
        wanted = wanted.where(InboundMessage.id < before)
    found = list(db.session.scalars(wanted))
    return ReplyPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def reply_counts() -> dict[InboundStatus, int]:
    """How many of what people wrote stand where."""
    rows = db.session.execute(select(InboundMessage.status, func.count()).group_by(InboundMessage.status))
    return dict(rows.all())


def answers_to(said: Iterable[InboundMessage]) -> dict[int, Message]:
    """What we answered, by the id of the answer, in one statement."""
    ids = [one.answer_id for one in said if one.answer_id]
    return {one.id: one for one in db.session.scalars(select(Message).where(Message.id.in_(ids)))} if ids else {}


def written_about(said: Iterable[InboundMessage]) -> dict[str, Message]:
    """The last message of a case to each of these numbers: it tells whose number it is."""
    phones = {one.phone for one in said}
    last = select(Message).where(Message.phone.in_(phones), Message.subject_kind != "inbound_message")
    last = last.ext(distinct_on(Message.phone)).order_by(Message.phone, Message.id.desc())
    return {one.phone: one for one in db.session.scalars(last) if one.phone} if phones else {}
