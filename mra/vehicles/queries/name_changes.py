"""Cars that wait for their 名義変更: in the register, and not lent before it is done."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from mra.core import clock
from mra.core.audit import AuditEvent
from mra.core.db import db

from ..models import Vehicle
from ..rules import VEHICLE, VehicleStatus


@dataclass(frozen=True)
class WaitingForName:
    """A car that may not be lent before its 名義変更 is done, and when it came; None: it is still on its way."""

    vehicle: Vehicle
    arrived_on: date | None


def waiting_for_name(base_id: int | None = None) -> list[WaitingForName]:
    """The cars in another's name, who came first on top."""
    arrived = (
        select(AuditEvent.subject_id, func.max(AuditEvent.at).label("at"))
        .join(Vehicle, and_(Vehicle.id == AuditEvent.subject_id, Vehicle.name_change_pending))
        .where(AuditEvent.subject_kind == VEHICLE.subject, AuditEvent.action == "arrive")
        .group_by(AuditEvent.subject_id)
        .subquery()
    )
    wanted = (
        select(Vehicle, arrived.c.at)
        .outerjoin(arrived, arrived.c.subject_id == Vehicle.id)
        .where(Vehicle.name_change_pending, Vehicle.status != VehicleStatus.RELEASED)
        .options(joinedload(Vehicle.base))
        .order_by(arrived.c.at.nulls_last(), Vehicle.id)
    )
    if base_id is not None:
        wanted = wanted.where(Vehicle.base_id == base_id)
    return [WaitingForName(car, at and clock.in_japan(at).date()) for car, at in db.session.execute(wanted)]
