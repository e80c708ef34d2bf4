"""Promises: what must happen after a commit (an SMS, a job) is a row written in the same transaction.

A drain takes due rows and keeps them, a few at a time; RQ only carries the call for a drain, so an emptied Redis loses
nothing but minutes. A job may be run twice, always: load, claim, act, record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, Index, String, Text, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .db import Base, Id, Moment, db

WORKER_LOST = "WorkerLost"
# An urgent promise goes before everything that became due in this time: it must not stand behind a thousand others.
HEAD_START = timedelta(hours=1)
# How many times longer a job that computes for long may stay away before it counts as lost.
LONGER = 5


class OutboxRow(Base):
    """One promised job: due at a moment, taken by a worker (`queued_at`), run to its end (`done_at`)."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "due_at", "id", postgresql_where="queued_at IS NULL AND done_at IS NULL"),
        Index("ix_outbox_failing", "id", postgresql_where="done_at IS NULL AND tries > 0"),
        Index("ix_outbox_unfinished", "queued_at", postgresql_where="queued_at IS NOT NULL AND done_at IS NULL"),
    )

    id: Mapped[Id]
    job: Mapped[str] = mapped_column(String(80))
    args: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    due_at: Mapped[Moment]
    created_at: Mapped[Moment]
    queued_at: Mapped[Moment | None]
    done_at: Mapped[Moment | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_fault: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Job:
    """A job by its name; one that computes for long is taken by long drains only. `call` and `record` exist only where the job speaks to somebody outside:

    `run` then claims in a first transaction and returns what to say (None: nothing to do), `call` says it with no
    transaction open, `record` writes the outcome in a second transaction.
    """

    name: str
    run: Callable[..., Any]
    call: Callable[[Any], Any] | None = None
    record: Callable[..., None] | None = None
    is_long: bool = False


@dataclass(frozen=True)
class Taken:
    """Rows that a worker took, and when: by the moment it knows later whether they are still its own."""

    ids: list[int]
    at: datetime


JOBS: dict[str, Job] = {}


def job(name: str, *, is_long: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a job that is one transaction. One that takes more than a few seconds is long: no SMS waits behind it."""

    def keep(run: Callable[..., Any]) -> Callable[..., Any]:
        JOBS[name] = Job(name, run, is_long=is_long)
        return run

    return keep


def outside_job(
    name: str, *, claim: Callable[..., Any], call: Callable[[Any], Any], record: Callable[..., None]
) -> None:
    """Register a job that speaks to somebody outside, in its three steps."""
    JOBS[name] = Job(name, claim, call, record)


def later(job_name: str, *, key: str, due_at: datetime | None = None, is_urgent: bool = False, **args: Any) -> None:
    """Promise a job in the current transaction; the same key twice is one promise. Arguments are ids, never people."""
    moment = clock.now()
    if due_at is None or due_at <= moment:
        _note_promise(is_long=_is_long(job_name))
        due_at = moment - HEAD_START if is_urgent else due_at
    db.session.execute(
        insert(OutboxRow)
        .values(job=job_name, args=args, key=key, due_at=due_at or moment, created_at=moment, tries=0)
        .on_conflict_do_nothing(index_elements=["key"])
    )


def promised_here(*, is_long: bool = False) -> bool:
    """Whether this request, or this job, promised anything for now, so that a drain is worth asking for."""
    return is_long in g.get("outbox_promised", ())


def _note_promise(*, is_long: bool) -> None:
    g.outbox_promised = {is_long, *g.get("outbox_promised", ())}


def _is_long(job_name: str) -> bool:
    known = JOBS.get(job_name)
    return known is not None and known.is_long


def _of_length(*, is_long: bool) -> ColumnElement[bool]:
    """Rows whose job computes for long, or all others; a job that nobody knows is not long."""
    long_ones = [name for name in JOBS if _is_long(name)]
    return OutboxRow.job.in_(long_ones) if is_long else OutboxRow.job.not_in(long_ones)


def take_due(limit: int, *, is_long: bool = False) -> Taken:
    """Take up to `limit` due rows, so that no other worker does; rows that another is just taking are passed over.

    One that came to nothing before is taken alone: should it be the death of its worker, it is of no other row.
    """
    moment = clock.now()
    due = (
        select(OutboxRow.id, OutboxRow.tries)
        .where(OutboxRow.queued_at.is_(None), OutboxRow.done_at.is_(None), OutboxRow.due_at <= moment)
        .where(_of_length(is_long=is_long))
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = db.session.execute(due).all()
    untried = [row.id for row in rows if not row.tries]
    ids = untried if rows and not rows[0].tries else [row.id for row in rows[:1]]
    if ids:
        db.session.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(queued_at=moment))
    return Taken(ids, moment)


def give_back(taken: Taken) -> None:
    """Leave rows that were taken and not begun to the next drain.

    Those that were put back as lost meanwhile may be another worker's by now: they stay as they are.
    """
    still_ours = OutboxRow.id.in_(taken.ids), OutboxRow.queued_at == taken.at
    db.session.execute(update(OutboxRow).where(*still_ours).values(queued_at=None))


def put_back_lost(older_than: timedelta) -> int:
    """Rows taken long ago and never done (a fault, or the worker was killed) wait for a drain again, as tried once."""
    return _put_back(older_than, is_long=False) + _put_back(LONGER * older_than, is_long=True)


def _put_back(older_than: timedelta, *, is_long: bool) -> int:
    lost = (
        update(OutboxRow)
        .where(OutboxRow.queued_at < clock.now() - older_than, OutboxRow.done_at.is_(None))
        .where(_of_length(is_long=is_long))
        .values(
            queued_at=None,
            tries=func.greatest(OutboxRow.tries, 1),
            last_fault=func.coalesce(OutboxRow.last_fault, WORKER_LOST),
        )
    )
    return db.session.execute(lost).rowcount  # type: ignore[attr-defined, no-any-return]


def failing(limit: int = 50) -> list[OutboxRow]:
    """Promises whose job came to nothing at least once and is not done, newest first: for the page of admins."""
    rows = select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.tries > 0)
    return list(db.session.scalars(rows.order_by(OutboxRow.id.desc()).limit(limit)))


def try_again(row_id: int) -> bool:
    """Let a failed promise be taken by the next drain; False where it is done, or was never tried."""
    again = update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.done_at.is_(None), OutboxRow.tries > 0)
    moment = clock.now()
    done = db.session.execute(again.values(queued_at=None, due_at=moment))
    for is_long in (False, True):
        _note_promise(is_long=is_long)
    return bool(done.rowcount)  # type: ignore[attr-defined]
