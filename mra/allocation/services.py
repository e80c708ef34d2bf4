"""Answers to offers."""

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, move
from mra.core.errors import Refused

from .models import Offer
from .rules import OfferStatus


def take(offer: Offer, *, by: Actor) -> Offer:
    """An offer is accepted, if it still stands; whether the deadline has passed is judged here and now."""
    lock(offer)
    if offer.status is not OfferStatus.MADE:
        raise Refused("offer_closed")
    if not offer.is_open(clock.now()):
        raise Refused("offer_expired")
    move(offer, "accept", by=by)
    offer.ended_at = clock.now()
    return offer
