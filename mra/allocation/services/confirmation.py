"""Turning a proposal into offers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from mra.allocation import queries, rules
from mra.allocation.models import AllocationRun, Offer
from mra.allocation.queries.scenario import engine_id, situation
from mra.allocation.reasons import suiting_pairs
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin
from mra.core.db import db
from mra.core.errors import Refused

from .offers import close, lock_cars_and_requests, new_link, promise_offer_text
from .runs import propose

Pair = tuple[int, int]


@dataclass
class Confirmation:
    """What became of the chosen pairs: the offers made, and the pairs that were no longer possible, with the code."""

    offers: list[Offer] = field(default_factory=list)
    refused: list[tuple[int, int, str]] = field(default_factory=list)


def confirm(run: AllocationRun, *, pairs: Sequence[Pair], by: Actor) -> Confirmation:
    """Offer the chosen cars to their people. Each pair is looked at again under lock; what has become impossible since
    the proposal is refused by itself, and the others go through.
    """
    if run.is_old(clock.now()):
        raise Refused("run_is_old")
    vehicle_ids, request_ids = [car for _, car in pairs], [request for request, _ in pairs]
    lock_cars_and_requests(vehicle_ids, request_ids)
    _clear_the_way(vehicle_ids, request_ids)
    check = _Check(run, vehicle_ids, request_ids)
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


def _offer(outcome: Confirmation, run: AllocationRun, pair: Pair, check: "_Check", by: Actor) -> None:
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


def _make_offer(run: AllocationRun, pair: Pair, check: "_Check", by: Actor) -> Offer:
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
    application_id = offer.car_request.application_id
    promise_offer_text(offer, "offer_made", check.links.get(application_id) or new_link(application_id))
    return offer


class _Check:
    """The pairs of a run, seen again at the moment of confirming, after the locks."""

    def __init__(self, run: AllocationRun, vehicle_ids: list[int], request_ids: list[int]) -> None:
        self._proposed = {(int(one["request"]), int(one["vehicle"])) for one in run.plan["assignments"]}
        seen = situation(run.activation, run.base_ids, vehicle_ids=vehicle_ids, request_ids=request_ids)
        self.cars = {car.id: car for car in seen.cars}
        self.requests = queries.requests_with_applicants(request_ids)
        self.links = queries.newest_links({wish.application_id for wish in self.requests.values()})
        self._waiting = {int(request.id) for request in seen.scenario.requests} | set(seen.left_out)
        asked = [(engine_id(request), engine_id(car)) for request, car in zip(request_ids, vehicle_ids, strict=True)]
        self._suiting = suiting_pairs(seen.scenario, asked)
        deadlines = {base.id: queries.answer_deadline(run.activation, base) for base in queries.bases_of(run)}
        self.deadlines = {car.id: deadlines[car.base_id or 0] for car in seen.cars}

    def refusal(self, pair: Pair) -> str | None:
        """Why this pair is no longer possible, or None."""
        request_id, vehicle_id = pair
        if pair not in self._proposed:
            return "pair_not_proposed"
        if vehicle_id not in self.cars:
            return "vehicle_not_free"
        if request_id not in self._waiting:
            return "request_not_waiting"
        if (engine_id(request_id), engine_id(vehicle_id)) not in self._suiting:
            return "pair_no_longer_fits"
        return None if self.deadlines[vehicle_id] else "offer_too_late"


def offer_next(offer: Offer, *, by: Actor) -> Offer:
    """An offer came to nothing: offer the same car at once to the next person whom it suits, by the same rules."""
    if offer.is_open(clock.now()):
        raise Refused("offer_still_open")
    base_id = offer.vehicle.base_id
    run = propose(
        offer.car_request.application.activation, base_ids=[base_id or 0], by=by, vehicle_ids=[offer.vehicle_id]
    )
    if run.free_count == 0:
        raise Refused("vehicle_not_free")
    if run.assigned_count == 0:
        raise Refused("nobody_suits")
    [first] = run.plan["assignments"]
    outcome = confirm(run, pairs=[(int(first["request"]), int(first["vehicle"]))], by=by)
    for _request, _vehicle, code in outcome.refused:
        raise Refused(code)
    return outcome.offers[0]
