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

from mra.allocation.engine.groupsets import as_mask, lowest
from mra.allocation.engine.pairs import Arcs, Ints
from mra.allocation.engine.served import NOT_SERVED, Served

_NO_BLOCK = -1
_CELLS_AT_ONCE = 1 << 22


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
        self._named: dict[tuple[int, ...], int] = {}

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
        key = tuple(touched)
        if key not in self._named:
            outermost = tuple(self._outermost(key))
            if len(outermost) > 1 and outermost not in self._named:
                self._named[outermost] = self.add([], [], outermost)
            self._named[key] = outermost[0] if len(outermost) == 1 else self._named[outermost]
        self.blocks[self._named[key]].named_by.append(request)

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
    leads_to = dict.fromkeys(holders, 0)
    for request, group in zip(served.ranks.tolist(), served.held[served.ranks].tolist(), strict=True):
        if group in holders:
            holders[group].append(request)
            leads_to[group] |= served.suits[request]
    block_of = np.full(len(arcs.members), _NO_BLOCK)
    found = _Blocks()
    for component in strong_components(leads_to):
        groups = np.flatnonzero(as_mask(component.members, len(block_of))).tolist()
        touched = set(block_of[as_mask(component.leads_to, len(block_of))].tolist())
        people = sorted(holder for group in groups for holder in holders[group])
        block_of[groups] = found.add(groups, people, touched - {_NO_BLOCK})
    for request, (group, named) in enumerate(zip(served.held.tolist(), _touched(arcs, block_of), strict=True)):
        if named and group == NOT_SERVED:
            found.name(request, named)
    return found.blocks


def _touched(arcs: Arcs, block_of: Ints) -> Iterator[list[int]]:
    """For each request the blocks, in order, in which groups lie that suit it. By a table, part by part."""
    blocks, requests = int(block_of.max(initial=-1)) + 1, len(arcs.start) - 1
    at_once = _CELLS_AT_ONCE // (blocks + 1) + 1
    for first in range(0, requests, at_once):
        start = arcs.start[first : first + at_once + 1]
        table = np.zeros((len(start) - 1, blocks + 1), dtype=np.bool_)
        # Groups in no block (-1) mark the last column, which nobody reads.
        table[np.repeat(np.arange(len(table)), np.diff(start)), block_of[arcs.group[start[0] : start[-1]]]] = True
        row, block = np.nonzero(table[:, :blocks])
        bounds, touched = np.searchsorted(row, np.arange(len(start))).tolist(), block.tolist()
        yield from (touched[bounds[index] : bounds[index + 1]] for index in range(len(table)))


@dataclass(slots=True)
class Component:
    """Groups that lead to each other, and all groups they lead to, themselves included."""

    members: int
    leads_to: int


def strong_components(leads_to: dict[int, int]) -> Iterator[Component]:
    """The groups that lead to each other, those led to before those that lead there.

    A walk along the arrows: where it comes back to its own path, everything since then is one component (Purdom, 1970;
    Munro, 1971). With sets as whole numbers it takes a step for each group, not one for each arrow.
    """
    left = sum(1 << group for group in leads_to)
    path: list[Component] = []
    on_path = 0
    while left:
        top = path[-1] if path else Component(0, left)
        ahead = top.leads_to & left & ~top.members
        if not ahead:
            left &= ~top.members
            on_path &= ~top.members
            yield path.pop()
        elif back := ahead & on_path:
            _merge(path, back)
        else:
            group = lowest(ahead)
            on_path |= 1 << group
            path.append(Component(1 << group, leads_to[group]))


def _merge(path: list[Component], back: int) -> None:
    """The path has come back to these groups: it is one component from the first of them to its end."""
    top = path.pop()
    while back & ~top.members:
        before = path.pop()
        top = Component(top.members | before.members, top.leads_to | before.leads_to)
    path.append(top)
