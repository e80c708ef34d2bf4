"""What recalls know of a car: its leases in its life, and where it is to be fetched."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from mra.core import clock
from mra.core.db import db
from mra.transport.plans import Origin
from mra.vehicles.leasing import END_WORDS, LESSEE_WORDS
from mra.vehicles.models import Lease
from mra.vehicles.services import LifeEntry, LifeKind

from ..models import LeaseReturn, RecallCampaign
from ..rules import OPEN, ReturnStatus


def life_of(vehicle_id: int) -> list[LifeEntry]:
    """The leases of a car and the recalls it came back for; a lessee is told by kind and number, never by name."""
    leases = db.session.scalars(
        select(Lease).where(Lease.vehicle_id == vehicle_id).options(joinedload(Lease.kept_in)).order_by(Lease.id)
    )
    asked = db.session.scalars(
        select(LeaseReturn)
        .join(LeaseReturn.lease)
        .where(Lease.vehicle_id == vehicle_id)
        .options(
            joinedload(LeaseReturn.campaign).joinedload(RecallCampaign.activation),
            joinedload(LeaseReturn.returned_to),
        )
    )
    return [*map(_lease_entry, leases), *map(_return_entry, asked)]


def _lease_entry(lease: Lease) -> LifeEntry:
    ended = clock.in_japan(lease.ended_at).date() if lease.ended_at else None
    became = f"　{END_WORDS[lease.ended_as]}" if lease.ended_as else ""
    return LifeEntry(
        on=lease.starts_on,
        kind=LifeKind.PLACE,
        title=f"返却カーリース（{LESSEE_WORDS[lease.lessee_kind]}）",
        detail=f"保管：{lease.kept_in.full_name}　契約は{lease.ends_on:%Y/%-m/%-d}まで{became}",
        ended_on=ended,
        path=f"/leases/{lease.id}",
    )


def _return_entry(one: LeaseReturn) -> LifeEntry:
    returned = clock.in_japan(one.returned_at).date() if one.returned_at else None
    where = f"　{one.returned_to.name}に返却" if one.returned_to else ""
    return LifeEntry(
        on=clock.in_japan(one.asked_at).date(),
        kind=LifeKind.PLACE,
        title=f"災害時の返却要請：{one.lifecycle.word(one.status).label}",
        detail=f"{one.campaign.activation.name}{where}",
        ended_on=returned,
        path=f"/recalls/returns/{one.id}",
    )


def origin_of(vehicle_id: int) -> Origin | None:
    """Where a recalled car is fetched: at the address its lessee gave, otherwise somewhere in the town that keeps it."""
    found = db.session.scalars(
        select(LeaseReturn)
        .join(LeaseReturn.lease)
        .where(Lease.vehicle_id == vehicle_id, LeaseReturn.status.in_(OPEN))
        .options(joinedload(LeaseReturn.lease))
    ).one_or_none()
    if found is None:
        return None
    lease, is_asked = found.lease, found.status is ReturnStatus.COLLECTION
    note = found.note if is_asked else ""
    return Origin(lease.who, found.collection_address if is_asked else "", lease.kept_in_code, lease.lessee_phone, note)
