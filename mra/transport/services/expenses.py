"""What a drive cost: claimed by whoever drove, settled by staff."""

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move
from mra.core.db import db
from mra.core.errors import Refused

from .. import queries
from ..models import TransportExpense, TransportJob
from ..rules.expenses import ExpenseKind


def claim(
    job: TransportJob,
    *,
    kind: ExpenseKind,
    yen: int,
    has_receipt: bool,
    by: Actor,
    note: str = "",
    is_agreed: bool = False,
) -> TransportExpense:
    """Write down what was paid. More than was agreed needs a word with the secretariat first (`is_agreed`)."""
    lock(job)
    if job.driver_id is None and job.member_id is None:
        raise Refused("expenses_need_driver")
    if yen < 1:
        raise Refused("expense_yen")
    limit = job.expenses_limit_yen
    if limit is not None and not is_agreed and queries.claimed_yen(job.id) + yen > limit:
        raise Refused("expenses_over_limit", limit=f"{limit:,}")
    expense = TransportExpense(
        job_id=job.id, kind=kind, yen=yen, has_receipt=has_receipt, note=note.strip(), claimed_at=clock.now()
    )
    return begin(expense, by=by, job_id=job.id, kind=kind, yen=yen)


def settle(expense: TransportExpense, *, by: Actor) -> None:
    """The money was paid back."""
    move(expense, "settle", by=by, yen=expense.yen)
    expense.decided_at = clock.now()
    db.session.flush()


def turn_down(expense: TransportExpense, *, by: Actor) -> None:
    """It is not paid back: claimed twice, or by mistake."""
    move(expense, "turn_down", by=by)
    expense.decided_at = clock.now()
    db.session.flush()
