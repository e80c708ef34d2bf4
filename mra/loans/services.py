"""Reserving a car, handing it over, taking it back, cancelling, extending, reminding.

Rows are locked in one order everywhere: base, vehicle, application, request, offer, loan. So desks wait for each other
instead of deadlocking.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from mra.accounts import services as accounts
from mra.allocation import services as allocation
from mra.allocation.models import Offer
from mra.applications.models import Application, CarRequest, Driver
from mra.applications.rules import LicenceKind, needs_family_consent
from mra.core import clock, licence, sealed
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move, move_or_refuse, note
from mra.core.dates import age_on, japanese_date
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters import queries as disasters
from mra.disasters.models import Activation, Base, TermsVersion
from mra.messaging import services as messaging
from mra.vehicles import services as vehicles
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import DOCUMENT_WORDS, OutReason, Transmission, VehicleStatus

from . import queries, rules
from .models import Extension, LicenceCheck, Loan
from .rules import (
    CANCEL_REASON_WORDS,
    CancelReason,
    DriverTold,
    FamilyConsent,
    Fault,
    LicenceSeen,
    LoanStatus,
    PaperState,
)

# Reservation


def accept_offer(offer: Offer, *, handover_at: datetime, by: Actor) -> Loan:
    """An offer is taken up: the car is reserved for a handover time, the request leaves the queue, the SMS confirms it."""
    base, car_request = offer.base, offer.car_request
    # The base's row stands for its desk: two people asking for the last place of a half hour wait here for each other.
    db.session.execute(select(Base.id).where(Base.id == base.id).with_for_update(key_share=True))
    lock(offer.vehicle)
    lock(car_request.application)
    lock(car_request)
    allocation.take(offer, by=by)
    move_or_refuse(car_request, "reserve", "request_not_waiting", by=by)
    _need_ready(offer.vehicle, base)
    _need_slot(base, handover_at)
    terms = disasters.terms_in_force(base.activation)
    loan = Loan(
        activation_id=offer.activation_id,
        request_id=car_request.id,
        vehicle_id=offer.vehicle_id,
        base_id=base.id,
        offer_id=offer.id,
        terms_version_id=terms.id,
        handover_at=handover_at,
        due_at=_due_at(handover_at, terms, offer.vehicle, base, car_request),
    )
    begin(loan, by=by, offer_id=offer.id, handover_at=handover_at)
    _text(loan, "reservation_made", "reserved", when=handover_at, base=base.name)
    return loan


def _need_ready(vehicle: Vehicle, base: Base) -> None:
    if vehicle.status is not VehicleStatus.READY or vehicle.base_id != base.id:
        raise Refused("vehicle_not_free")


def _need_slot(base: Base, handover_at: datetime) -> None:
    day = clock.in_japan(handover_at).date()
    code = rules.slot_fault(
        handover_at,
        slots=queries.slots_of(base, day),
        now=clock.now(),
        today=clock.today(),
        last_on=base.activation.ends_on,
    )
    if code:
        raise Refused(code)
    taken = queries.booked_handovers(base, day, day)
    if not list(rules.free_slots([handover_at], taken, base.handovers_per_slot, clock.now())):
        raise Refused("slot_full")


def due_if_handed_over(loan: Loan, at: datetime) -> datetime:
    """When the car would be due if it were handed over at this moment, under the loan's own terms."""
    return _due_at(at, loan.terms_version, loan.vehicle, loan.base, loan.car_request)


def _due_at(at: datetime, terms: TermsVersion, vehicle: Vehicle, base: Base, car_request: CarRequest) -> datetime:
    due = rules.due_at(
        at,
        days=terms.line(vehicle.vehicle_class).days,
        needed_until=car_request.needed_until,
        limits=(base.activation.ends_on, base.closes_on),
        closes_at=base.closes_at,
        is_open_on=base.is_open_on,
    )
    if due is None:
        raise Refused("no_time_left")
    return due


def cancel(loan: Loan, *, by: Actor, reason: str) -> Loan:
    """A reservation comes to nothing: the car is free, the request waits again at its old place.

    `reason` is a CancelReason or, where staff have their own words, a text; only the code goes into the history.
    """
    if not reason.strip():
        raise Refused("reason_missing")
    code = CancelReason(reason) if reason in set(CancelReason) else None
    lock(loan.vehicle)
    lock(loan.car_request.application)
    move(loan.car_request, "release", by=by)
    move(loan, "cancel", by=by, reason=code)
    loan.cancel_reason = CANCEL_REASON_WORDS[code] if code else reason[:200]
    db.session.flush()
    _text(loan, "reservation_cancelled", "cancelled")
    return loan


# Handover


def hand_over(
    loan: Loan,
    *,
    by: Actor,
    at: datetime,
    odometer_km: int,
    fuel_eighths: int,
    licences: Iterable[LicenceSeen],
    accept_lower_odometer: bool = False,
    family_consent: FamilyConsent | None = None,
) -> Loan:
    """Keys change hands: every driver's licence was seen, the papers reach the due date, the dashboard was read."""
    seen = {one.driver_id: one for one in licences}
    application = loan.car_request.application
    lock(loan.vehicle)
    lock(application)
    due = due_if_handed_over(loan, at)
    last_km = loan.vehicle.odometer_km
    move(loan.car_request, "serve", by=by)
    move(loan, "hand_over", by=by, odometer_km=odometer_km, fuel_eighths=fuel_eighths, driver_ids=sorted(seen))
    loan.handed_over_at, loan.due_at = at, due
    loan.odometer_out_km, loan.fuel_out_eighths = odometer_km, fuel_eighths
    if family_consent:
        _keep_consent(application, family_consent)
    _refuse_first(_handover_faults(loan, seen, at))
    _refuse_first(_odometer_faults(last_km, odometer_km, accept_lower_odometer))
    for driver in application.drivers:
        _keep_licence(loan, driver, seen[driver.id], by=by, at=at)
    loan.vehicle.odometer_km = odometer_km
    db.session.flush()
    return loan


def papers_gate(loan: Loan, *, from_on: date, until: date) -> list[PaperState]:
    """Whether the car's papers allow it to be driven from one day until another."""
    papers = ((one.kind, one.starts_on, one.ends_on, one.driver_scope) for one in loan.vehicle.documents)
    return rules.gate(papers, from_on=from_on, until=until)


def lacks_family_consent(application: Application, day: date) -> bool:
    """Whether somebody of 75 or older will drive and nobody of the family has agreed yet."""
    ages = [age_on(driver.born_on, day) for driver in application.drivers]
    return needs_family_consent(ages) and not application.family_consent_name


def drivers_told(application: Application) -> list[DriverTold]:
    """What the application says of its drivers, for the rules of the handover."""
    return [
        DriverTold(driver.id, driver.name, driver.licence_expires_on, driver.is_automatic_only)
        for driver in application.drivers
    ]


def _handover_faults(loan: Loan, seen: dict[int, LicenceSeen], at: datetime) -> list[Fault]:
    application, day = loan.car_request.application, clock.in_japan(at).date()
    is_manual = loan.vehicle.transmission is Transmission.MT
    faults = [fault for _, fault in rules.licence_faults(drivers_told(application), seen, day=day, is_manual=is_manual)]
    if lacks_family_consent(application, day):
        faults.append(("family_consent_missing", {}))
    gate = papers_gate(loan, from_on=day, until=clock.in_japan(loan.due_at).date())
    return faults + paper_faults(gate, loan.due_at)


def paper_faults(gate: list[PaperState], due: datetime) -> list[Fault]:
    """The refusal that names the papers which end before the car comes back; nothing if the gate is open."""
    missing = rules.missing_papers(gate)
    if not missing:
        return []
    papers = "、".join(DOCUMENT_WORDS[kind] for kind in missing)
    return [("papers_missing", {"papers": papers, "due": japanese_date(clock.in_japan(due).date())})]


def _odometer_faults(last_km: int, read_km: int, is_accepted: bool) -> list[Fault]:
    if is_accepted or read_km >= last_km:
        return []
    return [("odometer_lower", {"last": f"{last_km:,}"})]


def _refuse_first(faults: list[Fault]) -> None:
    for code, facts in faults:
        raise Refused(code, **facts)


def _keep_consent(application: Application, consent: FamilyConsent) -> None:
    application.family_consent_name = consent.name
    application.family_consent_relation = consent.relation
    application.family_consent_phone = consent.phone


def _keep_licence(loan: Loan, driver: Driver, seen: LicenceSeen, *, by: Actor, at: datetime) -> None:
    """The card is truer than the application: what was read on it replaces what was told."""
    driver.licence_number, driver.licence_last_four = sealed.seal(seen.number), seen.number[-4:]
    if seen.expires_on:
        driver.licence_expires_on = seen.expires_on
    if seen.is_automatic_only is not None:
        driver.is_automatic_only = seen.is_automatic_only
    is_foreign = driver.licence_kind is LicenceKind.FOREIGN
    db.session.add(
        LicenceCheck(
            loan_id=loan.id,
            driver_id=driver.id,
            staff_id=by.id,
            seen_at=at,
            method=seen.method,
            check_digit_matches=None if is_foreign else licence.check_digit_matches(seen.number),
        )
    )


# Return


def take_back(
    loan: Loan,
    *,
    by: Actor,
    at: datetime,
    odometer_km: int,
    fuel_eighths: int,
    damage_note: str,
    is_fit: bool,
    accept_lower_odometer: bool = False,
) -> Loan:
    """The car is back: it is free for the next person, or goes out of service if it is not fit."""
    vehicle = loan.vehicle
    lock(vehicle)
    last_km = max(vehicle.odometer_km, loan.odometer_out_km or 0)
    move(loan, "take_back", by=by, odometer_km=odometer_km, fuel_eighths=fuel_eighths, is_fit=is_fit)
    loan.returned_at, loan.odometer_in_km, loan.fuel_in_eighths = at, odometer_km, fuel_eighths
    loan.damage_note, loan.is_odometer_confirmed = damage_note, accept_lower_odometer and odometer_km < last_km
    _refuse_first(_odometer_faults(last_km, odometer_km, accept_lower_odometer))
    if not is_fit and vehicle.status is VehicleStatus.READY:
        vehicles.take_out(vehicle, by=by, reason=OutReason.BREAKDOWN)
    vehicle.odometer_km = odometer_km
    db.session.flush()
    return loan


# Extension


def extend(loan: Loan, *, by: Actor, due_on: date, reason: str) -> Extension:
    """A running loan gets a new due date, if its own terms and the car's papers allow it."""
    if not reason.strip():
        raise Refused("reason_missing")
    lock(loan.vehicle)
    lock(loan)
    if loan.status is not LoanStatus.ON_LOAN:
        raise Refused("somebody_was_faster")
    _refuse_first(extension_faults(loan, due_on))
    due_before = loan.due_at
    loan.due_at = _closing(loan.base, due_on)
    made = Extension(
        loan_id=loan.id, due_before=due_before, due_after=loan.due_at, reason=reason, created_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    note(loan, "extend", by=by, due_before=due_before, due_after=loan.due_at)
    _text(loan, "loan_extended", f"due-{due_on}", due=loan.due_at)
    return made


def extension_faults(loan: Loan, due_on: date) -> list[Fault]:
    """Why this loan cannot be extended to this day; nothing if it can."""
    line = loan.terms_version.line(loan.vehicle.vehicle_class)
    faults = rules.extension_faults(
        due_on,
        due_before=clock.in_japan(loan.due_at).date(),
        today=clock.today(),
        days=line.days,
        is_renewable=line.is_renewable,
        last_on=last_day_of(loan.base),
        is_open_on=loan.base.is_open_on,
    )
    gate = papers_gate(loan, from_on=clock.today(), until=due_on)
    return faults or paper_faults(gate, _closing(loan.base, due_on))


def longest_extension(loan: Loan) -> date | None:
    """The latest day to which the loan can be extended now; None where it cannot be."""
    line = loan.terms_version.line(loan.vehicle.vehicle_class)
    due_on = clock.in_japan(loan.due_at).date()
    first_on = max(due_on, clock.today())
    covered = [state.covered_until or date.min for state in papers_gate(loan, from_on=clock.today(), until=first_on)]
    limits = [first_on + timedelta(days=line.days), *covered, *filter(None, [last_day_of(loan.base)])]
    day = rules.last_open_day(due_on, min(limits), loan.base.is_open_on)
    return day if day and line.is_renewable and not extension_faults(loan, day) else None


def _closing(base: Base, day: date) -> datetime:
    return datetime.combine(day, base.closes_at, clock.JAPAN)


def last_day_of(base: Base) -> date | None:
    """The last day on which a car of this base can be with a borrower."""
    activation: Activation = base.activation
    return min(filter(None, [activation.ends_on, base.closes_on]), default=None)


# Reminders and texts


def remind_due() -> int:
    """Tell borrowers that their car is due soon: in the daytime, once per loan and due date; returns how many loans."""
    hour = clock.in_japan(clock.now()).hour
    if not rules.REMIND_FROM_HOUR <= hour < rules.REMIND_UNTIL_HOUR:
        return 0
    reminded = list(queries.soon_due())
    for loan in reminded:
        due_on = clock.in_japan(loan.due_at).date()
        _text(loan, "due_soon", f"due-soon-{due_on}", due=loan.due_at)
    return len(reminded)


def _text(loan: Loan, template: str, occasion: str, **values: Any) -> None:
    """Promise an SMS to the applicant, with the private link to their application and the activation's phone number."""
    application = loan.car_request.application
    link = accounts.newest_link("application", application.id)
    messaging.promise_text(
        template,
        phone=application.phone,
        can_sms=application.can_sms,
        subject_kind="application",
        subject_id=application.id,
        activation_id=loan.activation_id,
        key=f"loan-{loan.id}-{occasion}",
        link_id=link.id if link else None,
        help_phone=application.activation.help_phone,
        **values,
    )
