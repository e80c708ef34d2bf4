"""What the secretariat decides about the allocation of one support."""

from mra.allocation.models import AllocationSettings
from mra.allocation.rules import FreedCars
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, note
from mra.core.db import db
from mra.disasters.models import Activation


def choose_freed_cars(activation: Activation, freed_cars: FreedCars, *, by: Actor) -> None:
    """Decide whether a declined or expired car waits for the next proposal or goes to the next person at once.

    The activation's row is the lock: two people who decide at the same second come one after the other.
    """
    lock(activation)
    settings = db.session.get(AllocationSettings, activation.id, populate_existing=True)
    before = settings.freed_cars if settings else FreedCars.NEXT_RUN
    if before is freed_cars:
        return
    if settings is None:
        settings = AllocationSettings(activation_id=activation.id)
        db.session.add(settings)
    settings.freed_cars, settings.changed_at = freed_cars, clock.now()
    note(activation, "change_freed_cars", by=by, before=before, after=freed_cars)
