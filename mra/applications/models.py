"""Applications, the people who will drive, and the cars wished for."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Sequence, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.accounts.models import Staff
from mra.alliance.models import Municipality
from mra.core.db import Base, Id, Moment, words_of
from mra.core.geo import point_column
from mra.core.lifecycle import Lifecycle
from mra.core.text import pieces
from mra.disasters.models import Activation, PriorityVersion
from mra.disasters.priorities import wording_of

from . import rules
from .rules import ApplicantKind, ApplicationStatus, Channel, LicenceKind, RequestStatus

application_serial = Sequence("application_serial", metadata=Base.metadata)


def _pieces_of_name(context: Any) -> list[str]:
    return sorted(pieces(context.get_current_parameters()["name_key"]))


class Application(Base):
    """Who asks, why, with which drivers. What waits are its requests."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("submission_key", name="uq_applications_submission_key"),
        UniqueConstraint("serial", name="uq_applications_serial"),
        CheckConstraint("status NOT IN ('turned_down', 'asked_back') OR decision_reason <> ''", name="reason_given"),
        CheckConstraint("(status = 'received') OR decided_at IS NOT NULL", name="decided"),
        Index("ix_applications_queue", "activation_id", "status", "received_at", "id"),
        Index("ix_applications_arrival", "activation_id", "received_at", "id"),
        # How many asked from where: the map of a support reads nothing but this index.
        Index("ix_applications_municipality", "activation_id", "municipality_code"),
        Index("ix_applications_phone", "phone"),
        # People read out the end of a number.
        Index("ix_applications_phone_end", "phone", postgresql_using="gin", postgresql_ops={"phone": "gin_trgm_ops"}),
        Index("ix_applications_name", "name_pieces", postgresql_using="gin"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.APPLICATION

    id: Mapped[Id]
    serial: Mapped[int] = mapped_column(application_serial, server_default=application_serial.next_value())
    submission_key: Mapped[UUID]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    status: Mapped[ApplicationStatus] = mapped_column(words_of(ApplicationStatus, "status"))
    channel: Mapped[Channel] = mapped_column(words_of(Channel, "channel"))
    received_at: Mapped[Moment]
    entered_by_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[ApplicantKind] = mapped_column(words_of(ApplicantKind, "kind"))
    organisation: Mapped[str] = mapped_column(String(100), default="")
    family_name: Mapped[str] = mapped_column(String(60))
    given_name: Mapped[str] = mapped_column(String(60))
    family_kana: Mapped[str] = mapped_column(String(60))
    given_kana: Mapped[str] = mapped_column(String(60))
    name_key: Mapped[str] = mapped_column(String(300))
    name_pieces: Mapped[list[str]] = mapped_column(ARRAY(String(2)), default=_pieces_of_name, deferred=True)
    born_on: Mapped[date]
    phone: Mapped[str] = mapped_column(String(20))
    can_sms: Mapped[bool]
    postal_code: Mapped[str] = mapped_column(String(7))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    address: Mapped[str] = mapped_column(String(200))
    present_address: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[WKBElement | None] = mapped_column(point_column())
    evidence: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    circumstances: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    purpose: Mapped[str] = mapped_column(Text, default="")
    family_consent_name: Mapped[str] = mapped_column(String(60), default="")
    family_consent_relation: Mapped[str] = mapped_column(String(40), default="")
    family_consent_phone: Mapped[str] = mapped_column(String(20), default="")
    consent_version: Mapped[str] = mapped_column(String(20))
    shares_with_municipality: Mapped[bool] = mapped_column(default=False)
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[Moment | None]
    activation: Mapped[Activation] = relationship()
    municipality: Mapped[Municipality] = relationship()
    drivers: Mapped[list["Driver"]] = relationship(back_populates="application", order_by="Driver.position")
    requests: Mapped[list["CarRequest"]] = relationship(back_populates="application", order_by="CarRequest.position")

    @property
    def full_name(self) -> str:
        """Family and given name as written."""
        return f"{self.family_name} {self.given_name}".strip()


class Driver(Base):
    """One person who will drive. No image of a licence is ever stored; the number is sealed."""

    __tablename__ = "drivers"
    __table_args__ = (Index("ix_drivers_application", "application_id", "position"),)

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    kana: Mapped[str] = mapped_column(String(120))
    born_on: Mapped[date]
    licence_kind: Mapped[LicenceKind] = mapped_column(words_of(LicenceKind, "licence_kind"))
    licence_expires_on: Mapped[date]
    is_automatic_only: Mapped[bool]
    licence_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    licence_last_four: Mapped[str] = mapped_column(String(4), default="")
    application: Mapped[Application] = relationship(back_populates="drivers")


class CarRequest(Base):
    """One car wished for: this is what waits, is allocated, offered and lent."""

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint("needed_until >= needed_from", name="needed_period"),
        CheckConstraint("seats BETWEEN 1 AND 60", name="seats"),
        CheckConstraint("cardinality(classes) > 0", name="classes"),
        CheckConstraint("tier BETWEEN 1 AND 9", name="tier"),
        # Every tier has its origin: a version of the rule, or a member of staff who said why.
        CheckConstraint("num_nonnulls(priority_version_id, tier_set_by_staff_id) = 1", name="tier_origin"),
        CheckConstraint(
            "(tier_set_by_staff_id IS NOT NULL) = (tier_reason <> '')"
            " AND (tier_set_by_staff_id IS NOT NULL) = (tier_set_at IS NOT NULL)",
            name="tier_reason_given",
        ),
        Index("ix_requests_application", "application_id"),
        Index(
            "ix_requests_order",
            *("activation_id", "status", "tier", "submitted_at", "id"),
            postgresql_include=["application_id"],
        ),
    )
    lifecycle: ClassVar[Lifecycle] = rules.REQUEST

    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    position: Mapped[int]
    status: Mapped[RequestStatus] = mapped_column(words_of(RequestStatus, "status"))
    tier: Mapped[int]
    priority_version_id: Mapped[int | None] = mapped_column(ForeignKey("priority_versions.id"))
    tier_set_by_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    tier_set_at: Mapped[Moment | None]
    # About a person: it stands here, where it can be erased, in no audit event, and on no page but the staff's.
    tier_reason: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[Moment]
    classes: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    seats: Mapped[int]
    can_drive_manual: Mapped[bool]
    required_features: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    needed_from: Mapped[date]
    needed_until: Mapped[date]
    max_distance_km: Mapped[int]
    application: Mapped[Application] = relationship(back_populates="requests")
    # There are few versions: read once each, whatever the number of requests.
    priority_version: Mapped[PriorityVersion | None] = relationship()
    tier_set_by: Mapped[Staff | None] = relationship()

    @property
    def tier_word(self) -> str:
        """Why it stands where it stands, in one line for staff."""
        if self.priority_version is None:
            return f"第{self.tier}順位（職員が変更）"
        return f"第{self.tier}順位：{wording_of(self.priority_version.priorities, self.tier)}"

    @property
    def tier_edition(self) -> str:
        """A short mark of the tier as a form showed it: if it no longer fits, somebody else changed it meanwhile."""
        origin = self.priority_version_id or 0
        return f"{self.tier}.{origin}.{_seconds(self.tier_set_at)}"


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1000) if moment else 0
