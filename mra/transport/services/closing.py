"""Ending the questions to drivers that are still open."""

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import move
from mra.core.db import db

from .. import queries
from ..models import TransportJob, TransportOffer
from ..rules.offers import CloseReason


def close_open_offers(
    job: TransportJob, why: CloseReason, *, by: Actor, apart_from: TransportOffer | None = None
) -> list[TransportOffer]:
    """Close what nobody needs to answer any more, in the order of ids; called with the job locked."""
    closed = [offer for offer in queries.open_offers(job.id) if offer is not apart_from]
    for offer in closed:
        close_offer(offer, why, by=by)
    return closed


def close_offer(offer: TransportOffer, why: CloseReason, *, by: Actor) -> None:
    """Write down that a question is over, and why."""
    move(offer, "close", by=by, why=why)
    offer.close_reason = why
    offer.answered_at = offer.answered_at or clock.now()
    db.session.flush()
