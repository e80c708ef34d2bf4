"""The drive itself: departure, arrival, and what the register of cars learns from them.

The car's row is locked first, then the job's; the car's own moves happen in the same transaction.
"""

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, move
from mra.core.db import db
from mra.core.errors import Refused
from mra.vehicles import services as vehicles
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VehicleStatus

from ..models import TransportJob
from ..rules.drives import JobStatus, means_fault, odometer_doubt, place_fault
from .planning import may_be_driven, refuse_if_leased

ON_ITS_WAY = frozenset({VehicleStatus.PROMISED, VehicleStatus.IN_TRANSIT})


def depart(job: TransportJob, *, by: Actor, odometer_km: int, accept_lower_odometer: bool = False) -> None:
    """The car leaves: keys and papers are with the driver, the reading is written down, the car is on its way."""
    _lock(job)
    _refuse_unless_taken(job)
    vehicle = job.vehicle
    move(job, "depart", by=by, odometer_km=odometer_km)
    if odometer_doubt(vehicle.odometer_km, odometer_km) and not accept_lower_odometer:
        raise Refused("leaves_with_fewer_km", last=f"{vehicle.odometer_km:,}")
    job.departed_at, job.odometer_out_km = clock.now(), odometer_km
    job.was_ready = vehicle.status is VehicleStatus.READY
    db.session.flush()
    vehicles.read_odometer(vehicle, by=by, odometer_km=odometer_km)
    _set_out(job, vehicle, by)


def _lock(job: TransportJob) -> None:
    lock(job.vehicle)
    lock(job)


def _refuse_unless_taken(job: TransportJob) -> None:
    if job.status is JobStatus.CANCELLED:
        raise Refused("job_cancelled")
    if job.status is JobStatus.OPEN:
        raise Refused("job_without_driver")
    if clock.today() < job.starts_on:
        raise Refused("departs_too_early")
    fault = means_fault(job.means, may_be_driven=may_be_driven(job.vehicle, job)) or place_fault(
        job.vehicle.status,
        base_id=job.vehicle.base_id,
        from_base_id=job.from_base_id,
        to_base_id=job.to_base_id,
    )
    # A car that the register has at its goal already was brought there by somebody else: the arrival says so.
    if fault:
        raise Refused(fault)
    refuse_if_leased(job.vehicle, job.to_base_id)


def _set_out(job: TransportJob, vehicle: Vehicle, by: Actor) -> None:
    """What the register says of a car that leaves: on its way, if it goes to a base to be lent from there."""
    if job.to_base is None:
        return
    if vehicle.status is VehicleStatus.PROMISED:
        vehicles.dispatch(vehicle, by=by, to=job.to_base)
    elif vehicle.status is VehicleStatus.READY:
        vehicles.relocate(vehicle, by=by, to=job.to_base)


def arrive(
    job: TransportJob, *, by: Actor, odometer_km: int, accept_lower_odometer: bool = False, remark: str = ""
) -> None:
    """The car is there: the register knows its place and its kilometres; a recalled lease ends with it."""
    _lock(job)
    if job.status is JobStatus.CANCELLED:
        raise Refused("job_cancelled")
    move(job, "arrive", by=by, odometer_km=odometer_km)
    is_lower = odometer_doubt(job.odometer_out_km or 0, odometer_km)
    if is_lower and not accept_lower_odometer:
        raise Refused("arrives_with_fewer_km", last=f"{job.odometer_out_km:,}")
    job.arrived_at, job.odometer_in_km, job.is_odometer_confirmed = clock.now(), odometer_km, is_lower
    job.arrival_note = remark
    db.session.flush()
    _bring_in(job, job.vehicle, by, odometer_km, accept_lower_odometer)


def _bring_in(job: TransportJob, vehicle: Vehicle, by: Actor, odometer_km: int, accept_lower: bool) -> None:
    if job.to_base is not None and vehicle.status in ON_ITS_WAY:
        vehicles.arrive(vehicle, job.to_base, by=by, odometer_km=odometer_km, accept_lower_odometer=accept_lower)
        return
    vehicles.read_odometer(vehicle, by=by, odometer_km=odometer_km)
    if job.to_base is not None and vehicle.status is VehicleStatus.OUT_OF_SERVICE:
        vehicles.stand_at(vehicle, job.to_base, by=by)
