"""Asking drivers and firms, and what they answer: by the private link, or told to staff on the phone.

Whoever touches an offer locks its job first: one of two people who take the same job waits, and reads a kind sentence.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mra.accounts import services as accounts
from mra.alliance.models import Member
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move, note
from mra.core.dates import short_moment
from mra.core.db import db
from mra.core.errors import Refused

from .. import queries
from ..models import TransportDriver, TransportJob, TransportOffer
from ..rules.drives import JobStatus, Means
from ..rules.licences import licence_misfit
from ..rules.offers import (
    MOST_ASKED_AT_ONCE,
    OF_DRIVER,
    CloseReason,
    OfferStatus,
    RefusalReason,
    Standing,
    deadline_fault,
)
from .closing import close_offer, close_open_offers
from .telling import help_phone, tell, tell_staff

SAME_MOMENT = timedelta(minutes=2)

Asked = TransportDriver | Member


def ask(
    job: TransportJob, people: Sequence[Asked], *, deadline_at: datetime, by: Actor
) -> list[tuple[TransportOffer, int]]:
    """Ask one or several whether they drive; the first who says yes drives. With each offer the number of messages."""
    lock(job)
    if job.status is not JobStatus.OPEN:
        raise Refused("job_not_open")
    if not people:
        raise Refused("no_driver_chosen")
    if len(people) > MOST_ASKED_AT_ONCE:
        raise Refused("too_many_asked")
    if fault := deadline_fault(deadline_at, clock.now(), job.leaves_at):
        raise Refused(fault)
    already = {(offer.driver_id, offer.member_id) for offer in queries.open_offers(job.id)}
    offers = [_make(job, person, deadline_at, already, by) for person in people]
    note(job, "ask", by=by, people=len(offers))
    db.session.flush()
    return [(offer, tell(offer, "transport_asked", with_link=True)) for offer in offers]


def _make(
    job: TransportJob, person: Asked, deadline_at: datetime, already: set[tuple[int | None, int | None]], by: Actor
) -> TransportOffer:
    driver, member = (person, None) if isinstance(person, TransportDriver) else (None, person)
    if (driver and driver.id, member and member.id) in already:
        raise Refused("already_asked", name=person.name)
    refuse_unless_fit(job, person)
    offer = TransportOffer(
        job_id=job.id,
        driver_id=driver.id if driver else None,
        member_id=member.id if member else None,
        asked_at=clock.now(),
        deadline_at=deadline_at,
    )
    return begin(offer, by=by, job_id=job.id)


def refuse_unless_fit(job: TransportJob, person: Asked) -> None:
    """Nobody is asked to drive what the law does not let them drive."""
    if not isinstance(person, TransportDriver):
        return
    if not person.is_asked:
        raise Refused("driver_not_active")
    if job.means is Means.CARRIER:
        raise Refused("carrier_needs_firm")
    fault = licence_misfit(
        person.licence_class,
        job.licence_needed,
        is_automatic_only=person.is_automatic_only,
        is_manual=job.is_manual,
        expires_on=person.licence_expires_on,
        day=job.starts_on,
    )
    if fault:
        raise Refused(fault)


def take(offer: TransportOffer, *, by: Actor) -> None:
    """Somebody drives, by the private link and in time; everybody else is told that it is settled."""
    _lock(offer)
    _refuse_unless_takeable(offer)
    if clock.now() >= offer.deadline_at:
        raise Refused("offer_late", deadline=short_moment(offer.deadline_at), phone=help_phone(offer.job))
    _take(offer, by)


def _lock(offer: TransportOffer) -> None:
    lock(offer.job)
    lock(offer)


def _refuse_unless_takeable(offer: TransportOffer) -> None:
    if offer.job.status is JobStatus.CANCELLED:
        raise Refused("job_cancelled")
    if offer.status in (OfferStatus.REFUSED, OfferStatus.GIVEN_BACK, OfferStatus.TAKEN):
        raise Refused("offer_answered", phone=help_phone(offer.job))
    if offer.job.status is not JobStatus.OPEN:
        raise Refused("job_taken")
    if offer.status is not OfferStatus.ASKED:
        raise Refused("transport_offer_over")
    refuse_unless_fit(offer.job, offer.driver or offer.member or _nobody())


def _nobody() -> Asked:
    raise RuntimeError("an offer asks a driver or a firm")


def _take(offer: TransportOffer, by: Actor) -> None:
    job = offer.job
    move(job, "take", by=by, offer_id=offer.id)
    job.driver_id, job.member_id = offer.driver_id, offer.member_id
    job.taken_at, job.reminded_at = clock.now(), None
    db.session.flush()
    move(offer, "take", by=by)
    offer.answered_at = job.taken_at
    db.session.flush()
    db.session.expire(job, ["driver", "member"])
    for other in close_open_offers(job, CloseReason.TAKEN_BY_OTHER, by=by, apart_from=offer):
        tell(other, "transport_gone")
    tell(offer, "transport_taken", with_link=True)


def assign(job: TransportJob, person: Asked, *, by: Actor) -> TransportOffer:
    """Somebody said yes on the phone: written down by staff, with or without having been asked before."""
    lock(job)
    if job.status is not JobStatus.OPEN:
        raise Refused("job_taken" if job.status is not JobStatus.CANCELLED else "job_cancelled")
    mine = ("driver_id", person.id) if isinstance(person, TransportDriver) else ("member_id", person.id)
    asked = next((one for one in queries.open_offers(job.id) if getattr(one, mine[0]) == mine[1]), None)
    offer = asked or _make(job, person, max(job.leaves_at, clock.now() + timedelta(hours=1)), set(), by)
    _refuse_unless_takeable(offer)
    _take(offer, by)
    return offer


def refuse(offer: TransportOffer, *, why: RefusalReason | None, reason: str = "", by: Actor) -> None:
    """Somebody cannot drive this time, and says why."""
    _lock(offer)
    if why is None:
        raise Refused("offer_needs_reason")
    if offer.status is OfferStatus.CLOSED:
        raise Refused("job_cancelled" if offer.job.status is JobStatus.CANCELLED else "transport_offer_over")
    if offer.status is not OfferStatus.ASKED:
        raise Refused("offer_answered", phone=help_phone(offer.job))
    move(offer, "refuse", by=by, why=why)
    offer.refusal_reason, offer.reason, offer.answered_at = why, reason.strip(), clock.now()
    db.session.flush()


def take_back(offer: TransportOffer, *, by: Actor) -> None:
    """Staff need no answer any more from somebody they asked."""
    _lock(offer)
    if offer.status is not OfferStatus.ASKED:
        raise Refused("offer_answered", phone=help_phone(offer.job))
    close_offer(offer, CloseReason.TAKEN_BACK, by=by)
    tell(offer, "transport_gone")


def give_back(job: TransportJob, *, by: Actor, reason: str) -> None:
    """Whoever took it cannot drive after all: the job is open again, and staff are told. Until departure only."""
    if not reason.strip():
        raise Refused("job_needs_reason")
    lock(job)
    if job.status is not JobStatus.TAKEN:
        raise Refused("job_has_departed" if job.status is JobStatus.UNDER_WAY else "job_not_open")
    taken = next(offer for offer in queries.open_offers(job.id) if offer.status is OfferStatus.TAKEN)
    move(job, "give_back", by=by, offer_id=taken.id)
    job.driver_id = job.member_id = job.taken_at = job.reminded_at = None
    db.session.flush()
    move(taken, "give_back", by=by)
    taken.reason, taken.answered_at = reason.strip(), clock.now()
    db.session.flush()
    db.session.expire(job, ["driver", "member"])
    tell_staff(job, taken)


def driven_by(offer: TransportOffer) -> TransportOffer:
    """The offer of whoever drives; everybody else who was asked, or drives no longer, is told so."""
    stands = offer.standing(clock.now())
    if stands not in OF_DRIVER:
        raise Refused("job_cancelled" if stands is Standing.CANCELLED else "transport_offer_over")
    return offer


def send_again(offer: TransportOffer, *, by: Actor) -> int:
    """The link was lost: a new one is sent, the old one works no more. Returns the number of messages."""
    _lock(offer)
    if offer.status not in (OfferStatus.ASKED, OfferStatus.TAKEN):
        raise Refused("transport_offer_over")
    newest = accounts.newest_link("transport", offer.id)
    if newest and newest.created_at > clock.now() - SAME_MOMENT:
        raise Refused("driver_link_sent_just_now")
    accounts.revoke_links("transport", offer.id)
    note(offer, "send_again", by=by)
    db.session.flush()
    template = "transport_taken" if offer.status is OfferStatus.TAKEN else "transport_asked"
    return tell(offer, template, with_link=True, occasion=f"again-{clock.now():%Y%m%d%H%M%S}")
