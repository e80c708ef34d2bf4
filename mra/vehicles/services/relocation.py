"""A car that is driven from one base to another, or somewhere else, without coming into the alliance or leaving it."""

from mra.core.actor import Actor
from mra.core.audit import lock, move, note
from mra.core.db import db
from mra.disasters.models import Base
from mra.vehicles.models import Vehicle

from .in_use import refuse_if_in_use


def relocate(vehicle: Vehicle, *, by: Actor, to: Base) -> None:
    """A ready car leaves for another base; refused while it is offered or lent."""
    move(vehicle, "relocate", by=by, base_id=to.id)
    refuse_if_in_use(vehicle)
    vehicle.base_id = to.id
    db.session.flush()
    db.session.expire(vehicle, ["base"])


def come_back(vehicle: Vehicle, base: Base, *, by: Actor) -> None:
    """The car did not go to the other base after all: it stands ready where it stood before."""
    move(vehicle, "come_back", by=by, base_id=base.id)
    vehicle.base_id = base.id
    db.session.flush()
    db.session.expire(vehicle, ["base"])


def read_odometer(vehicle: Vehicle, *, by: Actor, odometer_km: int) -> None:
    """Somebody read the odometer; a reading below the last one was looked at again by whoever calls this."""
    lock(vehicle)
    if vehicle.odometer_km != odometer_km:
        changes = {"odometer_km": [vehicle.odometer_km, odometer_km]}
        note(vehicle, "read_odometer", by=by, changes=changes)
        vehicle.odometer_km = odometer_km
        db.session.flush()


def stand_at(vehicle: Vehicle, base: Base, *, by: Actor) -> None:
    """A car that may not be lent now was brought to another base; its status stays."""
    lock(vehicle)
    if vehicle.base_id != base.id:
        note(vehicle, "stand_at", by=by, changes={"base_id": [vehicle.base_id, base.id]})
        vehicle.base_id = base.id
        db.session.flush()
        db.session.expire(vehicle, ["base"])
