"""Sets of groups as whole numbers with a bit for each group, so that one operation looks at all of them at once."""

from __future__ import annotations

import numpy as np

from mra.allocation.engine.pairs import Arcs, Bools, Ints

_FEW = 8


def as_sets(arcs: Arcs, requests: Ints) -> list[int]:
    """For each of these requests, the groups that suit it."""
    table = np.zeros((len(requests), len(arcs.members)), dtype=np.bool_)
    row = np.repeat(np.arange(len(requests)), arcs.start[requests + 1] - arcs.start[requests])
    table[row, arcs.group[arcs.numbers_of(requests)]] = True
    return [int.from_bytes(bits.tobytes(), "little") for bits in np.packbits(table, axis=1, bitorder="little")]


def as_mask(groups: int, count: int) -> Bools:
    """For each of `count` groups, whether it is in the set."""
    octets = np.frombuffer(groups.to_bytes(count // 8 + 1, "little"), dtype=np.uint8)
    return np.unpackbits(octets, count=count, bitorder="little").view(np.bool_)


def each(groups: int) -> list[int]:
    """The groups of the set, in order."""
    if groups.bit_count() > _FEW:
        return list(np.flatnonzero(as_mask(groups, groups.bit_length())).tolist())
    numbers = []
    while groups:
        numbers.append(lowest(groups))
        groups &= groups - 1
    return numbers


def lowest(groups: int) -> int:
    """The first group in the set."""
    return (groups & -groups).bit_length() - 1
