"""Who would be left without a car if this one stood still: a register, because offers and loans live above vehicles.

    vehicles.services.on_bookings(loans.queries.bookings_of)

Shown when a defect is reported, so that nobody learns of it with the keys in the hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Booking:
    """One offer or loan that stands on a car: what it is, whose (by number), from when, and where it is dealt with."""

    word: str
    number: str
    at: datetime
    path: str


BookingSource = Callable[[int], list[Booking]]

_sources: list[BookingSource] = []


def on_bookings(source: BookingSource) -> None:
    """Ask this source too, which offers and loans stand on a car."""
    _sources.append(source)


def bookings_of(vehicle_id: int) -> list[Booking]:
    """All offers and loans that stand on a car, the next first."""
    return sorted((one for source in _sources for one in source(vehicle_id)), key=lambda one: one.at)
