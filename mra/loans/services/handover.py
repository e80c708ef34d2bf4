"""Keys change hands, after everything was looked at that the law and the association ask for."""

from collections.abc import Iterable
from datetime import date, datetime

from mra.applications.models import Application, Driver
from mra.applications.rules import LicenceKind, needs_family_consent
from mra.core import clock, licence, sealed
from mra.core.actor import Actor
from mra.core.audit import lock, move
from mra.core.dates import age_on
from mra.core.db import db
from mra.loans import rules
from mra.loans.models import LicenceCheck, Loan
from mra.loans.rules import DriverTold, FamilyConsent, Fault, LicenceSeen
from mra.vehicles.rules import Transmission

from .checks import due_if_handed_over, name_faults, odometer_faults, paper_faults, papers_gate, refuse_first


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
    refuse_first(_handover_faults(loan, seen, at))
    refuse_first(odometer_faults(last_km, odometer_km, accept_lower_odometer))
    for driver in application.drivers:
        _keep_licence(loan, driver, seen[driver.id], by=by, at=at)
    loan.vehicle.odometer_km = odometer_km
    db.session.flush()
    return loan


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
    return faults + name_faults(loan.vehicle) + paper_faults(gate, loan.due_at)


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
