"""What a donation goes through: papers, acceptance, name change; or recycling, refusal, second thoughts."""

from datetime import date

from mra.accounts import services as accounts
from mra.alliance.models import Member
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, move, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.vehicles import services as vehicles
from mra.vehicles.rules import VehicleStatus

from ..models import Donation
from ..rules.judging import USE_WORDS, Use
from ..rules.lifecycles import BEFORE_ACCEPTANCE
from .cars import car_of
from .submission import begin_checklist
from .telling import tell

ON_ITS_WAY = frozenset({VehicleStatus.PROMISED, VehicleStatus.IN_TRANSIT})


def send_papers(donation: Donation, *, by: Actor) -> None:
    """The forms are in the post; the donor is told what to fill in and what to fetch."""
    move(donation, "send_papers", by=by)
    tell(donation, "donation_papers_sent", key=f"donation-{donation.id}-papers")


def accept(donation: Donation, *, by: Actor) -> None:
    """We take the car: it stands in the register from now on, still in its donor's name."""
    move(donation, "accept", by=by)
    donation.vehicle_id = car_of(donation, by=by).id
    db.session.flush()
    db.session.expire(donation, ["vehicle"])
    tell(donation, "donation_accepted", key=f"donation-{donation.id}-accepted")


def complete(donation: Donation, *, name_changed_on: date, by: Actor) -> None:
    """The car is in our name: the donor is told and thanked, and owes nothing more."""
    move(donation, "complete", by=by, name_changed_on=name_changed_on)
    if name_changed_on > clock.today():
        raise Refused("name_change_in_future")
    assert donation.vehicle is not None
    if donation.vehicle.status in ON_ITS_WAY:
        raise Refused("car_not_arrived")
    donation.name_changed_on, donation.completed_at = name_changed_on, clock.now()
    vehicles.finish_name_change(donation.vehicle, by=by, on=name_changed_on)
    tell(donation, "donation_completed", key=f"donation-{donation.id}-completed", name_changed_on=name_changed_on)


def hand_to_recycler(donation: Donation, *, recycler: str, by: Actor) -> None:
    """A recycler fetches and appraises the car."""
    move(donation, "hand_to_recycler", by=by)
    donation.recycler = recycler
    tell(donation, "donation_recycling", key=f"donation-{donation.id}-recycling", recycler=recycler)


def finish_recycling(donation: Donation, *, appraised_yen: int, by: Actor) -> None:
    """What the recycler paid is the donation now; the donor is told the amount and thanked."""
    move(donation, "finish_recycling", by=by, appraised_yen=appraised_yen)
    donation.appraised_yen, donation.completed_at = appraised_yen, clock.now()
    tell(donation, "donation_recycled", key=f"donation-{donation.id}-recycled", yen=appraised_yen)


def decline(donation: Donation, *, reason: str, by: Actor) -> None:
    """We cannot take it; the donor reads the reason on their page."""
    move(donation, "decline", by=by)
    donation.decision_reason = reason
    tell(donation, "donation_declined", key=f"donation-{donation.id}-declined")


def withdraw(donation: Donation, *, by: Actor, reason: str = "") -> None:
    """The donor changed their mind; nothing more is asked of them."""
    move(donation, "withdraw", by=by)
    donation.decision_reason = reason


def give_back(donation: Donation, *, reason: str, by: Actor) -> None:
    """After all we do not take the car: it leaves the register again, and its donation ends."""
    move(donation, "give_back", by=by)
    donation.decision_reason = reason
    assert donation.vehicle is not None
    if donation.vehicle.status is VehicleStatus.IN_TRANSIT:
        raise Refused("car_on_the_road")
    vehicles.release(donation.vehicle, by=by)


def change_use(donation: Donation, use: Use, *, reason: str, by: Actor) -> None:
    """Staff looked again: a car that was to be recycled can be lent on, or the other way round."""
    lock(donation)
    if donation.use is use or donation.status not in BEFORE_ACCEPTANCE:
        raise Refused("use_unchanged")
    donation.use, donation.use_reason = use, reason
    note(donation, "change_use", by=by, use=use, use_word=USE_WORDS[use])
    begin_checklist(donation, by=by)


def plan_name_change(donation: Donation, *, on: date | None, by: Actor) -> None:
    """On which day the name is to be changed; certificates that run out before are told."""
    lock(donation)
    donation.planned_name_change_on = on
    note(donation, "plan_name_change", by=by, on=on)


def link_member(donation: Donation, member: Member | None, *, by: Actor) -> None:
    """The car counts for a partner of the alliance (クルマ寄付パートナー)."""
    lock(donation)
    donation.member_id = member.id if member else None
    db.session.flush()
    db.session.expire(donation, ["member"])
    note(donation, "link_member", by=by, member_id=donation.member_id)


def renew_link(donation: Donation, *, by: Actor) -> None:
    """Make the private link invalid and send a new one; nobody of the staff sees either."""
    accounts.revoke_links("donation", donation.id)
    link = accounts.make_link("donation", donation.id)
    db.session.flush()
    note(donation, "renew_link", by=by)
    tell(donation, "donation_received", key=f"donation-{donation.id}-link-{link.id}")
