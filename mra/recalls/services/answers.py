"""What a lessee answers, by the private link or told to staff on the phone: a place and hour, a pick-up, or a problem.

A slot is counted with its row locked, so two people never get its last place.
"""

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, move, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.phone import grouped

from .. import queries
from ..models import LeaseReturn, RecallSlot
from ..rules import OPEN, Problem, ReturnStatus, is_slot_fixed
from .telling import tell


def choose_slot_by_link(lease_return: LeaseReturn, slot: RecallSlot | None, *, by: Actor) -> None:
    """The lessee chooses or changes place and hour, until the day before; on the day itself the telephone helps."""
    lock(lease_return)
    refuse_unless_open(lease_return)
    _refuse_on_the_day(lease_return)
    choose_slot(lease_return, slot, by=by)


def choose_slot(lease_return: LeaseReturn, slot: RecallSlot | None, *, by: Actor) -> None:
    """Keep a place in a slot for a car; the one it had before is free again."""
    lock(lease_return)
    refuse_unless_open(lease_return)
    if slot is None or slot.campaign_id != lease_return.campaign_id:
        raise Refused("slot_gone")
    if lease_return.status is ReturnStatus.CONFIRMED and lease_return.slot_id == slot.id:
        return
    _hold_place(slot)
    if lease_return.status is ReturnStatus.CONFIRMED:
        note(lease_return, "change_slot", by=by, slot_id=[lease_return.slot_id, slot.id], base_id=slot.base_id)
    else:
        move(lease_return, "confirm", by=by, slot_id=slot.id, base_id=slot.base_id)
    lease_return.slot = slot
    _answered(lease_return)
    tell(lease_return, "recall_confirmed", key=f"recall_confirmed-{slot.id}-{clock.now():%Y%m%d%H%M%S}")


def _hold_place(slot: RecallSlot) -> None:
    db.session.refresh(slot, with_for_update={"of": RecallSlot, "key_share": True})
    if slot.starts_at <= clock.now():
        raise Refused("slot_gone")
    if queries.taken_places(slot.id) >= slot.capacity:
        raise Refused("return_slot_full")


def ask_collection_by_link(lease_return: LeaseReturn, *, address: str, note_text: str, by: Actor) -> None:
    """The lessee cannot drive the car to a base and asks for somebody to fetch it."""
    lock(lease_return)
    refuse_unless_open(lease_return)
    _refuse_on_the_day(lease_return)
    ask_collection(lease_return, address=address, note_text=note_text, by=by)


def ask_collection(lease_return: LeaseReturn, *, address: str, note_text: str, by: Actor) -> None:
    """Write down where the car is to be fetched; a place in a slot is free again."""
    lock(lease_return)
    refuse_unless_open(lease_return)
    if not address.strip():
        raise Refused("collection_needs_address")
    if lease_return.status is ReturnStatus.COLLECTION:
        note(lease_return, "change_collection", by=by)
    else:
        move(lease_return, "ask_collection", by=by)
    lease_return.slot, lease_return.problem = None, None
    lease_return.collection_address, lease_return.note = address.strip(), note_text.strip()
    _answered(lease_return)


def tell_problem_by_link(lease_return: LeaseReturn, *, problem: Problem | None, note_text: str, by: Actor) -> None:
    """The car cannot come: the secretariat reads why, and rings."""
    tell_problem(lease_return, problem=problem, note_text=note_text, by=by)


def tell_problem(lease_return: LeaseReturn, *, problem: Problem | None, note_text: str, by: Actor) -> None:
    """Write down why a car cannot come; a place in a slot is free again. The request stands until staff decide."""
    lock(lease_return)
    refuse_unless_open(lease_return)
    if problem is None:
        raise Refused("problem_needs_reason")
    if lease_return.status is ReturnStatus.PROBLEM:
        note(lease_return, "change_problem", by=by, problem=problem)
    else:
        move(lease_return, "tell_problem", by=by, problem=problem)
    lease_return.slot, lease_return.problem, lease_return.note = None, problem, note_text.strip()
    _answered(lease_return)


def _answered(lease_return: LeaseReturn) -> None:
    lease_return.answered_at = clock.now()
    db.session.flush()


def refuse_unless_open(lease_return: LeaseReturn) -> None:
    """Say in words why a return can be changed no more; called with its row locked."""
    if lease_return.status is ReturnStatus.RETURNED:
        raise Refused("recall_car_is_back")
    if lease_return.status not in OPEN:
        raise Refused("recall_over")


def _refuse_on_the_day(lease_return: LeaseReturn) -> None:
    slot = lease_return.slot
    if lease_return.status is ReturnStatus.CONFIRMED and slot and is_slot_fixed(slot.starts_at, clock.today()):
        raise Refused("slot_fixed", phone=grouped(slot.base.phone))
