"""Who stands before whom: a new rule is applied to all who wait, staff move one request for a reason, and undo it."""

from typing import Any

from sqlalchemy import BigInteger, cast, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import AuditEvent, lock, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters import services as disasters
from mra.disasters.models import Activation, PriorityVersion
from mra.disasters.priorities import Priorities, last_tier, tier_of

from .. import queries, rules
from ..models import Application, CarRequest


def change_priorities(
    activation: Activation, *, priorities: Priorities, reason: str, based_on: int, by: Actor
) -> PriorityVersion:
    """A new rule of order: a new version, applied at once to everybody who waits, but for those whose tier staff set.

    Whoever moves to another tier is told so on the timeline of the case. A few statements, however many wait.
    """
    version = disasters.write_priorities(activation, priorities=priorities, reason=reason, based_on=based_on, by=by)
    _lock_all_who_wait(activation.id)
    db.session.execute(_tell_those_who_move(activation.id, version, by))
    db.session.execute(_apply(activation.id, version))
    db.session.execute(_close_up_after(activation.id, version))
    db.session.expire_all()
    return version


def _lock_all_who_wait(activation_id: int) -> None:
    """In the order of ids, as everybody locks requests; otherwise two could wait for each other for ever."""
    every = select(CarRequest.id).where(*queries.in_order(activation_id)).order_by(CarRequest.id)
    db.session.execute(every.with_for_update(key_share=True)).all()


def _apply(activation_id: int, version: PriorityVersion) -> Any:
    return (
        update(CarRequest)
        .where(
            *queries.in_order(activation_id),
            CarRequest.tier_set_by_staff_id.is_(None),
            Application.id == CarRequest.application_id,
        )
        .values(tier=queries.tier_by(version.priorities), priority_version_id=version.id)
        .execution_options(synchronize_session=False)
    )


def _close_up_after(activation_id: int, version: PriorityVersion) -> Any:
    """Whom staff put last stays last, not behind the last, where the new rule has fewer tiers."""
    last = last_tier(version.priorities)
    return (
        update(CarRequest)
        .where(*queries.in_order(activation_id), CarRequest.tier_set_by_staff_id.is_not(None), CarRequest.tier > last)
        .values(tier=last)
        .execution_options(synchronize_session=False)
    )


def _tell_those_who_move(activation_id: int, version: PriorityVersion, by: Actor) -> Any:
    """One event for each request that goes to another tier, all in one statement."""
    tier = queries.tier_under(version.priorities)
    facts = func.jsonb_build_object("tier_before", CarRequest.tier, "tier", tier, "number", version.number)
    moving = (
        select(
            literal(clock.now()),
            literal(by.kind.value),
            cast(literal(by.id), BigInteger),
            literal(rules.REQUEST.subject),
            CarRequest.id,
            literal(activation_id),
            literal("reorder"),
            cast(facts, JSONB),
        )
        .join(CarRequest.application)
        .where(*queries.in_order(activation_id), CarRequest.tier != tier)
        .order_by(CarRequest.id)
    )
    columns = ["at", "actor_kind", "actor_id", "subject_kind", "subject_id", "activation_id", "action", "facts"]
    return insert(AuditEvent).from_select(columns, moving)


def set_tier(car_request: CarRequest, *, tier: int, reason: str, edition: str, by: Actor) -> CarRequest:
    """Staff put one request into another tier than the rule does, and say why; no later rule changes it.

    `edition` is the mark of the tier that the person had before their eyes.
    """
    if not reason.strip():
        raise Refused("reason_missing")
    order = _lock_in_order(car_request, edition)
    if not 1 <= tier <= last_tier(order.priorities):
        raise Refused("tier_unknown")
    if tier == car_request.tier:
        raise Refused("tier_unchanged")
    before, car_request.tier = car_request.tier, tier
    car_request.priority_version_id = None
    car_request.tier_set_by_staff_id, car_request.tier_set_at = by.id, clock.now()
    car_request.tier_reason = reason.strip()
    note(car_request, "set_tier", by=by, tier_before=before, tier=tier)
    db.session.flush()
    return car_request


def restore_tier(car_request: CarRequest, *, edition: str, by: Actor) -> CarRequest:
    """Back to the tier that the rule in force gives; the reason of the change is forgotten."""
    order = _lock_in_order(car_request, edition)
    if car_request.tier_set_by_staff_id is None:
        raise Refused("tier_changed")
    before = car_request.tier
    car_request.tier = tier_of(order.priorities, car_request.application.circumstances)
    car_request.priority_version_id = order.id
    car_request.tier_set_by_staff_id, car_request.tier_set_at, car_request.tier_reason = None, None, ""
    note(car_request, "restore_tier", by=by, tier_before=before, tier=car_request.tier)
    db.session.flush()
    return car_request


def _lock_in_order(car_request: CarRequest, edition: str) -> PriorityVersion:
    """The rule first, then the request: in this order a change of the rule locks them too."""
    order = disasters.hold_priorities(car_request.activation_id)
    lock(car_request)
    if car_request.status not in rules.ORDERED:
        raise Refused("tier_of_ended")
    if car_request.tier_edition != edition:
        raise Refused("tier_changed")
    return order
