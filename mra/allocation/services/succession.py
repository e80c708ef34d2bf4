"""A car that one person does not take goes to the next."""

import logging

from mra.allocation import queries
from mra.allocation.models import Offer
from mra.allocation.rules import FreedCars
from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.db import db
from mra.core.errors import Refused

from .confirmation import confirm
from .offers import lock_cars_and_requests, need_lending
from .runs import propose

log = logging.getLogger(__name__)


def offer_next(offer: Offer, *, by: Actor) -> Offer:
    """An offer came to nothing: offer the same car at once to the next person whom it suits, by the same rules."""
    if offer.is_open(clock.now()):
        raise Refused("offer_still_open")
    base_id = offer.vehicle.base_id
    run = propose(
        offer.car_request.application.activation, base_ids=[base_id or 0], by=by, vehicle_ids=[offer.vehicle_id]
    )
    if run.orders.get("held"):
        raise Refused("vehicle_held")
    if run.free_count == 0:
        raise Refused("vehicle_not_free")
    if run.assigned_count == 0:
        raise Refused("nobody_suits")
    [first] = run.assignments
    outcome = confirm(run, pairs=[(int(first["request"]), int(first["vehicle"]))], by=by)
    for _request, _vehicle, code in outcome.refused:
        raise Refused(code)
    return outcome.offers[0]


def offer_freed_car(offer_id: int) -> Offer | None:
    """An offer was declined or ran out: the car goes to the next person at once, if the support wants it so.

    Runs as a job, perhaps twice, perhaps late: the car's row is the lock, and a newer offer of it says that it is done.
    Where nobody suits, or the car is out or held back, it stays for the next proposal.
    """
    offer = db.session.get(Offer, offer_id)
    if offer is None or queries.freed_cars(offer.activation_id) is FreedCars.NEXT_RUN:
        return None
    try:
        with db.session.begin_nested():
            need_lending(offer.base.activation)
            lock_cars_and_requests([offer.vehicle_id], [])
            return None if queries.was_offered_since(offer) else offer_next(offer, by=SYSTEM)
    except Refused as refused:
        log.info("freed_car_not_offered", extra={"offer_id": offer_id, "code": refused.code})
        return None
