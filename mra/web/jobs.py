"""What RQ runs: drains, sweeps and periodic jobs. The transaction of a job is opened and closed here."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import update

from mra.core import clock, periodic
from mra.core.config import Settings
from mra.core.db import db
from mra.core.outbox import JOBS, Job, OutboxRow, Taken, give_back, put_back_lost, take_due

from . import queue, schedule

log = logging.getLogger(__name__)

# So many rows are taken at once: enough to spare statements, few enough that others get their share.
HANDFUL = 10
# The part of a job's life after which it begins nothing new, so that what it has begun comes to its end.
TURN = 1 / 6


_application: Flask | None = None
_is_ending = False


def use(app: Flask) -> None:
    """Give the jobs of this process their application; the worker calls it once, before it takes work."""
    global _application
    _application = app


def application() -> Flask:
    """The application that the jobs of this process work in."""
    if _application is None:
        raise RuntimeError("the worker gave its jobs no application")
    return _application


def end_turn() -> None:
    """The worker was asked to stop: nothing new is begun in this process."""
    global _is_ending
    _is_ending = True


def forget_connections() -> None:
    """In a process that was forked: what the parent has opened stays the parent's."""
    with application().app_context():
        db.engine.dispose(close=False)


def _settings() -> Settings:
    settings: Settings = application().extensions["mra"]
    return settings


def drain() -> int:
    """Keep due promises until none is left or this turn is over; returns how many were begun.

    A drain that finds much to do calls a second one, for a worker that may be idle.
    """
    return _drain(HANDFUL, is_long=False)


def drain_long() -> int:
    """Keep promises that compute for long (a table of ten thousand rows), one at a time; returns how many were begun.

    They have a queue of their own, so that a worker of messages goes on meanwhile.
    """
    begun = _drain(1, is_long=True)
    if begun:
        queue.ask_for_drain(application())  # What they promised may be for now.
    return begun


def _drain(handful: int, *, is_long: bool) -> int:
    ends_at = time.monotonic() + TURN * _settings().job_seconds
    begun = 0
    while ids := (taken := _take(handful, is_long=is_long)).ids:
        if begun == 0 and len(ids) == HANDFUL:
            queue.ask_for_drain(application())
        begun += _keep_until(ends_at, taken)
        if _is_over(ends_at):
            queue.ask_for_drain(application(), is_long=is_long)
            break
    return begun


def _is_over(ends_at: float) -> bool:
    return _is_ending or time.monotonic() >= ends_at


def _take(handful: int, *, is_long: bool) -> Taken:
    with application().app_context():
        taken = take_due(handful, is_long=is_long)
        db.session.commit()
        return taken


def _keep_until(ends_at: float, taken: Taken) -> int:
    """Keep these promises one by one; those that are not begun in time go back. One that fails stops no other."""
    for begun, row_id in enumerate(taken.ids):
        if begun and _is_over(ends_at):
            _give_back(Taken(taken.ids[begun:], taken.at))
            return begun
        with suppress(JobFailed):
            run_row(row_id)
    return len(taken.ids)


def _give_back(taken: Taken) -> None:
    with application().app_context():
        give_back(taken)
        db.session.commit()


def sweep() -> int:
    """Put promises back whose job never ended; returns how many."""
    with application().app_context():
        began_at = clock.now()
        lost = put_back_lost(timedelta(seconds=_settings().job_seconds))
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

    What the job promised for now (an answer to somebody's SMS) is taken by the same drain, or by the one it calls.
    """
    with _told_without_words(row_id=row_id), application().app_context():
        keep_promise(row_id)


def keep_promise(row_id: int) -> None:
    """The body of `run_row`, for callers that have an application context."""
    row = db.session.get(OutboxRow, row_id)
    if row is None or row.done_at is not None:
        return
    name, args = row.job, dict(row.args)
    try:
        job = JOBS[name]
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


def scheduled_drain() -> None:
    """The drain of the schedule, whatever calls for drains were lost; its run is kept for the page of admins."""
    with _told_without_words(entry=schedule.DRAIN.name), application().app_context():
        _run_and_note(schedule.DRAIN.name, drain)
