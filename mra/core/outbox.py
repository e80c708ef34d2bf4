"""Promises: what must happen after a commit (an SMS, a job) is a row written in the same transaction.

A drain hands due rows to RQ; RQ is only transport. A job may be run twice, always: load, claim, act, record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g
from sqlalchemy import Index, String, Text, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .db import Base, Id, Moment, db


class OutboxRow(Base):
    """One promised job: due at a moment, handed to RQ (`queued_at`), run to its end (`done_at`)."""

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
    """A job by its name. `call` and `record` exist only where the job speaks to somebody outside:

    `run` then claims in a first transaction and returns what to say (None: nothing to do), `call` says it with no
    transaction open, `record` writes the outcome in a second transaction.
    """

    name: str
    run: Callable[..., Any]
    call: Callable[[Any], Any] | None = None
    record: Callable[..., None] | None = None


JOBS: dict[str, Job] = {}


def job(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a job that is one transaction."""

    def keep(run: Callable[..., Any]) -> Callable[..., Any]:
        JOBS[name] = Job(name, run)
        return run

    return keep


def outside_job(
    name: str, *, claim: Callable[..., Any], call: Callable[[Any], Any], record: Callable[..., None]
) -> None:
    """Register a job that speaks to somebody outside, in its three steps."""
    JOBS[name] = Job(name, claim, call, record)


def later(job_name: str, *, key: str, due_at: datetime | None = None, **args: Any) -> None:
    """Promise a job in the current transaction; the same key twice is one promise. Arguments are ids, never people."""
    moment = clock.now()
    if due_at is None or due_at <= moment:
        g.outbox_promised = True
    db.session.execute(
        insert(OutboxRow)
        .values(job=job_name, args=args, key=key, due_at=due_at or moment, created_at=moment, tries=0)
        .on_conflict_do_nothing(index_elements=["key"])
    )


def promised_here() -> bool:
    """Whether this request, or this job, promised anything for now, so that a drain is worth asking for."""
    return bool(g.get("outbox_promised"))


def take_due(limit: int = 100) -> list[int]:
    """Lock and mark as queued up to `limit` due rows; rows that another drain holds are passed over."""
    moment = clock.now()
    due = (
        select(OutboxRow.id)
        .where(OutboxRow.queued_at.is_(None), OutboxRow.done_at.is_(None), OutboxRow.due_at <= moment)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(db.session.scalars(due))
    if ids:
        db.session.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(queued_at=moment))
    return ids


def put_back_lost(older_than: timedelta = timedelta(minutes=10)) -> int:
    """Rows queued long ago whose job never ended (Redis emptied, worker killed) wait for the drain again."""
    lost = (
        update(OutboxRow)
        .where(OutboxRow.queued_at < clock.now() - older_than, OutboxRow.done_at.is_(None))
        .values(queued_at=None)
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
    g.outbox_promised = True
    return bool(done.rowcount)  # type: ignore[attr-defined]
