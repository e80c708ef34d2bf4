"""Every SMS and every e-mail, written down before it is sent."""

from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mra.core.db import Base, Id, Moment, words_of
from mra.core.lifecycle import Lifecycle

from . import rules
from .bulk_rules import BULK, BulkStatus
from .next_steps import Mark
from .rules import Channel, MessageStatus


class Message(Base):
    """One SMS or e-mail. `body` holds `{link}` where the private link goes; it is filled in at the moment of sending only."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("key", name="uq_messages_key"),
        Index("ix_messages_activation", "activation_id", "id"),
        Index("ix_messages_subject", "subject_kind", "subject_id", "id"),
        Index("ix_messages_status", "status", "id"),
        Index("ix_messages_channel", "channel", "id"),
        Index("ix_messages_phone", "phone", "id"),
        Index("ix_messages_email", "email", "id", postgresql_where="email IS NOT NULL"),
        Index(
            "ix_messages_open", "status", "claimed_at", postgresql_where="status IN ('queued', 'sending', 'unknown')"
        ),
        Index("ix_messages_claimed", "claimed_at"),
        Index("ix_messages_told_today", "phone", "template", "claimed_at"),
        CheckConstraint("status IN ('queued', 'dropped') OR claimed_at IS NOT NULL", name="claimed"),
        CheckConstraint("status <> 'dropped' OR error_code <> ''", name="dropped_with_reason"),
        CheckConstraint("status <> 'failed' OR error_code <> ''", name="failed_with_reason"),
        CheckConstraint(
            "channel <> 'sms' OR (phone IS NOT NULL AND email IS NULL AND subject_line IS NULL)", name="sms_to_a_phone"
        ),
        CheckConstraint(
            "channel <> 'email' OR (email IS NOT NULL AND subject_line IS NOT NULL AND phone IS NULL)",
            name="mail_to_an_address",
        ),
        CheckConstraint("subject_line !~ '[[:cntrl:]]' AND email !~ '[[:cntrl:]]'", name="one_line_each"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.MESSAGE

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(200))
    activation_id: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    # What the text is about, where that is not the subject: a loan, whose messages stand with their application.
    cause_kind: Mapped[str | None] = mapped_column(String(40))
    cause_id: Mapped[int | None]
    template: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(10))
    # By which wording it was written; empty where that was not kept.
    version: Mapped[str] = mapped_column(String(8), default="")
    channel: Mapped[Channel] = mapped_column(words_of(Channel, "channel"), default=Channel.SMS)
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    subject_line: Mapped[str | None] = mapped_column(String(250))
    body: Mapped[str] = mapped_column(Text)
    link_id: Mapped[int | None]
    status: Mapped[MessageStatus] = mapped_column(words_of(MessageStatus, "status"))
    provider: Mapped[str] = mapped_column(String(20), default="")
    provider_id: Mapped[str] = mapped_column(String(64), default="")
    error_code: Mapped[str] = mapped_column(String(20), default="")
    tries: Mapped[int] = mapped_column(default=0)
    # How often the same text was sent before, by people or by machine, counting this one.
    attempt: Mapped[int] = mapped_column(default=1)
    # The moment that the sender's rate gives this message.
    slot_at: Mapped[Moment | None]
    segments: Mapped[int] = mapped_column(default=0)
    yen: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]
    claimed_at: Mapped[Moment | None]
    sent_at: Mapped[Moment | None]
    settled_at: Mapped[Moment | None]

    @property
    def address(self) -> str:
        """The phone or the e-mail address it goes to."""
        return self.phone or self.email or ""

    @property
    def case(self) -> tuple[str, int]:
        """What the text is about, for the question whether it still holds."""
        if self.cause_kind and self.cause_id:
            return self.cause_kind, self.cause_id
        return self.subject_kind, self.subject_id


class NumberMark(Base):
    """A phone number that gets no SMS, as a provider told us; a text that arrives takes the mark away."""

    __tablename__ = "number_marks"
    __table_args__ = (UniqueConstraint("phone", name="uq_number_marks_phone"),)

    id: Mapped[Id]
    phone: Mapped[str] = mapped_column(String(20))
    mark: Mapped[Mark] = mapped_column(words_of(Mark, "mark"))
    code: Mapped[str] = mapped_column(String(20))
    marked_at: Mapped[Moment]


class BulkMessage(Base):
    """One text to many people at once, with the figures of its preview."""

    __tablename__ = "bulk_messages"
    __table_args__ = (
        CheckConstraint("status NOT IN ('finished', 'cancelled') OR ended_at IS NOT NULL", name="ended"),
        CheckConstraint("people >= 0 AND without_sms >= 0", name="counted"),
    )
    lifecycle: ClassVar[Lifecycle] = BULK

    id: Mapped[Id]
    status: Mapped[BulkStatus] = mapped_column(words_of(BulkStatus, "status"))
    activation_id: Mapped[int | None]
    audience: Mapped[str] = mapped_column(String(200))
    # Which audience, to ask it once more when each message goes out.
    audience_code: Mapped[str] = mapped_column(String(60), default="")
    words: Mapped[str] = mapped_column(Text)
    # How many get it by SMS; how many have no phone for it, want none, or have a number that SMS do not reach; how many
    # were the same number once more.
    people: Mapped[int]
    without_sms: Mapped[int]
    stopped: Mapped[int] = mapped_column(default=0)
    marked: Mapped[int] = mapped_column(default=0)
    doubles: Mapped[int]
    segments: Mapped[int]
    yen: Mapped[int]
    slices: Mapped[int] = mapped_column(default=0)
    is_out_of_money: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class BulkRecipient(Base):
    """One person of a bulk message: a number once, whatever it is in the audience for."""

    __tablename__ = "bulk_recipients"
    __table_args__ = (
        UniqueConstraint("bulk_id", "phone", name="uq_bulk_recipients_once"),
        Index("ix_bulk_recipients_next", "bulk_id", "id", postgresql_where="message_id IS NULL"),
    )

    id: Mapped[Id]
    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulk_messages.id"))
    phone: Mapped[str] = mapped_column(String(20))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    help_phone: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
