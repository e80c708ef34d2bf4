"""Every SMS, written down before it is sent."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mra.core.db import Base, Id, Moment, words_of
from mra.core.lifecycle import Lifecycle

from . import rules
from .rules import MessageStatus


class Message(Base):
    """One SMS. `body` holds `{link}` where the private link goes; it is filled in at the moment of sending only."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("key", name="uq_messages_key"),
        Index("ix_messages_activation", "activation_id", "id"),
        Index("ix_messages_subject", "subject_kind", "subject_id", "id"),
        Index("ix_messages_status", "status", "id"),
        Index("ix_messages_phone", "phone", "id"),
        Index(
            "ix_messages_open", "status", "claimed_at", postgresql_where="status IN ('queued', 'sending', 'unknown')"
        ),
        CheckConstraint("status = 'queued' OR claimed_at IS NOT NULL", name="claimed"),
        CheckConstraint("status <> 'failed' OR error_code <> ''", name="failed_with_reason"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.MESSAGE

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200))
    activation_id: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    template: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(10))
    phone: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    link_id: Mapped[int | None]
    status: Mapped[MessageStatus] = mapped_column(words_of(MessageStatus, "status"))
    provider: Mapped[str] = mapped_column(String(20), default="")
    provider_id: Mapped[str] = mapped_column(String(64), default="")
    error_code: Mapped[str] = mapped_column(String(20), default="")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]
    claimed_at: Mapped[Moment | None]
    sent_at: Mapped[Moment | None]
    settled_at: Mapped[Moment | None]
