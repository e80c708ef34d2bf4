"""Questions that we asked by SMS: opened with the text, closed when answered or when their subject moves on.

A question is never asked by a reply alone: its text carries a link and a phone number (`TEXTS`, a test reads them).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from mra.core import clock
from mra.core.db import db

from ..models import Message
from ..replies import ReplyWord
from .models import OpenQuestion
from .rules import QuestionEnd

# The texts that open a question.
TEXTS = frozenset({"offer_made", "due_soon"})


@dataclass(frozen=True)
class Reaction:
    """What came of a reply to a question: the automatic answer, if any; whether the desk must still act; whether the
    question stays open.
    """

    answer: Message | None = None
    needs_desk: bool = False
    stays_open: bool = False


Handler = Callable[[int, ReplyWord], Reaction | None]
_handlers: dict[str, Handler] = {}


def on_reply(kind: str, handler: Handler) -> None:
    """Register who reacts to replies to a kind of question: given the subject's id and the word, a `Reaction`, or None
    where the word is no answer to this question.
    """
    _handlers[kind] = handler


def react(question: OpenQuestion, word: ReplyWord) -> Reaction | None:
    """Let the capability that asked react."""
    handler = _handlers.get(question.kind)
    return handler(question.subject_id, word) if handler else None


def open_question(kind: str, subject_id: int, *, phone: str, expires_at: datetime, activation_id: int | None) -> None:
    """Remember that we asked; the same question twice is one, with the later expiry."""
    row = insert(OpenQuestion).values(
        kind=kind,
        subject_id=subject_id,
        phone=phone,
        activation_id=activation_id,
        opened_at=clock.now(),
        expires_at=expires_at,
    )
    changed = {"expires_at": row.excluded.expires_at, "phone": row.excluded.phone}
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["kind", "subject_id"], index_where=OpenQuestion.closed_at.is_(None), set_=changed
        )
    )


def close_question(kind: str, subject_id: int, because: QuestionEnd = QuestionEnd.MOVED_ON) -> None:
    """The subject has moved on, by whatever way: a reply answers nothing any more."""
    db.session.execute(
        update(OpenQuestion)
        .where(OpenQuestion.kind == kind, OpenQuestion.subject_id == subject_id, OpenQuestion.closed_at.is_(None))
        .values(closed_at=clock.now(), closed_because=because)
    )


def questions_of(phone: str) -> list[OpenQuestion]:
    """What this number can answer now."""
    wanted = select(OpenQuestion).where(
        OpenQuestion.phone == phone, OpenQuestion.closed_at.is_(None), OpenQuestion.expires_at > clock.now()
    )
    return list(db.session.scalars(wanted.order_by(OpenQuestion.id)))
