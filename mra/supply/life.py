"""What supply knows of a car: which member brought it, and when."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from mra.core import clock
from mra.core.db import db
from mra.vehicles.services import LifeEntry, LifeKind

from .models import Call, Delivery, delivered_vehicles
from .rules.deliveries import DeliveryStatus


def life_of(vehicle_id: int) -> list[LifeEntry]:
    """The deliveries that a car came with, in one statement; a lessee is told by kind, never by name."""
    wanted = (
        select(Delivery)
        .join(delivered_vehicles, delivered_vehicles.c.delivery_id == Delivery.id)
        .join(Delivery.call)
        .outerjoin(Call.member)
        .options(contains_eager(Delivery.call).contains_eager(Call.member))
        .where(delivered_vehicles.c.vehicle_id == vehicle_id, Delivery.status != DeliveryStatus.CANCELLED)
    )
    return [_entry(delivery) for delivery in db.session.scalars(wanted)]


def _entry(delivery: Delivery) -> LifeEntry:
    giver = delivery.call.member.name if delivery.call.member else "リースの返却"
    return LifeEntry(
        on=delivery.departed_on,
        kind=LifeKind.ORIGIN,
        title=f"提供　{giver}",
        ended_on=clock.in_japan(delivery.delivered_at).date() if delivery.delivered_at else None,
        path=f"/supply/calls/{delivery.call_id}",
    )
