"""Rule 1: nobody is overtaken. Who is served, found by augmenting paths in rank order."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from mra.allocation.engine.pairs import Arcs, Bools, Ints

NOT_SERVED = -1


@dataclass(frozen=True, slots=True)
class Served:
    """`held[r]` is a group for each served request; `closed` are the groups out of which no exchange leads."""

    held: Ints
    closed: Bools

    @property
    def ranks(self) -> Ints:
        """The served requests, in rank order."""
        return np.flatnonzero(self.held != NOT_SERVED)


class _Search:
    def __init__(self, arcs: Arcs) -> None:
        self._arcs = arcs
        self._free = arcs.capacity.copy()
        self._holders: list[dict[int, None]] = [{} for _ in arcs.members]
        self._seen = np.zeros(len(arcs.members), dtype=np.bool_)
        self._start = arcs.start.tolist()
        self.held = [NOT_SERVED] * (len(arcs.start) - 1)

    def serve(self, request: int) -> None:
        """Find this request a vehicle, if need be by moving better ranked ones to others that suit them.

        When the search fails, what it has seen stays marked: those groups are full, and all their holders have arcs
        to such groups only, so that no later search could get through them either.
        """
        reached_by: dict[int, int] = {}
        pending = deque([request])
        while pending:
            mover = pending.popleft()
            groups = self._arcs.group[self._start[mover] : self._start[mover + 1]]
            groups = groups[~self._seen[groups]]
            if not len(groups):
                continue
            free = groups[self._free[groups] > 0]
            if len(free):
                reached_by[int(free[0])] = mover
                self._shift(int(free[0]), reached_by)
                return
            self._seen[groups] = True
            for group in groups.tolist():
                reached_by[group] = mover
                pending.extend(self._holders[group])

    def _shift(self, group: int, reached_by: dict[int, int]) -> None:
        """Each mover along the path takes the place that has become free, and leaves the own one to the one before."""
        self._seen[list(reached_by)] = False
        self._free[group] -= 1
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
        return Served(np.array(self.held, dtype=np.int64), self._seen)


def find_served(arcs: Arcs) -> Served:
    """Go down the ranking and serve everyone who can be served together with all those served before."""
    search = _Search(arcs)
    for request in range(len(arcs.start) - 1):
        search.serve(request)
    return search.result()
