"""What RQ runs: drains, sweeps and promised rows. The transaction of a job is opened and closed here."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy import update

from mra.core import clock, periodic
from mra.core.db import db
from mra.core.outbox import JOBS, Job, OutboxRow, put_back_lost, take_due

from . import queue, schedule

log = logging.getLogger(__name__)


_application: Flask | None = None


def use(app: Flask) -> None:
    """Give the jobs of this process their application; the worker calls it once, before it takes work."""
    global _application
    _application = app


def application() -> Flask:
    """The application that the jobs of this process work in."""
    if _application is None:
        raise RuntimeError("the worker gave its jobs no application")
    return _application


def drain() -> int:
    """Hand all due promises to RQ; returns how many. A drain that dies half-way hands some over twice: jobs bear it."""
    app = application()
    handed = 0
    with app.app_context():
        while ids := take_due():
            for row_id in ids:
                queue.enqueue(app, queue.RUN_ROW, row_id)
            db.session.commit()
            handed += len(ids)
    return handed


def sweep() -> int:
    """Put promises back whose job never ended; returns how many."""
    with application().app_context():
        began_at = clock.now()
        lost = put_back_lost()
        periodic.note_run(schedule.SWEEP.name, began_at)
        db.session.commit()
        if lost:
            log.warning("jobs_put_back", extra={"count": lost})
    return lost


class JobFailed(Exception):
    """A job came to nothing; names the kind of fault only. RQ logs and keeps what an exception says."""


@contextmanager
def _told_without_words(**what: Any) -> Iterator[None]:
    try:
        yield
    except Exception as fault:
        log.error("job_failed", exc_info=fault, extra=what)
        raise JobFailed(type(fault).__name__) from None


def run_row(row_id: int) -> None:
    """Keep one promise: run its job, and mark the row done in the same transaction as the job's last write.

    What the job promised for now (an answer to somebody's SMS) does not wait for the next drain of the schedule.
    """
    with _told_without_words(row_id=row_id), application().app_context():
        keep_promise(row_id)
        queue.nudge(application())


def keep_promise(row_id: int) -> None:
    """The body of `run_row`, for callers that have an application context."""
    row = db.session.get(OutboxRow, row_id)
    if row is None or row.done_at is not None:
        return
    job, args = JOBS[row.job], dict(row.args)
    try:
        if job.call is None:
            job.run(**args)
        else:
            _speak(job, args)
        _mark_done(row_id)
        db.session.commit()
    except Exception as fault:
        db.session.rollback()
        _note_fault(row_id, type(fault).__name__)
        db.session.commit()
        raise


def _speak(job: Job, args: dict[str, Any]) -> None:
    """Claim and commit; speak with no transaction open; record."""
    claimed = job.run(**args)
    db.session.commit()
    if claimed is not None:
        outcome = job.call(claimed)  # type: ignore[misc]
        job.record(outcome=outcome, **args)  # type: ignore[misc]


def _mark_done(row_id: int) -> None:
    db.session.execute(update(OutboxRow).where(OutboxRow.id == row_id).values(done_at=clock.now()))


def _note_fault(row_id: int, fault: str) -> None:
    db.session.execute(
        update(OutboxRow).where(OutboxRow.id == row_id).values(tries=OutboxRow.tries + 1, last_fault=fault)
    )


def run_periodic(name: str) -> None:
    """Run one entry of the schedule as one transaction, and keep when and how it went."""
    entry = schedule.entry(name)
    with _told_without_words(entry=name), application().app_context():
        _run_and_note(name, entry.job)


def _run_and_note(name: str, run: Callable[[], object]) -> None:
    began_at = clock.now()
    try:
        run()
        periodic.note_run(name, began_at)
        db.session.commit()
    except Exception as fault:
        db.session.rollback()
        periodic.note_fault(name, began_at, type(fault).__name__)
        db.session.commit()
        raise


def drain_quietly() -> None:
    """The drain of the schedule; Redis down is not a fault here, the next one comes in half a minute."""
    try:
        with application().app_context():
            _run_and_note(schedule.DRAIN.name, drain)
    except RedisError as fault:
        log.warning("drain_failed", extra={"fault": type(fault).__name__})
