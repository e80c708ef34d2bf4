"""What came back, which questions are open, and which numbers want no SMS."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mra.core.db import Base, Id, Moment, words_of
from mra.core.lifecycle import Lifecycle

from ..replies import ReplyWord
from . import rules
from .rules import InboundStatus, QuestionEnd, SuppressionReason, SuppressionStatus


class OpenQuestion(Base):
    """Something that we asked a number and that a reply can answer, until it is answered or its subject moves on.

    `answer` is the last thing said to it; a yes alone may leave the question open (a car still needs a time).
    """

    __tablename__ = "open_questions"
    __table_args__ = (
        Index("uq_open_questions_one_open", "kind", "subject_id", unique=True, postgresql_where="closed_at IS NULL"),
        Index("ix_open_questions_phone", "phone", postgresql_where="closed_at IS NULL"),
        CheckConstraint("(closed_at IS NULL) = (closed_because IS NULL)", name="closed_for_a_reason"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_a_moment"),
    )

    id: Mapped[Id]
    phone: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    activation_id: Mapped[int | None]
    opened_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    answer: Mapped[ReplyWord | None] = mapped_column(words_of(ReplyWord, "answer"))
    answered_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    closed_because: Mapped[QuestionEnd | None] = mapped_column(words_of(QuestionEnd, "closed_because"))


class InboundMessage(Base):
    """One SMS that somebody sent us. The provider's id is unique, so that a repeat is absorbed."""

    __tablename__ = "inbound_messages"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id", name="uq_inbound_messages_provider_id"),
        Index("ix_inbound_messages_phone", "phone", "id"),
        Index("ix_inbound_messages_open", "id", postgresql_where="status IN ('received', 'open')"),
        CheckConstraint("status <> 'settled' OR settled_at IS NOT NULL", name="settled"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.INBOUND

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[Moment]
    status: Mapped[InboundStatus] = mapped_column(words_of(InboundStatus, "status"))
    word: Mapped[ReplyWord | None] = mapped_column(words_of(ReplyWord, "word"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("open_questions.id"), index=True)
    activation_id: Mapped[int | None]
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    settled_at: Mapped[Moment | None]


class Suppression(Base):
    """A number that gets no SMS, by its owner's wish or its carrier's; kept after it was lifted."""

    __tablename__ = "suppressions"
    __table_args__ = (
        Index("uq_suppressions_one_in_force", "phone", unique=True, postgresql_where="status = 'in_force'"),
        CheckConstraint("(status = 'lifted') = (lifted_at IS NOT NULL)", name="lifted"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.SUPPRESSION

    id: Mapped[Id]
    phone: Mapped[str] = mapped_column(String(20))
    status: Mapped[SuppressionStatus] = mapped_column(words_of(SuppressionStatus, "status"))
    reason: Mapped[SuppressionReason] = mapped_column(words_of(SuppressionReason, "reason"))
    since_at: Mapped[Moment]
    lifted_at: Mapped[Moment | None]
