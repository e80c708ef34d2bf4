"""The page on which admins see what runs by itself, and what did not run."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, outbox, periodic
from mra.core.access import ADMINS, staff
from mra.core.errors import Refused
from mra.core.periodic import PeriodicRun

from . import schedule
from .schedule import Entry

blueprint = Blueprint("schedule", __name__)
# A job that missed three turns, and five minutes, has not been run by anybody: scheduler or worker is down.
TURNS_TO_MISS = 3
SHORTEST_SILENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Line:
    """One periodic job as the page shows it."""

    entry: Entry
    run: PeriodicRun | None

    @property
    def interval(self) -> str:
        """How often, in words."""
        hours, minutes = self.entry.seconds // 3600, self.entry.seconds // 60
        if hours:
            return f"{hours}時間ごと"
        return f"{minutes}分ごと" if minutes else f"{self.entry.seconds}秒ごと"

    @property
    def next_at(self) -> datetime | None:
        """When it is due next; None if it never ran."""
        return self.run.last_began_at + timedelta(seconds=self.entry.seconds) if self.run else None

    @property
    def is_silent(self) -> bool:
        """Whether it should have run long ago."""
        if self.next_at is None:
            return True
        patience = max(SHORTEST_SILENCE, TURNS_TO_MISS * timedelta(seconds=self.entry.seconds))
        return self.next_at + patience < clock.now()

    @property
    def badge(self) -> tuple[str, str]:
        """Word and tone."""
        if self.run is None:
            return "まだ動いていません", "warning"
        if self.is_silent:
            return "止まっています", "danger"
        return ("失敗", "danger") if self.run.faults_in_a_row else ("正常", "success")


@blueprint.get("/schedule")
@staff(ADMINS)
def index() -> ResponseReturnValue:
    """Every periodic job, its last run and its next, and the promised jobs that fail."""
    runs = periodic.last_runs()
    lines = [Line(entry, runs.get(entry.name)) for entry in (schedule.DRAIN, schedule.SWEEP, *schedule.ENTRIES)]
    return render_template("schedule/index.html", lines=lines, failing=outbox.failing())


@blueprint.post("/schedule/jobs/<int:row_id>/retry")
@staff(ADMINS)
def retry(row_id: int) -> ResponseReturnValue:
    """Let a failed job run once more; it bears being run twice."""
    if not outbox.try_again(row_id):
        raise Refused("job_not_failing")
    flash("もう一度動かします。結果は、少したってからこの画面で確認してください。", "success")
    return redirect(url_for("schedule.index"), 303)
