"""What several verbs look at: the due date, the papers, the odometer."""

from datetime import date, datetime

from mra.applications.models import CarRequest
from mra.core import clock
from mra.core.dates import japanese_date
from mra.core.errors import Refused
from mra.disasters.models import Activation, Base, TermsVersion
from mra.loans import rules
from mra.loans.models import Loan
from mra.loans.rules import Fault, PaperState
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import DOCUMENT_WORDS


def due_if_handed_over(loan: Loan, at: datetime) -> datetime:
    """When the car would be due if it were handed over at this moment, under the loan's own terms."""
    return due_at(at, loan.terms_version, loan.vehicle, loan.base, loan.car_request)


def due_at(at: datetime, terms: TermsVersion, vehicle: Vehicle, base: Base, car_request: CarRequest) -> datetime:
    """When a car handed over at this moment is due under these terms (see `rules.due_at`); refused if no day is left."""
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


def closing_moment(base: Base, day: date) -> datetime:
    """Cars are due when the base closes."""
    return datetime.combine(day, base.closes_at, clock.JAPAN)


def last_day_of(base: Base) -> date | None:
    """The last day on which a car of this base can be with a borrower."""
    activation: Activation = base.activation
    return min(filter(None, [activation.ends_on, base.closes_on]), default=None)


def papers_gate(loan: Loan, *, from_on: date, until: date) -> list[PaperState]:
    """Whether the car's papers allow it to be driven from one day until another."""
    return rules.gate(loan.vehicle.papers, from_on=from_on, until=until)


def paper_faults(gate: list[PaperState], due: datetime) -> list[Fault]:
    """The refusal that names the papers which end before the car comes back; nothing if the gate is open."""
    missing = rules.missing_papers(gate)
    if not missing:
        return []
    papers = "、".join(DOCUMENT_WORDS[kind] for kind in missing)
    return [("papers_missing", {"papers": papers, "due": japanese_date(clock.in_japan(due).date())})]


def name_faults(vehicle: Vehicle) -> list[Fault]:
    """The refusal for a car that is still in the name of whoever gave it."""
    return [("name_change_pending", {})] if vehicle.name_change_pending else []


def odometer_faults(last_km: int, read_km: int, is_accepted: bool) -> list[Fault]:
    if is_accepted or read_km >= last_km:
        return []
    return [("odometer_lower", {"last": f"{last_km:,}"})]


def refuse_first(faults: list[Fault]) -> None:
    for code, facts in faults:
        raise Refused(code, **facts)
