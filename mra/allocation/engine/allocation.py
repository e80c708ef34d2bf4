"""One run, from the scenario to the plan."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from mra.allocation.engine.cost import cheapest
from mra.allocation.engine.pairs import Arcs, Ints, build_arcs
from mra.allocation.engine.plan import Assignment, ContestedSet, Plan, Unserved
from mra.allocation.engine.proofs import Block, contested_blocks
from mra.allocation.engine.served import NOT_SERVED, Served, find_served
from mra.allocation.engine.values import Request, Scenario, Vehicle, distance_km


def allocate(scenario: Scenario) -> Plan:
    """Nobody is overtaken; then as little cost as possible; and everyone without a car is told why."""
    requests, vehicles = in_order(scenario)
    arcs = build_arcs(requests, vehicles, scenario.weights)
    served = find_served(arcs)
    chosen = cheapest(arcs, served)
    blocks = contested_blocks(arcs, served)
    return report_plan(requests, vehicles, arcs, served, chosen, blocks)


def in_order(scenario: Scenario) -> tuple[list[Request], list[Vehicle]]:
    """Requests by rank and vehicles by id, so that the plan does not depend on the order in which they came.

    Sorting is stable: sorting by the least important first is quicker than by all three together.
    """
    requests = sorted(scenario.requests, key=attrgetter("id"))
    requests.sort(key=attrgetter("submitted_at"))
    requests.sort(key=attrgetter("tier"))
    return requests, sorted(scenario.vehicles, key=attrgetter("id"))


def report_plan(
    requests: Sequence[Request],
    vehicles: Sequence[Vehicle],
    arcs: Arcs,
    served: Served,
    chosen: tuple[Ints, Ints],
    blocks: list[Block],
) -> Plan:
    """The plan in the words of the scenario."""
    return _Report(requests, vehicles, arcs, served).plan(*chosen, blocks)


class _Report:
    """Turns numbers back into requests and vehicles."""

    def __init__(self, requests: Sequence[Request], vehicles: Sequence[Vehicle], arcs: Arcs, served: Served) -> None:
        self._requests = requests
        self._vehicles = vehicles
        self._arcs = arcs
        self._served = served

    def plan(self, groups: Ints, costs: Ints, blocks: list[Block]) -> Plan:
        """The plan: these groups at these costs for the served requests, these blocks for the others."""
        ordered = sorted(blocks, key=lambda block: block.order)
        names = {id(block): f"c{number}" for number, block in enumerate(ordered, start=1)}
        return Plan(
            assignments=self._assignments(groups.tolist(), costs.tolist()),
            unserved=self._unserved({request: names[id(block)] for block in blocks for request in block.named_by}),
            contested_sets=tuple(
                self._contested_set(block, names[id(block)], [names[id(blocks[index])] for index in block.includes])
                for block in ordered
            ),
            total_cost=sum(costs.tolist()),
        )

    def _assignments(self, groups: list[int], costs: list[int]) -> tuple[Assignment, ...]:
        """Within a group the vehicles go out in the order of their ids, the best ranked request first."""
        left = [iter(members) for members in self._arcs.members]
        ranks = self._served.ranks.tolist()
        return tuple(
            self._assignment(self._requests[rank], self._vehicles[next(left[group])], cost)
            for rank, group, cost in zip(ranks, groups, costs, strict=True)
        )

    def _assignment(self, request: Request, vehicle: Vehicle, cost: int) -> Assignment:
        km = distance_km(request.lat, request.lon, vehicle.lat, vehicle.lon)
        return Assignment(request.id, vehicle.id, cost, round(km, 1))

    def _unserved(self, named: dict[int, str]) -> tuple[Unserved, ...]:
        held = self._served.held.tolist()
        return tuple(
            Unserved(request.id, "outranked", named[rank])
            if rank in named
            else Unserved(request.id, "no_suitable_vehicle")
            for rank, request in enumerate(self._requests)
            if held[rank] == NOT_SERVED
        )

    def _contested_set(self, block: Block, name: str, includes: list[str]) -> ContestedSet:
        members = sorted(member for group in block.groups for member in self._arcs.members[group])
        return ContestedSet(
            id=name,
            vehicles=tuple(self._vehicles[member].id for member in members),
            holders=tuple(self._requests[holder].id for holder in block.holders),
            includes=tuple(sorted(includes, key=lambda other: int(other[1:]))),
        )
