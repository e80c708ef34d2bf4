"""Work on a car: planned, done, or no longer needed; a car that has to stand still for it leaves service with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mra.alliance.models import Member
from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, lock, move, move_or_refuse
from mra.core.db import db
from mra.core.errors import Refused
from mra.upkeep import queries
from mra.upkeep.models import DamageMark, UpkeepTask
from mra.upkeep.rules import Reading, TaskKind, TaskStatus
from mra.vehicles import services as vehicles
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import OutReason, VehicleStatus

from .marks import repair
from .odometer import all_readings, follow

OUT_REASONS = {
    TaskKind.INSPECTION_12M: OutReason.INSPECTION,
    TaskKind.REPAIR: OutReason.BREAKDOWN,
    TaskKind.CLEANING: OutReason.CLEANING,
}
LONGEST_OUT_NOTE = 200


@dataclass(frozen=True)
class Plan:
    """What is to be done, by which day or kilometres, and whether the car stands still until then."""

    kind: TaskKind
    planned_on: date | None
    planned_km: int | None = None
    note: str = ""
    keeps_off_road: bool = False


@dataclass(frozen=True)
class Work:
    """What was done: when, at how many kilometres, by whom, for how much, which damage it mended, when it comes again."""

    done_on: date
    odometer_km: int | None = None
    done_by: str = ""
    cost_yen: int | None = None
    note: str = ""
    is_odometer_confirmed: bool = False
    puts_back: bool = False
    repaired: Sequence[DamageMark] = ()
    next_on: date | None = None
    next_km: int | None = None


def plan(vehicle: Vehicle, planned: Plan, *, by: Actor) -> UpkeepTask:
    """Plan work on a car. If the car has to stand still for it, it leaves service in the same step; refused while it is
    offered or lent.
    """
    lock(vehicle)
    if vehicle.status is VehicleStatus.RELEASED:
        raise Refused("upkeep_car_is_gone")
    if planned.planned_on is None and planned.planned_km is None:
        raise Refused("upkeep_without_due")
    takes_out = planned.keeps_off_road and vehicle.status is VehicleStatus.READY
    if takes_out:
        reason = OUT_REASONS.get(planned.kind, OutReason.OTHER)
        vehicles.take_out(vehicle, by=by, reason=reason, note=planned.note[:LONGEST_OUT_NOTE])
    made = UpkeepTask(
        vehicle_id=vehicle.id,
        kind=planned.kind,
        planned_on=planned.planned_on,
        planned_km=planned.planned_km,
        note=planned.note,
        keeps_off_road=takes_out,
        created_at=clock.now(),
    )
    made.vehicle = vehicle
    begin(made, by=by, kind=planned.kind)
    db.session.flush()
    return made


def finish(task: UpkeepTask, work: Work, *, by: Actor) -> UpkeepTask:
    """The work is done: its cost and kilometres are kept, the car comes back into service if it is asked for, and what
    comes again is planned. Returns the finished task.
    """
    vehicle = task.vehicle
    lock(vehicle)
    # Looked up first: whatever asks the database after the move would write the move without its facts.
    garage, readings = queries.garage(work.done_by), all_readings(vehicle)
    move_or_refuse(task, "finish", "upkeep_not_planned", by=by, kind=task.kind, odometer_km=work.odometer_km)
    if work.done_on > clock.today():
        raise Refused("upkeep_in_future")
    _write_down(task, work, garage)
    if work.odometer_km is not None:
        follow(vehicle, Reading(work.done_on, work.odometer_km), readings, is_confirmed=work.is_odometer_confirmed)
    db.session.flush()
    _go_on(task, work, by)
    return task


def _write_down(task: UpkeepTask, work: Work, garage: Member | None) -> None:
    task.done_on, task.odometer_km, task.cost_yen = work.done_on, work.odometer_km, work.cost_yen
    task.member, task.done_by = garage, "" if garage else work.done_by
    task.note = work.note or task.note


def _go_on(task: UpkeepTask, work: Work, by: Actor) -> None:
    """Damage that is mended, the car back in service, the same work planned again."""
    vehicle = task.vehicle
    for mark in work.repaired:
        repair(mark, by=by, on=work.done_on)
    if work.puts_back and vehicle.status is VehicleStatus.OUT_OF_SERVICE:
        vehicles.put_back(vehicle, by=by)
    if (work.next_on or work.next_km) and vehicle.status is not VehicleStatus.RELEASED:
        plan(vehicle, Plan(task.kind, work.next_on, work.next_km), by=by)


def record(vehicle: Vehicle, kind: TaskKind, work: Work, *, by: Actor) -> UpkeepTask:
    """Work that nobody had planned and that is done already; also of a car that has left (a bill that came late)."""
    lock(vehicle)
    made = UpkeepTask(vehicle_id=vehicle.id, kind=kind, planned_on=work.done_on, created_at=clock.now())
    made.vehicle = vehicle
    begin(made, by=by, kind=kind)
    db.session.flush()
    return finish(made, work, by=by)


def cancel(task: UpkeepTask, *, by: Actor, puts_back: bool = False) -> None:
    """The work is no longer needed; the car comes back into service if it is asked for."""
    vehicle = task.vehicle
    lock(vehicle)
    move_or_refuse(task, "cancel", "upkeep_not_planned", by=by, kind=task.kind)
    db.session.flush()
    if puts_back and vehicle.status is VehicleStatus.OUT_OF_SERVICE:
        vehicles.put_back(vehicle, by=by)


def cancel_all(vehicle: Vehicle) -> None:
    """A car that has left needs nothing any more; registered with `vehicles.after_retirement` by the shell."""
    for task in queries.tasks_of(vehicle.id):
        if task.status is TaskStatus.PLANNED:
            move(task, "cancel", by=SYSTEM, kind=task.kind)
    db.session.flush()
