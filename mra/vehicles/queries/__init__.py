"""Reads of the fleet: the list with its problems on top, papers that end, who has a chassis number or a plate."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from mra.accounts.models import Staff
from mra.core import clock
from mra.core.db import db
from mra.core.text import FormatFault, fold_width
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.disasters.rules import ActivationStatus

from ..leasing import LEASE, OPEN
from ..models import Lease, Retirement, Vehicle, VehicleDocument
from ..plates import Plate, parse_plate
from ..rules import EXPIRING_DAYS, DocumentKind, DriverScope, VehicleStatus

PAGE_ROWS = 50
# Where a car stands in the list: cars that lack a paper first, then by the day their papers end, then all others.
LACKS_A_PAPER = date(1, 1, 1)
NO_PROBLEM = date(9999, 12, 31)


@dataclass(frozen=True)
class Filters:
    """What of the fleet is asked for; without a status, all that is not released."""

    status: VehicleStatus | None = None
    base_id: int | None = None
    vehicle_class: VehicleClass | None = None
    search: str = ""
    only_problems: bool = False


@dataclass(frozen=True)
class Place:
    """A place in the list: the day by which it is ordered, and a car's id."""

    day: date
    vehicle_id: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}_{self.vehicle_id}"


@dataclass(frozen=True)
class VehiclePage:
    """Fifty cars, and the places from which the neighbouring pages go on."""

    vehicles: list[Vehicle]
    before: Place | None
    after: Place | None


@dataclass(frozen=True)
class Counts:
    """How many cars each filter would show."""

    by_status: dict[VehicleStatus, int]
    in_use: int
    problems: int


def serves(paper: type[VehicleDocument] = VehicleDocument) -> ColumnElement[bool]:
    """Whether a paper counts at all, as `rules.Paper.serves_lending` says."""
    is_for_all = or_(paper.kind != DocumentKind.VOLUNTARY_INSURANCE, paper.driver_scope == DriverScope.UNLIMITED)
    return and_(paper.cancelled_at.is_(None), is_for_all)


def covers_on(day: date, paper: type[VehicleDocument] = VehicleDocument) -> ColumnElement[bool]:
    """Whether a paper holds on a day."""
    has_begun = or_(paper.starts_on.is_(None), paper.starts_on <= day)
    return and_(has_begun, paper.effective_ends_on >= day)


def _with_all_kinds(*each: ColumnElement[bool]) -> Select[int]:
    """The cars that have, for each of these conditions, a paper of every kind that meets it."""
    met = [func.bool_or(and_(VehicleDocument.kind == kind, paper)) for kind in DocumentKind for paper in each]
    return select(VehicleDocument.vehicle_id).where(serves()).group_by(VehicleDocument.vehicle_id).having(and_(*met))


def lawful_on(*days: date) -> Select[int]:
    """The ids of the cars that may be lent on each of these days, by their papers; not those in another's name still."""
    return _with_all_kinds(*(covers_on(day) for day in days)).where(_in_our_name())


def _in_our_name() -> ColumnElement[bool]:
    """A car that waits for its 名義変更 is not lent; few do, so that they are named rather than all others."""
    return VehicleDocument.vehicle_id.not_in(select(Vehicle.id).where(Vehicle.name_change_pending))


def _lawful_ends(on: date, *conditions: ColumnElement[bool]) -> Subquery:
    """For each car that has papers the last day of unbroken cover, as `rules.lawful_until` works it out; none where a
    kind of paper is missing. The conditions narrow the papers to those of some cars.
    """
    paper = VehicleDocument
    periods = func.range_agg(func.daterange(paper.starts_on, paper.effective_ends_on, "[]"))
    counting = select(paper.vehicle_id, paper.kind, func.unnest(periods).label("stretch"))
    stretch = counting.where(serves(), *conditions).group_by(paper.vehicle_id, paper.kind).subquery()
    has_begun = func.coalesce(func.lower(stretch.c.stretch) <= on, True)
    until = select(stretch.c.vehicle_id, (func.max(func.upper(stretch.c.stretch)).filter(has_begun) - 1).label("until"))
    kinds = until.group_by(stretch.c.vehicle_id, stretch.c.kind).subquery()
    # Not HAVING: the planner would expect next to no cars to be left, and compare every car with every other.
    has_all = func.count(kinds.c.until) == len(DocumentKind)
    ends = select(kinds.c.vehicle_id, case((has_all, func.min(kinds.c.until))).label("until"))
    return ends.group_by(kinds.c.vehicle_id).subquery()


def lawful_until_by_vehicle(vehicle_ids: Collection[int], on: date | None = None) -> dict[int, date]:
    """The last day on which each of these cars may be lent; cars that lack a paper or wait for their 名義変更 are not in it."""
    # One parameter however many cars: a fleet of hundreds is asked for at once.
    asked = VehicleDocument.vehicle_id == func.any(list(vehicle_ids))
    ends = _lawful_ends(on or clock.today(), asked, _in_our_name())
    return {row.vehicle_id: row.until for row in db.session.execute(select(ends).where(ends.c.until.is_not(None)))}


def papers_expiring(days: int = EXPIRING_DAYS, base_ids: Collection[int] | None = None) -> list[Vehicle]:
    """Cars in service whose papers are missing, have ended or end within so many days; the most pressing first."""
    query, day = _with_problem_day(_with_papers(select(Vehicle)), days)
    wanted = query.where(day < NO_PROBLEM)
    if base_ids is not None:
        wanted = wanted.where(Vehicle.base_id.in_(base_ids))
    return list(db.session.scalars(wanted.order_by(day, Vehicle.id)))


def _with_problem_day(query: Select[Any], days: int = EXPIRING_DAYS) -> tuple[Select[Any], ColumnElement[date]]:
    """The query with the day by which the list is ordered: a promised car need not have its papers yet, a released one
    never again. Most cars have papers that reach far ahead; only for the others is it worked out how far.
    """
    today = clock.today()
    limit = today + timedelta(days=days)
    safe = _with_all_kinds(and_(covers_on(today), VehicleDocument.effective_ends_on > limit)).cte("safe")
    ends = _lawful_ends(today, VehicleDocument.vehicle_id.not_in(select(safe.c.vehicle_id)))
    day = case(
        (safe.c.vehicle_id.is_not(None), literal(NO_PROBLEM)),
        (Vehicle.status == VehicleStatus.RELEASED, literal(NO_PROBLEM)),
        (and_(ends.c.until.is_(None), Vehicle.status == VehicleStatus.PROMISED), literal(NO_PROBLEM)),
        (ends.c.until.is_(None), literal(LACKS_A_PAPER)),
        (ends.c.until <= limit, ends.c.until),
        else_=literal(NO_PROBLEM),
    )
    return query.outerjoin(safe, safe.c.vehicle_id == Vehicle.id).outerjoin(ends, ends.c.vehicle_id == Vehicle.id), day


def _with_papers(query: Select[tuple[Vehicle]]) -> Select[tuple[Vehicle]]:
    return query.options(joinedload(Vehicle.base), selectinload(Vehicle.documents))


def vehicle_page(filters: Filters, *, after: Place | None = None, before: Place | None = None) -> VehiclePage:
    """One page of the fleet, papers that have ended or end soon on top."""
    query, day = _with_problem_day(_with_papers(select(Vehicle)))
    wanted = query.add_columns(day).where(*_conditions(filters, day))
    place = tuple_(day, Vehicle.id)
    if before is not None:
        wanted = wanted.where(place < (before.day, before.vehicle_id)).order_by(day.desc(), Vehicle.id.desc())
    elif after is not None:
        wanted = wanted.where(place > (after.day, after.vehicle_id)).order_by(day, Vehicle.id)
    else:
        wanted = wanted.order_by(day, Vehicle.id)
    found = [(row[0], Place(row[1], row[0].id)) for row in db.session.execute(wanted.limit(PAGE_ROWS + 1))]
    return _page(found, backwards=before is not None, has_earlier=after is not None)


def _page(found: Sequence[tuple[Vehicle, Place]], *, backwards: bool, has_earlier: bool) -> VehiclePage:
    has_more, rows = len(found) > PAGE_ROWS, list(found[:PAGE_ROWS])
    if backwards:
        rows.reverse()
        has_earlier, has_more = has_more, True
    if not rows:
        return VehiclePage([], None, None)
    return VehiclePage(
        [vehicle for vehicle, _ in rows],
        before=rows[0][1] if has_earlier else None,
        after=rows[-1][1] if has_more else None,
    )


def vehicle_counts(filters: Filters) -> Counts:
    """How many cars each status has under the other filters, and how many have a problem with their papers."""
    query, day = _with_problem_day(select(Vehicle.status))
    counted = (
        query.add_columns(func.count(), func.count().filter(day < NO_PROBLEM))
        .where(*_conditions(replace(filters, status=None, only_problems=False), day, with_released=True))
        .group_by(Vehicle.status)
    )
    rows = list(db.session.execute(counted))
    by_status = {status: count for status, count, _ in rows}
    in_use = sum(count for status, count in by_status.items() if status is not VehicleStatus.RELEASED)
    return Counts(by_status, in_use, sum(problems for _, _, problems in rows))


def _conditions(
    filters: Filters, day: ColumnElement[date], *, with_released: bool = False
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.status is not None:
        conditions.append(Vehicle.status == filters.status)
    elif not with_released:
        conditions.append(Vehicle.status != VehicleStatus.RELEASED)
    if filters.base_id is not None:
        conditions.append(Vehicle.base_id == filters.base_id)
    if filters.vehicle_class is not None:
        conditions.append(Vehicle.vehicle_class == filters.vehicle_class)
    if filters.only_problems:
        conditions.append(day < NO_PROBLEM)
    if filters.search.strip():
        conditions.append(_found_by(filters.search))
    return conditions


def _found_by(search: str) -> ColumnElement[bool]:
    """A whole plate, the digits of a plate, or a part of a chassis number."""
    try:
        return _has_plate(parse_plate(search))
    except FormatFault:
        typed = fold_width(search).upper().replace(" ", "")
    by_chassis = Vehicle.chassis_number.contains(typed, autoescape=True)
    serial = typed.strip("・.-").replace("-", "", 1)
    if serial.isascii() and serial.isdigit() and len(serial) <= 4:
        return or_(Vehicle.plate_serial == int(serial), by_chassis)
    return by_chassis


def _has_plate(plate: Plate) -> ColumnElement[bool]:
    return and_(
        Vehicle.plate_serial == plate.serial,
        Vehicle.plate_area == plate.area,
        Vehicle.plate_class == plate.class_number,
        Vehicle.plate_kana == plate.kana,
    )


def taken_chassis_numbers(numbers: Iterable[str], *, except_id: int | None = None) -> set[str]:
    """Which of these chassis numbers a car in the register already has."""
    query = select(Vehicle.chassis_number).where(Vehicle.chassis_number == func.any(list(numbers)))
    if except_id is not None:
        query = query.where(Vehicle.id != except_id)
    return set(db.session.scalars(query))


def taken_plates(plates: Iterable[Plate], *, except_id: int | None = None) -> set[Plate]:
    """Which of these plates a car in the register already has."""
    return {plate for plate, owner_id in plate_owners(plates).items() if owner_id != except_id}


def plate_owners(plates: Iterable[Plate]) -> dict[Plate, int]:
    """The ids of the cars that have these plates."""
    asked = set(plates)
    query = select(Vehicle).where(Vehicle.plate_serial == func.any([plate.serial for plate in asked]))
    return {
        vehicle.plate: vehicle.id for vehicle in db.session.scalars(query) if vehicle.plate in asked and vehicle.plate
    }


def leased_vehicles(vehicle_ids: Collection[int]) -> dict[int, str]:
    """Which of these cars are out on a lease, in the word that people see; a check of `in_use_checks`."""
    wanted = select(Lease.vehicle_id, Lease.status).where(Lease.vehicle_id.in_(vehicle_ids), Lease.status.in_(OPEN))
    return {vehicle_id: LEASE.word(status).label for vehicle_id, status in db.session.execute(wanted)}


def bases_in_use(keep: int | None = None) -> list[Base]:
    """The bases of activations that are not closed, and the base `keep` in any case; newest activation first."""
    return list(
        db.session.scalars(
            select(Base)
            .join(Base.activation)
            .options(joinedload(Base.activation))
            .where(or_(Activation.status != ActivationStatus.CLOSED, Base.id == keep))
            .order_by(Activation.id.desc(), Base.id)
        )
    )


def base_names(base_ids: Collection[int]) -> dict[int, str]:
    """The names of bases on a timeline."""
    if not base_ids:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Base.id, Base.name).where(Base.id.in_(base_ids)))}


def staff_names(staff_ids: Collection[int]) -> dict[int, str]:
    """The names of the people on a timeline."""
    if not staff_ids:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids)))}


def cars_in_order(vehicle_ids: Sequence[int]) -> list[Vehicle]:
    """These cars with their bases and supports, in the order given."""
    support = joinedload(Vehicle.base).joinedload(Base.activation)
    found = db.session.scalars(select(Vehicle).options(support).where(Vehicle.id == func.any(list(vehicle_ids))))
    by_id = {vehicle.id: vehicle for vehicle in found}
    return [by_id[vehicle_id] for vehicle_id in vehicle_ids if vehicle_id in by_id]


def car_of_label(code: str) -> Vehicle | None:
    """The car whose label carries this code."""
    support = joinedload(Vehicle.base).joinedload(Base.activation)
    return db.session.scalar(select(Vehicle).options(support).where(Vehicle.label_code == code))


def cars_to_label(filters: Filters, limit: int) -> list[int]:
    """The cars of the list as it is narrowed, by base and plate, at most so many."""
    query, day = _with_problem_day(select(Vehicle.id))
    order = (Vehicle.base_id, Vehicle.plate_area, Vehicle.plate_class, Vehicle.plate_serial, Vehicle.id)
    return list(db.session.scalars(query.where(*_conditions(filters, day)).order_by(*order).limit(limit)))


def retirement_of(vehicle_id: int) -> Retirement | None:
    """How a car that is gone left; None while it is here."""
    wanted = select(Retirement).where(Retirement.vehicle_id == vehicle_id, Retirement.undone_at.is_(None))
    return db.session.scalar(wanted)
