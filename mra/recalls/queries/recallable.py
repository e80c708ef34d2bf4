"""Which leases could be asked back, the nearest to the bases first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Float, cast, func, select
from sqlalchemy.orm import contains_eager

from mra.alliance.models import Municipality
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Base
from mra.vehicles.leasing import OPEN, LeaseStatus
from mra.vehicles.models import Lease, Vehicle

from ..rules import MOST_RECALLED, due_on, ways_word


@dataclass(frozen=True)
class Candidate:
    """A lease that could be asked back: how far its car is kept from the nearest base, and how its lessee is told."""

    lease: Lease
    distance_km: float | None
    is_struck: bool

    @property
    def key(self) -> str:
        """The value of its box."""
        return str(self.lease.id)

    @property
    def is_free(self) -> bool:
        """Whether it can be asked back: one that was asked back already (here or by a call) cannot."""
        return self.lease.status is LeaseStatus.RUNNING

    @property
    def ways(self) -> str:
        """By which ways the lessee is told."""
        return ways_word(self.lease.lessee_phone, self.lease.lessee_can_sms, self.lease.lessee_email)

    @property
    def has_sms(self) -> bool:
        """Whether a text goes out, which costs money."""
        return bool(self.lease.lessee_phone and self.lease.lessee_can_sms)

    @property
    def is_told(self) -> bool:
        """Whether any message goes out; otherwise somebody has to ring."""
        return self.has_sms or bool(self.lease.lessee_email)

    def due_on(self, today: date) -> date:
        """The last day for the car, if it were asked for today."""
        return due_on(today, self.lease.return_within_days)


def candidates_for(
    bases: Sequence[Base],
    struck: Collection[str],
    *,
    vehicle_class: VehicleClass | None = None,
    prefecture: str = "",
) -> list[Candidate]:
    """The open leases, those that can be asked back first, the nearest to any of the bases before the others."""
    distances = [cast(func.ST_Distance(Municipality.place, base.place), Float) for base in bases]
    nearest = (func.least(*distances) if distances else cast(None, Float)).label("metres")
    wanted = (
        select(Lease, nearest)
        .join(Lease.vehicle)
        .join(Lease.kept_in)
        .where(Lease.status.in_(OPEN))
        .options(contains_eager(Lease.vehicle), contains_eager(Lease.kept_in))
        .order_by(Lease.status != LeaseStatus.RUNNING, nearest.nulls_last(), Lease.id)
        .limit(MOST_RECALLED)
    )
    if vehicle_class:
        wanted = wanted.where(Vehicle.vehicle_class == vehicle_class)
    if prefecture:
        wanted = wanted.where(Municipality.prefecture == prefecture)
    return [
        Candidate(lease, metres / 1000 if metres is not None else None, lease.kept_in_code in struck)
        for lease, metres in db.session.execute(wanted)
    ]


def leases_for_recall(lease_ids: Collection[int]) -> list[Lease]:
    """Leases by their ids with their cars, in the order in which they are locked."""
    wanted = select(Lease).join(Lease.vehicle).where(Lease.id.in_(lease_ids)).options(contains_eager(Lease.vehicle))
    return list(db.session.scalars(wanted.order_by(Lease.id)))
