"""Agreements: the signed paper, its parties, whom to ring, where a base could stand, and when to look at it again."""

from dataclasses import fields
from datetime import date, datetime
from typing import ClassVar

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.core.db import Base, Id, Moment, words_of
from mra.core.files import StoredFile
from mra.core.geo import coordinates, point_column
from mra.core.lifecycle import Lifecycle

from ..rules import agreements as rules
from ..rules.agreements import (
    AgreementDetails,
    AgreementLevel,
    AgreementStatus,
    AgreementTrigger,
    CandidateDetails,
    ContactDetails,
    Party,
)
from ..rules.members import ContactHours
from .municipalities import Municipality


class Agreement(Base):
    """A signed paper with a government side: area, who asks, what each side does. `area` holds keys of `rules.areas`."""

    __tablename__ = "agreements"
    __table_args__ = (
        CheckConstraint("status <> 'in_force' OR signed_on IS NOT NULL", name="signed_in_force"),
        CheckConstraint("effective_on IS NULL OR effective_on >= signed_on", name="effective_after_signing"),
        CheckConstraint("expires_on IS NULL OR expires_on >= effective_on", name="expires_after_effect"),
        Index("ix_agreements_area", "area", postgresql_using="gin"),
        Index("ix_agreements_review", "review_on", postgresql_where="status = 'in_force'"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.AGREEMENT

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    level: Mapped[AgreementLevel] = mapped_column(words_of(AgreementLevel, "level"))
    status: Mapped[AgreementStatus] = mapped_column(words_of(AgreementStatus, "status"))
    area: Mapped[list[str]] = mapped_column(ARRAY(String(5)), default=list)
    signed_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    renews_automatically: Mapped[bool] = mapped_column(default=False)
    review_on: Mapped[date | None]
    trigger: Mapped[AgreementTrigger] = mapped_column(words_of(AgreementTrigger, "trigger"))
    requester: Mapped[str] = mapped_column(String(200), default="")
    place_duty: Mapped[str] = mapped_column(Text, default="")
    publicity_duty: Mapped[str] = mapped_column(Text, default="")
    information_duty: Mapped[str] = mapped_column(Text, default="")
    cost_clause: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    ended_on: Mapped[date | None]
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)
    parties: Mapped[list["AgreementParty"]] = relationship(
        order_by="(AgreementParty.position, AgreementParty.id)", cascade="all, delete-orphan"
    )
    contacts: Mapped[list["AgreementContact"]] = relationship(
        order_by="(AgreementContact.position, AgreementContact.id)", cascade="all, delete-orphan"
    )
    candidates: Mapped[list["BaseCandidate"]] = relationship(
        back_populates="agreement", order_by="BaseCandidate.id", cascade="all, delete-orphan"
    )
    files: Mapped[list["AgreementFile"]] = relationship(order_by="AgreementFile.id.desc()")

    @property
    def details(self) -> AgreementDetails:
        """What was written down of the paper."""
        names = [field.name for field in fields(AgreementDetails) if field.name not in {"parties", "area"}]
        parties = tuple(Party(party.name, party.area_key) for party in self.parties)
        return AgreementDetails(parties=parties, area=tuple(self.area), **{name: getattr(self, name) for name in names})

    @property
    def partner(self) -> str:
        """The government side in one name: 熊本県・熊本市. The parties without a place are our own side."""
        governments = [party.name for party in self.parties if party.area_key]
        return "・".join(governments or [party.name for party in self.parties[:1]]) or self.name

    def attention(self, day: date) -> rules.Attention | None:
        """What has to be done about it; expiry and reviews are judged when read."""
        return rules.attention(
            self.status,
            day,
            expires_on=self.expires_on,
            renews_automatically=self.renews_automatically,
            review_on=self.review_on,
        )

    def runs_until(self, day: date) -> date | None:
        """The last day of the term that runs on that day."""
        return rules.runs_until(self.expires_on, self.renews_automatically, day)

    def rung_at(self, moment: datetime) -> "AgreementContact | None":
        """Whom to ring at a moment: who answers then, otherwise the first who has a telephone."""
        with_phone = [contact for contact in self.contacts if contact.phone]
        return min(with_phone, key=lambda contact: not rules.answers_at(contact.hours, moment), default=None)

    def applies_on(self, day: date) -> bool:
        """Whether one may stand on it that day."""
        return self.status is AgreementStatus.IN_FORCE and rules.applies_on(
            day,
            effective_on=self.effective_on,
            expires_on=self.expires_on,
            renews_automatically=self.renews_automatically,
        )


class AgreementParty(Base):
    """One of the sides that signed: a prefecture or municipality by its code, or another body by its name."""

    __tablename__ = "agreement_parties"

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(120))
    area_key: Mapped[str | None] = mapped_column(String(5))


class AgreementContact(Base):
    """Whom to ring at the government side, by day or by night."""

    __tablename__ = "agreement_contacts"
    __table_args__ = (CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="can_be_reached"),)

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(80))
    department: Mapped[str] = mapped_column(String(80), default="")
    hours: Mapped[ContactHours] = mapped_column(words_of(ContactHours, "hours"))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))

    @property
    def details(self) -> ContactDetails:
        """What was written down of it."""
        return ContactDetails(**{field.name: getattr(self, field.name) for field in fields(ContactDetails)})


class BaseCandidate(Base):
    """A place that the government side would lend for a base."""

    __tablename__ = "base_candidates"
    __table_args__ = (
        CheckConstraint("capacity_cars > 0", name="capacity"),
        Index("ix_base_candidates_place", "place", postgresql_using="gist"),
    )

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), index=True)
    address: Mapped[str] = mapped_column(String(200))
    place: Mapped[WKBElement | None] = mapped_column(point_column())
    capacity_cars: Mapped[int | None]
    hours: Mapped[str] = mapped_column(String(100), default="")
    has_power: Mapped[bool | None]
    has_toilet: Mapped[bool | None]
    remarks: Mapped[str] = mapped_column(Text, default="")
    agreement: Mapped[Agreement] = relationship(back_populates="candidates")
    municipality: Mapped[Municipality] = relationship()

    @property
    def details(self) -> CandidateDetails:
        """What was written down of it."""
        values = {field.name: getattr(self, field.name) for field in fields(CandidateDetails)}
        return CandidateDetails(**values | {"place": coordinates(self.place)})


class AgreementFile(Base):
    """The signed PDF as it was stored; a newer one supersedes, none is deleted."""

    __tablename__ = "agreement_files"
    # The same content twice for one agreement is one entry; the index also finds the papers of an agreement.
    __table_args__ = (UniqueConstraint("agreement_id", "stored_file_id", name="uq_agreement_files_content"),)

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"))
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    name: Mapped[str] = mapped_column(String(200))
    page_count: Mapped[int]
    added_by_staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[Moment]
    stored_file: Mapped[StoredFile] = relationship()


class AgreementReminder(Base):
    """One reminder per agreement, review date and threshold; a renewal closes those that are open."""

    __tablename__ = "agreement_reminders"
    __table_args__ = (
        UniqueConstraint("agreement_id", "review_on", "threshold_days", name="uq_agreement_reminders_threshold"),
        Index("ix_agreement_reminders_open", "agreement_id", postgresql_where="closed_at IS NULL"),
    )

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"))
    review_on: Mapped[date]
    threshold_days: Mapped[int]
    created_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]
    agreement: Mapped[Agreement] = relationship()
