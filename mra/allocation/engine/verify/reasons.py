"""Whether every reason for getting no car holds, each "outranked" by its proof.

The full set of a proof is what Hall's theorem (1935) asks for: as many people as cars, all of them ranked above, and not
one of these people could take a car outside the set. So in any plan that serves those people all these cars are taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mra.allocation.engine.plan import ContestedSet, Plan, Unserved
from mra.allocation.engine.values import Request, Scenario
from mra.allocation.engine.verify.suiting import Cars


@dataclass(frozen=True, slots=True)
class _Full:
    """A contested set with all it includes: a bit for each set in it, and the worst rank among its holders."""

    sets: int
    worst_rank: int


class Reasons:
    """The reasons given to those who are not served."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self._plan = plan
        self._cars = Cars(scenario)
        self._requests = {request.id: request for request in scenario.requests}
        queue = sorted(scenario.requests, key=lambda one: (one.tier, one.submitted_at, one.id))
        self._rank = {request.id: rank for rank, request in enumerate(queue)}
        self._vehicle_of = {assignment.request: assignment.vehicle for assignment in plan.assignments}
        self._set_of: dict[str, int] = {}
        self._full: dict[str, _Full] = {}

    def faults(self) -> Iterator[str]:
        """What is wrong with the sets, then with the sentences that name them."""
        for number, contested in enumerate(self._plan.contested_sets):
            yield from self._place_faults(contested, number)
        used = {unserved.contested_set for unserved in self._plan.unserved}
        for contested in self._plan.contested_sets:
            yield from self._set_faults(contested)
            used.update(contested.includes)
        if idle := [contested.id for contested in self._plan.contested_sets if contested.id not in used]:
            yield f"nobody needs the sets {idle}"
        for unserved in self._plan.unserved:
            yield from self._reason_faults(unserved)

    def _place_faults(self, contested: ContestedSet, number: int) -> Iterator[str]:
        """Sets are read in the order listed, the included ones first, so that none can include itself."""
        if contested.id in self._full:
            yield f"{contested.id} is listed twice"
        if unknown := [name for name in contested.includes if name not in self._full]:
            yield f"{contested.id} includes {unknown}, not listed before it"
        included = [self._full[name] for name in contested.includes if name in self._full]
        sets = 1 << number
        for full in included:
            sets |= full.sets
        ranks = [self._rank.get(holder, len(self._rank)) for holder in contested.holders]
        worst_rank = max([*ranks, *(full.worst_rank for full in included)], default=-1)
        self._full[contested.id] = _Full(sets, worst_rank)
        for vehicle in contested.vehicles:
            if vehicle in self._set_of:
                yield f"{vehicle} stands in two sets"
            self._set_of[vehicle] = number

    def _set_faults(self, contested: ContestedSet) -> Iterator[str]:
        """The holders hold exactly these vehicles, and nothing outside the full set would suit them."""
        held = [self._vehicle_of.get(holder, "") for holder in contested.holders]
        if sorted(held) != sorted(contested.vehicles):
            yield f"the holders of {contested.id} do not hold its vehicles"
        for holder in contested.holders:
            if holder in self._requests and (way_out := self._way_out(self._requests[holder], contested.id)):
                yield f"{holder}, a holder of {contested.id}, could change to {way_out}"

    def _reason_faults(self, unserved: Unserved) -> Iterator[str]:
        request = self._requests.get(unserved.request)
        if request is None:
            return
        if unserved.reason == "no_suitable_vehicle":
            if suitable := next(self._cars.suiting(request), None):
                yield f"{suitable.id} suits {request.id}"
        elif unserved.contested_set not in self._full:
            yield f"{request.id} names no set"
        else:
            if way_out := self._way_out(request, unserved.contested_set):
                yield f"{way_out} suits {request.id} and is not in {unserved.contested_set}"
            if self._full[unserved.contested_set].worst_rank >= self._rank[request.id]:
                yield f"a holder of {unserved.contested_set} does not rank above {request.id}"

    def _way_out(self, request: Request, contested_set: str) -> str | None:
        """A vehicle that suits the request and lies outside the full set."""
        sets = self._full[contested_set].sets
        for vehicle in self._cars.suiting(request):
            number = self._set_of.get(vehicle.id)
            if number is None or not sets >> number & 1:
                return vehicle.id
        return None
