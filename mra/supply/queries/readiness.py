"""What readiness counts: free cars, running leases, pledges that stand; for one place, or for the whole country at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVarTuple

from geoalchemy2 import Geometry
from sqlalchemy import ColumnElement, Date, Select, cast, func, literal, or_, select

from mra.alliance.models import Member, Municipality, Pledge
from mra.alliance.queries.pledges import counts_at
from mra.alliance.rules import pledges as pledge_rules
from mra.alliance.rules.members import MemberStatus
from mra.alliance.rules.pledges import PledgeStatus, SupplyKind
from mra.core import clock
from mra.core.db import db
from mra.core.geo import Coordinates, coordinates
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Base
from mra.vehicles import services as vehicles
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Lease, Vehicle, VehicleDocument
from mra.vehicles.queries import lawful_until_by_vehicle
from mra.vehicles.rules import DocumentKind, VehicleStatus

from ..models import Delivery, delivered_vehicles
from ..rules import readiness
from ..rules.deliveries import DeliveryStatus
from ..rules.needs import Item
from ..rules.readiness import DAYS, LAST_DAY, Amounts, LeasedCar, OwnCar, Part, Place, Promised, Source
from .candidates import taken_of_pledges

Columns = TypeVarTuple("Columns")


class Origin(NamedTuple):
    """Whence a part of the answer comes: base, lessee or member; `link_id` is that of the base, the leased car, the member."""

    name: str
    about: str
    link_id: int | None


@dataclass(frozen=True)
class ReadyPlace:
    """The answer for one municipality: its parts, the earliest first, and where each comes from."""

    municipality: Municipality
    parts: list[Part]
    rows: dict[Source, dict[int, Any]]

    def origin(self, part: Part) -> Origin:
        """Where a part comes from."""
        row = self.rows[part.source][part.subject_id]
        if part.source is Source.OWN:
            return Origin(row.base or "置き場所の登録なし", "", row.base_id)
        if part.source is Source.LEASE:
            return Origin(row.lessee, f"{row.kept_in} {row.name}", row.vehicle_id)
        return Origin(row.member, "", row.member_id)


@dataclass(frozen=True)
class Town:
    """A municipality in the table of all."""

    code: str
    name: str
    prefecture: str
    coordinates: Coordinates | None


@dataclass(frozen=True)
class ReadyCountry:
    """How many cars could be brought to each municipality."""

    towns: dict[str, Town]
    amounts: dict[str, Amounts]


def readiness_of(municipality: Municipality) -> ReadyPlace:
    """What could be brought to a municipality within the next 30 days, in six statements."""
    today = clock.today()
    place = Place(municipality.code, coordinates(municipality.place))
    cars, leases, pledges = _own_rows(), _lease_rows(), _pledge_rows(municipality.code, today)
    parts = readiness.parts_of(
        place,
        _own(cars, today),
        [_leased(row, today) for row in leases],
        [_promised(row) for row in pledges],
    )
    rows = {
        source: {row.id: row for row in of}
        for source, of in ((Source.OWN, cars), (Source.LEASE, leases), (Source.PLEDGE, pledges))
    }
    return ReadyPlace(municipality, [part for part in parts if part.arrival.day <= LAST_DAY], rows)


def readiness_everywhere(vehicle_class: VehicleClass | None = None, days: Sequence[int] = DAYS) -> ReadyCountry:
    """How many cars (of one class) could be brought to each municipality of the country, in seven statements."""
    today = clock.today()
    towns = _towns(today)
    own, leased = _own(_own_rows(), today), [_leased(row, today) for row in _lease_rows()]
    found = readiness.everywhere(
        [Place(town.code, town.coordinates) for town in towns],
        [car for car in own if vehicle_class in (None, car.vehicle_class)],
        [car for car in leased if vehicle_class in (None, car.vehicle_class)],
        _promised_by_area(today, vehicle_class, max(days)),
        days,
    )
    return ReadyCountry({town.code: town for town in towns}, found)


def _towns(today: date) -> list[Town]:
    place = cast(Municipality.place, Geometry)
    name = (Municipality.county + Municipality.name).label("name")
    wanted = select(Municipality.code, name, Municipality.prefecture, func.ST_Y(place), func.ST_X(place))
    exists_still = or_(Municipality.valid_until.is_(None), Municipality.valid_until >= today)
    rows = db.session.execute(wanted.where(exists_still).order_by(Municipality.code))
    return [Town(code, word, prefecture, _spot(lat, lon)) for code, word, prefecture, lat, lon in rows]


def _spot(lat: float | None, lon: float | None) -> Coordinates | None:
    return None if lat is None or lon is None else Coordinates(lat, lon)


# Own cars


def _own_rows() -> list[Any]:
    """Cars of ours that are promised or ready, not out on a lease, not on their way with a delivery."""
    place = cast(Base.place, Geometry)
    leased = select(Lease.vehicle_id).where(Lease.status != LeaseStatus.ENDED)
    wanted = (
        select(
            Vehicle.id,
            Vehicle.vehicle_class,
            Vehicle.status,
            Vehicle.base_id,
            Vehicle.available_from,
            Base.name.label("base"),
            func.ST_Y(place).label("lat"),
            func.ST_X(place).label("lon"),
        )
        .outerjoin(Vehicle.base)
        .where(Vehicle.status.in_((VehicleStatus.PROMISED, VehicleStatus.READY)))
        .where(Vehicle.id.not_in(leased), Vehicle.id.not_in(_under_way()))
        .order_by(Vehicle.id)
    )
    rows = list(db.session.execute(wanted))
    uses = vehicles.uses_of([row.id for row in rows if row.status is VehicleStatus.READY])
    return [row for row in rows if row.id not in uses]


def _under_way() -> Select[int]:
    link = delivered_vehicles
    wanted = select(link.c.vehicle_id).join(Delivery, Delivery.id == link.c.delivery_id)
    return wanted.where(Delivery.status == DeliveryStatus.UNDER_WAY)


def _own(rows: Sequence[Any], today: date) -> list[OwnCar]:
    lawful = lawful_until_by_vehicle([row.id for row in rows], today)
    return [
        OwnCar(
            row.id,
            row.vehicle_class,
            _spot(row.lat, row.lon),
            row.status is VehicleStatus.READY,
            max(0, (row.available_from - today).days) if row.available_from else 0,
            (lawful[row.id] - today).days if row.id in lawful else None,
        )
        for row in rows
    ]


# Leased cars


def _lease_rows() -> list[Any]:
    """Leases that run, with the day on which the inspection or the compulsory insurance of the car ends first."""
    paper = VehicleDocument
    inspected = func.max(paper.effective_ends_on).filter(paper.kind == DocumentKind.INSPECTION)
    insured = func.max(paper.effective_ends_on).filter(paper.kind == DocumentKind.COMPULSORY_INSURANCE)
    running = select(Lease.vehicle_id).where(Lease.status == LeaseStatus.RUNNING)
    papers = (
        select(paper.vehicle_id, inspected.label("inspected"), insured.label("insured"))
        .where(paper.cancelled_at.is_(None), paper.vehicle_id.in_(running))
        .group_by(paper.vehicle_id)
        .subquery()
    )
    wanted = (
        select(
            Lease.id,
            Lease.vehicle_id,
            Lease.lessee_name.label("lessee"),
            Lease.kept_in_code,
            Lease.return_within_days,
            Vehicle.name,
            Vehicle.vehicle_class,
            (Municipality.prefecture + Municipality.name).label("kept_in"),
            papers.c.inspected,
            papers.c.insured,
        )
        .join(Lease.vehicle)
        .join(Lease.kept_in)
        .outerjoin(papers, papers.c.vehicle_id == Lease.vehicle_id)
        .where(Lease.status == LeaseStatus.RUNNING)
        .where(Vehicle.status.not_in((VehicleStatus.OUT_OF_SERVICE, VehicleStatus.RELEASED)))
        .order_by(Lease.id)
    )
    return list(db.session.execute(wanted))


def _leased(row: Any, today: date) -> LeasedCar:
    lawful_days = (min(row.inspected, row.insured) - today).days if row.inspected and row.insured else None
    return LeasedCar(row.id, row.vehicle_class, row.kept_in_code, row.return_within_days, lawful_days)


# Pledges


def _pledge_rows(code: str, today: date) -> list[Any]:
    """What is left of the pledges that count at a place."""
    left = _left()
    wanted = _standing(
        select(
            Pledge.id,
            Pledge.kind,
            Pledge.vehicle_class,
            Pledge.unit,
            Pledge.lead_time_days,
            Pledge.area,
            left.label("left"),
            _is_doubtful(today).label("is_doubtful"),
            Member.id.label("member_id"),
            Member.name.label("member"),
        ),
        today,
        LAST_DAY,
    )
    return list(db.session.execute(wanted.where(counts_at(code))))


def _promised(row: Any) -> Promised:
    item = Item(row.kind, row.vehicle_class, row.unit)
    return Promised(item, row.left, row.lead_time_days, row.is_doubtful, tuple(row.area), row.id)


def _promised_by_area(today: date, vehicle_class: VehicleClass | None, last_day: int) -> list[Promised]:
    """The cars of all pledges in the country, added up where area, lead time and certainty are the same."""
    doubtful = _is_doubtful(today).label("is_doubtful")
    columns = (Pledge.area, Pledge.lead_time_days, doubtful)
    wanted = _standing(select(*columns, func.sum(_left()).label("left")), today, last_day)
    wanted = wanted.where(Pledge.kind == SupplyKind.VEHICLE).group_by(*columns)
    if vehicle_class:
        wanted = wanted.where(Pledge.vehicle_class == vehicle_class)
    any_car = readiness.car_item(vehicle_class or VehicleClass.KEI_PASSENGER)
    return [
        Promised(any_car, int(row.left), row.lead_time_days, row.is_doubtful, tuple(row.area))
        for row in db.session.execute(wanted)
    ]


_TAKEN = taken_of_pledges().subquery("taken")


def _left() -> ColumnElement[int]:
    return Pledge.quantity - func.coalesce(_TAKEN.c.taken, 0)


def _standing(wanted: Select[*Columns], today: date, last_day: int) -> Select[*Columns]:
    """Pledges of current members that stand today and still do on the day their things arrive, and are not used up."""
    days_left: ColumnElement[int] = Pledge.valid_until - literal(today, Date)  # type: ignore[assignment]
    return (
        wanted.select_from(Pledge)
        .join(Pledge.member)
        .outerjoin(_TAKEN, _TAKEN.c.pledge_id == Pledge.id)
        .where(Pledge.status != PledgeStatus.LAPSED, Member.status == MemberStatus.CURRENT)
        .where(Pledge.valid_from <= today, or_(Pledge.valid_until.is_(None), days_left >= Pledge.lead_time_days))
        .where(Pledge.lead_time_days <= last_day, _left() > 0)
    )


def _is_doubtful(today: date) -> ColumnElement[bool]:
    """`pledges.is_doubtful` as a column."""
    oldest = today - pledge_rules.CONFIRMED_FOR - pledge_rules.GRACE
    return or_(Pledge.confirmed_on.is_(None), Pledge.confirmed_on < oldest)
