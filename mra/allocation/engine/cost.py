"""Rule 2: among the plans that serve exactly these people, the cheapest. A minimum-cost flow to the groups."""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from mra.allocation.engine.pairs import Arcs, Bools, Ints
from mra.allocation.engine.served import Served


def cheapest(arcs: Arcs, served: Served) -> tuple[Ints, Ints]:
    """For each served request, in rank order: the group it gets, and what the pair costs.

    Everything handed to the solver is in canonical order, and the solver is deterministic: a tie is always broken the
    same way.
    """
    ranks = served.ranks
    if not len(ranks):
        return ranks, ranks
    usable = np.flatnonzero(_usable(arcs, served))
    request, group, cost = arcs.requests[usable], arcs.group[usable], arcs.cost[usable]
    person = np.searchsorted(ranks, request)
    chosen = _solve(person, group, cost - cost.min(), arcs.capacity, len(ranks))
    # Every request has exactly one chosen arc, and arcs are in rank order.
    return group[chosen], cost[chosen]


def _usable(arcs: Arcs, served: Served) -> Bools:
    """The arcs a plan can use: of served people, and into a closed group only for those who hold one.

    The holders of closed groups fill them exactly in every plan, so nobody else can get in.
    """
    is_served = served.held >= 0
    holds_closed = is_served.copy()
    holds_closed[is_served] = served.closed[served.held[is_served]]
    request = arcs.requests
    usable: Bools = is_served[request] & (holds_closed[request] == served.closed[arcs.group])
    return usable


def _solve(person: Ints, group: Ints, cost: Ints, capacity: Ints, people: int) -> Ints:
    """The numbers of the arcs that carry the cheapest flow: people, then groups, then one sink."""
    groups = len(capacity)
    sink = people + groups
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(person, people + group, np.ones_like(person), cost)
    exits = np.arange(people, sink)
    flow.add_arcs_with_capacity_and_unit_cost(exits, np.full(groups, sink), capacity, np.zeros_like(capacity))
    supplies = np.zeros(sink + 1, dtype=np.int64)
    supplies[:people], supplies[sink] = 1, -people
    flow.set_nodes_supplies(np.arange(sink + 1), supplies)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the minimum-cost flow ended as {status}")
    return np.flatnonzero(flow.flows(arcs))
