"""The table of needs, and who changed it."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from mra.accounts.queries import staff_names
from mra.core.audit import AuditEvent
from mra.core.dates import short_moment
from mra.core.db import db

from ..models import Need

CHANGES_READ = 200


def needs_of(activation_id: int) -> list[Need]:
    """What an activation needs: the bases in the order they were opened, the whole support last; cars first."""
    wanted = select(Need).where(Need.activation_id == activation_id)
    found = db.session.scalars(wanted.order_by(Need.id)).all()
    return sorted(
        found, key=lambda need: (need.base_id is None, need.base_id or 0, need.vehicle_class is None, need.id)
    )


def need_of(activation_id: int, need_id: int) -> Need | None:
    """A need of this activation, with its base."""
    wanted = select(Need).where(Need.id == need_id, Need.activation_id == activation_id)
    return db.session.scalar(wanted.options(joinedload(Need.base), joinedload(Need.activation)))


class LastChange(NamedTuple):
    """Who changed a need last, and when."""

    who: str
    at: str


def last_changes(activation_id: int, need_ids: Collection[int]) -> dict[int, LastChange]:
    """Who changed each of these needs last."""
    recent = (
        select(AuditEvent)
        .where(AuditEvent.subject_kind == "activation", AuditEvent.subject_id == activation_id)
        .where(AuditEvent.action == "change_need")
        .order_by(AuditEvent.id.desc())
        .limit(CHANGES_READ)
    )
    newest: dict[int, AuditEvent] = {}
    for event in db.session.scalars(recent):
        newest.setdefault(event.facts.get("need_id", 0), event)
    names = staff_names({event.actor_id for event in newest.values() if event.actor_id})
    return {
        need_id: LastChange(names.get(newest[need_id].actor_id or 0, "職員"), short_moment(newest[need_id].at))
        for need_id in need_ids
        if need_id in newest
    }
