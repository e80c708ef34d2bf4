"""Answers to calls: by the private link, from a member's page, or told to staff on the phone; and passing a call on.

Whoever touches a call that belongs to an umbrella's call locks the umbrella's first, then its own: always in this order.
"""

from collections.abc import Mapping
from datetime import date, datetime

from mra.alliance.models import Member
from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, lock, move, note
from mra.core.dates import short_moment
from mra.core.db import db
from mra.core.errors import Refused
from mra.vehicles import services as vehicles
from mra.vehicles.leasing import LeaseStatus

from .. import queries
from ..models import Call
from ..rules.calls import OPEN, CallStatus, Part, RollUp, answer_fault, deadline_fault, roll_up
from .telling import tell


def answer_by_link(call: Call, *, quantity: int, ready_on: date | None, reason: str, by: Actor) -> None:
    """The member answers before the deadline; afterwards only the telephone helps."""
    lock_family(call)
    refuse_unless_answerable(call)
    if clock.now() >= call.deadline_at:
        raise Refused("call_deadline_passed", deadline=short_moment(call.deadline_at), phone=queries.phone_of(call))
    agree_or_refuse(call, quantity=quantity, ready_on=ready_on, reason=reason, by=by)


def agree_or_refuse(call: Call, *, quantity: int, ready_on: date | None, reason: str, by: Actor) -> None:
    """Write down the answer, in full, in part or no; zero is a refusal. Staff may do so after the deadline too."""
    lock_family(call)
    refuse_unless_answerable(call)
    if fault := answer_fault(quantity, call.quantity, ready_on, clock.today(), reason):
        raise Refused(fault)
    if quantity:
        move(call, "agree", by=by, quantity=quantity, ready_on=ready_on)
        call.agreed_quantity, call.ready_on = quantity, ready_on
    else:
        move(call, "refuse", by=by)
    call.reason, call.answered_at = reason.strip(), clock.now()
    db.session.flush()
    if not quantity and call.lease and call.lease.status is LeaseStatus.RECALLED:
        vehicles.spare(call.lease, by=by)
    settle_umbrella(call)


def lock_family(call: Call) -> None:
    """Lock the umbrella's call, then this one; what others recorded of its deliveries meanwhile counts."""
    if call.parent:
        lock(call.parent)
    lock(call)
    queries.deliveries_now(call.id)


def refuse_unless_answerable(call: Call) -> None:
    """Say in words why a call cannot be answered any more; called with its row locked."""
    if call.status is CallStatus.CANCELLED:
        raise Refused("call_cancelled")
    if call.status is not CallStatus.ASKED:
        raise Refused("call_answered", phone=queries.phone_of(call))
    if call.is_passed_on:
        raise Refused("call_passed_on")


def settle_umbrella(call: Call) -> None:
    """Once no firm is still asked, the umbrella's call follows them: agreed with their sum, met with them, or over."""
    umbrella = call.parent
    if umbrella is None or umbrella.status not in OPEN:
        return
    parts = queries.passed_on(umbrella.id)
    found = roll_up([Part(part.status, part.agreed_quantity or 0, part.ready_on) for part in parts])
    if found.is_settled and found.agreed_quantity:
        _agree_in_sum(umbrella, found)
    elif found.is_settled:
        _let_go(umbrella, call, is_refused=any(part.status is CallStatus.REFUSED for part in parts))


def _agree_in_sum(umbrella: Call, found: RollUp) -> None:
    if umbrella.status is CallStatus.ASKED:
        move(umbrella, "agree", by=SYSTEM, quantity=found.agreed_quantity, ready_on=found.ready_on)
        umbrella.answered_at = clock.now()
    umbrella.agreed_quantity, umbrella.ready_on = found.agreed_quantity, found.ready_on
    db.session.flush()
    if found.is_met:
        move(umbrella, "meet", by=SYSTEM)
        db.session.flush()


def _let_go(umbrella: Call, call: Call, *, is_refused: bool) -> None:
    """No firm gives anything: they refused, or the secretariat cancelled what it had asked of them."""
    if is_refused and umbrella.status is CallStatus.ASKED:
        move(umbrella, "refuse", by=SYSTEM)
        umbrella.answered_at = clock.now()
    else:
        move(umbrella, "cancel", by=SYSTEM)
        umbrella.reason = call.reason
    db.session.flush()


def pass_on(
    call: Call, quantities: Mapping[Member, int], *, deadline_at: datetime, message: str, by: Actor
) -> list[tuple[Call, int]]:
    """An umbrella body asks its firms; what they agree to counts, and comes together by itself.

    Returns each firm's call with the number of messages it was told by.
    """
    lock(call)
    _refuse_unless_passable(call, quantities, deadline_at)
    if not call.is_passed_on:
        call.passed_on_at = clock.now()
    note(call, "pass_on", by=by, firms=len(quantities), quantity=sum(quantities.values()))
    db.session.flush()
    asked = [_ask_firm(call, firm, quantity, deadline_at, message, by) for firm, quantity in quantities.items()]
    return [(part, tell(part, "call_made", with_link=True)) for part in asked]


def _refuse_unless_passable(call: Call, quantities: Mapping[Member, int], deadline_at: datetime) -> None:
    if call.status is CallStatus.CANCELLED:
        raise Refused("call_cancelled")
    if call.status is not CallStatus.ASKED:
        raise Refused("call_answered", phone=queries.phone_of(call))
    if call.lease_id is not None:
        raise Refused("leases_are_not_passed_on")
    if clock.now() >= call.deadline_at:
        raise Refused("call_deadline_passed", deadline=short_moment(call.deadline_at), phone=queries.phone_of(call))
    if not quantities:
        raise Refused("nobody_to_call")
    if any(firm.parent_id != call.member_id for firm in quantities):
        raise Refused("not_own_firm")
    if any(quantity < 1 for quantity in quantities.values()):
        raise Refused("call_quantity")
    left = left_to_pass_on(call)
    if sum(quantities.values()) > left:
        raise Refused("passed_on_too_much", left=left, unit=call.unit)
    if fault := deadline_fault(deadline_at, clock.now(), call.deadline_at):
        raise Refused(fault)


def left_to_pass_on(call: Call) -> int:
    """How much of a call the umbrella can still pass on: what firms refused is free again."""
    return call.quantity - sum(_held_by(part) for part in queries.passed_on(call.id))


def _held_by(part: Call) -> int:
    """How much a firm was asked for and has not refused, or has agreed to."""
    if part.status is CallStatus.ASKED:
        return part.quantity
    return part.agreed_quantity or 0 if part.status in (CallStatus.AGREED, CallStatus.MET) else 0


def _ask_firm(umbrella: Call, firm: Member, quantity: int, deadline_at: datetime, message: str, by: Actor) -> Call:
    part = Call(
        activation_id=umbrella.activation_id,
        need_id=umbrella.need_id,
        parent_id=umbrella.id,
        member_id=firm.id,
        quantity=quantity,
        unit=umbrella.unit,
        message=message,
        asked_at=clock.now(),
        deadline_at=deadline_at,
    )
    return begin(part, by=by, parent_id=umbrella.id, quantity=quantity, deadline_at=deadline_at)
