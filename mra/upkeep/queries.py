"""What is due for the fleet, what is known of one car, and a car's upkeep as its life tells it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, null, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from mra.alliance.models import Member
from mra.core import clock
from mra.core.db import db
from mra.vehicles import services as vehicles
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VehicleStatus

from . import rules
from .models import DamageMark, OdometerReading, TreadReading, TyreSet, UpkeepTask
from .rules import MarkStatus, Reading, Season, TaskStatus, TyreStatus

PAGE_ROWS = 50
TASKS_SHOWN = 200


@dataclass(frozen=True)
class Place:
    """A place in the list of due work: the day by which it is ordered, and a task's id."""

    day: date
    task_id: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}_{self.task_id}"


@dataclass(frozen=True)
class DuePage:
    """Fifty pieces of work, and the places from which the neighbouring pages go on."""

    tasks: list[UpkeepTask]
    before: Place | None
    after: Place | None


def _due_day() -> ColumnElement[date]:
    """The day by which work is ordered: kilometres that are reached count as today, the last 1,000 km as a month."""
    km_left = UpkeepTask.planned_km - Vehicle.odometer_km
    today = clock.today()
    by_km = case(
        (km_left <= 0, literal(today)),
        (km_left <= rules.DUE_WITHIN_KM, literal(today + timedelta(days=rules.DAYS_FOR_LAST_KM))),
        else_=null(),
    )
    # PostgreSQL's LEAST passes over what is missing.
    return func.least(UpkeepTask.planned_on, by_km)


def _is_due() -> ColumnElement[bool]:
    limit = clock.today() + timedelta(days=rules.DUE_WITHIN_DAYS)
    by_km = UpkeepTask.planned_km <= Vehicle.odometer_km + rules.DUE_WITHIN_KM
    return or_(UpkeepTask.planned_on <= limit, by_km)


def _is_overdue() -> ColumnElement[bool]:
    return or_(UpkeepTask.planned_on < clock.today(), UpkeepTask.planned_km <= Vehicle.odometer_km)


def _planned(query: Select[Any], base_id: int | None) -> Select[Any]:
    of_the_fleet = (UpkeepTask.status == TaskStatus.PLANNED, Vehicle.status != VehicleStatus.RELEASED)
    at_base = (Vehicle.base_id == base_id,) if base_id else ()
    return query.join(UpkeepTask.vehicle).where(*of_the_fleet, *at_base)


def due_page(*, base_id: int | None = None, after: Place | None = None, before: Place | None = None) -> DuePage:
    """One page of the work that is overdue or falls due within 60 days or 1,000 km, the most pressing first."""
    day = _due_day()
    wanted = _planned(select(UpkeepTask), base_id).options(contains_eager(UpkeepTask.vehicle).joinedload(Vehicle.base))
    rows = wanted.add_columns(day).where(_is_due())
    place = tuple_(day, UpkeepTask.id)
    if before is not None:
        rows = rows.where(place < (before.day, before.task_id)).order_by(day.desc(), UpkeepTask.id.desc())
    else:
        rows = rows.where(place > (after.day, after.task_id)) if after else rows
        rows = rows.order_by(day, UpkeepTask.id)
    found = list(db.session.execute(rows.limit(PAGE_ROWS + 1)))
    return _page(found, backwards=before is not None, has_earlier=after is not None)


def _page(found: list[Any], *, backwards: bool, has_earlier: bool) -> DuePage:
    has_more, rows = len(found) > PAGE_ROWS, found[:PAGE_ROWS]
    if backwards:
        rows.reverse()
        has_earlier, has_more = has_more, True
    places = [Place(row[1], row[0].id) for row in rows]
    return DuePage(
        [row[0] for row in rows],
        before=places[0] if places and has_earlier else None,
        after=places[-1] if places and has_more else None,
    )


@dataclass(frozen=True)
class DueCounts:
    """How much work is due, how much of it is overdue, and how many cars stand on worn tyres."""

    due: int
    overdue: int
    worn: int


def due_counts(base_id: int | None = None) -> DueCounts:
    """The numbers above the list."""
    counted = _planned(select(func.count()), base_id).add_columns(func.count().filter(_is_overdue()))
    due, overdue = db.session.execute(counted.where(_is_due())).one()
    worn = db.session.scalar(select(func.count()).select_from(_worn(base_id).subquery())) or 0
    return DueCounts(due, overdue, worn)


def _worn(base_id: int | None) -> Select[TyreSet]:
    """Sets on cars whose newest measurement is too low for their season."""
    newest = (
        select(TreadReading.tread_mm)
        .where(TreadReading.tyre_set_id == TyreSet.id)
        .order_by(TreadReading.measured_on.desc(), TreadReading.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    limit = case((TyreSet.season == Season.STUDLESS, rules.WINTER_TREAD_MM), else_=rules.LEGAL_TREAD_MM)
    at_base = (Vehicle.base_id == base_id,) if base_id else ()
    return (
        select(TyreSet)
        .join(TyreSet.vehicle)
        .where(TyreSet.status == TyreStatus.MOUNTED, Vehicle.status != VehicleStatus.RELEASED, newest < limit, *at_base)
    )


def worn_page(*, base_id: int | None = None, after: int = 0) -> tuple[list[TyreSet], int | None]:
    """One page of cars on worn tyres, and the set after which the next page begins."""
    wanted = _worn(base_id).options(
        contains_eager(TyreSet.vehicle).joinedload(Vehicle.base), selectinload(TyreSet.readings)
    )
    rows = list(db.session.scalars(wanted.where(TyreSet.id > after).order_by(TyreSet.id).limit(PAGE_ROWS + 1)).unique())
    return rows[:PAGE_ROWS], rows[PAGE_ROWS - 1].id if len(rows) > PAGE_ROWS else None


# One car


def tasks_of(vehicle_id: int, limit: int = TASKS_SHOWN) -> list[UpkeepTask]:
    """The work on a car: what is planned by its day, then what was done, the newest first."""
    is_planned = UpkeepTask.status == TaskStatus.PLANNED
    done = func.coalesce(UpkeepTask.done_on, UpkeepTask.planned_on)
    order = (is_planned.desc(), case((is_planned, UpkeepTask.planned_on)), done.desc(), UpkeepTask.id.desc())
    wanted = select(UpkeepTask).where(UpkeepTask.vehicle_id == vehicle_id).options(joinedload(UpkeepTask.member))
    return list(db.session.scalars(wanted.order_by(*order).limit(limit)))


def cost_of(vehicle_id: int) -> int:
    """What the upkeep of a car has cost, in yen."""
    done = UpkeepTask.status == TaskStatus.DONE
    return (
        db.session.scalar(
            select(func.coalesce(func.sum(UpkeepTask.cost_yen), 0)).where(UpkeepTask.vehicle_id == vehicle_id, done)
        )
        or 0
    )


def tyre_sets_of(vehicle_id: int) -> list[TyreSet]:
    """The sets of a car, the one that is on it first, thrown away ones last; with their measurements."""
    order = case((TyreSet.status == TyreStatus.MOUNTED, 0), (TyreSet.status == TyreStatus.STORED, 1), else_=2)
    wanted = select(TyreSet).where(TyreSet.vehicle_id == vehicle_id).options(selectinload(TyreSet.readings))
    return list(db.session.scalars(wanted.order_by(order, TyreSet.id)))


def marks_of(vehicle_id: int) -> list[DamageMark]:
    """The damage of a car, what is still there first; what was written down wrongly is left out."""
    wanted = select(DamageMark).where(DamageMark.vehicle_id == vehicle_id, DamageMark.status != MarkStatus.STRUCK)
    order = ((DamageMark.status == MarkStatus.PRESENT).desc(), DamageMark.noticed_on.desc(), DamageMark.id.desc())
    return list(db.session.scalars(wanted.order_by(*order)))


def odometer_readings_of(vehicle_id: int) -> list[OdometerReading]:
    """What staff read on the odometer, the newest first."""
    wanted = select(OdometerReading).where(OdometerReading.vehicle_id == vehicle_id)
    return list(db.session.scalars(wanted.order_by(OdometerReading.read_on.desc(), OdometerReading.id.desc())))


def known_readings(vehicle: Vehicle) -> list[Reading]:
    """All that is known of a car's kilometres, whoever wrote it down, in order of time."""
    told = [
        Reading(entry.ended_on or entry.on, entry.odometer_km)
        for entry in vehicles.life_of(vehicle.id)
        if entry.odometer_km is not None
    ]
    return sorted(told)


def garage(name: str) -> Member | None:
    """The member of exactly this name, who did the work; None for anybody else."""
    return db.session.scalars(select(Member).where(Member.name == name)).one_or_none() if name else None
