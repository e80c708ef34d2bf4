"""Who is ringing whom just now, and what calls came to."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.accounts.models import Staff
from mra.core.db import Base, Id, Moment, words_of

from .call_rules import CallResult, Matter


class CallClaim(Base):
    """A phone number that one colleague is ringing until a moment; afterwards it is free for everybody again."""

    __tablename__ = "call_claims"
    __table_args__ = (UniqueConstraint("phone", name="uq_call_claims_phone"),)

    id: Mapped[Id]
    phone: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    until_at: Mapped[Moment]
    staff: Mapped[Staff | None] = relationship()


class CallRecord(Base):
    """What one call came to, for one matter; the newest one counts. `again_at`: when it comes back onto the list."""

    __tablename__ = "call_records"
    __table_args__ = (Index("ix_call_records_matter", "matter", "subject_id", "id"),)

    id: Mapped[Id]
    matter: Mapped[Matter] = mapped_column(words_of(Matter, "matter"))
    subject_id: Mapped[int]
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), index=True)
    result: Mapped[CallResult] = mapped_column(words_of(CallResult, "result"))
    called_at: Mapped[Moment]
    again_at: Mapped[Moment | None]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
