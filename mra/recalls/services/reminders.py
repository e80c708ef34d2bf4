"""Reminding lessees by message, and ringing those whom messages do not move."""

from datetime import timedelta

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import lock, note
from mra.core.db import db
from mra.core.errors import Refused

from .. import queries
from ..models import LeaseReturn, ReturnAttempt
from ..rules import ReturnStatus, RingResult
from .answers import refuse_unless_open
from .telling import KIND, tell

REMINDED_AT_ONCE = 200
SAME_MOMENT = timedelta(minutes=2)


def remind_silent() -> int:
    """Remind, once and at half time, those who have not answered; returns how many. Bears being run twice."""
    due = queries.silent_at_half_time(clock.today(), REMINDED_AT_ONCE)
    for one in sorted(due, key=lambda each: each.lease_id):
        lock(one)
        if one.status is ReturnStatus.ASKED and one.reminded_at is None:
            one.reminded_at = clock.now()
            note(one, "remind", by=SYSTEM)
            db.session.flush()
            tell(one, "recall_reminder")
    return len(due)


def remind_slots() -> int:
    """Remind those who come tomorrow, once for each slot; returns how many. Bears being run twice."""
    due = queries.expected_on(clock.today() + timedelta(days=1), REMINDED_AT_ONCE)
    # Locked in the order in which a cancelled campaign locks them.
    for one in sorted(due, key=lambda each: each.lease_id):
        lock(one)
        if one.status is ReturnStatus.CONFIRMED and one.reminded_slot_id != one.slot_id:
            one.reminded_slot_id = one.slot_id
            note(one, "remind_slot", by=SYSTEM, slot_id=one.slot_id)
            db.session.flush()
            tell(one, "recall_tomorrow", key=f"recall_tomorrow-{one.slot_id}")
    return len(due)


def ring(lease_return: LeaseReturn, *, result: RingResult, note_text: str, staff_id: int, by: Actor) -> ReturnAttempt:
    """Somebody rang a lessee; what was said stays with the return."""
    lock(lease_return)
    refuse_unless_open(lease_return)
    made = ReturnAttempt(
        return_id=lease_return.id, staff_id=staff_id, at=clock.now(), result=result, note=note_text.strip()
    )
    db.session.add(made)
    note(lease_return, "ring", by=by, result=result)
    db.session.flush()
    return made


def send_again(lease_return: LeaseReturn, *, by: Actor) -> int:
    """A new link for a lessee who lost theirs; the old one works no more. Returns the number of messages."""
    lock(lease_return)
    refuse_unless_open(lease_return)
    newest = accounts.newest_link(KIND, lease_return.id)
    if newest and newest.created_at > clock.now() - SAME_MOMENT:
        raise Refused("link_sent_just_now")
    accounts.revoke_links(KIND, lease_return.id)
    note(lease_return, "send_again", by=by)
    db.session.flush()
    return tell(lease_return, "recall_link", key=f"recall_link-{clock.now():%Y%m%d%H%M%S}")
