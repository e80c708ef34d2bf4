"""Volunteers who drive: what we keep of them, and when they can drive."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.alliance.models import Municipality
from mra.core.db import Base, Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.core.text import pieces

from .. import rules
from ..rules.drivers import Channel, DriverStatus, free_words, is_free_on
from ..rules.licences import LICENCE_WORDS, LicenceClass


def _pieces_of_name(context: Any) -> list[str]:
    return sorted(pieces(context.get_current_parameters()["name_key"]))


class TransportDriver(Base):
    """A volunteer driver (架け橋ドライバー). No image of a licence is stored; its number is sealed, and erased when they leave."""

    __tablename__ = "transport_drivers"
    __table_args__ = (
        UniqueConstraint("submission_key", name="uq_transport_drivers_submission_key"),
        Index("uq_transport_drivers_person", "phone", "name_key", unique=True, postgresql_where="status <> 'left'"),
        CheckConstraint("farthest_km > 0", name="farthest_km"),
        CheckConstraint("companion_seats BETWEEN 0 AND 9", name="companion_seats"),
        CheckConstraint("status IN ('registered', 'left') OR licence_checked_at IS NOT NULL", name="licence_checked"),
        CheckConstraint("status <> 'left' OR licence_number IS NULL", name="licence_erased"),
        Index("ix_transport_drivers_list", "status", "id"),
        Index(
            "ix_transport_drivers_phone_end", "phone", postgresql_using="gin", postgresql_ops={"phone": "gin_trgm_ops"}
        ),
        Index("ix_transport_drivers_name", "name_pieces", postgresql_using="gin"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.DRIVER

    id: Mapped[Id]
    submission_key: Mapped[UUID]
    status: Mapped[DriverStatus] = mapped_column(words_of(DriverStatus, "status"))
    channel: Mapped[Channel] = mapped_column(words_of(Channel, "channel"))
    registered_at: Mapped[Moment]
    entered_by_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(120))
    kana: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(300))
    name_pieces: Mapped[list[str]] = mapped_column(ARRAY(String(2)), default=_pieces_of_name, deferred=True)
    phone: Mapped[str] = mapped_column(String(20))
    can_sms: Mapped[bool]
    email: Mapped[str | None] = mapped_column(String(254))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    licence_class: Mapped[LicenceClass] = mapped_column(words_of(LicenceClass, "licence_class"))
    is_automatic_only: Mapped[bool]
    licence_expires_on: Mapped[date]
    licence_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    licence_last_four: Mapped[str] = mapped_column(String(4), default="")
    licence_checked_at: Mapped[Moment | None]
    licence_checked_by_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    # 0 is Monday; a named day beats the day of the week.
    free_weekdays: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    free_on: Mapped[list[date]] = mapped_column(ARRAY(Date))
    busy_on: Mapped[list[date]] = mapped_column(ARRAY(Date))
    farthest_km: Mapped[int]
    has_own_car: Mapped[bool] = mapped_column(default=False)
    companion_seats: Mapped[int] = mapped_column(default=0)
    remarks: Mapped[str] = mapped_column(Text, default="")
    staff_note: Mapped[str] = mapped_column(Text, default="")
    consent_version: Mapped[str] = mapped_column(String(20))
    left_reason: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)
    municipality: Mapped[Municipality] = relationship()

    @property
    def is_asked(self) -> bool:
        """Whether jobs may be offered to this person now."""
        return self.status is DriverStatus.ACTIVE

    def is_free_on(self, day: date) -> bool:
        """Whether this person said the day suits."""
        return is_free_on(day, self.free_weekdays, self.free_on, self.busy_on)

    @property
    def free_words(self) -> str:
        """When this person can drive, in words."""
        return free_words(self.free_weekdays, self.free_on, self.busy_on)

    @property
    def licence_words(self) -> str:
        """The licence in words: 普通（AT限定）."""
        return LICENCE_WORDS[self.licence_class] + ("・AT限定" if self.is_automatic_only else "")
