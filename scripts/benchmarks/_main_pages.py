"""The main pages of the house, each with somebody who opens it, and the rows of the story they are about."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import exists, select

from mra.accounts import services as accounts
from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.applications.models import Application, CarRequest
from mra.applications.rules import APPLICATION, ApplicationStatus, RequestStatus
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.loans.models import Loan
from mra.loans.rules import LoanStatus
from mra.vehicles.models import Vehicle

ADMIN, COORDINATOR, DESK = "admin@example.jp", "coordinator@example.jp", "desk@example.jp"


@dataclass(frozen=True)
class Page:
    """A page by a short name, its address, and the e-mail address of who opens it (None: anybody).

    `search` is what that person looks for among the applications before.
    """

    name: str
    path: str
    reader: str | None = None
    search: str = ""


@dataclass(frozen=True)
class Cast:
    """Whom and what the pages are about."""

    slug: str
    activation_id: int
    base_ids: list[int]
    waiting: Application
    offered: Application
    borrowing: Application
    loan_id: int
    vehicle_id: int
    plate_number: str
    reserved_loan_id: int
    tokens: dict[str, str]


def cast(app: Flask) -> Cast:
    """Somebody for every part; the last of those who qualify, so that the whole queue stands before them."""
    with app.app_context():
        activation = db.session.scalars(select(Activation)).one()
        offered = _applicant(CarRequest.id.in_(select(Offer.request_id).where(Offer.status == OfferStatus.MADE)))
        has_offer = exists().where(Offer.request_id == CarRequest.id)
        waiting = _applicant(
            CarRequest.status == RequestStatus.WAITING, Application.status == ApplicationStatus.ADMITTED, ~has_offer
        )
        loan, reserved = _loan(LoanStatus.ON_LOAN), _loan(LoanStatus.RESERVED)
        borrowing = _applicant(CarRequest.id == loan.request_id)
        people = {"waiting": waiting, "offered": offered, "borrowing": borrowing}
        return Cast(
            slug=activation.slug,
            activation_id=activation.id,
            base_ids=list(db.session.scalars(select(Base.id).order_by(Base.id))),
            **people,
            loan_id=loan.id,
            vehicle_id=loan.vehicle_id,
            plate_number=f"{db.session.get_one(Vehicle, loan.vehicle_id).plate_serial:04d}",
            reserved_loan_id=reserved.id,
            tokens={part: _token(person) for part, person in people.items()},
        )


def _applicant(*conditions: object) -> Application:
    wanted = select(Application).join(Application.requests).where(*conditions).order_by(CarRequest.id.desc()).limit(1)  # type: ignore[arg-type]
    return db.session.scalars(wanted).one()


def _loan(status: LoanStatus) -> Loan:
    return db.session.scalars(select(Loan).where(Loan.status == status).order_by(Loan.id.desc()).limit(1)).one()


def _token(application: Application) -> str:
    link = accounts.newest_link(APPLICATION.subject, application.id)
    assert link is not None
    return accounts.token_of(link)


def main_pages(cast: Cast, run_path: str) -> list[Page]:
    """All of them, in the order in which a support is lived."""
    return [
        Page("start", "/"),
        Page("activation", f"/activations/{cast.slug}"),
        Page("application form", f"/activations/{cast.slug}/applications/new"),
        *(Page(f"resident {part}", f"/a/{token}") for part, token in cast.tokens.items()),
        Page("sign-in", "/sign-in"),
        Page("desk", "/desk", DESK),
        Page("applications waiting", "/applications?show=waiting", DESK),
        Page("applications searched by name", "/applications?show=found", DESK, search="佐藤"),
        Page("applications searched by phone", "/applications?show=found", DESK, search=cast.borrowing.phone[-4:]),
        Page("case waiting", f"/applications/{cast.waiting.id}", DESK),
        Page("case borrowing", f"/applications/{cast.borrowing.id}", DESK),
        Page("applications received", "/applications?show=received", DESK),
        Page("applications with a car", "/applications?show=provided", DESK),
        Page("applications all", "/applications?show=all", DESK),
        Page("phone intake", "/applications/new", DESK),
        Page("allocation", "/allocation", COORDINATOR),
        Page("allocation run", run_path, COORDINATOR),
        Page("offers", "/offers", COORDINATOR),
        Page("offers answered", "/offers?list=accepted", COORDINATOR),
        Page("vehicles", "/vehicles", DESK),
        Page("vehicles ready", "/vehicles?status=ready", DESK),
        Page("vehicles with papers due", "/vehicles?papers=due", DESK),
        Page("vehicles searched", f"/vehicles?q={cast.plate_number}", DESK),
        Page("vehicle", f"/vehicles/{cast.vehicle_id}", DESK),
        Page("loans", "/loans", DESK),
        Page("loans overdue", "/loans?shelf=overdue", DESK),
        Page("loans returned", "/loans?shelf=returned", DESK),
        Page("loans searched", f"/loans?q={cast.plate_number}", DESK),
        Page("loan", f"/loans/{cast.loan_id}", DESK),
        Page("handover form", f"/loans/{cast.reserved_loan_id}/handover", DESK),
        Page("return form", f"/loans/{cast.loan_id}/return", DESK),
        Page("messages", "/messages", DESK),
        Page("disasters", "/disasters", ADMIN),
        Page("activation settings", f"/activations/{cast.activation_id}/settings", ADMIN),
        Page("accounts", "/users", ADMIN),
    ]
