"""Reads of donations: the list with what needs doing next on top, one case, open calls, a car's origin."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true, tuple_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from mra.core import clock
from mra.core.application_number import parse_number
from mra.core.db import db
from mra.core.text import FormatFault, digits
from mra.transport.plans import Origin
from mra.vehicles.models import Vehicle
from mra.vehicles.plates import parse_plate
from mra.vehicles.rules import VehicleStatus
from mra.vehicles.services.life import LifeEntry, LifeKind

from .models import Appeal, Donation, DonationPaper
from .rules import HANDING_WORDS, NUMBER_LETTER, AppealStatus, DonationStatus, Handing, PaperKind, PaperStatus, Use
from .rules.judging import USE_WORDS
from .rules.lifecycles import OPEN
from .rules.papers import HOLDS_MONTHS, OPTIONAL, OURS, RUNS_OUT_SOON

PAGE_ROWS = 50
D = DonationStatus
ENDED = frozenset(DonationStatus) - OPEN
ON_ITS_WAY = (VehicleStatus.PROMISED, VehicleStatus.IN_TRANSIT)


def standing_appeal() -> Appeal | None:
    """The call that is always open."""
    return db.session.scalar(select(Appeal).where(Appeal.is_standing))


def open_appeals() -> list[Appeal]:
    """The calls by which cars are taken today, the newest first; the standing one last."""
    today = clock.today()
    is_open = and_(
        Appeal.status == AppealStatus.OPEN,
        Appeal.opens_on <= today,
        or_(Appeal.closes_on.is_(None), Appeal.closes_on >= today),
    )
    query = select(Appeal).where(or_(Appeal.is_standing, is_open)).options(selectinload(Appeal.versions))
    return list(db.session.scalars(query.order_by(Appeal.is_standing, Appeal.id.desc())))


def all_appeals() -> list[tuple[Appeal, int]]:
    """Every call with how many donations came by it, in one statement for the calls and one for their limits."""
    number = select(func.count()).where(Donation.appeal_id == Appeal.id).scalar_subquery()
    query = (
        select(Appeal, number)
        .options(selectinload(Appeal.versions))
        .order_by(Appeal.is_standing.desc(), Appeal.id.desc())
    )
    return [(appeal, count) for appeal, count in db.session.execute(query)]


@dataclass(frozen=True)
class Filters:
    """What of the donations is asked for."""

    shelf: str = "open"
    search: str = ""


@dataclass(frozen=True)
class DonationPage:
    """Fifty donations, and the place from which the next page goes on."""

    donations: list[Donation]
    after: str | None


def _arrived() -> ColumnElement[bool]:
    return and_(Donation.status == D.ACCEPTED, Vehicle.status.not_in(ON_ITS_WAY))


def _paper(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(DonationPaper.donation_id == Donation.id, *conditions)


def _waits_for_papers() -> ColumnElement[bool]:
    return _paper(
        DonationPaper.status.in_((PaperStatus.MISSING, PaperStatus.SENT_BACK)),
        DonationPaper.kind.not_in(OURS | OPTIONAL),
    )


def runs_out() -> ColumnElement[bool]:
    """A certificate is here that runs out soon, or before the planned name change; as `papers.expiry` says it."""
    today = clock.today()
    ends = []
    for kind, months in HOLDS_MONTHS.items():
        # In the database's words: a month has as many days as the calendar gives it, as in `months_after`.
        until = DonationPaper.issued_on + func.make_interval(0, months)
        is_short = or_(until <= today + RUNS_OUT_SOON, until < Donation.planned_name_change_on)
        ends.append(and_(DonationPaper.kind == kind, is_short))
    return and_(Donation.status.in_(OPEN), _paper(DonationPaper.status == PaperStatus.RECEIVED, or_(*ends)))


def _rank() -> ColumnElement[int]:
    """What needs doing next stands on top; what waits for others below; what is over at the end."""
    return case(
        (Donation.status == D.RECEIVED, 1),
        (_arrived(), 2),
        (runs_out(), 3),
        (and_(Donation.status == D.PREPARING, ~_waits_for_papers()), 4),
        (and_(Donation.status == D.ACCEPTED, Vehicle.status == VehicleStatus.PROMISED), 5),
        (Donation.status.in_(OPEN), 6),
        else_=9,
    )


def _place() -> ColumnElement[int]:
    """Among those that wait the oldest first, among those that are over the newest."""
    return case((Donation.status.in_(ENDED), -Donation.id), else_=Donation.id)


SHELVES: dict[str, Any] = {
    "open": lambda: Donation.status.in_(OPEN),
    "received": lambda: Donation.status == D.RECEIVED,
    "preparing": lambda: Donation.status == D.PREPARING,
    "coming": lambda: and_(Donation.status == D.ACCEPTED, Vehicle.status.in_(ON_ITS_WAY)),
    "arrived": _arrived,
    "running_out": runs_out,
    "recycling": lambda: Donation.status == D.RECYCLING,
    "done": lambda: Donation.status.in_((D.COMPLETED, D.RECYCLED)),
    "ended": lambda: Donation.status.in_((D.DECLINED, D.WITHDRAWN)),
    "all": true,
}


def donation_page(filters: Filters, *, after: str | None = None) -> DonationPage:
    """One page of a shelf, or of what a search found among all."""
    rank, place = _rank(), _place()
    query = (
        select(Donation, rank, place)
        .outerjoin(Donation.vehicle)
        .options(contains_eager(Donation.vehicle), joinedload(Donation.appeal))
        .options(selectinload(Donation.papers))
        .order_by(rank, place)
        .limit(PAGE_ROWS + 1)
    )
    query = query.where(_found_by(filters.search) if filters.search else SHELVES[filters.shelf]())
    if edge := _edge(after):
        query = query.where(tuple_(rank, place) > tuple_(*edge))
    rows = db.session.execute(query).all()
    shown = rows[:PAGE_ROWS]
    last = f"{shown[-1][1]}_{shown[-1][2]}" if len(rows) > PAGE_ROWS else None
    return DonationPage([row[0] for row in shown], last)


def _edge(after: str | None) -> tuple[int, int] | None:
    first, _, second = (after or "").partition("_")
    try:
        rank, place = int(first), int(second)
    except ValueError:
        return None
    return (rank, place) if abs(place) < 2**62 and abs(rank) < 100 else None


def _found_by(search: str) -> ColumnElement[bool]:
    """By the donation's number, a whole plate, the number on the plate, or the chassis number."""
    serial = parse_number(search, NUMBER_LETTER)
    if serial is not None:
        return Donation.serial == serial
    try:
        plate = parse_plate(search)
    except FormatFault:
        pass
    else:
        return and_(
            Donation.plate_area == plate.area,
            Donation.plate_class == plate.class_number,
            Donation.plate_kana == plate.kana,
            Donation.plate_serial == plate.serial,
        )
    typed = digits(search)
    is_chassis = Donation.chassis_number == search.strip().upper()
    return or_(is_chassis, Donation.plate_serial == int(typed)) if 0 < len(typed) <= 4 else is_chassis


def counts() -> dict[str, int]:
    """How many stand on each shelf, in one statement."""
    columns = [func.count().filter(condition()).label(shelf) for shelf, condition in SHELVES.items()]
    row = db.session.execute(select(*columns).select_from(Donation).outerjoin(Donation.vehicle)).one()
    return dict(row._mapping)


def donation_in_full(donation_id: int) -> Donation | None:
    """A donation with everything its pages show."""
    return db.session.scalar(_in_full().where(Donation.id == donation_id))


def _in_full() -> Select[Donation]:
    return select(Donation).options(
        joinedload(Donation.appeal),
        joinedload(Donation.limits_version),
        joinedload(Donation.municipality),
        joinedload(Donation.member),
        joinedload(Donation.vehicle).joinedload(Vehicle.base),
        selectinload(Donation.papers),
    )


def paper_of(donation_id: int, kind: str) -> DonationPaper | None:
    """One paper of a donation's list."""
    known = next((one for one in PaperKind if one.value == kind), None)
    if known is None:
        return None
    wanted = select(DonationPaper).where(DonationPaper.donation_id == donation_id, DonationPaper.kind == known)
    return db.session.scalar(wanted)


def donation_of_vehicle(vehicle_id: int) -> Donation | None:
    """The donation that a car came by, the newest if it came twice."""
    given = _in_full().where(Donation.vehicle_id == vehicle_id)
    return db.session.scalar(given.order_by(Donation.id.desc()).limit(1))


def origin_of(vehicle_id: int) -> Origin | None:
    """Where a donated car stands until it comes to us; None where nobody gave it."""
    donation = donation_of_vehicle(vehicle_id)
    if donation is None:
        return None
    home = f"{donation.municipality.full_name}{donation.address}"
    note = HANDING_WORDS[donation.handing] if donation.handing is Handing.LAST_DRIVE else ""
    return Origin(
        name=donation.donor_name,
        address=donation.stands_at or home,
        # Of another place than the donor's home the town is in the words only.
        municipality_code=None if donation.stands_at else donation.municipality_code,
        phone=donation.phone,
        note=note,
    )


def donations_of_members(member_ids: Collection[int]) -> dict[int, int]:
    """How many cars each of these partners gave; those that were declined or withdrawn do not count."""
    given = (
        select(Donation.member_id, func.count())
        .where(Donation.member_id.in_(member_ids), Donation.status.not_in((D.DECLINED, D.WITHDRAWN)))
        .group_by(Donation.member_id)
    )
    return {int(member_id): count for member_id, count in db.session.execute(given) if member_id is not None}


def life_of(vehicle_id: int) -> list[LifeEntry]:
    """Where a car came from, and when it was offered. No word about the donor; the car itself tells since when it is ours."""
    given = select(Donation).where(Donation.vehicle_id == vehicle_id).order_by(Donation.id)
    return [_entry(donation) for donation in db.session.scalars(given)]


def _entry(donation: Donation) -> LifeEntry:
    kind = "会社・団体" if donation.organisation else "個人"
    return LifeEntry(
        clock.in_japan(donation.received_at).date(),
        LifeKind.ORIGIN,
        f"{kind}からの寄付（{donation.number}）",
        detail=USE_WORDS[Use(donation.use)],
        odometer_km=donation.odometer_km,
        path=f"/donations/{donation.id}",
    )
