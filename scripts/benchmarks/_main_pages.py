"""The main pages of the house, each with somebody who opens it, and the rows of the story they are about."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Select, exists, select

from mra.accounts import services as accounts
from mra.alliance.models import Agreement, Member, Pledge
from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.applications.models import Application, CarRequest
from mra.applications.rules import APPLICATION, ApplicationStatus, RequestStatus
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.donations.models import Donation
from mra.donations.rules import DonationStatus
from mra.loans.models import Loan
from mra.loans.rules import LoanStatus
from mra.recalls.models import LeaseReturn, RecallCampaign
from mra.recalls.rules import ReturnStatus
from mra.supply.models import Call, Need
from mra.transport.models import TransportDriver, TransportJob, TransportOffer
from mra.transport.rules.drives import JobStatus
from mra.transport.rules.offers import OfferStatus as TransportOfferStatus
from mra.upkeep.models import UpkeepTask
from mra.vehicles.models import Lease, Vehicle

ADMIN, COORDINATOR, DESK, MEMBER = "admin@example.jp", "coordinator@example.jp", "desk@example.jp", "member@example.jp"
PLACE, PREFECTURE = "43215", "43"


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
    plate_number: str
    reserved_loan_id: int
    tokens: dict[str, str]
    member_id: int
    agreement_id: int
    pledge_id: int
    need_id: int
    call_id: int
    kept_vehicle_id: int
    donation_id: int
    donor_token: str
    job_id: int
    job_token: str
    driver_id: int
    lease_id: int
    campaign_id: int
    return_id: int
    return_token: str


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
            plate_number=f"{db.session.get_one(Vehicle, loan.vehicle_id).plate_serial:04d}",
            reserved_loan_id=reserved.id,
            tokens={part: _token(person) for part, person in people.items()},
            member_id=_first(select(Member.parent_id).where(Member.parent_id.is_not(None)).order_by(Member.parent_id)),
            agreement_id=_first(select(Agreement.id).order_by(Agreement.id)),
            pledge_id=_first(select(Pledge.id).order_by(Pledge.id)),
            need_id=_first(select(Need.id).where(Need.activation_id == activation.id).order_by(Need.id)),
            call_id=_first(select(Call.id).where(Call.activation_id == activation.id).order_by(Call.id)),
            **_cast_of_cars_that_come(),
        )


def _cast_of_cars_that_come() -> dict[str, Any]:
    """A donation that waits for papers, a drive that somebody is asked for, a leased car that is asked back."""
    donation_id = _first(select(Donation.id).where(Donation.status == DonationStatus.PREPARING).order_by(Donation.id))
    asked = TransportOffer.status == TransportOfferStatus.ASKED
    offer_id = _first(select(TransportOffer.id).where(asked).order_by(TransportOffer.id))
    confirmed = LeaseReturn.status == ReturnStatus.CONFIRMED
    return_id = _first(select(LeaseReturn.id).where(confirmed).order_by(LeaseReturn.id))
    return {
        "kept_vehicle_id": _first(select(UpkeepTask.vehicle_id).order_by(UpkeepTask.vehicle_id)),
        "donation_id": donation_id,
        "donor_token": _token_of("donation", donation_id),
        "job_id": _first(
            select(TransportJob.id).where(TransportJob.status == JobStatus.OPEN).order_by(TransportJob.id)
        ),
        "job_token": _token_of("transport", offer_id),
        "driver_id": _first(select(TransportDriver.id).order_by(TransportDriver.id)),
        "lease_id": _first(select(Lease.id).order_by(Lease.id)),
        "campaign_id": _first(select(RecallCampaign.id).order_by(RecallCampaign.id)),
        "return_id": return_id,
        "return_token": _token_of("recall", return_id),
    }


def _first(query: Select[tuple[int | None]]) -> int:
    found = db.session.scalar(query.limit(1))
    assert found is not None
    return found


def _applicant(*conditions: object) -> Application:
    wanted = select(Application).join(Application.requests).where(*conditions).order_by(CarRequest.id.desc()).limit(1)  # type: ignore[arg-type]
    return db.session.scalars(wanted).one()


def _loan(status: LoanStatus) -> Loan:
    return db.session.scalars(select(Loan).where(Loan.status == status).order_by(Loan.id.desc()).limit(1)).one()


def _token(application: Application) -> str:
    return _token_of(APPLICATION.subject, application.id)


def _token_of(kind: str, subject_id: int) -> str:
    link = accounts.newest_link(kind, subject_id)
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
        Page("vehicle", f"/vehicles/{cast.kept_vehicle_id}", DESK),
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
        *_pages_of_the_alliance(cast),
        *_pages_of_supply(cast),
        *_pages_of_cars_that_come(cast),
        *_pages_of_a_car(cast),
    ]


def _pages_of_the_alliance(cast: Cast) -> list[Page]:
    """What makes ready for the next disaster."""
    alliance = "/alliance"
    return [
        Page("alliance", alliance, COORDINATOR),
        Page("map of agreements", f"{alliance}/map", COORDINATOR),
        Page("map of a prefecture", f"{alliance}/map/{PREFECTURE}", COORDINATOR),
        Page("municipality", f"{alliance}/municipalities/{PLACE}", COORDINATOR),
        Page("members", f"{alliance}/members", COORDINATOR),
        Page("member", f"{alliance}/members/{cast.member_id}", COORDINATOR),
        Page("pledges", f"{alliance}/pledges", COORDINATOR),
        Page("pledge", f"{alliance}/pledges/{cast.pledge_id}", COORDINATOR),
        Page("agreements", f"{alliance}/agreements", COORDINATOR),
        Page("agreement", f"{alliance}/agreements/{cast.agreement_id}", COORDINATOR),
        Page("readiness of a place", f"{alliance}/readiness?municipality={PLACE}", COORDINATOR),
        Page("readiness of all", f"{alliance}/readiness/all?prefecture={PREFECTURE}", COORDINATOR),
    ]


def _pages_of_supply(cast: Cast) -> list[Page]:
    """What is short in a support, whom one calls, and how fair the order was."""
    support = f"/activations/{cast.activation_id}"
    return [
        Page("board", "/board", COORDINATOR),
        Page("needs", f"{support}/needs", COORDINATOR),
        Page("calls", f"{support}/calls", COORDINATOR),
        Page("call", f"/supply/calls/{cast.call_id}", COORDINATOR),
        Page("choose whom to call", f"{support}/calls/new?need={cast.need_id}", COORDINATOR),
        Page("call list", f"{support}/call-list", COORDINATOR),
        Page("map of the support", f"{support}/map", COORDINATOR),
        Page("member home", "/member", MEMBER),
        Page("member pledges", "/member/pledges", MEMBER),
        Page("fairness", "/reports/fairness", COORDINATOR),
        Page("overrides", "/allocation/overrides", COORDINATOR),
    ]


def _pages_of_cars_that_come(cast: Cast) -> list[Page]:
    """Donations, the volunteers who drive, and leased cars that are asked back."""
    return [
        Page("donation form", "/donations/new"),
        Page("donor", f"/donations/{cast.donor_token}"),
        Page("donations", "/donations", DESK),
        Page("donations all", "/donations?show=all", DESK),
        Page("donation", f"/donations/{cast.donation_id}", DESK),
        Page("calls for donations", "/donations/appeals", COORDINATOR),
        Page("driver registration", "/drivers/new"),
        Page("drive by link", f"/transport/{cast.job_token}"),
        Page("transport", "/transport", DESK),
        Page("drive", f"/transport/jobs/{cast.job_id}", DESK),
        Page("choose drivers", f"/transport/jobs/{cast.job_id}/offers/new", DESK),
        Page("drivers", "/transport/drivers", DESK),
        Page("driver", f"/transport/drivers/{cast.driver_id}", DESK),
        Page("leases", "/leases", COORDINATOR),
        Page("lease", f"/leases/{cast.lease_id}", COORDINATOR),
        Page("recalls", "/recalls", COORDINATOR),
        Page("choose leases to recall", "/recalls/new", COORDINATOR),
        Page("recall", f"/recalls/{cast.campaign_id}", COORDINATOR),
        Page("return of a leased car", f"/recalls/returns/{cast.return_id}", DESK),
        Page("lessee", f"/recalls/{cast.return_token}"),
    ]


def _pages_of_a_car(cast: Cast) -> list[Page]:
    """Papers, upkeep and the whole life of a car; tables; whom to ring and who has written."""
    return [
        Page("documents", "/vehicles/documents", DESK),
        Page("extensions of inspections", "/vehicles/documents/extensions", COORDINATOR),
        Page("upkeep", "/upkeep", DESK),
        Page("upkeep of a car", f"/vehicles/{cast.kept_vehicle_id}/upkeep", DESK),
        Page("life of a car", f"/vehicles/{cast.kept_vehicle_id}/life", DESK),
        Page("tables", "/exchange", COORDINATOR),
        Page("calls to make", "/call-list", DESK),
        Page("replies", "/messages/replies", DESK),
        Page("bulk messages", "/messages/bulk", COORDINATOR),
    ]
