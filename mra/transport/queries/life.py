"""What the life of a car hears from transport: who drove it where, by kind and number, never by name."""

from collections.abc import Collection

from sqlalchemy import func, select

from mra.core.clock import in_japan
from mra.core.db import db
from mra.vehicles.services import Journey, LifeEntry, LifeKind

from ..models import TransportExpense, TransportJob
from ..rules.drives import JOB, MEANS_WORDS, JobStatus, Means
from ..rules.expenses import ExpenseStatus


def life_of(vehicle_id: int) -> list[LifeEntry]:
    """The drives of one car that have begun, with their kilometres and what was paid back; two statements."""
    driven = (JobStatus.UNDER_WAY, JobStatus.ARRIVED)
    wanted = (
        select(TransportJob)
        .where(TransportJob.vehicle_id == vehicle_id, TransportJob.status.in_(driven))
        .order_by(TransportJob.id)
    )
    jobs = list(db.session.scalars(wanted))
    paid = _paid_yen([job.id for job in jobs])
    return [_entry(job, paid.get(job.id)) for job in jobs]


def _paid_yen(job_ids: list[int]) -> dict[int, int]:
    if not job_ids:
        return {}
    wanted = (
        select(TransportExpense.job_id, func.sum(TransportExpense.yen))
        .where(TransportExpense.job_id.in_(job_ids), TransportExpense.status == ExpenseStatus.SETTLED)
        .group_by(TransportExpense.job_id)
    )
    return {job_id: int(yen) for job_id, yen in db.session.execute(wanted).all()}


def _entry(job: TransportJob, paid_yen: int | None) -> LifeEntry:
    who = f"架け橋ドライバー 登録番号{job.driver_id}" if job.driver_id else f"加盟団体 番号{job.member_id}"
    means = "" if job.means is Means.DRIVEN else f"・{MEANS_WORDS[job.means]}"
    return LifeEntry(
        on=in_japan(job.departed_at).date() if job.departed_at else job.starts_on,
        kind=LifeKind.TRANSPORT,
        title=f"回送：{_place(job.from_name, job.from_base_id)}から{_place(job.to_name, job.to_base_id)}",
        detail=f"{who}{means}",
        ended_on=in_japan(job.arrived_at).date() if job.arrived_at else None,
        km=job.driven_km,
        odometer_km=job.odometer_in_km,
        yen=paid_yen,
        path=f"/transport/jobs/{job.id}",
    )


def _place(name: str, base_id: int | None) -> str:
    """A base by its name; a donor's home or a lessee's yard is named nowhere but on the job."""
    return name if base_id else "引き取り先"


def journeys_of(vehicle_ids: Collection[int]) -> dict[int, Journey]:
    """The drives of these cars that are planned or under way, in one statement; a car has one at most."""
    unfinished = (JobStatus.OPEN, JobStatus.TAKEN, JobStatus.UNDER_WAY)
    wanted = select(TransportJob.vehicle_id, TransportJob.status, TransportJob.starts_on, TransportJob.id).where(
        TransportJob.vehicle_id.in_(vehicle_ids), TransportJob.status.in_(unfinished)
    )
    return {
        vehicle_id: Journey(JOB.word(status).label, starts_on, f"/transport/jobs/{job_id}")
        for vehicle_id, status, starts_on, job_id in db.session.execute(wanted)
    }
