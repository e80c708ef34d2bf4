"""Ringing people up: one caller per number at a time, and no call without a result."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import array, insert

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import note
from mra.core.db import db
from mra.core.errors import Refused
from mra.messaging.inbound import queries as replies
from mra.messaging.inbound import services as inbound

from . import call_rules as rules
from .call_rules import CallResult, CallState, Matter
from .models import CallClaim, CallRecord
from .queries import call_list
from .queries.call_list import Person, Row

TRIES = 5


def claim_next(activation_id: int, *, staff_id: int) -> CallClaim | None:
    """The most pressing person whom nobody is ringing; None where nobody is left.

    Numbers that a colleague is just taking are passed over, not waited for. What a colleague settled between our
    reading and our taking is looked at once more.
    """
    for _ in range(TRIES):
        free = call_list.page(activation_id, CallState.NOW, free_for=staff_id).persons
        claim = _take([one.phone for one in free], staff_id)
        if claim is None:
            return None
        if _is_still_wanted(activation_id, claim.phone):
            return claim
        claim.until_at = clock.now()
        db.session.flush()
    return None


def claim_one(activation_id: int, code: str, *, staff_id: int) -> CallClaim:
    """The person of a row of the list."""
    phone = call_list.phone_of(activation_id, code)
    if phone is None:
        raise Refused("call_solved")
    claim = _take([phone], staff_id)
    if claim is None:
        raise Refused("call_taken")
    return claim


def _take(phones: Sequence[str], staff_id: int) -> CallClaim | None:
    """Lock and take the first of these numbers that is free."""
    if not phones:
        return None
    moment = clock.now()
    rows = [{"phone": phone, "until_at": moment} for phone in sorted(phones)]
    db.session.execute(insert(CallClaim).values(rows).on_conflict_do_nothing(index_elements=["phone"]))
    claim = db.session.scalar(
        select(CallClaim)
        .where(CallClaim.phone.in_(phones), or_(CallClaim.until_at <= moment, CallClaim.staff_id == staff_id))
        .order_by(func.array_position(array(phones, type_=CallClaim.phone.type), CallClaim.phone))
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if claim is not None:
        claim.staff_id, claim.until_at = staff_id, moment + rules.CLAIM_LASTS
        db.session.flush()
    return claim


def _is_still_wanted(activation_id: int, phone: str) -> bool:
    found = call_list.person(activation_id, phone)
    return found is not None and found.is_callable


def give_back(claim: CallClaim, *, staff_id: int) -> None:
    """Not rung after all: the person is free for the next caller."""
    if claim.staff_id == staff_id:
        claim.until_at = clock.now()
        db.session.flush()


def record_call(
    claim: CallClaim,
    person: Person,
    *,
    codes: Collection[str],
    result: CallResult,
    by: Actor,
    again_at: datetime | None = None,
) -> None:
    """What the call came to, for everything that was on the screen; the person is free again afterwards."""
    db.session.refresh(claim, with_for_update=True)
    if claim.staff_id != by.id or claim.until_at <= clock.now():
        raise Refused("call_taken")
    shown = [(row, subject_id) for row in person.rows if (subject_id := _shown_as(row, codes)) is not None]
    if not shown:
        raise Refused("call_solved")
    for row, subject_id in shown:
        if row.matter is Matter.REPLY and result in call_list.SETTLED:
            inbound.settle_of(person.phone, until_id=subject_id, by=by)
        db.session.add(
            CallRecord(
                matter=row.matter,
                subject_id=subject_id,
                application_id=row.application_id,
                result=result,
                called_at=clock.now(),
                again_at=rules.again_at(row.matter, result, clock.now(), again_at),
                staff_id=by.id,
            )
        )
    if person.application is not None:
        note(person.application, "call", by=by, result=rules.RESULT_WORDS[result])
    claim.until_at = clock.now()
    db.session.flush()


def _shown_as(row: Row, codes: Collection[str]) -> int | None:
    """Under which subject a row stood on the caller's screen; None where it did not.

    A reply that comes in during the call gives its row a new name: the call was about what was written before.
    """
    if row.matter is not Matter.REPLY:
        return row.subject_id if row.code in codes else None
    talked_about = [one for one in replies.waiting_ids(row.phone) if f"{Matter.REPLY}-{one}" in codes]
    return max(talked_about, default=None)
