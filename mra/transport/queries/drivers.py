"""Volunteers: the list with its filters, one person, what they do."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from mra.core.db import db
from mra.core.text import digits, longest_pieces, search_key

from ..models import TransportDriver, TransportJob, TransportOffer
from ..rules.drivers import DriverStatus
from ..rules.drives import JobStatus
from ..rules.offers import OfferStatus

PAGE = 50
SHORTEST_NUMBER = 4


def driver_in_full(driver_id: int) -> TransportDriver | None:
    """One volunteer with the home municipality."""
    wanted = select(TransportDriver).where(TransportDriver.id == driver_id)
    return db.session.scalar(wanted.options(joinedload(TransportDriver.municipality)))


def driver_of_submission(key: UUID) -> TransportDriver | None:
    """The registration that a form made, if it was sent before."""
    return db.session.scalar(select(TransportDriver).where(TransportDriver.submission_key == key))


def registered_person(phone: str, name_key: str) -> TransportDriver | None:
    """The same person, if they are on the list."""
    return db.session.scalar(
        select(TransportDriver).where(
            TransportDriver.phone == phone,
            TransportDriver.name_key == name_key,
            TransportDriver.status != DriverStatus.LEFT,
        )
    )


@dataclass(frozen=True)
class DriverPage:
    """A page of the list."""

    drivers: list[TransportDriver]
    next_before: int | None = None


def drivers_page(status: DriverStatus | None, search: str = "", before: int | None = None) -> DriverPage:
    """Volunteers, the newest registration first; a search looks in all of them by name, reading or phone."""
    wanted = select(TransportDriver).options(joinedload(TransportDriver.municipality))
    if search:
        meant = _matching(search)
        if meant is None:
            return DriverPage([])
        wanted = wanted.where(meant)
    elif status:
        wanted = wanted.where(TransportDriver.status == status)
    if before:
        wanted = wanted.where(TransportDriver.id < before)
    found = list(db.session.scalars(wanted.order_by(TransportDriver.id.desc()).limit(PAGE + 1)))
    return DriverPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def _matching(search: str) -> ColumnElement[bool] | None:
    number = digits(search)
    if len(number) >= SHORTEST_NUMBER:
        return TransportDriver.phone.like(f"%{number.removeprefix('0')}%")
    key = search_key(search)
    if not key:
        return None
    contains = TransportDriver.name_pieces.contains(sorted(longest_pieces(key)))
    return contains & TransportDriver.name_key.contains(key, autoescape=True)


def driver_counts() -> dict[DriverStatus, int]:
    """How many volunteers stand in each status."""
    wanted = select(TransportDriver.status, func.count()).group_by(TransportDriver.status)
    return dict(db.session.execute(wanted).all())


def asked_offers_of(driver_id: int) -> list[TransportOffer]:
    """The questions this person has not answered, with their jobs, in the order in which they are locked."""
    wanted = (
        select(TransportOffer)
        .where(TransportOffer.driver_id == driver_id, TransportOffer.status == OfferStatus.ASKED)
        .options(joinedload(TransportOffer.job))
        .order_by(TransportOffer.job_id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(wanted))


def has_unfinished_job(driver_id: int) -> bool:
    """Whether this person has taken a job that is not over."""
    wanted = select(TransportJob.id).where(
        TransportJob.driver_id == driver_id, TransportJob.status.in_((JobStatus.TAKEN, JobStatus.UNDER_WAY))
    )
    return db.session.scalar(wanted.limit(1)) is not None


def offers_of_driver(driver_id: int, limit: int = PAGE) -> list[TransportOffer]:
    """What this person was asked, the newest first, with the jobs."""
    wanted = (
        select(TransportOffer)
        .where(TransportOffer.driver_id == driver_id)
        .options(
            joinedload(TransportOffer.job).options(
                joinedload(TransportJob.vehicle),
                joinedload(TransportJob.to_base),
                joinedload(TransportJob.from_municipality),
                joinedload(TransportJob.to_municipality),
            )
        )
        .order_by(TransportOffer.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(wanted))


class Record(NamedTuple):
    """What a volunteer did: drives lately, the newest, jobs on the same day."""

    lately: int
    last_on: date | None
    that_day: int


def records_of(driver_ids: list[int], since: date, day: date) -> dict[int, Record]:
    """What each of these did since a day, and on the day itself, in one statement."""
    did = (JobStatus.TAKEN, JobStatus.UNDER_WAY, JobStatus.ARRIVED)
    wanted = (
        select(
            TransportJob.driver_id,
            func.count(),
            func.max(TransportJob.starts_on),
            func.count().filter(TransportJob.starts_on == day),
        )
        .where(TransportJob.driver_id.in_(driver_ids), TransportJob.starts_on >= since, TransportJob.status.in_(did))
        .group_by(TransportJob.driver_id)
    )
    return {row[0]: Record(*row[1:]) for row in db.session.execute(wanted).all() if row[0]}
