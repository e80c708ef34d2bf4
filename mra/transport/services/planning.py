"""Planning a job, changing it, calling it off. Locks are taken in this order: the car, the job, its offers."""

from collections.abc import Collection
from uuid import UUID, uuid4

from sqlalchemy import select

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move_or_refuse, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.models import Base
from mra.vehicles import services as vehicles
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import DocumentKind, VehicleStatus

from .. import queries
from ..models import TransportJob
from ..plans import JobPlan
from ..rules import drives as rules
from ..rules.drives import CHANGEABLE, JobStatus
from ..rules.licences import licence_for
from ..rules.offers import CloseReason
from .closing import close_open_offers
from .telling import tell, tell_taker

ROAD_PAPERS = frozenset({DocumentKind.INSPECTION, DocumentKind.COMPULSORY_INSURANCE})


def plan_job(vehicle: Vehicle, plan: JobPlan, *, by: Actor, submission_key: UUID | None = None) -> TransportJob:
    """A car is to be moved; the same form sent twice is one job. Nobody is asked yet."""
    lock(vehicle)
    if submission_key and (made := _made_before(submission_key)):
        return made
    _refuse_unless_possible(vehicle, plan)
    job = TransportJob(
        submission_key=submission_key or uuid4(), vehicle_id=vehicle.id, created_at=clock.now(), version=1
    )
    _write(job, vehicle, plan)
    return begin(job, by=by, vehicle_id=vehicle.id, from_base_id=job.from_base_id, to_base_id=job.to_base_id)


def _made_before(submission_key: UUID) -> TransportJob | None:
    return db.session.scalar(select(TransportJob).where(TransportJob.submission_key == submission_key))


def _refuse_unless_possible(vehicle: Vehicle, plan: JobPlan) -> None:
    due_at = plan.due_at or rules.usual_due_at(plan.starts_on, plan.departs_until, plan.expected_km)
    fault = (
        rules.day_fault(plan.starts_on, clock.today(), plan.departs_from, plan.departs_until, due_at)
        or rules.place_fault(
            vehicle.status,
            base_id=vehicle.base_id,
            from_base_id=plan.start.base_id,
            to_base_id=plan.goal.base_id,
        )
        or rules.means_fault(plan.means, may_be_driven=may_be_driven(vehicle, plan))
    )
    if fault:
        raise Refused(fault)
    refuse_if_leased(vehicle, plan.goal.base_id)


def refuse_if_leased(vehicle: Vehicle, to_base_id: int | None) -> None:
    """Nobody is sent to fetch a car whose lessee was not asked for it: no base would take it in."""
    lease = vehicles.open_lease_of(vehicle) if to_base_id else None
    if lease and lease.status is LeaseStatus.RUNNING:
        raise Refused("car_is_leased")


def refuse_while_planned(vehicle: Vehicle) -> None:
    """A car for which somebody is to come, or with which somebody is on the road, does not leave the register."""
    if queries.unfinished_jobs_of([vehicle.id]):
        raise Refused("car_has_job")


def call_off(cars: Collection[Vehicle], *, reason: str, by: Actor) -> None:
    """These cars stay where they are: whoever was asked for their drives, or drives, is told. Their rows are locked."""
    for job in queries.unfinished_jobs_of([car.id for car in cars]):
        cancel_job(job, by=by, reason=reason)


def may_be_driven(vehicle: Vehicle, plan: JobPlan | TransportJob) -> bool:
    """Whether 車検 and 自賠責 hold on the day, so that the car may be driven on its own plates."""
    day = plan.starts_on
    until = {cover.kind: cover.until for cover in vehicle.covers(day)}
    return all((last := until.get(kind)) is not None and last >= day for kind in ROAD_PAPERS)


def _write(job: TransportJob, vehicle: Vehicle, plan: JobPlan) -> None:
    for side, place in (("from", plan.start), ("to", plan.goal)):
        for name in ("name", "address", "municipality_code", "phone", "note", "base_id"):
            setattr(job, f"{side}_{name}", getattr(place, name))
    for name in (
        "starts_on", "departs_from", "departs_until", "means", "insurance", "insurance_note", "way_home",
        "way_home_note", "seats_home", "expected_km", "is_toll_free", "expenses_limit_yen", "note",
    ):  # fmt: skip
        setattr(job, name, getattr(plan, name))
    job.due_at = plan.due_at or rules.usual_due_at(plan.starts_on, plan.departs_until, plan.expected_km)
    job.licence_needed = plan.licence_needed or licence_for(vehicle.vehicle_class, vehicle.seats)
    bases = [base for base_id in (plan.goal.base_id, plan.start.base_id) if (base := _base(base_id))]
    job.activation_id = bases[0].activation_id if bases else vehicle.activation_id


def _base(base_id: int | None) -> Base | None:
    return db.session.get(Base, base_id) if base_id else None


def change_job(job: TransportJob, plan: JobPlan, *, version: int, by: Actor) -> bool:
    """Settle something else, until departure; whoever took it is told. True: somebody was told."""
    lock(job.vehicle)
    lock(job)
    if job.version != version:
        raise Refused("job_changed")
    if job.status not in CHANGEABLE:
        raise Refused("job_not_changeable")
    _refuse_unless_possible(job.vehicle, plan)
    with db.session.no_autoflush:
        _write(job, job.vehicle, plan)
        if not db.session.is_modified(job):
            return False
    job.version += 1
    note(job, "change", by=by)
    db.session.flush()
    db.session.refresh(job)
    if job.status is JobStatus.TAKEN:
        return tell_taker(job, "transport_changed", occasion=f"changed-{job.version}") > 0
    return False


def cancel_job(job: TransportJob, *, by: Actor, reason: str) -> None:
    """The car is not moved, or turns back; whoever was asked or drives is told."""
    if not reason.strip():
        raise Refused("job_needs_reason")
    lock(job.vehicle)
    lock(job)
    has_departed = job.status is JobStatus.UNDER_WAY
    move_or_refuse(job, "cancel", "job_not_open", by=by)
    job.cancel_reason = reason.strip()
    db.session.flush()
    for offer in close_open_offers(job, CloseReason.JOB_CANCELLED, by=by):
        tell(offer, "transport_cancelled")
    if has_departed:
        _turn_back(job, by)


def _turn_back(job: TransportJob, by: Actor) -> None:
    """The car stands where it stood: ready at its base, or promised as before."""
    vehicle = job.vehicle
    if vehicle.status is not VehicleStatus.IN_TRANSIT:
        return
    if job.was_ready and job.from_base:
        vehicles.come_back(vehicle, job.from_base, by=by)
    else:
        vehicles.turn_back(vehicle, by=by)
