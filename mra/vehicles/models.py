"""Cars, their papers and their leases."""

from dataclasses import fields
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.alliance.models import Municipality
from mra.core import clock
from mra.core.db import Base as Table_
from mra.core.db import Id, Moment, db, words_of
from mra.core.files import StoredFile
from mra.core.lifecycle import Lifecycle
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Base

from . import extending, leasing, rules
from .extending import ExtensionStatus, Home, Notice
from .leasing import LeaseEnd, LeaseFacts, LeaseStatus, LesseeKind
from .plates import Plate
from .retiring import RetirementKind
from .rules import Cover, DocumentKind, Drive, DriverScope, OutReason, Paper, Transmission, VehicleStatus


class Vehicle(Table_):
    """One car. The chassis number is its identity; the plate may change."""

    __tablename__ = "vehicles"
    __table_args__ = (
        UniqueConstraint("chassis_number", name="uq_vehicles_chassis_number"),
        UniqueConstraint("plate_area", "plate_class", "plate_kana", "plate_serial", name="uq_vehicles_plate"),
        UniqueConstraint("label_code", name="uq_vehicles_label_code"),
        CheckConstraint("status <> 'ready' OR base_id IS NOT NULL", name="ready_at_a_base"),
        CheckConstraint("seats BETWEEN 1 AND 60", name="seats"),
        CheckConstraint("odometer_km >= 0", name="odometer_km"),
        CheckConstraint("status <> 'out_of_service' OR out_reason IS NOT NULL", name="out_for_a_reason"),
        Index("ix_vehicles_base", "base_id", "status"),
        Index("ix_vehicles_plate_serial", "plate_serial"),
        Index("ix_vehicles_name_change_pending", "id", postgresql_where="name_change_pending"),
        Index(
            "ix_vehicles_chassis_part",
            "chassis_number",
            postgresql_using="gin",
            postgresql_ops={"chassis_number": "gin_trgm_ops"},
        ),
    )
    lifecycle: ClassVar[Lifecycle] = rules.VEHICLE
    # What the database fills in is read when somebody asks for it; a list of new cars is then written in one go.
    __mapper_args__: Any = {"eager_defaults": False}

    id: Mapped[Id]
    chassis_number: Mapped[str] = mapped_column(String(40))
    plate_area: Mapped[str | None] = mapped_column(String(10))
    plate_class: Mapped[str | None] = mapped_column(String(3))
    plate_kana: Mapped[str | None] = mapped_column(String(1))
    plate_serial: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(60))
    vehicle_class: Mapped[VehicleClass] = mapped_column(words_of(VehicleClass, "vehicle_class"))
    seats: Mapped[int]
    transmission: Mapped[Transmission] = mapped_column(words_of(Transmission, "transmission"))
    drive: Mapped[Drive] = mapped_column(words_of(Drive, "drive"))
    features: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    base_id: Mapped[int | None] = mapped_column(ForeignKey("bases.id"))
    status: Mapped[VehicleStatus] = mapped_column(words_of(VehicleStatus, "status"))
    odometer_km: Mapped[int]
    available_from: Mapped[date | None]
    # 使用の本拠: where the certificate says the car is at home; decides which disaster extensions reach it.
    registered_in_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    # The first of the month of 初度登録; the certificate names no day.
    first_registered_on: Mapped[date | None]
    # Still in the name of whoever gave it: not lent before the 名義変更 is done.
    name_change_pending: Mapped[bool] = mapped_column(default=False)
    out_reason: Mapped[OutReason | None] = mapped_column(words_of(OutReason, "out_reason"))
    out_note: Mapped[str] = mapped_column(String(200), default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    # What the QR code on the car leads to: random, so that it tells nobody anything; the database gives every car one.
    label_code: Mapped[str] = mapped_column(String(12), server_default=text(rules.NEW_LABEL_CODE))
    # Every change of the row, by whichever capability, raises it; a form that was opened before is then told so.
    version: Mapped[int] = mapped_column(default=1, onupdate=text("version + 1"))
    base: Mapped[Base | None] = relationship()
    registered_in: Mapped[Municipality | None] = relationship()
    # The papers that count. Cancelled ones (typed wrongly) stay in the table and in `all_documents`.
    documents: Mapped[list["VehicleDocument"]] = relationship(
        primaryjoin="(VehicleDocument.vehicle_id == Vehicle.id) & VehicleDocument.cancelled_at.is_(None)",
        order_by="(VehicleDocument.effective_ends_on.desc(), VehicleDocument.id.desc())",
        viewonly=True,
    )
    all_documents: Mapped[list["VehicleDocument"]] = relationship(
        back_populates="vehicle", order_by="(VehicleDocument.effective_ends_on.desc(), VehicleDocument.id.desc())"
    )

    @property
    def activation_id(self) -> int | None:
        """The activation whose base keeps the car."""
        # Read in the middle of a move: fetching the base must not write half of it.
        with db.session.no_autoflush:
            return self.base.activation_id if self.base else None

    @property
    def plate(self) -> Plate | None:
        """The plate as on the car; a promised car may not have its new one yet."""
        if self.plate_area is None or self.plate_class is None or self.plate_kana is None or self.plate_serial is None:
            return None
        return Plate(self.plate_area, self.plate_class, self.plate_kana, self.plate_serial)

    @property
    def plate_text(self) -> str:
        """The plate as people read it, the chassis number while the car has none."""
        return str(self.plate or self.chassis_number)

    @property
    def is_gone(self) -> bool:
        """Whether it has left the alliance."""
        return self.status is VehicleStatus.RELEASED

    @property
    def home(self) -> Home:
        """Where a notice looks for it."""
        base_lies_in = self.base.municipality_code if self.base else None
        return extending.home_of(self.status, registered_in=self.registered_in_code, base_lies_in=base_lies_in)

    @property
    def papers(self) -> list[Paper]:
        """The papers that count, as the rules read them."""
        return [document.paper for document in self.documents]

    def lawful_until(self, on: date | None = None) -> date | None:
        """The last day on which this car may be lent, by its papers, seen from the day `on` (default: today).

        None while it is still in the name of whoever gave it.
        """
        return None if self.name_change_pending else rules.lawful_until(self.papers, on or clock.today())

    def covers(self, on: date | None = None) -> list[Cover]:
        """How far each kind of paper reaches."""
        return rules.covers(self.papers, on or clock.today())


def _as_printed(context: DefaultExecutionContext) -> date:
    """A paper holds until its printed day as long as no notice says otherwise."""
    printed: date = context.get_current_parameters()["ends_on"]  # type: ignore[no-untyped-call]
    return printed


class VehicleDocument(Table_):
    """One paper of a car: 車検, 自賠責, 任意保険. A newer one supersedes; nothing is overwritten.

    `ends_on` is the day printed on it; `effective_ends_on` the day until which it holds, after disaster extensions. Only
    the latter decides anything. `services.effective` keeps it true.
    """

    __tablename__ = "vehicle_documents"
    __table_args__ = (
        CheckConstraint("starts_on IS NULL OR starts_on < ends_on", name="starts_before_it_ends"),
        CheckConstraint("(kind = 'voluntary_insurance') = (driver_scope IS NOT NULL)", name="scope_of_insurance"),
        CheckConstraint("effective_ends_on >= ends_on", name="never_shortened"),
        Index("ix_vehicle_documents_vehicle", "vehicle_id", "kind", "effective_ends_on"),
        Index("ix_vehicle_documents_effective_ends_on", "effective_ends_on"),
    )

    id: Mapped[Id]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    kind: Mapped[DocumentKind] = mapped_column(words_of(DocumentKind, "kind"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date]
    effective_ends_on: Mapped[date] = mapped_column(default=_as_printed)
    driver_scope: Mapped[DriverScope | None] = mapped_column(words_of(DriverScope, "driver_scope"))
    insurer: Mapped[str] = mapped_column(String(80), default="")
    policy_number: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[Moment]
    # Typed wrongly: it never counted. The row stays, so that the history stays true.
    cancelled_at: Mapped[Moment | None]
    vehicle: Mapped[Vehicle] = relationship(back_populates="all_documents")

    @property
    def paper(self) -> Paper:
        """What counts of it: it holds until its effective end."""
        return Paper(self.kind, self.starts_on, self.effective_ends_on, self.driver_scope)

    @property
    def printed(self) -> Paper:
        """What stands on it."""
        return Paper(self.kind, self.starts_on, self.ends_on, self.driver_scope)

    @property
    def is_extended(self) -> bool:
        """Whether a notice lets it hold longer than is printed on it."""
        return self.effective_ends_on > self.ends_on


class InspectionExtension(Table_):
    """A public notice that lets the 車検 of cars in some areas hold longer after a disaster."""

    __tablename__ = "inspection_extensions"
    __table_args__ = (
        CheckConstraint("first_on <= last_on AND last_on <= until_on", name="window"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at"),
    )
    lifecycle: ClassVar[Lifecycle] = extending.EXTENSION

    id: Mapped[Id]
    status: Mapped[ExtensionStatus] = mapped_column(words_of(ExtensionStatus, "status"))
    notice_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(500), default="")
    # Keys of `alliance.rules.areas`; none is the whole country.
    areas: Mapped[list[str]] = mapped_column(ARRAY(String(5)))
    first_on: Mapped[date]
    last_on: Mapped[date]
    until_on: Mapped[date]
    insurance_waits: Mapped[bool]
    covers_relief: Mapped[bool]
    created_at: Mapped[Moment]
    # Typed wrongly: it never counted. The row stays, so that the history stays true.
    cancelled_at: Mapped[Moment | None]

    @property
    def notice(self) -> Notice:
        """What it says, as the rule reads it."""
        return Notice(
            areas=frozenset(self.areas),
            first_on=self.first_on,
            last_on=self.last_on,
            until_on=self.until_on,
            insurance_waits=self.insurance_waits,
            covers_relief=self.covers_relief,
        )


class DocumentReminder(Table_):
    """A reminder that a paper ends, made once per paper, day and threshold; an extension moves the day."""

    __tablename__ = "document_reminders"
    __table_args__ = (
        UniqueConstraint("document_id", "ends_on", "threshold_days", name="uq_document_reminders_threshold"),
    )

    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("vehicle_documents.id"))
    ends_on: Mapped[date]
    threshold_days: Mapped[int]
    created_at: Mapped[Moment]


class Lease(Table_):
    """A car out on a return-on-disaster lease: it comes back within `return_within_days` of a recall."""

    __tablename__ = "leases"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="starts_before_it_ends"),
        CheckConstraint("return_within_days BETWEEN 1 AND 60", name="return_within_days"),
        CheckConstraint("monthly_fee_yen >= 0", name="monthly_fee"),
        CheckConstraint("lessee_phone IS NOT NULL OR lessee_email IS NOT NULL", name="lessee_can_be_reached"),
        Index("uq_leases_one_open_per_vehicle", "vehicle_id", unique=True, postgresql_where="status <> 'ended'"),
        Index("ix_leases_kept_in", "kept_in_code", postgresql_where="status <> 'ended'"),
    )
    lifecycle: ClassVar[Lifecycle] = leasing.LEASE

    id: Mapped[Id]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    lessee_kind: Mapped[LesseeKind] = mapped_column(words_of(LesseeKind, "lessee_kind"), default=LesseeKind.COMPANY)
    lessee_name: Mapped[str] = mapped_column(String(120))
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    lessee_phone: Mapped[str | None] = mapped_column(String(20))
    lessee_can_sms: Mapped[bool] = mapped_column(default=False)
    lessee_email: Mapped[str | None] = mapped_column(String(254))
    kept_in_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    monthly_fee_yen: Mapped[int]
    return_within_days: Mapped[int] = mapped_column(default=leasing.RETURN_WITHIN_DAYS)
    # The voluntary insurance is the lessee's; it ends for us on the day the car comes back.
    insurer: Mapped[str] = mapped_column(String(60), default="")
    policy_number: Mapped[str] = mapped_column(String(40), default="")
    insured_until: Mapped[date | None]
    remarks: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[LeaseStatus] = mapped_column(words_of(LeaseStatus, "status"))
    recalled_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    ended_as: Mapped[LeaseEnd | None] = mapped_column(words_of(LeaseEnd, "ended_as"))
    created_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1, onupdate=text("version + 1"))
    vehicle: Mapped[Vehicle] = relationship()
    kept_in: Mapped[Municipality] = relationship()

    @property
    def facts(self) -> LeaseFacts:
        """What the contract says, as one value."""
        return LeaseFacts(**{field.name: getattr(self, field.name) for field in fields(LeaseFacts)})

    @property
    def who(self) -> str:
        """Whom to ask for on the phone: the company and its contact, or the person."""
        return f"{self.lessee_name}　{self.contact_name}".rstrip("　")


class Retirement(Table_):
    """How a car left the alliance, with the proof; a car that came back and left again has two."""

    __tablename__ = "vehicle_retirements"
    __table_args__ = (
        CheckConstraint("yen >= 0", name="yen"),
        CheckConstraint("(file_id IS NULL) = (file_name IS NULL)", name="file_with_a_name"),
        Index("uq_vehicle_retirements_one_in_force", "vehicle_id", unique=True, postgresql_where="undone_at IS NULL"),
        Index("ix_vehicle_retirements_vehicle", "vehicle_id"),
    )

    id: Mapped[Id]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    kind: Mapped[RetirementKind] = mapped_column(words_of(RetirementKind, "kind"))
    retired_on: Mapped[date]
    # A dismantler, a buyer, a community: an organisation, or how it was found. Staff are told to enter no person.
    to_whom: Mapped[str] = mapped_column(String(120))
    yen: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    done_steps: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    file_name: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[Moment]
    # The car was taken in again; the record stays.
    undone_at: Mapped[Moment | None]
    vehicle: Mapped[Vehicle] = relationship()
    stored_file: Mapped[StoredFile | None] = relationship()


class LabelSheet(Table_):
    """Labels to be printed: drawn by a worker, because drawing takes its time."""

    __tablename__ = "label_sheets"

    id: Mapped[Id]
    vehicle_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    created_at: Mapped[Moment]
    drawn_at: Mapped[Moment | None]
    stored_file: Mapped[StoredFile | None] = relationship()
