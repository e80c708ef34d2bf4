"""A car in Shizuoka, a base in Amakusa, and volunteers between them."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from mra.alliance.models import Municipality
from mra.core import clock
from mra.core.actor import SYSTEM, Actor, ActorKind
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.geo import point
from mra.core.phone import PhoneKind, PhoneNumber
from mra.disasters.models import Base
from mra.transport import services
from mra.transport.models import TransportDriver, TransportJob, TransportOffer
from mra.transport.plans import JobPlan, Place
from mra.transport.rules.drivers import Channel
from mra.transport.rules.licences import LicenceClass
from mra.transport.services import DriverFacts
from mra.vehicles.models import Vehicle
from tests import factories

BY = Actor(ActorKind.STAFF, 1)
DRIVER = Actor(ActorKind.DRIVER, 1)
LICENCE = "309012345620"
# The story's day is a Tuesday; the drive is on Saturday.
SATURDAY = date(2026, 8, 22)
EVERY_DAY = tuple(range(7))
_numbers = count(1)


def place_of(code: str = "43215", name: str = "天草市", prefecture: str = "熊本県", at: Any = None) -> Municipality:
    """A municipality with its place."""
    made = factories.municipality(code, name, prefecture)
    if at:
        made.place = point(*at)
        db.session.flush()
    return made


def facts(**values: Any) -> DriverFacts:
    """What Matsumoto Ken tells of himself."""
    number = next(_numbers)
    told: dict[str, Any] = {
        "name": f"松本 健{number}",
        "kana": "マツモト ケン",
        "phone": PhoneNumber(f"+81900000{number:04}", PhoneKind.MOBILE),
        "email": f"ken{number}@example.jp",
        "municipality_code": factories.municipality().code,
        "licence_class": LicenceClass.STANDARD,
        "is_automatic_only": False,
        "licence_expires_on": date(2029, 5, 2),
        "licence_number": LICENCE,
        "free_weekdays": EVERY_DAY,
        "free_on": (),
        "busy_on": (),
        "farthest_km": 800,
        "has_own_car": False,
        "companion_seats": 0,
    }
    return DriverFacts(**(told | values))


def driver(*, is_approved: bool = True, **values: Any) -> TransportDriver:
    """A volunteer, with the licence checked unless told otherwise."""
    made = services.register(facts(**values), submission_key=uuid4(), channel=Channel.WEB, by=SYSTEM)
    if is_approved:
        services.approve(
            made,
            licence_number=None if made.licence_number else LICENCE,
            licence_class=made.licence_class,
            licence_expires_on=made.licence_expires_on,
            is_automatic_only=made.is_automatic_only,
            staff_id=factories.staff_member().id,
            by=BY,
        )
    return made


def to_base() -> Base:
    """The base in Amakusa, made anew with its support."""
    return factories.base(factories.activation(slug=f"support-{next(_numbers)}"))


def plan(goal: Base | None = None, **values: Any) -> JobPlan:
    """From a donor's home in Amakusa to a base on Saturday morning."""
    decided: dict[str, Any] = {
        "start": Place("寄付者宅", "天草市本町1-1", factories.municipality().code, "+819000009999", "鍵は玄関"),
        "goal": Place.of_base(goal) if goal else Place("整備工場", "天草市中央町2-2", factories.municipality().code),
        "starts_on": SATURDAY,
        "departs_from": time(9, 0),
        "departs_until": time(11, 0),
        "expected_km": 120,
        "expenses_limit_yen": 10_000,
    }
    return JobPlan(**(decided | values))


def job(vehicle: Vehicle | None = None, goal: Base | None = None, **values: Any) -> TransportJob:
    """A promised car that is to be fetched."""
    return services.plan_job(vehicle or factories.vehicle(), plan(goal or to_base(), **values), by=BY)


def asked(of: TransportJob, *people: Any, deadline_at: datetime | None = None) -> list[TransportOffer]:
    """These people are asked for a day."""
    until = deadline_at or clock.now() + timedelta(hours=24)
    return [offer for offer, _ in services.ask(of, people, deadline_at=until, by=BY)]


def taken(of: TransportJob | None = None, by: TransportDriver | None = None) -> TransportOffer:
    """Somebody drives."""
    return services.assign(of or job(), by or driver(), by=BY)


def on_the_day(hour: int = 9) -> Any:
    """The clock on Saturday."""
    return clock.stopped(datetime.combine(SATURDAY, time(hour), JAPAN))


def under_way(of: TransportJob | None = None, odometer_km: int = 40_000) -> TransportJob:
    """A car that left on Saturday morning."""
    made = taken(of).job
    with on_the_day():
        services.depart(made, by=BY, odometer_km=odometer_km)
    return made
