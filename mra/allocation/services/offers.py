"""What becomes of an offer: taken, declined, run out, taken back."""

from sqlalchemy import select

from mra.accounts import services as accounts
from mra.accounts.models import AccessLink
from mra.allocation import queries, rules
from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.applications.models import CarRequest
from mra.applications.rules import RequestStatus
from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import move_or_refuse
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.outbox import later
from mra.disasters.models import Activation
from mra.messaging.inbound.questions import close_question
from mra.messaging.models import Message
from mra.messaging.services import promise_text
from mra.vehicles.models import Vehicle

TIDY_AT_ONCE = 500
NEXT_JOB = "allocation.offer_freed_car"


def take(offer: Offer, *, by: Actor) -> Offer:
    """The applicant says yes in time. Only `loans` calls this: the reservation is made in the same transaction."""
    lock_cars_and_requests([offer.vehicle_id], [offer.request_id])
    _answer(offer, "accept", by)
    if offer.car_request.status is not RequestStatus.WAITING:
        raise Refused("request_not_waiting")
    return offer


def decline(offer: Offer, *, by: Actor) -> Offer:
    """The applicant says no in time: the car is free for the next person, the applicant keeps the place in the queue."""
    _answer(offer, "decline", by)
    _promise_next(offer)
    return offer


def _promise_next(offer: Offer) -> None:
    """The car is free again; where the support wants it so, it goes on at once.

    By a job, because the answer of one person must neither wait nor fail for the offer to the next.
    """
    if queries.passes_cars_on(offer.activation_id):
        later(NEXT_JOB, key=f"{NEXT_JOB}-{offer.id}", offer_id=offer.id)


def _answer(offer: Offer, action: str, by: Actor, **facts: object) -> Offer:
    move_or_refuse(offer, action, "offer_closed", by=by, **facts)
    offer.ended_at = clock.now()
    close_question("offer", offer.id)
    if offer.deadline_at <= offer.ended_at:
        raise Refused("offer_expired")
    return offer


def retract(offer: Offer, *, by: Actor, reason: str) -> Offer:
    """The coordinator takes an offer back, with a reason, and the applicant is told not to count on the car."""
    if not reason.strip():
        raise Refused("retraction_needs_reason")
    move_or_refuse(offer, "retract", "offer_closed", by=by)
    offer.retract_reason, offer.ended_at = reason.strip(), clock.now()
    close_question("offer", offer.id)
    if offer.deadline_at <= offer.ended_at:
        raise Refused("offer_expired")
    promise_offer_text(offer, "offer_retracted")
    return offer


def expire(offer: Offer, *, by: Actor) -> Offer:
    """The deadline has passed: write down what is already true, and tell the applicant that the waiting goes on."""
    move_or_refuse(offer, "expire", "offer_closed", by=by)
    offer.ended_at = clock.now()
    close_question("offer", offer.id)
    if offer.deadline_at > offer.ended_at:
        raise Refused("offer_still_open")
    promise_offer_text(offer, "offer_expired")
    _promise_next(offer)
    return offer


def close(offer: Offer) -> None:
    """End an offer that holds nothing any more: run out, or its person no longer waits (who need not be told)."""
    if offer.deadline_at <= clock.now():
        expire(offer, by=SYSTEM)
        return
    move_or_refuse(offer, "retract", "offer_closed", by=SYSTEM)
    offer.retract_reason, offer.ended_at = rules.NO_LONGER_WAITING, clock.now()
    close_question("offer", offer.id)
    _promise_next(offer)


def tidy_offers() -> int:
    """Write down which offers have ended by themselves; returns how many. May run at any time, twice, or not at all."""
    ended = list(db.session.scalars(queries.offers_to_close().limit(TIDY_AT_ONCE)))
    for offer in ended:
        close(offer)
    return len(ended)


def need_lending(activation: Activation) -> None:
    """The row is held against a closing at the same moment: nothing is offered in a support that is closed."""
    db.session.refresh(activation, with_for_update={"of": Activation, "read": True})
    if not activation.is_lending:
        raise Refused("activation_not_open")


def need_offering(activation: Activation) -> None:
    """Nor is anything offered once the intake is over, unless staff decided to go on.

    The row is held against a change of that decision, and against an earlier end of the intake, at the same moment.
    """
    need_lending(activation)
    if queries.has_stopped_offering(activation):
        raise Refused("intake_is_over")


def lock_cars_and_requests(vehicle_ids: list[int], request_ids: list[int]) -> None:
    """Lock cars, then requests, each in the order of ids: everybody does it in this order, so nobody waits in a ring."""
    for table, ids in ((Vehicle, vehicle_ids), (CarRequest, request_ids)):
        locked = select(table.id).where(table.id.in_(ids)).order_by(table.id)
        db.session.execute(locked.with_for_update(key_share=True)).all()


def promise_offer_text(offer: Offer, template: str, link: AccessLink | None = None) -> Message | None:
    """Promise the SMS of this kind to the applicant; once per offer and kind, nothing where no SMS can arrive."""
    application = offer.car_request.application
    return promise_text(
        template,
        phone=application.phone,
        can_sms=application.can_sms,
        subject_kind="offer",
        subject_id=offer.id,
        activation_id=offer.activation_id,
        key=f"{template}-{offer.id}",
        link_id=link.id if link else None,
        deadline=offer.deadline_at,
        number=application.serial,
        help_phone=application.activation.help_phone,
    )


def still_holds(template: str, offer_id: int) -> bool:
    """Whether a text about an offer is still true when it goes out: nobody is offered, or asked to book, a car that is gone."""
    offer = db.session.get(Offer, offer_id)
    if offer is None:
        return False
    return template not in ("offer_made", "offer_wanted") or (
        offer.status is OfferStatus.MADE and offer.deadline_at > clock.now()
    )


def new_link(application_id: int) -> AccessLink:
    """A private link for an applicant none of whose links works any more."""
    link = accounts.make_link("application", application_id)
    db.session.flush()
    return link
