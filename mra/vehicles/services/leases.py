"""Cars out on return-on-disaster leases: asked back for a disaster, and let be when they are not needed after all."""

from mra.core.actor import Actor
from mra.core.audit import move
from mra.core.db import db
from mra.vehicles.models import Lease


def recall(lease: Lease, *, by: Actor) -> None:
    """Ask the lessee for the car back; from now on the days of the contract run."""
    move(lease, "recall", by=by)
    db.session.flush()


def spare(lease: Lease, *, by: Actor) -> None:
    """The car is not needed after all: the lease goes on as before."""
    move(lease, "spare", by=by)
    db.session.flush()
