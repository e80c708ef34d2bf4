"""Loans as the desk asks for them: by day, by lateness, one with all that belongs to it, and the free handover times."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload, selectinload

from mra.applications.models import Application, CarRequest
from mra.core import clock
from mra.core.application_number import parse_number
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.text import digits
from mra.disasters import rules as disasters
from mra.disasters.models import Base, TermsVersion
from mra.supply.rules.stories import VehicleStory
from mra.vehicles.models import Vehicle
from mra.vehicles.plates import PlateFault, parse_plate
from mra.vehicles.queries.commitments import LOAN

from . import rules
from .models import LicenceCheck, Loan
from .rules import LoanStatus

PAGE_SIZE = 50
SHORTEST_SEARCH = 2


class Shelf(StrEnum):
    """How the list of loans is divided, the most urgent first."""

    OVERDUE = "overdue"
    HANDOVERS_TODAY = "handovers_today"
    RESERVED = "reserved"
    ON_LOAN = "on_loan"
    RETURNED = "returned"
    CANCELLED = "cancelled"


# What a list is ordered by, and whether the newest stands first.
ORDERS: dict[Shelf, tuple[InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], bool]] = {
    Shelf.OVERDUE: (Loan.due_at, False),
    Shelf.HANDOVERS_TODAY: (Loan.handover_at, False),
    Shelf.RESERVED: (Loan.handover_at, False),
    Shelf.ON_LOAN: (Loan.due_at, False),
    Shelf.RETURNED: (Loan.returned_at, True),
    Shelf.CANCELLED: (Loan.handover_at, True),
}


PLATE = (Vehicle.plate_area, Vehicle.plate_class, Vehicle.plate_kana, Vehicle.plate_serial)
PERSON = (Application.serial, Application.family_name, Application.given_name, Application.phone)


def _listed() -> Select[Loan]:
    """Loans with what a row of a list shows, and of the people and cars no more than that."""
    car_request = contains_eager(Loan.car_request)
    return (
        select(Loan)
        .join(Loan.vehicle)
        .join(Loan.base)
        .join(Loan.car_request)
        .join(CarRequest.application)
        .options(
            contains_eager(Loan.vehicle).load_only(Vehicle.name, Vehicle.chassis_number, *PLATE),
            contains_eager(Loan.base).load_only(Base.name),
            car_request.load_only(CarRequest.application_id),
            car_request.contains_eager(CarRequest.application).load_only(*PERSON),
        )
    )


def _day_of(column: InstrumentedAttribute[datetime], day: date) -> ColumnElement[bool]:
    begins_at = datetime.combine(day, time(), JAPAN)
    return and_(column >= begins_at, column < begins_at + timedelta(days=1))


def handovers_on(base_ids: Collection[int], day: date) -> list[Loan]:
    """Who comes for a car on this day, in order of appointment."""
    wanted = _listed().where(
        Loan.base_id.in_(base_ids), Loan.status == LoanStatus.RESERVED, _day_of(Loan.handover_at, day)
    )
    return list(db.session.scalars(wanted.order_by(Loan.handover_at, Loan.id)))


def returns_due(base_ids: Collection[int], day: date) -> list[Loan]:
    """Which cars come back on this day, in order of their due time."""
    wanted = _listed().where(Loan.base_id.in_(base_ids), Loan.status == LoanStatus.ON_LOAN, _day_of(Loan.due_at, day))
    return list(db.session.scalars(wanted.order_by(Loan.due_at, Loan.id)))


def overdue(activation_id: int, *, limit: int | None = None) -> list[Loan]:
    """Which cars should be back by now, the latest first."""
    wanted = _listed().where(Loan.activation_id == activation_id, _on(Shelf.OVERDUE))
    return list(db.session.scalars(wanted.order_by(Loan.due_at, Loan.id).limit(limit)))


def lent_vehicles(vehicle_ids: Collection[int]) -> dict[int, str]:
    """Which of these cars are reserved or out, in the word that people see; for the register of vehicles."""
    held = select(Loan.vehicle_id, Loan.status).where(
        Loan.vehicle_id.in_(vehicle_ids), Loan.status.in_((LoanStatus.RESERVED, LoanStatus.ON_LOAN))
    )
    return {row.vehicle_id: rules.LOAN.word(row.status).label for row in db.session.execute(held)}


def commitments() -> Select[Any]:
    """Until when borrowers count on their cars; for the register of vehicles. A late car is still out today."""
    due_on = cast(func.timezone("Asia/Tokyo", Loan.due_at), Date)
    return select(
        Loan.vehicle_id.label("vehicle_id"),
        literal(LOAN).label("rank"),
        Loan.id.label("subject_id"),
        func.greatest(due_on, clock.today()).label("until_on"),
    ).where(Loan.status.in_((LoanStatus.RESERVED, LoanStatus.ON_LOAN)))


# The list


def _on(shelf: Shelf) -> ColumnElement[bool]:
    late = and_(Loan.status == LoanStatus.ON_LOAN, Loan.due_at < clock.now())
    today = and_(Loan.status == LoanStatus.RESERVED, Loan.handover_at < _tomorrow())
    return {Shelf.OVERDUE: late, Shelf.HANDOVERS_TODAY: today}.get(shelf, Loan.status == shelf.value)


def _tomorrow() -> datetime:
    """Today's handovers include those of earlier days that nobody came for."""
    return datetime.combine(clock.today() + timedelta(days=1), time(), JAPAN)


def counts(activation_id: int, base_id: int | None = None) -> dict[Shelf, int]:
    """How many loans stand on each shelf, in one statement."""
    within = _within(activation_id, base_id)
    today = select(func.count()).select_from(Loan).where(_on(Shelf.HANDOVERS_TODAY), *within).scalar_subquery()
    rows = db.session.execute(
        select(Loan.status, func.count(), func.count().filter(_on(Shelf.OVERDUE)), today)
        .where(*within)
        .group_by(Loan.status)
    )
    found = dict.fromkeys(Shelf, 0)
    for status, total, late, handovers in rows:
        found[Shelf(status.value)] = total
        found[Shelf.OVERDUE] += late
        found[Shelf.HANDOVERS_TODAY] = handovers
    return found


def _within(activation_id: int, base_id: int | None) -> list[ColumnElement[bool]]:
    return [Loan.activation_id == activation_id, *([Loan.base_id == base_id] if base_id else [])]


def page_of(
    shelf: Shelf, *, activation_id: int, base_id: int | None = None, after: int | None = None
) -> tuple[list[Loan], int | None]:
    """One page of a shelf, beginning after the loan `after`; and the loan after which the next page begins."""
    column, newest_first = ORDERS[shelf]
    wanted = _listed().where(_on(shelf), *_within(activation_id, base_id))
    last = db.session.get(Loan, after) if after else None
    if last is not None:
        here, there = tuple_(column, Loan.id), tuple_(getattr(last, column.key), last.id)
        wanted = wanted.where(here < there if newest_first else here > there)
    order = [column.desc(), Loan.id.desc()] if newest_first else [column, Loan.id]
    found = list(db.session.scalars(wanted.order_by(*order).limit(PAGE_SIZE + 1)))
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None


def search(text: str) -> list[Loan]:
    """The loans of a plate (whole, or its number alone) or of an application number, newest first."""
    condition = _plate_or_number(text)
    if condition is None:
        return []
    wanted = _listed().where(condition)
    return list(db.session.scalars(wanted.order_by(Loan.id.desc()).limit(PAGE_SIZE)))


def _plate_or_number(text: str) -> ColumnElement[bool] | None:
    serial = parse_number(text)
    if serial is not None:
        return Application.serial == serial
    try:
        plate = parse_plate(text)
    except PlateFault:
        number = digits(text)
        is_number = SHORTEST_SEARCH <= len(number) <= 4 and len(number) >= len(text.strip()) - 2
        return Vehicle.plate_serial == int(number) if is_number else None
    return and_(
        Vehicle.plate_area == plate.area,
        Vehicle.plate_class == plate.class_number,
        Vehicle.plate_kana == plate.kana,
        Vehicle.plate_serial == plate.serial,
    )


def bases_of(activation_id: int) -> list[Base]:
    """The bases by which the list can be narrowed."""
    return list(db.session.scalars(select(Base).where(Base.activation_id == activation_id).order_by(Base.id)))


# One loan


def loan_with_everything(loan_id: int) -> Loan | None:
    """A loan with its car and papers, its people, its terms and what was recorded, in a fixed number of statements."""
    people = joinedload(Loan.car_request).joinedload(CarRequest.application)
    wanted = (
        select(Loan)
        .where(Loan.id == loan_id)
        .options(
            joinedload(Loan.vehicle).selectinload(Vehicle.documents),
            joinedload(Loan.base).joinedload(Base.activation),
            people.selectinload(Application.drivers),
            joinedload(Loan.terms_version).selectinload(TermsVersion.lines),
            selectinload(Loan.licence_checks).joinedload(LicenceCheck.driver),
            selectinload(Loan.extensions),
        )
    )
    return db.session.scalar(wanted)


# Handover times


def handover_slots(base: Base, *, from_day: date, days: int = 7) -> list[tuple[date, list[datetime]]]:
    """The days from `from_day` on which cars can still be fetched, with the free times of each; two statements."""
    last_day = from_day + timedelta(days=days - 1)
    ends_on = base.activation.ends_on
    taken = booked_handovers(base, from_day, last_day)
    found = []
    for number in range(days):
        day = from_day + timedelta(days=number)
        if base.is_open_on(day) and (ends_on is None or day <= ends_on):
            free = list(rules.free_slots(slots_of(base, day), taken, base.handovers_per_slot, clock.now()))
            found.append((day, free))
    return [(day, free) for day, free in found if free]


def slots_of(base: Base, day: date) -> list[datetime]:
    """The half hours at which a handover can begin on a day; none on a closed day."""
    return list(disasters.slots(day, base.opens_at, base.closes_at)) if base.is_open_on(day) else []


def booked_handovers(base: Base, first_day: date, last_day: date) -> list[datetime]:
    """The appointments of a base, past ones of these days included; cancelled ones free their time."""
    begins_at = datetime.combine(first_day, time(), JAPAN)
    ends_at = datetime.combine(last_day + timedelta(days=1), time(), JAPAN)
    wanted = select(Loan.handover_at).where(
        Loan.base_id == base.id,
        Loan.status != LoanStatus.CANCELLED,
        Loan.handover_at >= begins_at,
        Loan.handover_at < ends_at,
    )
    return list(db.session.scalars(wanted))


# Reminders


def soon_due() -> Iterator[Loan]:
    """Running loans that are due within the longest notice and not late yet."""
    moment = clock.now()
    return (
        loan
        for loan in db.session.scalars(_running_due(moment, moment + timedelta(days=3)))
        if loan.handed_over_at and rules.remind_from(loan.handed_over_at, loan.due_at) <= moment
    )


def newly_late() -> list[Loan]:
    """Running loans that have been late for three days at most; for older ones the desk has long been ringing."""
    moment = clock.now()
    return list(db.session.scalars(_running_due(moment - timedelta(days=3), moment)))


def _running_due(after: datetime, until: datetime) -> Select[Loan]:
    return (
        select(Loan)
        .options(joinedload(Loan.car_request, innerjoin=True).joinedload(CarRequest.application, innerjoin=True))
        .where(Loan.status == LoanStatus.ON_LOAN, Loan.due_at > after, Loan.due_at <= until)
        .order_by(Loan.id)
    )


def vehicle_stories(vehicle_ids: Collection[int]) -> dict[int, VehicleStory]:
    """What became of these cars: how many applicants drove each, and the kilometres of loans that are over."""
    told = (
        select(
            Loan.vehicle_id,
            func.count(CarRequest.application_id.distinct()),
            func.sum(Loan.odometer_in_km - Loan.odometer_out_km),
        )
        .join(Loan.car_request)
        .where(Loan.vehicle_id.in_(vehicle_ids), Loan.handed_over_at.is_not(None))
        .group_by(Loan.vehicle_id)
    )
    return {
        vehicle_id: VehicleStory(int(people), int(driven_km or 0))
        for vehicle_id, people, driven_km in db.session.execute(told)
    }
