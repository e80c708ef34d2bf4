"""The board: what somebody has to see to now, then the jobs by day; and the ways home of a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, load_only

from mra.core import clock
from mra.core.db import db
from mra.vehicles.models import Vehicle

from ..models import TransportExpense, TransportJob, TransportOffer
from ..rules.convoys import Convoy, Drive, convoys
from ..rules.drives import NEAR_DAYS, UNFINISHED, JobStatus
from ..rules.expenses import ExpenseStatus
from ..rules.offers import OfferStatus

PAGE = 50
MOST_URGENT = 100
MOST_OF_A_DAY = 500


class Shelf(StrEnum):
    """The filters of the board."""

    UNFINISHED = "unfinished"
    OPEN = "open"
    TAKEN = "taken"
    UNDER_WAY = "under_way"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    UNSETTLED = "unsettled"


SHELF_WORDS = {
    Shelf.UNFINISHED: "進行中",
    Shelf.OPEN: "運転者未定",
    Shelf.TAKEN: "運転者決定",
    Shelf.UNDER_WAY: "回送中",
    Shelf.ARRIVED: "到着",
    Shelf.CANCELLED: "取りやめ",
    Shelf.UNSETTLED: "費用の精算待ち",
}
# Done jobs are looked up from the newest; those to come from the next day on.
BACKWARDS = frozenset({Shelf.ARRIVED, Shelf.CANCELLED, Shelf.UNSETTLED})


class Asked(NamedTuple):
    """How many were asked, and what they said."""

    waiting: int = 0
    refused: int = 0
    given_back: int = 0

    @property
    def words(self) -> str:
        """In a few words for the list."""
        parts = [
            f"{count}{word}"
            for count, word in (
                (self.waiting, "人の回答待ち"),
                (self.refused, "人が辞退"),
                (self.given_back, "人が引き受けを取消"),
            )
            if count
        ]
        return "・".join(parts)


@dataclass(frozen=True)
class BoardPage:
    """A page of jobs with what was answered to each, and the edge of the next page."""

    jobs: list[TransportJob]
    asked: dict[int, Asked]
    next_edge: tuple[date, int] | None = None


def jobs_page(shelf: Shelf, edge: tuple[date, int] | None = None) -> BoardPage:
    """Jobs by day, fifty at a time."""
    order = tuple_(TransportJob.starts_on, TransportJob.id)
    wanted = select(TransportJob).where(_on_shelf(shelf)).options(*_of_a_row())
    if shelf in BACKWARDS:
        wanted = wanted.order_by(TransportJob.starts_on.desc(), TransportJob.id.desc())
        wanted = wanted.where(order < edge) if edge else wanted
    else:
        wanted = wanted.order_by(TransportJob.starts_on, TransportJob.id)
        wanted = wanted.where(order > edge) if edge else wanted
    found = list(db.session.scalars(wanted.limit(PAGE + 1)))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return BoardPage(found[:PAGE], asked_of(found[:PAGE]), (last.starts_on, last.id) if last else None)


def _of_a_row() -> tuple[Any, ...]:
    return (
        joinedload(TransportJob.vehicle).load_only(
            *(Vehicle.id, Vehicle.name, Vehicle.chassis_number, Vehicle.plate_area, Vehicle.plate_class),
            *(Vehicle.plate_kana, Vehicle.plate_serial, Vehicle.vehicle_class, Vehicle.transmission),
        ),
        joinedload(TransportJob.from_municipality),
        joinedload(TransportJob.to_municipality),
        joinedload(TransportJob.driver),
        joinedload(TransportJob.member),
    )


def _on_shelf(shelf: Shelf) -> ColumnElement[bool]:
    if shelf is Shelf.UNFINISHED:
        return TransportJob.status.in_(UNFINISHED)
    if shelf is Shelf.UNSETTLED:
        claimed = select(TransportExpense.job_id).where(TransportExpense.status == ExpenseStatus.CLAIMED)
        return TransportJob.id.in_(claimed)
    return TransportJob.status == JobStatus(shelf.value)


def asked_of(jobs: list[TransportJob]) -> dict[int, Asked]:
    """What was answered to each of these jobs, in one statement."""
    if not jobs:
        return {}
    wanted = (
        select(
            TransportOffer.job_id,
            func.count().filter(TransportOffer.status == OfferStatus.ASKED),
            func.count().filter(TransportOffer.status == OfferStatus.REFUSED),
            func.count().filter(TransportOffer.status == OfferStatus.GIVEN_BACK),
        )
        .where(TransportOffer.job_id.in_([job.id for job in jobs]))
        .group_by(TransportOffer.job_id)
    )
    return {row[0]: Asked(*row[1:]) for row in db.session.execute(wanted).all()}


def shelf_counts() -> dict[Shelf, int]:
    """How many jobs stand on each shelf; two statements."""
    by_status = dict(db.session.execute(select(TransportJob.status, func.count()).group_by(TransportJob.status)).all())
    unsettled = db.session.scalar(
        select(func.count(TransportExpense.job_id.distinct())).where(TransportExpense.status == ExpenseStatus.CLAIMED)
    )
    counts = {Shelf(status.value): count for status, count in by_status.items()}
    counts[Shelf.UNFINISHED] = sum(by_status.get(status, 0) for status in UNFINISHED)
    counts[Shelf.UNSETTLED] = unsettled or 0
    return counts


def urgent_jobs(moment: datetime) -> list[TransportJob]:
    """Jobs that somebody has to see to now: late, not departed, or near without a driver; the worst first."""
    today = clock.in_japan(moment).date()
    wanted = (
        select(TransportJob)
        .where(
            or_(
                and_(TransportJob.status == JobStatus.UNDER_WAY, TransportJob.due_at < moment),
                and_(TransportJob.status == JobStatus.TAKEN, TransportJob.starts_on <= today),
                and_(
                    TransportJob.status == JobStatus.OPEN, TransportJob.starts_on <= today + timedelta(days=NEAR_DAYS)
                ),
            )
        )
        .options(*_of_a_row())
        .order_by(TransportJob.starts_on, TransportJob.id)
        .limit(MOST_URGENT)
    )
    order = {JobStatus.UNDER_WAY: 0, JobStatus.TAKEN: 1, JobStatus.OPEN: 2}
    found = [job for job in db.session.scalars(wanted) if job.worry(moment)]
    return sorted(found, key=lambda job: (order[job.status], job.starts_on, job.id))


def convoys_of(first_on: date, last_on: date) -> list[Convoy]:
    """The ways home of these days: jobs between the same prefectures, seats against drivers."""
    wanted = (
        select(TransportJob)
        .where(
            TransportJob.status.in_(UNFINISHED), TransportJob.starts_on >= first_on, TransportJob.starts_on <= last_on
        )
        .options(
            load_only(
                *(TransportJob.starts_on, TransportJob.status, TransportJob.way_home, TransportJob.seats_home),
                *(TransportJob.from_municipality_code, TransportJob.to_municipality_code),
            ),
            joinedload(TransportJob.from_municipality),
            joinedload(TransportJob.to_municipality),
        )
        .order_by(TransportJob.starts_on, TransportJob.id)
        .limit(MOST_OF_A_DAY)
    )
    return convoys(
        Drive(job.id, job.starts_on, job.from_region, job.to_region, job.status, job.way_home, job.seats_home)
        for job in db.session.scalars(wanted)
    )
