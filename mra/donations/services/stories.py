"""What became of a donated car. Loans live above donations, so they answer through a register.

The shell fills it once, at start: `donations.services.on_vehicle_story(loans.queries.vehicle_stories)`.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from sqlalchemy import select

from mra.core.actor import SYSTEM
from mra.core.audit import note
from mra.core.db import db
from mra.vehicles.models import Vehicle

from ..models import Donation
from ..rules import DonationStatus
from .telling import tell


class Story(Protocol):
    """How many households or groups borrowed a car, and how far they drove. Numbers only, never a person."""

    @property
    def borrowers(self) -> int: ...

    @property
    def driven_km(self) -> int: ...


VehicleStories = Callable[[Collection[int]], Mapping[int, Story]]

_tellers: list[VehicleStories] = []


def on_vehicle_story(teller: VehicleStories) -> None:
    """Register who knows what became of cars."""
    _tellers[:] = [teller]


def story_of(vehicle_id: int | None) -> Story | None:
    """The story of one car; None while nobody has borrowed it."""
    if not _tellers or vehicle_id is None:
        return None
    return _tellers[0]([vehicle_id]).get(vehicle_id)


def tell_of_retirement(vehicle: Vehicle) -> None:
    """A donated car has left for good: its donor is told what it did, and thanked. Telling twice is telling once."""
    donation = _newest_donation_of(vehicle)
    if donation is None:
        return
    story = story_of(vehicle.id)
    tell(
        donation,
        "donation_retired",
        key=f"donation-{donation.id}-retired",
        borrowers=story.borrowers if story else 0,
        driven_km=story.driven_km if story else 0,
    )
    note(donation, "tell_retirement", by=SYSTEM)


def _newest_donation_of(vehicle: Vehicle) -> Donation | None:
    given = select(Donation).where(Donation.vehicle_id == vehicle.id, Donation.status == DonationStatus.COMPLETED)
    return db.session.scalar(given.order_by(Donation.id.desc()).limit(1))
