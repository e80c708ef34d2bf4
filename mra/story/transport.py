"""Cars on their way: volunteers between Kyushu and the bases, and drives in every state."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from mra.core import clock
from mra.core.actor import PUBLIC, Actor
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.phone import PhoneKind, PhoneNumber
from mra.disasters.models import Base
from mra.transport import services
from mra.transport.models import TransportDriver, TransportJob
from mra.transport.plans import JobPlan, Place
from mra.transport.rules.drivers import Channel
from mra.transport.rules.drives import WayHome
from mra.transport.rules.expenses import ExpenseKind
from mra.transport.rules.licences import LicenceClass, licence_for
from mra.transport.rules.offers import RefusalReason
from mra.vehicles.models import Lease, Vehicle
from mra.vehicles.rules import VehicleStatus

from . import places

# Name, reading, licence, AT only, days of the week, how far, seats in the own car.
VOLUNTEERS = (
    ("松本 健一", "マツモト ケンイチ", LicenceClass.MEDIUM_8T, False, (5, 6), 800, 3),
    ("岩永 美咲", "イワナガ ミサキ", LicenceClass.STANDARD, True, (0, 2, 4, 5), 200, 0),
    ("坂本 隆", "サカモト タカシ", LicenceClass.MEDIUM, False, (0, 1, 2, 3, 4, 5, 6), 3000, 0),
    ("濱田 直美", "ハマダ ナオミ", LicenceClass.SEMI_MEDIUM_5T, False, (1, 3, 5, 6), 400, 4),
    ("木村 翔太", "キムラ ショウタ", LicenceClass.STANDARD, False, (5, 6), 100, 0),
    ("吉田 節子", "ヨシダ セツコ", LicenceClass.MEDIUM_8T, False, (0, 1, 2, 3, 4), 200, 0),
    ("林田 大輔", "ハヤシダ ダイスケ", LicenceClass.LARGE, False, (0, 1, 2, 3, 4, 5, 6), 800, 0),
    ("小林 陽子", "コバヤシ ヨウコ", LicenceClass.STANDARD, False, (6,), 50, 0),
)
# Rung, not written to: so what this one drove in the past days sent no text that would stand among those of today.
WITH_A_LANDLINE = 2
RESTING, WAITING_FOR_A_LOOK = 5, frozenset({6, 7})
FIRST_PHONE = 9_000
LICENCE_NUMBER = "309012345620"
JOBS = 8


def tell(bases: list[Base], *, staff: Actor, rounds: int = 1) -> dict[str, int]:
    """Volunteers register, and cars that were promised or are on the road are driven by some of them."""
    drivers = [_volunteer(number, staff) for number in range(len(VOLUNTEERS) * rounds)]
    promised = _cars(VehicleStatus.PROMISED, (JOBS - 1) * rounds)
    on_the_road = _cars(VehicleStatus.IN_TRANSIT, 1)
    told_of = zip(TOLD_OF_PROMISED_CARS * rounds, promised, strict=False)
    made = [tell_of(car, bases, drivers, staff) for tell_of, car in told_of]
    made += [_late(car, bases, drivers, staff) for car in on_the_road]
    db.session.flush()
    return {"drivers": len(drivers), "transport jobs": len(made)}


def _volunteer(number: int, staff: Actor) -> TransportDriver:
    of_their_kind = number % len(VOLUNTEERS)
    name, kana, licence, is_automatic_only, weekdays, farthest_km, seats = VOLUNTEERS[of_their_kind]
    facts = services.DriverFacts(
        name=name,
        kana=kana,
        phone=_phone(number),
        email=None if number == WITH_A_LANDLINE else f"driver{number + 1}@example.jp",
        municipality_code=places.TOWNS[number % len(places.TOWNS)].code,
        licence_class=licence,
        is_automatic_only=is_automatic_only,
        licence_expires_on=date(clock.today().year + 2, 5, 2),
        licence_number=LICENCE_NUMBER,
        free_weekdays=weekdays,
        free_on=(),
        busy_on=(),
        farthest_km=farthest_km,
        has_own_car=seats > 0,
        companion_seats=seats,
    )
    driver = services.register(facts, submission_key=UUID(int=number + 1), channel=Channel.WEB, by=PUBLIC)
    if of_their_kind not in WAITING_FOR_A_LOOK:
        services.approve(
            driver,
            licence_number=None,
            licence_class=licence,
            licence_expires_on=driver.licence_expires_on,
            is_automatic_only=is_automatic_only,
            staff_id=staff.id or 0,
            by=staff,
        )
    if of_their_kind == RESTING:
        services.pause(driver, by=staff)
    return driver


def _phone(number: int) -> PhoneNumber:
    if number == WITH_A_LANDLINE:
        return PhoneNumber(f"+8196{FIRST_PHONE + number:07}", PhoneKind.LANDLINE)
    return PhoneNumber(f"+8190{FIRST_PHONE + number:08}", PhoneKind.MOBILE)


def _cars(status: VehicleStatus, limit: int) -> list[Vehicle]:
    """Cars that anybody with an ordinary licence may drive on the coming days."""
    wanted = select(Vehicle).where(Vehicle.status == status, ~exists().where(Lease.vehicle_id == Vehicle.id))
    found = db.session.scalars(wanted.options(selectinload(Vehicle.documents)).order_by(Vehicle.id))
    until = clock.today() + timedelta(days=14)
    ordinary = (car for car in found if licence_for(car.vehicle_class, car.seats) is LicenceClass.STANDARD)
    return [car for car in ordinary if (lawful := car.lawful_until()) and lawful >= until][:limit]


def _plan(car: Vehicle, base: Base | None, in_days: int, staff: Actor, **values: object) -> TransportJob:
    """A drive from a donor's home; to the garage where no base is named."""
    town = places.TOWNS[car.id % len(places.TOWNS)]
    start = Place(
        "寄付された方のご自宅", f"{town.municipality}本町{car.id % 9 + 1}-1", town.code, None, "鍵は玄関でお渡しします"
    )
    goal = Place.of_base(base) if base else Place("天草整備工場", "東町3-3", town.code, "+81969000001")
    day = clock.today() + timedelta(days=in_days)
    plan = JobPlan(start=start, goal=goal, starts_on=day, expected_km=90 + car.id % 5 * 20, expenses_limit_yen=8_000)
    named = {**plan.__dict__, **values}
    return services.plan_job(car, JobPlan(**named), by=staff, submission_key=UUID(int=1_000 + car.id))


def _asked(car: Vehicle, bases: list[Base], drivers: list[TransportDriver], staff: Actor) -> TransportJob:
    """Two were asked this morning and have not answered."""
    job = _plan(car, bases[0], 3, staff, way_home=WayHome.SEAT)
    services.ask(job, [drivers[0], drivers[3]], deadline_at=clock.now() + timedelta(hours=20), by=staff)
    return job


def _open(car: Vehicle, bases: list[Base], _drivers: list[TransportDriver], staff: Actor) -> TransportJob:
    """Nobody was asked yet."""
    return _plan(car, bases[-1], 1, staff)


def _taken(car: Vehicle, bases: list[Base], drivers: list[TransportDriver], staff: Actor) -> TransportJob:
    """Somebody drives, and needs a seat home."""
    job = _plan(car, bases[0], 3, staff, way_home=WayHome.SEAT, is_toll_free=True)
    services.assign(job, drivers[4], by=staff)
    return job


def _taken_too(car: Vehicle, bases: list[Base], drivers: list[TransportDriver], staff: Actor) -> TransportJob:
    """Somebody drives with a companion car that has one seat for others."""
    job = _plan(car, bases[0], 3, staff, way_home=WayHome.COMPANION, seats_home=1)
    services.assign(job, drivers[0], by=staff)
    return job


def _refused(car: Vehicle, bases: list[Base], drivers: list[TransportDriver], staff: Actor) -> TransportJob:
    """The one who was asked cannot: somebody else has to be found."""
    job = _plan(car, bases[1 % len(bases)], 2, staff)
    [(offer, _told)] = services.ask(job, [drivers[3]], deadline_at=clock.now() + timedelta(hours=8), by=staff)
    services.refuse(offer, why=RefusalReason.DISTANCE, by=Actor(staff.kind, staff.id))
    return job


def _to_the_garage(car: Vehicle, _bases: list[Base], drivers: list[TransportDriver], staff: Actor) -> TransportJob:
    """Driven two days ago, with what it cost still to be paid back."""
    with clock.stopped(_hour(-2, 9)):
        job = _plan(car, None, 0, staff, way_home=WayHome.TRAIN)
        services.assign(job, drivers[WITH_A_LANDLINE], by=staff)
        services.depart(job, by=staff, odometer_km=car.odometer_km)
    with clock.stopped(_hour(-2, 13)):
        services.arrive(job, by=staff, odometer_km=car.odometer_km + (job.expected_km or 0))
        services.claim(job, kind=ExpenseKind.FUEL, yen=2_800, has_receipt=True, by=staff)
        services.claim(job, kind=ExpenseKind.FARE, yen=1_340, has_receipt=True, by=staff)
    return job


def _late(car: Vehicle, bases: list[Base], drivers: list[TransportDriver], staff: Actor) -> TransportJob:
    """On the road since yesterday morning, and nobody has heard of it."""
    with clock.stopped(_hour(-1, 8)):
        job = _plan(car, bases[0], 0, staff, way_home=WayHome.TRAIN)
        services.assign(job, drivers[WITH_A_LANDLINE], by=staff)
        services.depart(job, by=staff, odometer_km=car.odometer_km)
    return job


def _cancelled(car: Vehicle, bases: list[Base], _drivers: list[TransportDriver], staff: Actor) -> TransportJob:
    """The car is brought by its donor after all."""
    job = _plan(car, bases[0], 4, staff)
    services.cancel_job(job, by=staff, reason="寄付された方が直接運んでくださることになった")
    return job


TOLD_OF_PROMISED_CARS = (_asked, _open, _taken, _taken_too, _refused, _to_the_garage, _cancelled)


def _hour(days: int, hour: int) -> datetime:
    moment = clock.in_japan(clock.now()) + timedelta(days=days)
    return moment.replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=JAPAN)
