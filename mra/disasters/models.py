"""Disaster, activation, base, and the versions of the lending terms."""

from datetime import date, datetime, time
from typing import ClassVar

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.alliance.models import Municipality
from mra.core.circumstances import Circumstance
from mra.core.db import Base as Table_
from mra.core.db import Id, Moment, words_of
from mra.core.geo import coordinates, point_column
from mra.core.lifecycle import Lifecycle
from mra.core.vehicle_classes import VehicleClass

from . import rules
from .priorities import MOST_CRITERIA, Criterion, Priorities
from .rules import ActivationStatus, DisasterKind

affected_municipalities = Table(
    "activation_municipalities",
    Table_.metadata,
    Column("activation_id", BigInteger, ForeignKey("activations.id"), primary_key=True),
    Column("municipality_code", String(5), ForeignKey("municipalities.code"), primary_key=True),
)


class Disaster(Table_):
    """The event."""

    __tablename__ = "disasters"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[DisasterKind] = mapped_column(words_of(DisasterKind, "kind"))
    occurred_on: Mapped[date]
    created_at: Mapped[Moment]


class Activation(Table_):
    """The decision to support one area, with its period, bases and terms."""

    __tablename__ = "activations"
    __table_args__ = (
        UniqueConstraint("slug", name="uq_activations_slug"),
        CheckConstraint("intake_until IS NULL OR intake_until >= intake_from", name="intake_period"),
        # The day of the intake's end in Japan: support may end on the very day.
        CheckConstraint(
            "ends_on >= (coalesce(intake_until, intake_from) AT TIME ZONE 'Asia/Tokyo')::date", name="end_after_intake"
        ),
    )
    lifecycle: ClassVar[Lifecycle] = rules.ACTIVATION

    id: Mapped[Id]
    disaster_id: Mapped[int] = mapped_column(ForeignKey("disasters.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(100))
    status: Mapped[ActivationStatus] = mapped_column(words_of(ActivationStatus, "status"))
    intake_from: Mapped[Moment]
    intake_until: Mapped[Moment | None]
    ends_on: Mapped[date | None]
    help_phone: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[Moment]
    disaster: Mapped[Disaster] = relationship()
    municipalities: Mapped[list[Municipality]] = relationship(
        secondary=affected_municipalities, order_by=Municipality.code
    )
    bases: Mapped[list["Base"]] = relationship(back_populates="activation", order_by="Base.id")
    terms_versions: Mapped[list["TermsVersion"]] = relationship(
        back_populates="activation", order_by="TermsVersion.number.desc()"
    )

    @property
    def details(self) -> rules.ActivationDetails:
        """What staff decided about it, as one value."""
        return rules.ActivationDetails(
            self.name, self.slug, self.intake_from, self.intake_until, self.ends_on, self.help_phone
        )

    @property
    def activation_id(self) -> int:
        """An activation's own events carry its own id."""
        return self.id

    def intake(self, moment: datetime) -> rules.Intake:
        """Whether residents may apply at a moment, and if not, why."""
        return rules.intake(self.status, self.intake_from, self.intake_until, moment)

    @property
    def is_lending(self) -> bool:
        """Whether cars are offered and reserved now."""
        return self.status in rules.LENDING

    def takes_applications(self, moment: datetime) -> bool:
        """Whether residents may apply now."""
        return self.intake(moment) is rules.Intake.TAKING


class Base(Table_):
    """Where cars are kept and handed over."""

    __tablename__ = "bases"
    __table_args__ = (
        Index("ix_bases_place", "place", postgresql_using="gist"),
        CheckConstraint("closes_at > opens_at", name="opening_hours"),
        CheckConstraint("handovers_per_slot > 0", name="handovers_per_slot"),
    )

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    place: Mapped[WKBElement] = mapped_column(point_column())
    phone: Mapped[str] = mapped_column(String(20))
    opens_at: Mapped[time]
    closes_at: Mapped[time]
    closed_weekdays: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    closes_on: Mapped[date | None]
    handovers_per_slot: Mapped[int] = mapped_column(default=2)
    directions: Mapped[str] = mapped_column(Text, default="")
    activation: Mapped[Activation] = relationship(back_populates="bases")
    municipality: Mapped[Municipality] = relationship()

    @property
    def details(self) -> rules.BaseDetails:
        """What staff decided about it, as one value."""
        return rules.BaseDetails(
            name=self.name,
            address=self.address,
            municipality_code=self.municipality_code,
            place=coordinates(self.place),
            phone=self.phone,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            closed_weekdays=tuple(self.closed_weekdays),
            closes_on=self.closes_on,
            handovers_per_slot=self.handovers_per_slot,
            directions=self.directions,
        )

    def is_open_on(self, day: date) -> bool:
        """Whether the base works on that day."""
        return rules.is_open_on(day, self.closed_weekdays, self.closes_on)


class TermsVersion(Table_):
    """One version of an activation's lending terms; a loan keeps the version it was made under."""

    __tablename__ = "terms_versions"
    __table_args__ = (UniqueConstraint("activation_id", "number", name="uq_terms_versions_number"),)

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Moment]
    activation: Mapped[Activation] = relationship(back_populates="terms_versions")
    lines: Mapped[list["TermsLine"]] = relationship(back_populates="version", order_by="TermsLine.id")

    @property
    def terms(self) -> dict[VehicleClass, tuple[int, bool]]:
        """Days and whether renewable, per class."""
        return {line.vehicle_class: (line.days, line.is_renewable) for line in self.lines}

    def line(self, vehicle_class: VehicleClass) -> "TermsLine":
        """The line for a class; every version has one for each class."""
        return next(line for line in self.lines if line.vehicle_class == vehicle_class)


class TermsLine(Table_):
    """How many days a class is lent for, and whether a loan of it can be extended."""

    __tablename__ = "terms_lines"
    __table_args__ = (
        UniqueConstraint("version_id", "vehicle_class", name="uq_terms_lines_class"),
        CheckConstraint("days BETWEEN 1 AND 366", name="days"),
    )

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("terms_versions.id"))
    vehicle_class: Mapped[VehicleClass] = mapped_column(words_of(VehicleClass, "vehicle_class"))
    days: Mapped[int]
    is_renewable: Mapped[bool]
    version: Mapped[TermsVersion] = relationship(back_populates="lines")


class PriorityVersion(Table_):
    """One version of the rule by which an activation's requests are ordered; each request keeps the one it stands under."""

    __tablename__ = "priority_versions"
    __table_args__ = (UniqueConstraint("activation_id", "number", name="uq_priority_versions_number"),)

    id: Mapped[Id]
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Moment]
    # With every version at once: there are few, and none is read without its lines.
    lines: Mapped[list["PriorityLine"]] = relationship(order_by="PriorityLine.tier", lazy="joined")

    @property
    def priorities(self) -> Priorities:
        """The rule that this version is."""
        return tuple(Criterion(line.wording, frozenset(map(Circumstance, line.circumstances))) for line in self.lines)


class PriorityLine(Table_):
    """One tier of a version: which answers lead into it, and how the public page words it."""

    __tablename__ = "priority_lines"
    __table_args__ = (
        UniqueConstraint("version_id", "tier", name="uq_priority_lines_tier"),
        CheckConstraint(f"tier BETWEEN 1 AND {MOST_CRITERIA}", name="tier"),
        CheckConstraint("cardinality(circumstances) > 0", name="circumstances"),
        CheckConstraint("wording <> ''", name="wording"),
    )

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("priority_versions.id"))
    tier: Mapped[int]
    wording: Mapped[str] = mapped_column(String(100))
    circumstances: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
