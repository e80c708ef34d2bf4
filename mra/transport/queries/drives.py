"""Single jobs and offers, the offers of a job, the jobs of cars."""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, selectinload

from mra.alliance.models import Member
from mra.core.db import db
from mra.vehicles.models import Vehicle

from ..models import TransportExpense, TransportJob, TransportOffer
from ..rules.drives import UNFINISHED, JobStatus
from ..rules.expenses import ExpenseStatus
from ..rules.offers import OfferStatus

OPEN_OFFERS = (OfferStatus.ASKED, OfferStatus.TAKEN)


def job_in_full(job_id: int) -> TransportJob | None:
    """A job with everything its page shows."""
    wanted = select(TransportJob).where(TransportJob.id == job_id).options(*_of_a_page())
    return db.session.scalars(wanted).one_or_none()


def _of_a_page() -> tuple[Any, ...]:
    return (
        joinedload(TransportJob.vehicle).options(joinedload(Vehicle.base), selectinload(Vehicle.documents)),
        joinedload(TransportJob.activation),
        joinedload(TransportJob.from_base),
        joinedload(TransportJob.to_base),
        joinedload(TransportJob.from_municipality),
        joinedload(TransportJob.to_municipality),
        joinedload(TransportJob.driver),
        joinedload(TransportJob.member).selectinload(Member.contacts),
        selectinload(TransportJob.offers).options(
            joinedload(TransportOffer.driver), joinedload(TransportOffer.member).selectinload(Member.contacts)
        ),
        selectinload(TransportJob.expenses),
    )


def offer_in_full(offer_id: int) -> TransportOffer | None:
    """An offer with its job and whoever was asked."""
    wanted = (
        select(TransportOffer)
        .where(TransportOffer.id == offer_id)
        .options(
            joinedload(TransportOffer.job).options(*_of_a_page()),
            joinedload(TransportOffer.driver),
            joinedload(TransportOffer.member).selectinload(Member.contacts),
        )
    )
    return db.session.scalars(wanted).one_or_none()


def open_offers(job_id: int) -> list[TransportOffer]:
    """Who is asked or drives, as the database has it now; read with the job locked."""
    wanted = (
        select(TransportOffer)
        .where(TransportOffer.job_id == job_id, TransportOffer.status.in_(OPEN_OFFERS))
        .order_by(TransportOffer.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(wanted))


def taken_offer(job_id: int) -> TransportOffer | None:
    """The offer of whoever drives."""
    return next((offer for offer in open_offers(job_id) if offer.status is OfferStatus.TAKEN), None)


def expense_of(job_id: int, expense_id: int) -> TransportExpense | None:
    """One expense of one job."""
    return db.session.scalar(
        select(TransportExpense).where(TransportExpense.id == expense_id, TransportExpense.job_id == job_id)
    )


def claimed_yen(job_id: int) -> int:
    """What was claimed for a job and not turned down, as the database has it now."""
    wanted = select(func.coalesce(func.sum(TransportExpense.yen), 0)).where(
        TransportExpense.job_id == job_id, TransportExpense.status != ExpenseStatus.TURNED_DOWN
    )
    return int(db.session.scalar(wanted) or 0)


def jobs_of_vehicles(vehicle_ids: Collection[int]) -> dict[int, TransportJob]:
    """The newest job of each of these cars that was not called off, in one statement; cars without one are not in it."""
    if not vehicle_ids:
        return {}
    newest = (
        select(TransportJob)
        .where(TransportJob.vehicle_id.in_(vehicle_ids), TransportJob.status != JobStatus.CANCELLED)
        .ext(distinct_on(TransportJob.vehicle_id))
        .order_by(TransportJob.vehicle_id, TransportJob.id.desc())
    )
    return {job.vehicle_id: job for job in db.session.scalars(newest)}


def unfinished_jobs_of(vehicle_ids: Collection[int]) -> list[TransportJob]:
    """The jobs of these cars that have not come to their end, never more than one of each, in the order of ids."""
    wanted = select(TransportJob).where(TransportJob.vehicle_id.in_(vehicle_ids), TransportJob.status.in_(UNFINISHED))
    return list(db.session.scalars(wanted.order_by(TransportJob.id)))


def jobs_to_remind(day: date) -> list[TransportJob]:
    """Jobs of that day whose driver was not reminded yet."""
    wanted = (
        select(TransportJob)
        .where(
            TransportJob.status == JobStatus.TAKEN, TransportJob.starts_on == day, TransportJob.reminded_at.is_(None)
        )
        .order_by(TransportJob.id)
        .limit(200)
    )
    return list(db.session.scalars(wanted))


def address_of(job: TransportJob) -> str:
    """The address of a job's page, for a mail to staff."""
    site: str = current_app.extensions["mra"].public_url
    return f"{site}/transport/jobs/{job.id}"
