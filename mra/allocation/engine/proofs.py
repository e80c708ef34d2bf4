"""Rule 3: everyone not served is told why. The groups without a way out, cut into the smallest blocks that explain it.

By Hall's theorem (1935) people can be served together if and only if no part of them has fewer vehicles to choose from
than it has members. Whoever is not served would make such a part: those who hold the vehicles that suit, those who hold
the vehicles these could change to, and so on, hold every one of them, and all rank above.

Draw an arrow from a closed group to every other group that suits one of its holders. Groups that lead to each other
form a block; a block includes those it leads to. A person who is not served names the block their vehicles lie in.
Blocks do not depend on who holds which vehicle at the moment, only on who is served, so the proof holds for every plan
that serves the same people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from mra.allocation.engine.components import strong_components
from mra.allocation.engine.groupsets import each
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
    """All blocks so far. Sets of blocks are whole numbers with a bit for each.

    `reach[b]` are the blocks that b includes directly or in turn, and b itself.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._reach: list[int] = []
        self._named: dict[int, int] = {}

    def add(self, groups: list[int], holders: list[int], touched: int) -> int:
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

    def name(self, request: int, touched: int) -> None:
        """This request is held back by the touched blocks: name one, or the union of several."""
        if touched not in self._named:
            self._named[touched] = self._one_of(touched)
        self.blocks[self._named[touched]].named_by.append(request)

    def _one_of(self, touched: int) -> int:
        outermost = self._outermost(touched)
        if len(outermost) == 1:
            return outermost[0]
        together = sum(1 << block for block in outermost)
        if together not in self._named:
            self._named[together] = self.add([], [], together)
        return self._named[together]

    def _outermost(self, touched: int) -> list[int]:
        """The touched blocks without those that another of them includes anyway."""
        outermost = []
        while touched:
            block = touched.bit_length() - 1  # an including block has the higher number
            outermost.append(block)
            touched &= ~self._reach[block]
        return outermost[::-1]


def contested_blocks(arcs: Arcs, served: Served) -> list[Block]:
    """The blocks, and in each of them the unserved requests that name it."""
    holders: dict[int, list[int]] = {group: [] for group in np.flatnonzero(served.closed).tolist()}
    leads_to = dict.fromkeys(holders, 0)
    for request, group in zip(served.ranks.tolist(), served.held[served.ranks].tolist(), strict=True):
        if group in holders:
            holders[group].append(request)
            leads_to[group] |= served.suits[request]
    block_of = [_NO_BLOCK] * len(arcs.members)
    found = _Blocks()
    for component in strong_components(leads_to):
        groups = each(component.members)
        touched = {block_of[group] for group in each(component.leads_to & ~component.members)}
        people = sorted(holder for group in groups for holder in holders[group])
        number = found.add(groups, people, sum(1 << block for block in touched))
        for group in groups:
            block_of[group] = number
    touched_by = _touched_by(arcs, np.array(block_of, dtype=np.int64))
    for request, (group, blocks) in enumerate(zip(served.held.tolist(), touched_by, strict=True)):
        if blocks and group == NOT_SERVED:
            found.name(request, blocks)
    return found.blocks


def _touched_by(arcs: Arcs, block_of: Ints) -> Iterator[int]:
    """For each request the set of blocks in which groups lie that suit it. By a table, part by part."""
    blocks, requests = int(block_of.max(initial=_NO_BLOCK)) + 1, len(arcs.start) - 1
    at_once = _CELLS_AT_ONCE // (blocks + 1) + 1
    for first in range(0, requests, at_once):
        start = arcs.start[first : first + at_once + 1]
        table = np.zeros((len(start) - 1, blocks + 1), dtype=np.bool_)
        # Groups in no block (-1) mark one column more, which is cleared.
        table[np.repeat(np.arange(len(table)), np.diff(start)), block_of[arcs.group[start[0] : start[-1]]]] = True
        table[:, blocks] = False
        bits = np.packbits(table, axis=1, bitorder="little")
        octets, width = bits.tobytes(), bits.shape[1]
        for end in range(width, len(octets) + 1, width):
            yield int.from_bytes(octets[end - width : end], "little")
