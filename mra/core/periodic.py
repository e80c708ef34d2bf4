"""What became of the periodic jobs: one row per entry of the schedule, for the page on which admins look."""

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .db import Base, Moment, db


class PeriodicRun(Base):
    """The last run of one periodic job, and its last fault (the kind of fault only, never its words)."""

    __tablename__ = "periodic_runs"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    last_began_at: Mapped[Moment]
    last_ended_at: Mapped[Moment | None]
    last_fault: Mapped[str | None] = mapped_column(String(200))
    last_fault_at: Mapped[Moment | None]
    faults_in_a_row: Mapped[int] = mapped_column(default=0)


def note_run(name: str, began_at: datetime) -> None:
    """A run came to its end; written in the transaction of the job."""
    facts = {"last_began_at": began_at, "last_ended_at": clock.now(), "faults_in_a_row": 0}
    db.session.execute(
        insert(PeriodicRun).values(name=name, **facts).on_conflict_do_update(index_elements=["name"], set_=facts)
    )


def note_fault(name: str, began_at: datetime, fault: str) -> None:
    """A run came to nothing; written in a transaction of its own."""
    facts = {"last_began_at": began_at, "last_fault": fault[:200], "last_fault_at": clock.now()}
    again = facts | {"faults_in_a_row": PeriodicRun.faults_in_a_row + 1}
    db.session.execute(
        insert(PeriodicRun)
        .values(name=name, faults_in_a_row=1, **facts)
        .on_conflict_do_update(index_elements=["name"], set_=again)
    )


def last_runs() -> dict[str, PeriodicRun]:
    """The last run of each periodic job that ever ran."""
    return {run.name: run for run in db.session.scalars(select(PeriodicRun))}
