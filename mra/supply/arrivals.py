"""How many by which day: what is there, on its way, promised and asked for, added up along the days to come. Pure.

The gap board of an activation and the readiness of a place in quiet times count with the same function.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple


class Certainty(IntEnum):
    """How far one may count on an arrival; the higher, the surer."""

    DOUBTFUL = 0
    ASKED = 1
    PROMISED = 2
    UNDER_WAY = 3
    THERE = 4


# What one may count on; a question without an answer and a word that nobody confirmed are not among it.
COUNTED_ON = frozenset({Certainty.PROMISED, Certainty.UNDER_WAY, Certainty.THERE})


class Arrival(NamedTuple):
    """So many of one thing on one day, counted from today (0); what should have come already comes today."""

    day: int
    quantity: int
    certainty: Certainty = Certainty.PROMISED


def by_day(
    arrivals: Iterable[Arrival], days: Sequence[int], certainties: Collection[Certainty] = frozenset(Certainty)
) -> list[int]:
    """How many will have come by the end of each of these days, counting only these certainties."""
    counted = [arrival for arrival in arrivals if arrival.certainty in certainties]
    return [sum(arrival.quantity for arrival in counted if arrival.day <= day) for day in days]
