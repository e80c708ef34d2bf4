"""Work on cars, their tyres, their damage, and readings of the odometer."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mra.alliance.models import Member
from mra.core.db import Base as Table_
from mra.core.db import Id, Moment, words_of
from mra.core.lifecycle import Lifecycle
from mra.vehicles.models import Vehicle

from . import rules
from .rules import MarkPlace, MarkStatus, Season, TaskKind, TaskStatus, TyreStatus


class UpkeepTask(Table_):
    """One piece of work on a car: planned for a day or a number of kilometres, done, or no longer needed."""

    __tablename__ = "upkeep_tasks"
    __table_args__ = (
        CheckConstraint(
            "status <> 'planned' OR planned_on IS NOT NULL OR planned_km IS NOT NULL", name="due_by_day_or_km"
        ),
        CheckConstraint("(status = 'done') = (done_on IS NOT NULL)", name="done_on_a_day"),
        CheckConstraint("planned_km >= 0 AND odometer_km >= 0", name="kilometres"),
        CheckConstraint("cost_yen >= 0", name="cost_yen"),
        Index("ix_upkeep_tasks_vehicle", "vehicle_id", "status"),
        Index("ix_upkeep_tasks_planned", "planned_on", "id", postgresql_where="status = 'planned'"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.TASK

    id: Mapped[Id]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    kind: Mapped[TaskKind] = mapped_column(words_of(TaskKind, "kind"))
    status: Mapped[TaskStatus] = mapped_column(words_of(TaskStatus, "status"))
    planned_on: Mapped[date | None]
    planned_km: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    # The car stands still for this work: it was taken out of service with it, and comes back with it.
    keeps_off_road: Mapped[bool] = mapped_column(default=False)
    done_on: Mapped[date | None]
    odometer_km: Mapped[int | None]
    # Who did it: a member (a garage of the alliance), or anybody else by name.
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    done_by: Mapped[str] = mapped_column(String(120), default="")
    cost_yen: Mapped[int | None]
    created_at: Mapped[Moment]
    vehicle: Mapped[Vehicle] = relationship()
    member: Mapped[Member | None] = relationship()

    @property
    def activation_id(self) -> int | None:
        """The activation whose base keeps the car."""
        return self.vehicle.activation_id

    @property
    def worker(self) -> str:
        """Who did it, in words."""
        return self.member.name if self.member else self.done_by


class TyreSet(Table_):
    """The tyres of one season: on the car, or stored somewhere."""

    __tablename__ = "tyre_sets"
    __table_args__ = (
        Index("uq_tyre_sets_one_mounted_per_vehicle", "vehicle_id", unique=True, postgresql_where="status = 'mounted'"),
        Index("ix_tyre_sets_vehicle", "vehicle_id"),
        CheckConstraint("status <> 'stored' OR stored_at <> ''", name="stored_somewhere"),
        CheckConstraint("tyre_count BETWEEN 1 AND 10", name="tyre_count"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.TYRE_SET

    id: Mapped[Id]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    status: Mapped[TyreStatus] = mapped_column(words_of(TyreStatus, "status"))
    season: Mapped[Season] = mapped_column(words_of(Season, "season"))
    size: Mapped[str] = mapped_column(String(30))
    tyre_count: Mapped[int]
    # Where a set lies that is not on the car.
    stored_at: Mapped[str] = mapped_column(String(120), default="")
    moved_on: Mapped[date]
    created_at: Mapped[Moment]
    vehicle: Mapped[Vehicle] = relationship()
    readings: Mapped[list["TreadReading"]] = relationship(
        back_populates="tyre_set", order_by="(TreadReading.measured_on.desc(), TreadReading.id.desc())"
    )

    @property
    def activation_id(self) -> int | None:
        """The activation whose base keeps the car."""
        return self.vehicle.activation_id

    @property
    def last_reading(self) -> "TreadReading | None":
        """The newest measurement."""
        return self.readings[0] if self.readings else None


class TreadReading(Table_):
    """How deep the tread of a set was on a day, at its most worn place."""

    __tablename__ = "tread_readings"
    __table_args__ = (
        CheckConstraint("tread_mm BETWEEN 0 AND 20", name="tread_mm"),
        Index("ix_tread_readings_tyre_set", "tyre_set_id", "measured_on", "id"),
    )

    id: Mapped[Id]
    tyre_set_id: Mapped[int] = mapped_column(ForeignKey("tyre_sets.id"))
    measured_on: Mapped[date]
    tread_mm: Mapped[Decimal] = mapped_column(Numeric(3, 1))
    created_at: Mapped[Moment]
    tyre_set: Mapped[TyreSet] = relationship(back_populates="readings")


class DamageMark(Table_):
    """A damage that everybody who hands the car over should know."""

    __tablename__ = "damage_marks"
    __table_args__ = (
        CheckConstraint("(status = 'repaired') = (repaired_on IS NOT NULL)", name="repaired_on_a_day"),
        Index("ix_damage_marks_vehicle", "vehicle_id"),
    )
    lifecycle: ClassVar[Lifecycle] = rules.MARK

    id: Mapped[Id]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    status: Mapped[MarkStatus] = mapped_column(words_of(MarkStatus, "status"))
    place: Mapped[MarkPlace] = mapped_column(words_of(MarkPlace, "place"))
    note: Mapped[str] = mapped_column(String(200))
    noticed_on: Mapped[date]
    repaired_on: Mapped[date | None]
    created_at: Mapped[Moment]
    vehicle: Mapped[Vehicle] = relationship()

    @property
    def activation_id(self) -> int | None:
        """The activation whose base keeps the car."""
        return self.vehicle.activation_id


class OdometerReading(Table_):
    """What the odometer showed on a day, as staff read it; readings at handovers and returns stand with the loans."""

    __tablename__ = "odometer_readings"
    __table_args__ = (
        CheckConstraint("odometer_km >= 0", name="odometer_km"),
        Index("ix_odometer_readings_vehicle", "vehicle_id", "read_on"),
    )

    id: Mapped[Id]
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"))
    read_on: Mapped[date]
    odometer_km: Mapped[int]
    # It contradicts another reading, and somebody has looked at the odometer again.
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
