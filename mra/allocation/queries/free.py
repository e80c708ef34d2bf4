"""Which cars can be offered now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, column, exists, func, or_, select, table
from sqlalchemy.orm import joinedload, selectinload

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
