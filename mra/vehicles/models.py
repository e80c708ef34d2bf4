"""Cars, their papers, and spreadsheets on their way in."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.core.db import Base as Table_
from mra.core.db import Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Base

from . import rules
from .rules import DocumentKind, Drive, DriverScope, Transmission, VehicleStatus


class Vehicle(Table_):
    """One car. The chassis number is its identity; the plate may change."""

    __tablename__ = "vehicles"
    __table_args__ = (
        UniqueConstraint("chassis_number", name="uq_vehicles_chassis_number"),
        UniqueConstraint("plate_area", "plate_class", "plate_kana", "plate_serial", name="uq_vehicles_plate"),
        CheckConstraint("status <> 'ready' OR base_id IS NOT NULL", name="ready_at_a_base"),
        CheckConstraint("seats BETWEEN 1 AND 60", name="seats"),
        CheckConstraint("odometer_km >= 0", name="odometer_km"),
        Index("ix_vehicles_base", "base_id", "status"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.VEHICLE

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
    remarks: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    base: Mapped[Base | None] = relationship()
    documents: Mapped[list["VehicleDocument"]] = relationship(
        back_populates="vehicle", order_by="VehicleDocument.ends_on.desc()"
    )

    @property
    def activation_id(self) -> int | None:
        """The activation whose base keeps the car."""
        return self.base.activation_id if self.base else None

    def lawful_until(self) -> date | None:
        """The last day on which this car may be lent, by its papers."""
        return rules.lawful_until((paper.kind, paper.ends_on, paper.driver_scope) for paper in self.documents)


class VehicleDocument(Table_):
    """One paper of a car: 車検, 自賠責, 任意保険. A newer one supersedes; nothing is overwritten."""

    __tablename__ = "vehicle_documents"
    __table_args__ = (
        CheckConstraint("starts_on IS NULL OR starts_on < ends_on", name="starts_before_it_ends"),
        CheckConstraint("(kind = 'voluntary_insurance') = (driver_scope IS NOT NULL)", name="scope_of_insurance"),
        Index("ix_vehicle_documents_vehicle", "vehicle_id", "kind", "ends_on"),
        Index("ix_vehicle_documents_ends_on", "ends_on"),
    )

    id: Mapped[Id]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    kind: Mapped[DocumentKind] = mapped_column(words_of(DocumentKind, "kind"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date]
    driver_scope: Mapped[DriverScope | None] = mapped_column(words_of(DriverScope, "driver_scope"))
    created_at: Mapped[Moment]
    vehicle: Mapped[Vehicle] = relationship(back_populates="documents")


class VehicleImport(Table_):
    """A spreadsheet that was read and checked, waiting for a person to confirm its good rows."""

    __tablename__ = "vehicle_imports"

    id: Mapped[Id]
    file_name: Mapped[str] = mapped_column(String(200))
    good_rows: Mapped[list[Any]] = mapped_column(JSONB)
    faults: Mapped[list[Any]] = mapped_column(JSONB)
    staff_id: Mapped[int]
    created_at: Mapped[Moment]
    confirmed_at: Mapped[Moment | None]
