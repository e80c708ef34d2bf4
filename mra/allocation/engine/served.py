"""Rule 1: nobody is overtaken. Who is served, found by augmenting paths in rank order.

The sets of requests that can be served together are the independent sets of a transversal matroid (Edmonds and
Fulkerson, 1965). In a matroid, taking everyone who can be added, best rank first, gives the one best set: no other set
is better at any place of the ranking, and none is larger. Whether somebody can be added is a question of an augmenting
path (Berge, 1957): those served before may change cars among each other, but none of them loses out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mra.allocation.engine.groupsets import as_mask, as_sets, lowest
from mra.allocation.engine.pairs import Arcs, Bools, Ints

NOT_SERVED = -1
# So many requests are looked at together to see which of them have a way left to search.
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Served:
    """`held[r]` is a group for each served request; `closed` are the groups out of which no exchange leads.

    `suits[r]` is, for each served request at least, the set of groups that suit it.
    """

    held: Ints
    closed: Bools
    suits: dict[int, int]

    @property
    def ranks(self) -> Ints:
        """The served requests, in rank order."""
        return np.flatnonzero(self.held != NOT_SERVED)


class _Search:
    def __init__(self, arcs: Arcs) -> None:
        self._arcs = arcs
        self._left = arcs.capacity.tolist()
        self._free = (1 << len(self._left)) - 1
        self._open = self._free
        self._suits: dict[int, int] = {}
        self._holders: list[dict[int, None]] = [{} for _ in self._left]
        self.held = [NOT_SERVED] * (len(arcs.start) - 1)

    def hopeful(self) -> Iterator[int]:
        """The requests in rank order, without those all of whose groups are closed when their turn comes near."""
        for first in range(0, len(self.held), _AT_ONCE):
            bounds = self._arcs.start[first : first + _AT_ONCE + 1]
            is_open = as_mask(self._open, len(self._left))[self._arcs.group[bounds[0] : bounds[-1]]]
            open_before = np.concatenate([[0], np.cumsum(is_open)])
            requests = first + np.flatnonzero(np.diff(open_before[bounds - bounds[0]]))
            self._suits.update(zip(requests.tolist(), as_sets(self._arcs, requests), strict=True))
            yield from requests.tolist()

    def serve(self, request: int) -> None:
        """Find this request a vehicle, if need be by moving better ranked ones to others that suit them.

        When the search fails, what it has seen is closed for good: those groups are full, and all their holders have
        arcs to such groups only, so that no later search could get through them either.
        """
        unseen, reached_by = self._open, dict[int, int]()
        queue: list[tuple[int, int]] = []
        for mover in self._movers(request, queue, reached_by):
            groups = self._suits[mover] & unseen
            if not groups:
                continue
            if free := groups & self._free:
                reached_by[lowest(free)] = mover
                self._shift(lowest(free), reached_by)
                return
            unseen ^= groups
            queue.append((mover, groups))
        self._open = unseen

    def _movers(self, request: int, queue: list[tuple[int, int]], reached_by: dict[int, int]) -> Iterator[int]:
        """First the request itself; then, breadth first, whoever holds one of the groups that were reached."""
        yield request
        for mover, groups in queue:  # grows while it is read
            while groups:
                group = lowest(groups)
                groups ^= 1 << group
                reached_by[group] = mover
                yield from self._holders[group]

    def _shift(self, group: int, reached_by: dict[int, int]) -> None:
        """Each mover along the path takes the place that has become free, and leaves the own one to the one before."""
        self._left[group] -= 1
        if not self._left[group]:
            self._free ^= 1 << group
        while True:
            mover = reached_by[group]
            previous = self.held[mover]
            self.held[mover] = group
            self._holders[group][mover] = None
            if previous == NOT_SERVED:
                return
            del self._holders[previous][mover]
            group = previous

    def result(self) -> Served:
        """Who holds what, and which groups are closed for good."""
        return Served(np.array(self.held, dtype=np.int64), ~as_mask(self._open, len(self._left)), self._suits)


def find_served(arcs: Arcs) -> Served:
    """Go down the ranking and serve everyone who can be served together with all those served before."""
    search = _Search(arcs)
    for request in search.hopeful():
        search.serve(request)
    return search.result()
