"""An offer is asked about by SMS, and people answer by SMS.

A no is complete, so it declines. A yes is not: a reservation needs a handover time, and a car booked for a time nobody
agreed to would stand waiting at the base while others wait for it. So a yes keeps the question open and answers with
the link to choose a time; who does not choose is rung up.
"""

from mra.accounts import services as accounts
from mra.accounts.models import AccessLink
from mra.allocation.models import Offer
from mra.core import clock
from mra.core.actor import Actor, ActorKind
from mra.core.db import db
from mra.core.errors import Refused
from mra.messaging.inbound.questions import Reaction, on_reply, open_question
from mra.messaging.replies import ReplyWord

from .offers import decline, new_link, promise_offer_text

OFFER_QUESTION = "offer"


def tell_of_offer(offer: Offer, link: AccessLink) -> None:
    """Promise the SMS that asks whether the car is wanted, and remember that we asked."""
    if promise_offer_text(offer, "offer_made", link) is None:
        return
    open_question(
        OFFER_QUESTION,
        offer.id,
        phone=offer.car_request.application.phone,
        expires_at=offer.deadline_at,
        activation_id=offer.activation_id,
    )


def answer_offer(offer_id: int, word: ReplyWord) -> Reaction | None:
    """What a reply makes of an offer; None for words that answer something else."""
    offer = db.session.get_one(Offer, offer_id)
    if not offer.is_open(clock.now()):
        raise Refused("offer_closed")
    if word is ReplyWord.NO:
        application_id = offer.car_request.application_id
        decline(offer, by=Actor(ActorKind.APPLICANT, application_id))
        return Reaction(promise_offer_text(offer, "offer_declined"))
    if word is ReplyWord.YES:
        application_id = offer.car_request.application_id
        link = accounts.newest_link("application", application_id) or new_link(application_id)
        return Reaction(promise_offer_text(offer, "offer_wanted", link), stays_open=True)
    return None


on_reply(OFFER_QUESTION, answer_offer)
