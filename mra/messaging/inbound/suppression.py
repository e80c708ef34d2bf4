"""Numbers that get no SMS: put on the list, taken off it, asked about. What they need is said by phone."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, move
from mra.core.db import db
from mra.core.lifecycle import MoveNotAllowed

from .models import Suppression
from .rules import SuppressionReason, SuppressionStatus


def suppress(phone: str, *, reason: SuppressionReason, by: Actor) -> Suppression:
    """From now on this number gets no SMS; asking twice is one wish."""
    if found := suppression_of(phone):
        return found
    try:
        with db.session.begin_nested():
            return begin(Suppression(phone=phone, reason=reason, since_at=clock.now()), by=by, reason=reason)
    except IntegrityError:  # somebody else was as quick
        if found := suppression_of(phone):
            return found
        raise


def lift(phone: str, *, by: Actor) -> bool:
    """The owner of the number wants SMS again; whether there was anything to lift."""
    found = suppression_of(phone)
    if found is None:
        return False
    try:
        move(found, "lift", by=by)
    except MoveNotAllowed:
        return False
    found.lifted_at = clock.now()
    db.session.flush()
    return True


def suppression_of(phone: str) -> Suppression | None:
    """Why this number gets no SMS now; None where it gets them."""
    return db.session.scalar(
        select(Suppression).where(Suppression.phone == phone, Suppression.status == SuppressionStatus.IN_FORCE)
    )


def stopped_among(phones: Collection[str | None]) -> dict[str, Suppression]:
    """Those of these numbers that get no SMS, in one statement."""
    wanted = [phone for phone in set(phones) if phone]
    rows = db.session.scalars(
        select(Suppression).where(Suppression.phone.in_(wanted), Suppression.status == SuppressionStatus.IN_FORCE)
    )
    return {row.phone: row for row in rows}
