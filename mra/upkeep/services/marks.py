"""Damage of a car: noticed, repaired, or written down by mistake."""

from datetime import date

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move
from mra.core.db import db
from mra.core.errors import Refused
from mra.upkeep.models import DamageMark
from mra.upkeep.rules import MarkPlace
from mra.vehicles.models import Vehicle


def note_mark(vehicle: Vehicle, *, by: Actor, place: MarkPlace, text: str, noticed_on: date) -> DamageMark:
    """Write down a damage, so that the next handover knows of it."""
    lock(vehicle)
    if noticed_on > clock.today():
        raise Refused("upkeep_in_future")
    made = DamageMark(vehicle_id=vehicle.id, place=place, note=text, noticed_on=noticed_on, created_at=clock.now())
    made.vehicle = vehicle
    begin(made, by=by, place=place)
    db.session.flush()
    return made


def repair(mark: DamageMark, *, by: Actor, on: date) -> None:
    """The damage is mended."""
    move(mark, "repair", by=by)
    if on > clock.today():
        raise Refused("upkeep_in_future")
    mark.repaired_on = on
    db.session.flush()


def strike(mark: DamageMark, *, by: Actor) -> None:
    """It was written down by mistake: the row stays, and counts no more."""
    move(mark, "strike", by=by)
    db.session.flush()
