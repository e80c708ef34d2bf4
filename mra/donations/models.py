"""Calls for cars with the versions of their limits, donations, and the papers of each."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Sequence, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.alliance.models import Member, Municipality
from mra.core import clock
from mra.core.application_number import format_number
from mra.core.db import Base, Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation
from mra.vehicles.models import Vehicle
from mra.vehicles.plates import Plate
from mra.vehicles.rules import Drive, Transmission, VehicleStatus

from . import rules
from .rules import (
    AppealStatus,
    Channel,
    Condition,
    DonationStatus,
    DonorKind,
    Handing,
    Limits,
    Owner,
    PaperKind,
    PaperStatus,
    Shortcoming,
    Use,
    judging,
    next_steps,
)
from .rules import papers as paper_rules
from .rules.next_steps import CarPlace

donation_serial = Sequence("donation_serial", metadata=Base.metadata)
PLACES = {
    VehicleStatus.PROMISED: CarPlace.WITH_DONOR,
    VehicleStatus.IN_TRANSIT: CarPlace.ON_THE_ROAD,
}
NOT_ENDED = "status IN ('received', 'preparing', 'accepted', 'recycling')"


class Appeal(Base):
    """A call for cars (寄付の呼びかけ). One stands always; others are made for an emergency."""

    __tablename__ = "donation_appeals"
    __table_args__ = (
        CheckConstraint("closes_on IS NULL OR closes_on >= opens_on", name="period"),
        CheckConstraint("NOT is_standing OR status = 'open'", name="standing_is_open"),
        Index("uq_donation_appeals_one_standing", "is_standing", unique=True, postgresql_where="is_standing"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.APPEAL

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    description: Mapped[str] = mapped_column(Text, default="")
    activation_id: Mapped[int | None] = mapped_column(ForeignKey("activations.id"))
    is_standing: Mapped[bool] = mapped_column(default=False)
    status: Mapped[AppealStatus] = mapped_column(words_of(AppealStatus, "status"))
    opens_on: Mapped[date]
    closes_on: Mapped[date | None]
    created_at: Mapped[Moment]
    activation: Mapped[Activation | None] = relationship()
    versions: Mapped[list["LimitsVersion"]] = relationship(
        back_populates="appeal", order_by="LimitsVersion.number.desc()"
    )

    @property
    def version(self) -> "LimitsVersion":
        """The limits in force."""
        return self.versions[0]

    def is_open_on(self, day: date) -> bool:
        """Whether cars are taken on that day."""
        is_over = self.closes_on is not None and day > self.closes_on
        return self.status is AppealStatus.OPEN and self.opens_on <= day and not is_over


class LimitsVersion(Base):
    """One version of a call's limits; each donation keeps the one by which it was judged."""

    __tablename__ = "donation_limits"
    __table_args__ = (
        UniqueConstraint("appeal_id", "number", name="uq_donation_limits_number"),
        CheckConstraint("least_inspection_months BETWEEN 0 AND 24", name="least_inspection_months"),
        CheckConstraint("most_age_years BETWEEN 1 AND 40", name="most_age_years"),
        CheckConstraint("most_km BETWEEN 1000 AND 1000000", name="most_km"),
        CheckConstraint("cardinality(classes) > 0", name="classes"),
    )

    id: Mapped[Id]
    appeal_id: Mapped[int] = mapped_column(ForeignKey("donation_appeals.id"))
    number: Mapped[int]
    least_inspection_months: Mapped[int]
    most_age_years: Mapped[int]
    most_km: Mapped[int]
    classes: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    area_note: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Moment]
    appeal: Mapped[Appeal] = relationship(back_populates="versions")

    @property
    def limits(self) -> Limits:
        """The limits that this version is."""
        return Limits(
            self.least_inspection_months,
            self.most_age_years,
            self.most_km,
            frozenset(VehicleClass(kind) for kind in self.classes),
            self.area_note,
        )


class Donation(Base):
    """A car that somebody gives: who, which car, how it comes, and how far it is."""

    __tablename__ = "donations"
    __table_args__ = (
        UniqueConstraint("submission_key", name="uq_donations_submission_key"),
        UniqueConstraint("serial", name="uq_donations_serial"),
        CheckConstraint("vehicle_id IS NULL OR status IN ('accepted', 'completed')", name="accepted_is_a_car"),
        CheckConstraint("status <> 'declined' OR decision_reason <> ''", name="reason_given"),
        CheckConstraint("compulsory_starts_on < compulsory_ends_on", name="insurance_period"),
        CheckConstraint("inspection_ends_on > first_registered_on", name="inspection_after_registration"),
        CheckConstraint("odometer_km >= 0", name="odometer_km"),
        CheckConstraint("appraised_yen >= 0", name="appraised_yen"),
        CheckConstraint("seats BETWEEN 1 AND 60", name="seats"),
        # One car cannot be given twice at the same time.
        Index("uq_donations_open_chassis", "chassis_number", unique=True, postgresql_where=NOT_ENDED),
        Index("ix_donations_status", "status", "id"),
        Index("ix_donations_vehicle", "vehicle_id"),
        Index("ix_donations_plate_serial", "plate_serial"),
        Index("ix_donations_member", "member_id", postgresql_where="member_id IS NOT NULL"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.DONATION

    id: Mapped[Id]
    serial: Mapped[int] = mapped_column(donation_serial, server_default=donation_serial.next_value())
    submission_key: Mapped[UUID]
    appeal_id: Mapped[int] = mapped_column(ForeignKey("donation_appeals.id"))
    limits_id: Mapped[int] = mapped_column(ForeignKey("donation_limits.id"))
    status: Mapped[DonationStatus] = mapped_column(words_of(DonationStatus, "status"))
    channel: Mapped[Channel] = mapped_column(words_of(Channel, "channel"))
    received_at: Mapped[Moment]
    entered_by_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    kind: Mapped[DonorKind] = mapped_column(words_of(DonorKind, "kind"))
    organisation: Mapped[str] = mapped_column(String(100), default="")
    family_name: Mapped[str] = mapped_column(String(60))
    given_name: Mapped[str] = mapped_column(String(60))
    family_kana: Mapped[str] = mapped_column(String(60))
    given_kana: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(20))
    can_sms: Mapped[bool]
    email: Mapped[str | None] = mapped_column(String(254))
    postal_code: Mapped[str] = mapped_column(String(7))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    address: Mapped[str] = mapped_column(String(200))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    car_name: Mapped[str] = mapped_column(String(60))
    plate_area: Mapped[str | None] = mapped_column(String(10))
    plate_class: Mapped[str | None] = mapped_column(String(3))
    plate_kana: Mapped[str | None] = mapped_column(String(1))
    plate_serial: Mapped[int | None]
    chassis_number: Mapped[str] = mapped_column(String(40))
    vehicle_class: Mapped[VehicleClass] = mapped_column(words_of(VehicleClass, "vehicle_class"))
    first_registered_on: Mapped[date]
    inspection_ends_on: Mapped[date | None]
    compulsory_starts_on: Mapped[date | None]
    compulsory_ends_on: Mapped[date | None]
    odometer_km: Mapped[int]
    transmission: Mapped[Transmission] = mapped_column(words_of(Transmission, "transmission"))
    drive: Mapped[Drive] = mapped_column(words_of(Drive, "drive"))
    seats: Mapped[int]
    colour: Mapped[str] = mapped_column(String(30), default="")
    condition: Mapped[Condition] = mapped_column(words_of(Condition, "condition"))
    damage: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[Owner] = mapped_column(words_of(Owner, "owner"))
    address_changed: Mapped[bool]

    stands_at: Mapped[str] = mapped_column(String(200), default="")
    handing: Mapped[Handing] = mapped_column(words_of(Handing, "handing"))
    handed_from: Mapped[date | None]
    may_be_recycled: Mapped[bool]
    remarks: Mapped[str] = mapped_column(Text, default="")
    consent_version: Mapped[str] = mapped_column(String(20))

    use: Mapped[Use] = mapped_column(words_of(Use, "use"))
    shortcomings: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    # About people and their cars: these stand here, where they can be erased, and in no audit event.
    use_reason: Mapped[str] = mapped_column(Text, default="")
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    vehicle_id: Mapped[int | None] = mapped_column(ForeignKey("vehicles.id"))
    planned_name_change_on: Mapped[date | None]
    name_changed_on: Mapped[date | None]
    completed_at: Mapped[Moment | None]
    recycler: Mapped[str] = mapped_column(String(100), default="")
    appraised_yen: Mapped[int | None]

    appeal: Mapped[Appeal] = relationship()
    limits_version: Mapped[LimitsVersion] = relationship()
    municipality: Mapped[Municipality] = relationship()
    vehicle: Mapped[Vehicle | None] = relationship()
    member: Mapped[Member | None] = relationship()
    papers: Mapped[list["DonationPaper"]] = relationship(back_populates="donation", order_by="DonationPaper.id")

    @property
    def number(self) -> str:
        """The number that donors read out."""
        return format_number(self.serial, rules.NUMBER_LETTER)

    @property
    def donor_name(self) -> str:
        """Family and given name as written, after the company if there is one."""
        return " ".join(part for part in (self.organisation, self.family_name, self.given_name) if part)

    @property
    def plate(self) -> Plate | None:
        """The plate as on the car; one whose plates were handed in has none."""
        if self.plate_area is None or self.plate_class is None or self.plate_kana is None or self.plate_serial is None:
            return None
        return Plate(self.plate_area, self.plate_class, self.plate_kana, self.plate_serial)

    @property
    def is_kei(self) -> bool:
        """Whether the light vehicle office changes its name."""
        return paper_rules.is_kei_car(self.vehicle_class, self.plate)

    @property
    def circumstances(self) -> paper_rules.Circumstances:
        """What decides which papers are needed."""
        return paper_rules.Circumstances(self.is_kei, self.owner, self.address_changed, self.use)

    @property
    def found(self) -> list[Shortcoming]:
        """What kept the car from being lent on when it was judged."""
        return [Shortcoming(one) for one in self.shortcomings]

    @property
    def reasons(self) -> list[str]:
        """The same in sentences, with the limits it was judged by."""
        return [judging.sentence(one, self.limits_version.limits) for one in self.found]

    @property
    def place(self) -> CarPlace:
        """Where the car is: known to the register as soon as it is accepted."""
        if self.vehicle is None:
            return CarPlace.UNKNOWN
        return PLACES.get(self.vehicle.status, CarPlace.WITH_US)

    @property
    def next_for_donor(self) -> next_steps.Next:
        """What the donor is to do."""
        return next_steps.for_donor(self.use, self.status, self.place, len(self.outstanding))

    @property
    def next_for_staff(self) -> next_steps.Next:
        """What the secretariat is to do."""
        expiries = [paper.expiry for paper in self.papers]
        return next_steps.for_staff(self.use, self.status, self.place, len(self.outstanding), expiries)

    @property
    def outstanding(self) -> list[PaperKind]:
        """What is still to come from the donor."""
        return paper_rules.outstanding(paper.line for paper in self.papers)


class DonationPaper(Base):
    """One paper on a donation's checklist."""

    __tablename__ = "donation_papers"
    __table_args__ = (
        UniqueConstraint("donation_id", "kind", name="uq_donation_papers_kind"),
        Index("ix_donation_papers_issued_on", "kind", "issued_on", postgresql_where="issued_on IS NOT NULL"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.PAPER

    id: Mapped[Id]
    donation_id: Mapped[int] = mapped_column(ForeignKey("donations.id"))
    kind: Mapped[PaperKind] = mapped_column(words_of(PaperKind, "kind"))
    status: Mapped[PaperStatus] = mapped_column(words_of(PaperStatus, "status"))
    received_on: Mapped[date | None]
    issued_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    donation: Mapped[Donation] = relationship(back_populates="papers")

    @property
    def line(self) -> paper_rules.Line:
        """What the rules read of it."""
        return paper_rules.Line(self.kind, self.status, self.issued_on)

    @property
    def holds_until(self) -> date | None:
        """The last day on which the office takes it."""
        return paper_rules.holds_until(self.kind, self.issued_on)

    @property
    def expiry(self) -> paper_rules.Expiry:
        """Whether it will still be taken on the day of the name change."""
        if self.donation.name_changed_on:
            return paper_rules.Expiry.HOLDS
        needed_on = self.donation.planned_name_change_on
        return paper_rules.expiry(self.line, today=clock.today(), needed_on=needed_on)
