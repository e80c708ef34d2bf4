"""What the secretariat decides about the allocation of one support."""

from mra.allocation.models import AllocationSettings
from mra.allocation.queries import Decided
from mra.allocation.rules import AfterIntake, FreedCars
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, note
from mra.core.db import db
from mra.disasters.models import Activation


def choose_freed_cars(activation: Activation, freed_cars: FreedCars, *, by: Actor) -> None:
    """Decide whether a declined or expired car waits for the next proposal or goes to the next person at once."""
    settings = _settings(activation)
    before = settings.freed_cars
    if before is freed_cars:
        return
    db.session.add(settings)
    settings.freed_cars, settings.changed_at = freed_cars, clock.now()
    note(activation, "change_freed_cars", by=by, before=before, after=freed_cars)


def choose_after_intake(activation: Activation, after_intake: AfterIntake, *, by: Actor) -> None:
    """Decide whether those who still wait are offered cars once the intake is over; usually they are not."""
    settings = _settings(activation)
    before = settings.after_intake
    if before is after_intake:
        return
    db.session.add(settings)
    settings.after_intake, settings.changed_at = after_intake, clock.now()
    note(activation, "change_after_intake", by=by, before=before, after=after_intake)


def _settings(activation: Activation) -> AllocationSettings:
    """The settings, under lock; the usual where there are none yet.

    The activation's row is the lock: two people who decide at the same second come one after the other.
    """
    lock(activation)
    settings = db.session.get(AllocationSettings, activation.id, populate_existing=True)
    usual = Decided()
    return settings or AllocationSettings(
        activation_id=activation.id, freed_cars=usual.freed_cars, after_intake=usual.after_intake
    )
