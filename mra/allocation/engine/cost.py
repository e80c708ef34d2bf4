"""Rule 2: among the plans that serve exactly these people, the cheapest. A minimum-cost flow to the groups.

One unit flows from every person to a group and on to a sink; as all capacities are whole numbers, some cheapest flow is
whole, too, and that is a plan (Dantzig, 1951). The solver finds one; which of several is not its business (see `ties`).
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from mra.allocation.engine.pairs import Arcs, Ints
from mra.allocation.engine.served import Served
from mra.allocation.engine.ties import Market, first_of_the_cheapest
from mra.allocation.engine.values import ScenarioFault

# The solver and the prices multiply costs by numbers of people and groups, within 64 bits.
_LARGEST = 1 << 61


def cheapest(arcs: Arcs, served: Served) -> tuple[Ints, Ints]:
    """For each served request, in rank order: the group it gets, and what the pair costs."""
    ranks = served.ranks
    if not len(ranks):
        return ranks, ranks
    market = _market(arcs, served)
    chosen = first_of_the_cheapest(market, _solve(market, len(ranks)))
    return market.group[chosen], market.cost[chosen]


def _market(arcs: Arcs, served: Served) -> Market:
    """The arcs a plan can use: of served people, and into a closed group only for those who hold one.

    The holders of closed groups fill them exactly in every plan, so nobody else can get in.
    """
    ranks = served.ranks
    numbers = arcs.numbers_of(ranks)
    person = np.repeat(np.arange(len(ranks)), arcs.start[ranks + 1] - arcs.start[ranks])
    holds_closed = served.closed[served.held[ranks]]
    usable = np.flatnonzero(holds_closed[person] == served.closed[arcs.group[numbers]])
    numbers = numbers[usable]
    return Market(person[usable], arcs.group[numbers], arcs.cost[numbers], arcs.capacity)


def _solve(market: Market, people: int) -> Ints:
    """The numbers of the arcs that carry a cheapest flow, by person: people, then groups, then one sink."""
    groups = len(market.capacity)
    sink = people + groups
    lowest, highest = int(market.cost.min()), int(market.cost.max())
    if (highest - lowest) * (sink + 1) >= _LARGEST:
        raise _too_large()
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        market.person, people + market.group, np.ones_like(market.person), market.cost - lowest
    )
    exits = np.arange(people, sink)
    flow.add_arcs_with_capacity_and_unit_cost(exits, np.full(groups, sink), market.capacity, np.zeros_like(exits))
    supplies = np.zeros(sink + 1, dtype=np.int64)
    supplies[:people], supplies[sink] = 1, -people
    flow.set_nodes_supplies(np.arange(sink + 1), supplies)
    status = flow.solve()
    if status == flow.BAD_COST_RANGE:  # with few people the solver draws the line a little earlier
        raise _too_large()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the minimum-cost flow ended as {status}")
    return np.flatnonzero(flow.flows(arcs))


def _too_large() -> ScenarioFault:
    return ScenarioFault(".weights", "are so large that the costs cannot be added up")
