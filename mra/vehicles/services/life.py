"""A car's life as others know it. Who drove, gave, borrowed or mended it is known above vehicles, and told through a register.

The shell fills it once, at start:

    vehicles.services.on_life(transport.queries.life_of)

A source takes the id of one car and returns its entries, in any order, in a fixed number of statements. No personal
data: a donor, a lessee, a driver or a borrower is told by kind and number, never by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class LifeKind(StrEnum):
    """What part of a car's life an entry belongs to."""

    ORIGIN = "origin"
    PLACE = "place"
    TRANSPORT = "transport"
    PAPER = "paper"
    LOAN = "loan"
    DAMAGE = "damage"
    UPKEEP = "upkeep"
    END = "end"


@dataclass(frozen=True)
class LifeEntry:
    """One line of a car's life: when, what (in Japanese), kilometres driven and yen spent where there are any."""

    on: date
    kind: LifeKind
    title: str
    detail: str = ""
    ended_on: date | None = None
    km: int | None = None
    odometer_km: int | None = None
    yen: int | None = None
    path: str | None = None


LifeSource = Callable[[int], list[LifeEntry]]

_sources: list[LifeSource] = []


def on_life(source: LifeSource) -> None:
    """Ask this source too when the life of a car is told."""
    _sources.append(source)


def life_of(vehicle_id: int) -> list[LifeEntry]:
    """All that is known of a car's life, the oldest first."""
    return sorted((entry for source in _sources for entry in source(vehicle_id)), key=lambda entry: entry.on)
