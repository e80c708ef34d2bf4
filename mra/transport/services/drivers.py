"""Volunteers: registered, looked at, asked to rest or to leave."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.phone import PhoneNumber
from mra.core.sealed import seal
from mra.core.text import search_key

from .. import queries
from ..models import TransportDriver
from ..rules.drivers import CONSENT_VERSION, Channel, DriverStatus
from ..rules.licences import LicenceClass
from ..rules.offers import CloseReason
from .closing import close_offer
from .telling import tell_driver

SAME_MOMENT = timedelta(minutes=2)


@dataclass(frozen=True)
class DriverFacts:
    """What a volunteer tells of themselves; the licence number may come later, from the card."""

    name: str
    kana: str
    phone: PhoneNumber
    email: str | None
    municipality_code: str
    licence_class: LicenceClass
    is_automatic_only: bool
    licence_expires_on: date
    licence_number: str | None
    free_weekdays: tuple[int, ...]
    free_on: tuple[date, ...]
    busy_on: tuple[date, ...]
    farthest_km: int
    has_own_car: bool
    companion_seats: int
    remarks: str = ""


def register(facts: DriverFacts, *, submission_key: UUID, channel: Channel, by: Actor) -> TransportDriver:
    """Take a volunteer's registration; the same form sent twice, or the same person once more, is one registration.

    They are told by a message with the link to their own page, so nobody else learns whether they were registered.
    """
    known = queries.driver_of_submission(submission_key)
    if known:
        return known
    key = search_key(facts.name) + " " + search_key(facts.kana)
    known = queries.registered_person(facts.phone.e164, key)
    if known:
        _send_page_again(known)
        return known
    driver = TransportDriver(
        submission_key=submission_key,
        channel=channel,
        registered_at=clock.now(),
        entered_by_staff_id=by.id if channel is Channel.PHONE else None,
        consent_version=CONSENT_VERSION,
        version=1,
    )
    _write(driver, facts)
    begin(driver, by=by, channel=channel)
    tell_driver(driver, "driver_registered")
    return driver


def _send_page_again(driver: TransportDriver) -> None:
    newest = accounts.newest_link("driver", driver.id)
    if newest is None or newest.created_at < clock.now() - SAME_MOMENT:
        tell_driver(driver, "driver_registered", occasion=f"again-{clock.today()}")


def _write(driver: TransportDriver, facts: DriverFacts) -> None:
    driver.name, driver.kana = facts.name, facts.kana
    driver.name_key = search_key(facts.name) + " " + search_key(facts.kana)
    driver.phone, driver.can_sms, driver.email = facts.phone.e164, facts.phone.can_sms, facts.email
    driver.municipality_code = facts.municipality_code
    driver.licence_class, driver.is_automatic_only = facts.licence_class, facts.is_automatic_only
    driver.licence_expires_on = facts.licence_expires_on
    if facts.licence_number:
        driver.licence_number, driver.licence_last_four = seal(facts.licence_number), facts.licence_number[-4:]
    driver.free_weekdays = sorted(facts.free_weekdays)
    driver.free_on, driver.busy_on = sorted(facts.free_on), sorted(facts.busy_on)
    driver.farthest_km = facts.farthest_km
    driver.has_own_car, driver.companion_seats = facts.has_own_car, facts.companion_seats
    driver.remarks = facts.remarks


def change(driver: TransportDriver, facts: DriverFacts, *, version: int, by: Actor) -> None:
    """Write down what changed. Whoever got another licence is looked at again before they drive."""
    lock(driver)
    if driver.status is DriverStatus.LEFT:
        raise Refused("driver_left")
    if driver.version != version:
        raise Refused("driver_changed")
    _write(driver, facts)
    driver.version += 1
    note(driver, "change", by=by)
    db.session.flush()
    db.session.expire(driver, ["municipality"])


def change_availability(
    driver: TransportDriver,
    *,
    free_weekdays: tuple[int, ...],
    free_on: tuple[date, ...],
    busy_on: tuple[date, ...],
    farthest_km: int,
    has_own_car: bool,
    companion_seats: int,
    by: Actor,
) -> None:
    """A volunteer says on their own page when and how far they can drive."""
    lock(driver)
    if driver.status is DriverStatus.LEFT:
        raise Refused("driver_left")
    driver.free_weekdays, driver.free_on, driver.busy_on = sorted(free_weekdays), sorted(free_on), sorted(busy_on)
    driver.farthest_km, driver.has_own_car, driver.companion_seats = farthest_km, has_own_car, companion_seats
    driver.version += 1
    note(driver, "change", by=by)
    db.session.flush()


def approve(
    driver: TransportDriver,
    *,
    licence_number: str | None,
    licence_class: LicenceClass,
    licence_expires_on: date,
    is_automatic_only: bool,
    staff_id: int,
    by: Actor,
) -> None:
    """Somebody of the secretariat saw the licence: from now on jobs are offered."""
    move(driver, "approve", by=by)
    _check_licence(driver, licence_number, licence_class, licence_expires_on, is_automatic_only, staff_id)
    tell_driver(driver, "driver_approved")


def check_licence(
    driver: TransportDriver,
    *,
    licence_number: str | None,
    licence_class: LicenceClass,
    licence_expires_on: date,
    is_automatic_only: bool,
    staff_id: int,
    by: Actor,
) -> None:
    """A renewed licence was seen."""
    lock(driver)
    if driver.status is DriverStatus.LEFT:
        raise Refused("driver_left")
    note(driver, "check_licence", by=by)
    _check_licence(driver, licence_number, licence_class, licence_expires_on, is_automatic_only, staff_id)


def _check_licence(
    driver: TransportDriver,
    number: str | None,
    licence_class: LicenceClass,
    expires_on: date,
    is_automatic_only: bool,
    staff_id: int,
) -> None:
    if number is None and driver.licence_number is None:
        raise Refused("licence_check_incomplete")
    if expires_on < clock.today():
        raise Refused("licence_already_expired")
    if number:
        driver.licence_number, driver.licence_last_four = seal(number), number[-4:]
    driver.licence_class, driver.licence_expires_on = licence_class, expires_on
    driver.is_automatic_only = is_automatic_only
    driver.licence_checked_at, driver.licence_checked_by_staff_id = clock.now(), staff_id
    db.session.flush()


def pause(driver: TransportDriver, *, by: Actor) -> None:
    """No jobs are offered for now; those that were taken stay."""
    move(driver, "pause", by=by)
    db.session.flush()


def resume(driver: TransportDriver, *, by: Actor) -> None:
    """Jobs are offered again."""
    move(driver, "resume", by=by)
    db.session.flush()


def withdraw(driver: TransportDriver, *, by: Actor) -> None:
    """A volunteer leaves the list; the number of the licence is erased at once."""
    _leave(driver, "withdraw", "", by)


def remove(driver: TransportDriver, *, by: Actor, reason: str) -> None:
    """Staff take somebody off the list, for a reason that is kept."""
    if not reason.strip():
        raise Refused("job_needs_reason")
    _leave(driver, "remove", reason.strip(), by)


def _leave(driver: TransportDriver, action: str, reason: str, by: Actor) -> None:
    # Offers are locked through their jobs, and always before the driver: the other way round two people could wait in a circle.
    for offer in queries.asked_offers_of(driver.id):
        lock(offer.job)
    if queries.has_unfinished_job(driver.id):
        raise Refused("driver_has_a_job")
    move(driver, action, by=by)
    driver.licence_number, driver.licence_last_four = None, ""
    driver.left_reason = reason
    db.session.flush()
    for offer in queries.asked_offers_of(driver.id):
        close_offer(offer, CloseReason.DRIVER_LEFT, by=by)


def send_page_again(driver: TransportDriver, *, by: Actor) -> int:
    """The link to the own page was lost: a new one is sent, the old one works no more."""
    lock(driver)
    if driver.status is DriverStatus.LEFT:
        raise Refused("driver_left")
    newest = accounts.newest_link("driver", driver.id)
    if newest and newest.created_at > clock.now() - SAME_MOMENT:
        raise Refused("driver_link_sent_just_now")
    accounts.revoke_links("driver", driver.id)
    note(driver, "renew_link", by=by)
    db.session.flush()
    return tell_driver(driver, "driver_registered", occasion=f"again-{clock.now():%Y%m%d%H%M%S}")
