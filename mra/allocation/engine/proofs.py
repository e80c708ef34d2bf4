"""Rule 3: everyone not served is told why. The groups without a way out, cut into the smallest blocks that explain it.

Draw an arrow from a closed group to every other group that suits one of its holders. Groups that lead to each other
form a block; a block includes those it leads to. A person who is not served names the block their vehicles lie in.
Blocks do not depend on who holds which vehicle at the moment, only on who is served, so the proof holds for every plan
that serves the same people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from mra.allocation.engine.pairs import Arcs
from mra.allocation.engine.served import NOT_SERVED, Served


@dataclass(slots=True)
class Block:
    """One contested set, still in numbers: its own groups, its own holders, and the blocks it includes."""

    groups: list[int]
    holders: list[int]
    includes: list[int]
    level: int
    named_by: list[int] = field(default_factory=list)

    @property
    def order(self) -> tuple[int, int]:
        """Included blocks first, then by the best ranked person concerned."""
        return self.level, (self.holders or self.named_by)[0]


class _Blocks:
    """All blocks so far; `reach[b]` has a bit for every block that b includes directly or in turn, and for itself."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._reach: list[int] = []
        self._unions: dict[tuple[int, ...], int] = {}

    def add(self, groups: list[int], holders: list[int], touched: Iterable[int]) -> int:
        """A new block that leads to the touched ones."""
        includes = self._outermost(touched)
        level = 1 + max((self.blocks[block].level for block in includes), default=0)
        number = len(self.blocks)
        self.blocks.append(Block(groups, holders, includes, level))
        reach = 1 << number
        for block in includes:
            reach |= self._reach[block]
        self._reach.append(reach)
        return number

    def name(self, request: int, touched: Iterable[int]) -> None:
        """This request is held back by the touched blocks: name one, or the union of several."""
        outermost = self._outermost(touched)
        if len(outermost) == 1:
            number = outermost[0]
        else:
            key = tuple(outermost)
            if key not in self._unions:
                self._unions[key] = self.add([], [], outermost)
            number = self._unions[key]
        self.blocks[number].named_by.append(request)

    def _outermost(self, touched: Iterable[int]) -> list[int]:
        """The touched blocks without those that another of them includes anyway."""
        covered, outermost = 0, []
        for block in sorted(touched, reverse=True):  # an including block has the higher number
            if not covered >> block & 1:
                outermost.append(block)
                covered |= self._reach[block]
        return outermost[::-1]


def contested_blocks(arcs: Arcs, served: Served) -> list[Block]:
    """The blocks, and in each of them the unserved requests that name it."""
    holders: dict[int, list[int]] = {group: [] for group in np.flatnonzero(served.closed).tolist()}
    for request in served.ranks.tolist():
        if served.held[request] in holders:
            holders[int(served.held[request])].append(request)
    leads_to = {
        group: np.unique(np.concatenate([arcs.of(holder) for holder in people])).tolist()
        for group, people in holders.items()
    }
    block_of = np.full(len(arcs.members), -1, dtype=np.int64)
    found = _Blocks()
    for groups in strong_components(leads_to):
        ends = np.unique(np.concatenate([block_of[leads_to[group]] for group in groups])).tolist()
        people = sorted(holder for group in groups for holder in holders[group])
        block_of[groups] = found.add(sorted(groups), people, (end for end in ends if end != -1))
    for request in np.flatnonzero((served.held == NOT_SERVED) & (np.diff(arcs.start) > 0)).tolist():
        found.name(request, np.unique(block_of[arcs.of(request)]).tolist())
    return found.blocks


class _Walk:
    """Tarjan's walk, without recursion: a chain of cars can be longer than Python's stack."""

    def __init__(self, leads_to: dict[int, list[int]]) -> None:
        self._leads_to = leads_to
        self._index: dict[int, int] = {}
        self._low: dict[int, int] = {}
        self._open: dict[int, None] = {}
        self._path: list[tuple[int, Iterator[int]]] = []
        self.components: list[list[int]] = []

    def from_root(self, root: int) -> None:
        """Walk everything that can be reached from here and was not seen yet."""
        if root not in self._index:
            self._enter(root)
        while self._path:
            node, ends = self._path[-1]
            fresh = next((end for end in ends if self._is_fresh(node, end)), None)
            if fresh is None:
                self._leave(node)
            else:
                self._enter(fresh)

    def _enter(self, node: int) -> None:
        self._index[node] = self._low[node] = len(self._index)
        self._open[node] = None
        self._path.append((node, iter(self._leads_to[node])))

    def _is_fresh(self, node: int, end: int) -> bool:
        if end not in self._index:
            return True
        if end in self._open:
            self._low[node] = min(self._low[node], self._index[end])
        return False

    def _leave(self, node: int) -> None:
        self._path.pop()
        if self._path:
            parent = self._path[-1][0]
            self._low[parent] = min(self._low[parent], self._low[node])
        if self._low[node] == self._index[node]:
            component = [self._open.popitem()[0]]
            while component[-1] != node:
                component.append(self._open.popitem()[0])
            self.components.append(component)


def strong_components(leads_to: dict[int, list[int]]) -> list[list[int]]:
    """The groups that lead to each other, those led to before those that lead there."""
    walk = _Walk(leads_to)
    for root in leads_to:
        walk.from_root(root)
    return walk.components
