"""Which cars somebody is about to drive: a register, because the jobs that move cars stand above vehicles.

    vehicles.services.on_journeys(transport.queries.journeys_of)

A source takes ids of cars and tells, in one statement, of those with a drive that is planned or under way.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Journey:
    """One drive of a car: how far it is, on which day it starts, and where it is dealt with."""

    word: str
    starts_on: date
    path: str


JourneySource = Callable[[Collection[int]], Mapping[int, Journey]]

_sources: list[JourneySource] = []


def on_journeys(source: JourneySource) -> None:
    """Ask this source too, which cars are to be driven."""
    _sources.append(source)


def journeys_of(vehicle_ids: Collection[int]) -> dict[int, Journey]:
    """The drives of these cars that are planned or under way; a car without one is not in it."""
    journeys: dict[int, Journey] = {}
    if vehicle_ids:
        for source in _sources:
            journeys |= source(vehicle_ids)
    return journeys
