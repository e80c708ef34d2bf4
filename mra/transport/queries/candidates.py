"""Whom to ask for a job: volunteers in the order of how well they suit, and firms that pledged to carry cars."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from mra.alliance.models import Member
from mra.alliance.queries import contacts_for_call, pledges_for_place
from mra.alliance.rules.pledges import SupplyKind
from mra.core import clock
from mra.core.db import db
from mra.core.geo import Coordinates, coordinates, distance_km

from ..models import TransportDriver, TransportJob
from ..rules.candidates import LATELY_DAYS, Candidate, Demand, Verdict, ranked
from ..rules.drivers import DriverStatus
from ..rules.offers import OfferStatus
from .drivers import Record, records_of

MOST_SHOWN = 50
NO_RECORD = Record(0, None, 0)


class Suitable(NamedTuple):
    """One volunteer with what speaks for and against asking."""

    driver: TransportDriver
    verdict: Verdict

    @property
    def distance_km(self) -> int | None:
        """From home to the start."""
        distance = self.verdict.candidate.distance_km
        return None if distance is None else round(distance)


class Suitables(NamedTuple):
    """The first of the list, and how many more there are."""

    shown: list[Suitable]
    more: int


def suitable_drivers(job: TransportJob) -> Suitables:
    """Everybody who is active, who fits best first, the first fifty of them."""
    wanted = select(TransportDriver).where(TransportDriver.status == DriverStatus.ACTIVE)
    drivers = {one.id: one for one in db.session.scalars(wanted.options(joinedload(TransportDriver.municipality)))}
    since = clock.today() - timedelta(days=LATELY_DAYS)
    records = records_of(list(drivers), since, job.starts_on) if drivers else {}
    demand = Demand(job.starts_on, job.licence_needed, job.is_manual, job.expected_km)
    start = start_of(job)
    verdicts = ranked((_candidate(one, job, records.get(one.id, NO_RECORD), start) for one in drivers.values()), demand)
    shown = [Suitable(drivers[one.candidate.driver_id], one) for one in verdicts[:MOST_SHOWN]]
    return Suitables(shown, max(0, len(verdicts) - MOST_SHOWN))


def start_of(job: TransportJob) -> Coordinates | None:
    """Where a job begins, as near as we know: the base, else the middle of the municipality."""
    if job.from_base:
        return coordinates(job.from_base.place)
    return coordinates(job.from_municipality.place) if job.from_municipality else None


def _candidate(driver: TransportDriver, job: TransportJob, record: Record, start: Coordinates | None) -> Candidate:
    home = coordinates(driver.municipality.place)
    answers = {offer.status for offer in job.offers if offer.driver_id == driver.id}
    return Candidate(
        driver_id=driver.id,
        licence_class=driver.licence_class,
        is_automatic_only=driver.is_automatic_only,
        licence_expires_on=driver.licence_expires_on,
        is_free=driver.is_free_on(job.starts_on),
        farthest_km=driver.farthest_km,
        distance_km=distance_km(home, start) if home and start else None,
        jobs_lately=record.lately,
        jobs_that_day=record.that_day,
        is_asked=bool(answers & {OfferStatus.ASKED, OfferStatus.TAKEN}),
        has_refused=bool(answers & {OfferStatus.REFUSED, OfferStatus.GIVEN_BACK}),
    )


class Carrier(NamedTuple):
    """A firm that pledged to carry cars here, and whom to ring now."""

    member: Member
    lead_time_days: int
    phone: str | None
    is_asked: bool


def carriers_for(job: TransportJob) -> list[Carrier]:
    """The firms whose pledge of transport reaches the start or the goal today, the fastest first."""
    asked = {offer.member_id for offer in job.offers if offer.status in (OfferStatus.ASKED, OfferStatus.TAKEN)}
    found: dict[int, Carrier] = {}
    for code in (job.from_municipality_code, job.to_municipality_code):
        for pledge in pledges_for_place(code, clock.today(), [SupplyKind.TRANSPORT]) if code else ():
            contacts = contacts_for_call(pledge.member, clock.now())
            phone = next((contact.phone for contact in contacts if contact.phone), None)
            found.setdefault(
                pledge.member_id, Carrier(pledge.member, pledge.lead_time_days, phone, pledge.member_id in asked)
            )
    return sorted(found.values(), key=lambda one: (one.lead_time_days, one.member.name))[:MOST_SHOWN]
