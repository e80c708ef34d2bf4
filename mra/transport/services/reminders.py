"""The word on the evening before."""

from datetime import timedelta

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import lock, note
from mra.core.db import db

from .. import queries
from ..rules.drives import REMIND_FROM_HOUR, REMIND_UNTIL_HOUR, JobStatus
from .telling import tell_taker


def remind_tomorrow() -> int:
    """Remind, once and in the daytime, those who drive tomorrow; returns how many. Bears being run twice."""
    hour = clock.in_japan(clock.now()).hour
    if not REMIND_FROM_HOUR <= hour < REMIND_UNTIL_HOUR:
        return 0
    due = queries.jobs_to_remind(clock.today() + timedelta(days=1))
    for job in due:
        lock(job)
        if job.status is JobStatus.TAKEN and job.reminded_at is None:
            job.reminded_at = clock.now()
            note(job, "remind", by=SYSTEM)
            db.session.flush()
            tell_taker(job, "transport_reminder", occasion=f"{job.starts_on}")
    return len(due)
