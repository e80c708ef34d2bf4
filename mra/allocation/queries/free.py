"""Which cars can be offered now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, column, exists, func, or_, select, table
from sqlalchemy.orm import contains_eager, joinedload, load_only, selectinload

from mra.allocation.models import Offer, Override
from mra.allocation.rules import OverrideKind, OverrideStatus
from mra.core import clock
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Base
from mra.vehicles.models import Vehicle
from mra.vehicles.queries import lawful_on
from mra.vehicles.rules import VehicleStatus

from .standing import holds

# Loans stand above allocation and cannot be imported here, but a car that is out is not free: of their table only these
# two columns are known. A test with a real loan keeps the words true.
LOANS = table("loans", column("vehicle_id"), column("status"))
OPEN_LOAN = ("reserved", "on_loan")


def is_free(moment: datetime) -> ColumnElement[bool]:
    """Ready, at a base that works tomorrow, with papers that reach tomorrow, not offered, not reserved, not out."""
    today = clock.in_japan(moment).date()
    tomorrow = today + timedelta(days=1)
    return and_(
        Vehicle.status == VehicleStatus.READY,
        or_(Base.closes_on.is_(None), Base.closes_on >= tomorrow),
        Vehicle.id.in_(lawful_on(today, tomorrow)),
        ~exists().where(LOANS.c.vehicle_id == Vehicle.id, LOANS.c.status.in_(OPEN_LOAN)),
        Vehicle.id.not_in(select(Offer.vehicle_id).where(holds(moment))),
    )


def free_vehicles(base_ids: Collection[int], *, only: Collection[int] | None = None) -> list[Vehicle]:
    """The cars at these bases that can be offered now (held back or not), with base and papers, read afresh; `only` narrows to
    some ids.
    """
    wanted = (
        select(Vehicle)
        .join(Vehicle.base)
        .where(Vehicle.base_id.in_(base_ids), is_free(clock.now()))
        .options(joinedload(Vehicle.base, innerjoin=True), selectinload(Vehicle.documents))
        .order_by(Vehicle.id)
        .execution_options(populate_existing=True)
    )
    if only is not None:
        wanted = wanted.where(Vehicle.id.in_(only))
    return list(db.session.scalars(wanted))


def _held() -> Select[int]:
    """The cars that staff hold back: free, and yet not to be given out."""
    return select(Override.vehicle_id).where(
        Override.kind == OverrideKind.HOLD, Override.status == OverrideStatus.IN_FORCE
    )


@dataclass(frozen=True)
class FreeCars:
    """How many cars of one class are free at one base."""

    base_id: int
    vehicle_class: VehicleClass
    count: int


def free_figures(activation_id: int) -> list[FreeCars]:
    """What can be given out at the bases of an activation, by base and class, in one statement; held cars are not in it."""
    counted = (
        select(Base.id, Vehicle.vehicle_class, func.count())
        .join(Vehicle.base)
        .where(Base.activation_id == activation_id, is_free(clock.now()), Vehicle.id.not_in(_held()))
        .group_by(Base.id, Vehicle.vehicle_class)
    )
    return [FreeCars(*row) for row in db.session.execute(counted)]


def _at_bases_of(activation_id: int) -> Select[Vehicle]:
    """The cars at the bases of an activation, with what tells one from another."""
    names = (Vehicle.vehicle_class, Vehicle.name, Vehicle.chassis_number, Vehicle.base_id)
    plate = (Vehicle.plate_area, Vehicle.plate_class, Vehicle.plate_kana, Vehicle.plate_serial)
    return (
        select(Vehicle)
        .join(Vehicle.base)
        .where(Base.activation_id == activation_id)
        .options(load_only(*names, *plate), contains_eager(Vehicle.base).load_only(Base.name))
    )


def cars_to_order_about(activation_id: int) -> list[Vehicle]:
    """The free cars of an activation that staff can pin, forbid or hold back, base by base, in one statement."""
    wanted = _at_bases_of(activation_id).where(is_free(clock.now()), Vehicle.id.not_in(_held()))
    return list(db.session.scalars(wanted.order_by(Base.id, Vehicle.vehicle_class, Vehicle.plate_serial, Vehicle.id)))


def car_to_order_about(activation_id: int, vehicle_id: int | None) -> Vehicle | None:
    """One car at a base of an activation, free or not; None if it stands elsewhere."""
    return db.session.scalar(_at_bases_of(activation_id).where(Vehicle.id == vehicle_id)) if vehicle_id else None
