"""Cars out on return-on-disaster leases: asked back for a disaster, and let be when they are not needed after all."""

from sqlalchemy import select

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import move
from mra.core.db import db
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Lease, Vehicle


def recall(lease: Lease, *, by: Actor) -> None:
    """Ask the lessee for the car back; from now on the days of the contract run."""
    move(lease, "recall", by=by)
    lease.recalled_at = clock.now()
    db.session.flush()


def spare(lease: Lease, *, by: Actor) -> None:
    """The car is not needed after all: the lease goes on as before."""
    move(lease, "spare", by=by)
    lease.recalled_at = None
    db.session.flush()


def end(lease: Lease, *, by: Actor) -> None:
    """The lease is over: the car came back, or the lessee keeps it for good."""
    move(lease, "end", by=by)
    lease.ended_at = clock.now()
    db.session.flush()


def end_recalled(vehicle: Vehicle, *, by: Actor) -> None:
    """A recalled car that stands at a base is with its lessee no longer."""
    lease = db.session.scalars(
        select(Lease).where(Lease.vehicle_id == vehicle.id, Lease.status == LeaseStatus.RECALLED)
    ).one_or_none()
    if lease is not None:
        end(lease, by=by)
