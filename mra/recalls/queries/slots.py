"""Slots: which are known, and how many places each has left."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from mra.core.db import db

from ..models import LeaseReturn, RecallSlot
from ..rules import ReturnStatus


@dataclass(frozen=True)
class FreeSlot:
    """A slot with the places that are left in it."""

    slot: RecallSlot
    left: int


def slot_keys(campaign_id: int) -> set[tuple[int, datetime]]:
    """Base and beginning of every slot that a campaign has."""
    wanted = select(RecallSlot.base_id, RecallSlot.starts_at).where(RecallSlot.campaign_id == campaign_id)
    return {(row.base_id, row.starts_at) for row in db.session.execute(wanted)}


def taken_places(slot_id: int) -> int:
    """How many cars are expected in a slot; called with its row locked where the answer decides."""
    wanted = select(func.count()).where(LeaseReturn.slot_id == slot_id, LeaseReturn.status == ReturnStatus.CONFIRMED)
    return db.session.scalar(wanted) or 0


def slot_of(campaign_id: int, slot_id: int) -> RecallSlot | None:
    """A slot of this campaign."""
    wanted = select(RecallSlot).where(RecallSlot.campaign_id == campaign_id, RecallSlot.id == slot_id)
    return db.session.scalars(wanted.options(joinedload(RecallSlot.base))).one_or_none()


def free_slots(campaign_id: int, moment: datetime, keep: int | None = None) -> list[FreeSlot]:
    """The slots ahead that still have a place, and the one that somebody holds (`keep`), the earliest first."""
    taken = (
        select(LeaseReturn.slot_id, func.count().label("number"))
        .where(LeaseReturn.campaign_id == campaign_id, LeaseReturn.status == ReturnStatus.CONFIRMED)
        .group_by(LeaseReturn.slot_id)
        .subquery()
    )
    left = RecallSlot.capacity - func.coalesce(taken.c.number, 0)
    wanted = (
        select(RecallSlot, left)
        .outerjoin(taken, taken.c.slot_id == RecallSlot.id)
        .where(RecallSlot.campaign_id == campaign_id, RecallSlot.starts_at > moment)
        .where((left > 0) | (RecallSlot.id == keep))
        .options(joinedload(RecallSlot.base))
        .order_by(RecallSlot.starts_at, RecallSlot.base_id)
    )
    return [FreeSlot(slot, int(places)) for slot, places in db.session.execute(wanted)]
