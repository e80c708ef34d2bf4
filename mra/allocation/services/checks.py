"""Whether a proposed pair can still be offered, seen again at the moment of confirming."""

from collections.abc import Sequence

from sqlalchemy import select

from mra.allocation import queries, rules
from mra.allocation.models import AllocationRun, Offer, Override
from mra.allocation.queries.scenario import engine_id, situation
from mra.allocation.reasons import suiting_pairs
from mra.allocation.rules import OfferStatus, OverrideKind
from mra.core.db import db

Pair = tuple[int, int]


class PairCheck:
    """The pairs of a run, seen again at the moment of confirming, after the locks."""

    def __init__(self, run: AllocationRun, vehicle_ids: list[int], request_ids: list[int]) -> None:
        self._proposed = {(int(one["request"]), int(one["vehicle"])) for one in run.assignments}
        obeyed = queries.overrides_to_obey(run.activation_id)
        seen = situation(run.activation, run.base_ids, vehicle_ids=vehicle_ids, request_ids=request_ids)
        self.cars = {car.id: car for car in seen.cars}
        self.requests = queries.requests_with_applicants(request_ids)
        self.links = queries.newest_links({wish.application_id for wish in self.requests.values()})
        offered = Offer.vehicle_id.in_(vehicle_ids) & Offer.request_id.in_(request_ids)
        open_offers = select(Offer.request_id, Offer.vehicle_id).where(offered, Offer.status == OfferStatus.MADE)
        self._offered = {(request, car) for request, car in db.session.execute(open_offers)}
        self._waiting = {int(request) for request in seen.queue}
        asked = [(engine_id(request), engine_id(car)) for request, car in zip(request_ids, vehicle_ids, strict=True)]
        self._suiting = suiting_pairs(seen.scenario, asked) | set(seen.pinned)
        self._orders = Orders(obeyed)
        self.pins = self._orders.pins
        deadlines = {base.id: queries.answer_deadline(run.activation, base) for base in queries.bases_of(run)}
        self.deadlines = {car.id: deadlines[car.base_id or 0] for car in seen.cars}
        self._lawful_until = {int(car.id): car.available_until for car in seen.plain.vehicles}

    def refusal(self, pair: Pair) -> str | None:
        """Why this pair is no longer possible, or None."""
        request_id, vehicle_id = pair
        if pair not in self._proposed:
            return "pair_not_proposed"
        if pair in self._offered:
            return "pair_already_offered"
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


class Orders:
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
