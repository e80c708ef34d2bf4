"""Turning a proposal into offers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from mra.allocation import queries, rules
from mra.allocation.models import AllocationRun, Offer, Override
from mra.allocation.queries.scenario import engine_id, situation
from mra.allocation.reasons import suiting_pairs
from mra.allocation.rules import FreedCars, OverrideKind
from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, move
from mra.core.db import db
from mra.core.errors import Refused

from .offers import close, lock_cars_and_requests, need_lending, new_link
from .replies import tell_of_offer
from .runs import propose

log = logging.getLogger(__name__)
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
    need_lending(run.activation)
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
    if pair in check.pins:
        move(check.pins[pair], "fulfil", by=by, offer_id=offer.id)
        check.pins[pair].lifted_at = clock.now()
    application_id = offer.car_request.application_id
    tell_of_offer(offer, check.links.get(application_id) or new_link(application_id))
    return offer


class _Check:
    """The pairs of a run, seen again at the moment of confirming, after the locks."""

    def __init__(self, run: AllocationRun, vehicle_ids: list[int], request_ids: list[int]) -> None:
        self._proposed = {(int(one["request"]), int(one["vehicle"])) for one in run.assignments}
        obeyed = queries.overrides_to_obey(run.activation_id)
        seen = situation(run.activation, run.base_ids, vehicle_ids=vehicle_ids, request_ids=request_ids)
        self.cars = {car.id: car for car in seen.cars}
        self.requests = queries.requests_with_applicants(request_ids)
        self.links = queries.newest_links({wish.application_id for wish in self.requests.values()})
        self._waiting = {int(request) for request in seen.queue}
        asked = [(engine_id(request), engine_id(car)) for request, car in zip(request_ids, vehicle_ids, strict=True)]
        self._suiting = suiting_pairs(seen.scenario, asked) | set(seen.pinned)
        self._orders = _Orders(obeyed)
        self.pins = self._orders.pins
        deadlines = {base.id: queries.answer_deadline(run.activation, base) for base in queries.bases_of(run)}
        self.deadlines = {car.id: deadlines[car.base_id or 0] for car in seen.cars}
        self._lawful_until = {int(car.id): car.available_until for car in seen.plain.vehicles}

    def refusal(self, pair: Pair) -> str | None:
        """Why this pair is no longer possible, or None."""
        request_id, vehicle_id = pair
        if pair not in self._proposed:
            return "pair_not_proposed"
        if vehicle_id not in self.cars:
            return "vehicle_not_free"
        if request_id not in self._waiting:
            return "request_not_waiting"
        if code := self._orders.refusal(pair):
            return code
        if (engine_id(request_id), engine_id(vehicle_id)) not in self._suiting:
            return "pair_no_longer_fits"
        return self._too_late(vehicle_id)

    def _too_late(self, vehicle_id: int) -> str | None:
        """No offer whose deadline, or whose handover after it, lies past the base, the support or the car's papers."""
        deadline, base = self.deadlines[vehicle_id], self.cars[vehicle_id].base
        if deadline is None or base is None:
            return "offer_too_late"
        is_in_time = rules.handover_on(deadline, queries.hours_of(base), self._lawful_until[vehicle_id])
        return None if is_in_time else "papers_end_before_handover"


class _Orders:
    """What staff ordered up to this moment, perhaps since the proposal was made."""

    def __init__(self, overrides: Sequence[Override]) -> None:
        of_kind = {kind: [one for one in overrides if one.kind is kind] for kind in OverrideKind}
        self.pins = {(one.request_id or 0, one.vehicle_id): one for one in of_kind[OverrideKind.PIN]}
        self._forbidden = {(one.request_id, one.vehicle_id) for one in of_kind[OverrideKind.FORBID]}
        self._held = {one.vehicle_id for one in of_kind[OverrideKind.HOLD]}
        self._pinned_cars = {one.vehicle_id for one in of_kind[OverrideKind.PIN]}
        self._pinned_requests = {one.request_id for one in of_kind[OverrideKind.PIN]}

    def refusal(self, pair: Pair) -> str | None:
        """Which order stands against this pair, or None."""
        request_id, vehicle_id = pair
        if vehicle_id in self._held:
            return "vehicle_held"
        if pair in self.pins:
            return None
        if vehicle_id in self._pinned_cars:
            return "vehicle_pinned"
        if request_id in self._pinned_requests:
            return "request_pinned"
        return "pair_forbidden" if pair in self._forbidden else None


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
