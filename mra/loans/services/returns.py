"""The car comes back, or stays longer."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, move, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.models import Activation
from mra.loans import rules
from mra.loans.models import Extension, Loan
from mra.loans.rules import Fault, LoanStatus
from mra.messaging.inbound.questions import close_question
from mra.vehicles import services as vehicles
from mra.vehicles.rules import OutReason, VehicleStatus

from .checks import closing_moment, last_day_of, odometer_faults, paper_faults, papers_gate, refuse_first
from .replies import DUE_QUESTION
from .texts import promise_text_about

# What the car's own page has room for; the whole note stands with the loan.
LONGEST_OUT_NOTE = 200


def take_back(
    loan: Loan,
    *,
    by: Actor,
    at: datetime,
    odometer_km: int,
    fuel_eighths: int,
    damage_note: str,
    is_fit: bool,
    out_reason: OutReason = OutReason.BREAKDOWN,
    accept_lower_odometer: bool = False,
) -> Loan:
    """The car is back: it is free for the next person, or goes out of service for a reason if it is not fit."""
    vehicle = loan.vehicle
    lock(vehicle)
    last_km = max(vehicle.odometer_km, loan.odometer_out_km or 0)
    move(loan, "take_back", by=by, odometer_km=odometer_km, fuel_eighths=fuel_eighths, is_fit=is_fit)
    loan.returned_at, loan.odometer_in_km, loan.fuel_in_eighths = at, odometer_km, fuel_eighths
    loan.damage_note, loan.is_odometer_confirmed = damage_note, accept_lower_odometer and odometer_km < last_km
    refuse_first(odometer_faults(last_km, odometer_km, accept_lower_odometer))
    if not is_fit and vehicle.status is VehicleStatus.READY:
        vehicles.take_out(vehicle, by=by, reason=out_reason, note=damage_note[:LONGEST_OUT_NOTE])
    vehicle.odometer_km = odometer_km
    db.session.flush()
    close_question(DUE_QUESTION, loan.id)
    return loan


def extend(loan: Loan, *, by: Actor, due_on: date, reason: str) -> Extension:
    """A running loan gets a new due date, if its own terms and the car's papers allow it."""
    if not reason.strip():
        raise Refused("reason_missing")
    lock(loan.vehicle)
    lock(loan)
    if loan.status is not LoanStatus.ON_LOAN:
        raise Refused("somebody_was_faster")
    refuse_first(extension_faults(loan, due_on))
    due_before = loan.due_at
    loan.due_at = closing_moment(loan.base, due_on)
    made = Extension(
        loan_id=loan.id, due_before=due_before, due_after=loan.due_at, reason=reason, created_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    close_question(DUE_QUESTION, loan.id)
    note(loan, "extend", by=by, due_before=due_before, due_after=loan.due_at)
    promise_text_about(loan, "loan_extended", f"due-{due_on}", due=loan.due_at)
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
    return faults or paper_faults(gate, closing_moment(loan.base, due_on))


def longest_extension(loan: Loan) -> date | None:
    """The latest day to which the loan can be extended now; None where it cannot be."""
    line = loan.terms_version.line(loan.vehicle.vehicle_class)
    due_on = clock.in_japan(loan.due_at).date()
    first_on = max(due_on, clock.today())
    covered = [state.covered_until or date.min for state in papers_gate(loan, from_on=clock.today(), until=first_on)]
    limits = [first_on + timedelta(days=line.days), *covered, *filter(None, [last_day_of(loan.base)])]
    day = rules.last_open_day(due_on, min(limits), loan.base.is_open_on)
    return day if day and line.is_renewable and not extension_faults(loan, day) else None


def refuse_while_cars_are_out(activation: Activation) -> None:
    """A support is not closed while a car is reserved or out; registered with `disasters` by the shell."""
    is_open = Loan.status.in_((LoanStatus.RESERVED, LoanStatus.ON_LOAN))
    out = select(func.count()).where(Loan.activation_id == activation.id, is_open)
    if count := db.session.scalar(out):
        raise Refused("cars_still_out", count=count)
