"""Reads of what came back."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from mra.core.db import db

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


def said_by_these(phones: Collection[str], limit: int = 20) -> Sequence[InboundMessage]:
    """What these numbers wrote, newest first, for the page of a case."""
    wanted = select(InboundMessage).where(InboundMessage.phone.in_(list(phones)))
    return db.session.scalars(wanted.order_by(InboundMessage.id.desc()).limit(limit)).all()
