"""Calling on pledges and leases, reminding, ringing, and letting be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from mra.accounts import services as accounts
from mra.alliance.models import Pledge
from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, lock, move, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.rules import ActivationStatus
from mra.vehicles import services as vehicles
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Lease

from .. import queries
from ..models import Call, CallAttempt, Need
from ..rules.calls import CALL, AttemptResult, CallStatus, deadline_fault
from ..rules.deliveries import under_way
from .answers import lock_family, settle_umbrella
from .telling import tell

# Two people who call the same pledge for the same need within this time did so without knowing of each other.
SAME_MOMENT = timedelta(minutes=2)
REMINDED_AT_ONCE = 200


@dataclass(frozen=True)
class Wish:
    """What the secretariat decided to ask: of a pledge or of a lease, how much."""

    quantity: int
    pledge: Pledge | None = None
    lease: Lease | None = None


def make_calls(
    need: Need, wishes: Sequence[Wish], *, deadline_at: datetime, message: str, by: Actor
) -> list[tuple[Call, int]]:
    """Ask each of these for their part until the deadline, and tell them; with each call the number of messages.

    More than what is left of a pledge may be asked: the page said so, and the member may still say yes.
    """
    _refuse_where_impossible(need, wishes, deadline_at)
    calls = [_make(need, wish, deadline_at, message, by) for wish in _in_order(wishes)]
    return [(call, tell(call, "call_made", with_link=True)) for call in calls]


def _refuse_where_impossible(need: Need, wishes: Sequence[Wish], deadline_at: datetime) -> None:
    if need.activation.status is ActivationStatus.CLOSED:
        raise Refused("call_of_closed_support")
    if not wishes:
        raise Refused("nobody_to_call")
    if need.quantity == 0:
        raise Refused("need_is_zero")
    if fault := deadline_fault(deadline_at, clock.now()):
        raise Refused(fault)


def _in_order(wishes: Sequence[Wish]) -> list[Wish]:
    """Pledges, then leases, each in the order of ids: whoever locks them does so in this order."""
    return sorted(wishes, key=lambda wish: (wish.lease is not None, (wish.lease or wish.pledge).id))  # type: ignore[union-attr]


def _make(need: Need, wish: Wish, deadline_at: datetime, message: str, by: Actor) -> Call:
    if wish.quantity < 1:
        raise Refused("call_quantity")
    moment = clock.now()
    call = Call(
        activation_id=need.activation_id,
        need_id=need.id,
        quantity=wish.quantity,
        unit=need.unit,
        message=message,
        asked_at=moment,
        deadline_at=deadline_at,
    )
    if wish.pledge:
        _hold_pledge(need, wish.pledge)
        call.pledge_id, call.member_id = wish.pledge.id, wish.pledge.member_id
    elif wish.lease:
        lock(wish.lease)
        if wish.lease.status is not LeaseStatus.RUNNING:
            raise Refused("lease_not_running")
        vehicles.recall(wish.lease, by=by)
        call.lease_id, call.quantity = wish.lease.id, 1
    return begin(call, by=by, need_id=need.id, quantity=call.quantity, deadline_at=deadline_at)


def _hold_pledge(need: Need, pledge: Pledge) -> None:
    """Lock the pledge, so that two people do not call it at the same second without seeing each other."""
    lock(pledge)
    if not pledge.counts_on(clock.today()):
        raise Refused("pledge_not_in_force")
    if pledge.unit != need.unit or pledge.kind is not need.kind:
        raise Refused("unit_differs")
    recent = select(func.count()).where(
        Call.pledge_id == pledge.id,
        Call.need_id == need.id,
        Call.status == CallStatus.ASKED,
        Call.asked_at > clock.now() - SAME_MOMENT,
    )
    if db.session.scalar(recent):
        raise Refused("already_called", name=pledge.member.name)


def send_again(call: Call, *, by: Actor) -> int:
    """Ask once more by a new link; the one that was lost works no more. Returns the number of messages."""
    lock(call)
    if call.status is not CallStatus.ASKED or call.is_passed_on:
        raise Refused("call_answered", phone=queries.phone_of(call))
    newest = accounts.newest_link("call", call.id)
    if newest and newest.created_at > clock.now() - SAME_MOMENT:
        raise Refused("sent_just_now")
    accounts.revoke_links("call", call.id)
    note(call, "send_again", by=by)
    db.session.flush()
    return tell(call, "call_made", with_link=True, key=f"call_made-again-{clock.now():%Y%m%d%H%M%S}")


def cancel(call: Call, *, by: Actor, reason: str) -> None:
    """It is not needed any more: the member is told, the firms that were asked too, and a leased car stays where it is."""
    if not reason.strip():
        raise Refused("cancel_needs_reason")
    lock_family(call)
    move(call, "cancel", by=by)
    if under_way(call.loads):
        raise Refused("deliveries_under_way")
    call.reason = reason.strip()
    db.session.flush()
    if call.lease and call.lease.status is LeaseStatus.RECALLED:
        vehicles.spare(call.lease, by=by)
    tell(call, "call_cancelled")
    for part in queries.passed_on(call.id):
        if CALL.allows("cancel", part.status):
            cancel(part, by=by, reason=reason)
    settle_umbrella(call)


def meet(call: Call, *, by: Actor, reason: str = "") -> None:
    """The promise is kept; if less came than was agreed, the reason why that is enough is kept too."""
    lock_family(call)
    if call.delivered_quantity < (call.agreed_quantity or 0) and not reason.strip():
        raise Refused("meet_needs_reason")
    move(call, "meet", by=by, delivered=call.delivered_quantity)
    if under_way(call.loads):
        raise Refused("deliveries_under_way")
    if reason.strip():
        call.reason = reason.strip()
    db.session.flush()
    settle_umbrella(call)


def ring(call: Call, *, result: AttemptResult, note_text: str, staff_id: int, by: Actor) -> CallAttempt:
    """Somebody rang a member who had not answered."""
    lock(call)
    if call.status is not CallStatus.ASKED:
        raise Refused("call_answered", phone=queries.phone_of(call))
    made = CallAttempt(call_id=call.id, staff_id=staff_id, at=clock.now(), result=result, note=note_text)
    db.session.add(made)
    note(call, "ring", by=by, result=result)
    db.session.flush()
    return made


def remind_silent() -> int:
    """Remind, once and at half time, those who have not answered; returns how many calls. Bears being run twice."""
    due = list(db.session.scalars(queries.calls_to_remind(clock.now()).limit(REMINDED_AT_ONCE)))
    for call in due:
        lock(call)
        if call.status is CallStatus.ASKED and call.reminded_at is None:
            call.reminded_at = clock.now()
            note(call, "remind", by=SYSTEM)
            db.session.flush()
            tell(call, "call_reminder", with_link=True)
    return len(due)
