"""Turning a proposal into offers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from mra.allocation import queries, rules
from mra.allocation.models import AllocationRun, Offer
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, move
from mra.core.db import db
from mra.core.errors import Refused

from .checks import Pair, PairCheck
from .offers import close, lock_cars_and_requests, need_offering, new_link
from .replies import tell_of_offer


@dataclass
class Confirmation:
    """What became of the chosen pairs: the offers made, and the pairs that were no longer possible, with the code."""

    offers: list[Offer] = field(default_factory=list)
    refused: list[tuple[int, int, str]] = field(default_factory=list)


def confirm(run: AllocationRun, *, pairs: Sequence[Pair], by: Actor) -> Confirmation:
    """Offer the chosen cars to their people. Each pair is looked at again under lock; what has become impossible since
    the proposal is refused by itself, and the others go through.
    """
    need_offering(run.activation)
    if run.is_old(clock.now()) or queries.has_new_rule(run):
        raise Refused("run_is_old")
    vehicle_ids, request_ids = [car for _, car in pairs], [request for request, _ in pairs]
    lock_cars_and_requests(vehicle_ids, request_ids)
    _clear_the_way(vehicle_ids, request_ids)
    check = PairCheck(run, vehicle_ids, request_ids)
    outcome = Confirmation()
    for pair in pairs:
        _offer(outcome, run, pair, check, by)
    return outcome


def _clear_the_way(vehicle_ids: list[int], request_ids: list[int]) -> None:
    """Write down the end of offers that have ended by themselves and would stop the database's own guard."""
    in_the_way = Offer.vehicle_id.in_(vehicle_ids) | Offer.request_id.in_(request_ids)
    for offer in db.session.scalars(queries.offers_to_close(wait=True).where(in_the_way)).all():
        close(offer)
    db.session.flush()


def _offer(outcome: Confirmation, run: AllocationRun, pair: Pair, check: PairCheck, by: Actor) -> None:
    code = check.refusal(pair)
    if code is None:
        try:
            with db.session.begin_nested():
                outcome.offers.append(_make_offer(run, pair, check, by))
            return
        except IntegrityError as fault:
            code = _code_of(fault)
    outcome.refused.append((*pair, code))


def _code_of(fault: IntegrityError) -> str:
    """The refusal for the constraint that spoke: two coordinators at the same second, or one car chosen twice."""
    name = getattr(getattr(fault.orig, "diag", None), "constraint_name", None)
    if name not in rules.CONSTRAINTS:
        raise fault
    return rules.CONSTRAINTS[name]


def _make_offer(run: AllocationRun, pair: Pair, check: PairCheck, by: Actor) -> Offer:
    request_id, vehicle_id = pair
    car = check.cars[vehicle_id]
    offer = Offer(
        activation_id=run.activation_id,
        request_id=request_id,
        vehicle_id=vehicle_id,
        base_id=car.base_id,
        run_id=run.id,
        made_at=clock.now(),
        deadline_at=check.deadlines[vehicle_id],
    )
    begin(offer, by=by, vehicle_id=vehicle_id, request_id=request_id, run_id=run.id)
    if pair in check.pins:
        move(check.pins[pair], "fulfil", by=by, offer_id=offer.id)
        check.pins[pair].lifted_at = clock.now()
    application_id = offer.car_request.application_id
    tell_of_offer(offer, check.links.get(application_id) or new_link(application_id))
    return offer
