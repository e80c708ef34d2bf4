"""The register of leases: those that end soon, or whose lessee's insurance does, on top."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from mra.core.db import db
from mra.core.text import FormatFault, fold_width
from mra.vehicles.leasing import ENDING_DAYS, OPEN, LeaseStatus
from mra.vehicles.models import Lease, Vehicle
from mra.vehicles.plates import parse_plate

from ..models import LeaseReturn, RecallCampaign

PAGE = 50
NO_PROBLEM = date(9999, 12, 31)


@dataclass(frozen=True)
class LeaseFilter:
    """What of the register is asked for; without a status, all that are not over."""

    status: LeaseStatus | None = None
    only_ending: bool = False
    search: str = ""


@dataclass(frozen=True)
class LeasePage:
    """Fifty leases and from where the next page goes on."""

    leases: list[Lease]
    next_after: int | None


def _pressing(today: date) -> ColumnElement[date]:
    """The day on which something of a lease ends, if it is near; an insurance nobody knows counts as ended."""
    limit = today + timedelta(days=ENDING_DAYS)
    ends = func.least(Lease.ends_on, func.coalesce(Lease.insured_until, literal(date(1, 1, 1))))
    is_near = Lease.status.in_(OPEN) & (ends <= limit)
    return case((is_near, ends), else_=literal(NO_PROBLEM))


def lease_page(wanted_filter: LeaseFilter, today: date, after: int | None = None) -> LeasePage:
    """One page of the register."""
    day = _pressing(today)
    order: tuple[Any, ...] = (day, Lease.id)
    wanted = (
        select(Lease)
        .join(Lease.vehicle)
        .where(*_conditions(wanted_filter, day))
        .options(contains_eager(Lease.vehicle), joinedload(Lease.kept_in))
    )
    if after:
        place = db.session.execute(select(*order).where(Lease.id == after)).one_or_none()
        if place:
            wanted = wanted.where(tuple_(*order) > tuple(place))
    found = list(db.session.scalars(wanted.order_by(*order).limit(PAGE + 1)))
    return LeasePage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def lease_counts(today: date) -> tuple[dict[LeaseStatus, int], int]:
    """How many leases stand in each status, and of how many something ends soon."""
    is_near = _pressing(today) < NO_PROBLEM
    wanted = select(Lease.status, func.count(), func.count().filter(is_near)).group_by(Lease.status)
    rows: Sequence[Any] = db.session.execute(wanted).all()
    return {status: number for status, number, _ in rows}, sum(near for _, _, near in rows)


def _conditions(wanted: LeaseFilter, day: ColumnElement[date]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        conditions.append(Lease.status == wanted.status)
    else:
        conditions.append(Lease.status.in_(OPEN))
    if wanted.only_ending:
        conditions.append(day < NO_PROBLEM)
    if wanted.search.strip():
        conditions.append(_found_by(wanted.search.strip()))
    return conditions


def _found_by(search: str) -> ColumnElement[bool]:
    """A plate, the digits of a plate, a part of a chassis number, or a part of the lessee's name."""
    typed = fold_width(search).upper().replace(" ", "")
    ways = [
        Lease.lessee_name.contains(search, autoescape=True),
        Vehicle.chassis_number.contains(typed, autoescape=True),
    ]
    serial = typed.strip("・.-").replace("-", "", 1)
    if serial.isascii() and serial.isdigit() and len(serial) <= 4:
        ways.append(Vehicle.plate_serial == int(serial))
    try:
        plate = parse_plate(search)
        ways.append((Vehicle.plate_serial == plate.serial) & (Vehicle.plate_area == plate.area))
    except FormatFault:
        pass
    return or_(*ways)


def lease_in_full(lease_id: int) -> Lease | None:
    """One lease with its car and where the car is kept."""
    wanted = select(Lease).where(Lease.id == lease_id)
    loaded = (joinedload(Lease.vehicle).joinedload(Vehicle.base), joinedload(Lease.kept_in))
    return db.session.scalars(wanted.options(*loaded)).one_or_none()


def returns_of_lease(lease_id: int) -> list[LeaseReturn]:
    """How often a lease was asked back by a campaign, the newest first."""
    wanted = select(LeaseReturn).where(LeaseReturn.lease_id == lease_id).order_by(LeaseReturn.id.desc())
    campaign = joinedload(LeaseReturn.campaign).joinedload(RecallCampaign.activation)
    return list(db.session.scalars(wanted.options(campaign, joinedload(LeaseReturn.returned_to))))
