"""Cars out on return-on-disaster leases: asked back for a disaster, let be when they are not needed after all, and over.

Who asks leases back stands above vehicles, and hears through a register that a lease has ended, by whatever way:

    vehicles.services.after_lease_end(recalls.services.settle)
"""

from collections.abc import Callable

from sqlalchemy import select

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, move
from mra.core.db import db
from mra.core.errors import Refused
from mra.vehicles.leasing import OPEN, LeaseEnd, LeaseStatus
from mra.vehicles.models import Lease, Vehicle

LeaseListener = Callable[..., None]

_listeners: list[LeaseListener] = []


def after_lease_end(listener: LeaseListener) -> None:
    """Call `listener(lease, by=…)` in the transaction in which a lease ends."""
    _listeners.append(listener)


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


def end(lease: Lease, *, by: Actor, ended_as: LeaseEnd = LeaseEnd.HANDED_BACK) -> None:
    """The lease is over: the car came back, or the lessee keeps it for good."""
    move(lease, "end", by=by, ended_as=ended_as)
    lease.ended_at, lease.ended_as = clock.now(), ended_as
    db.session.flush()
    for listener in _listeners:
        listener(lease, by=by)


def open_lease_of(vehicle: Vehicle) -> Lease | None:
    """The lease under which a car is out, if it is."""
    return db.session.scalars(select(Lease).where(Lease.vehicle_id == vehicle.id, Lease.status.in_(OPEN))).one_or_none()


def end_recalled(vehicle: Vehicle, *, by: Actor) -> None:
    """A recalled car that stands at a base is with its lessee no longer; one that nobody asked back is looked at first."""
    lease = open_lease_of(vehicle)
    if lease is None:
        return
    lock(lease)
    if lease.status is LeaseStatus.RUNNING:
        raise Refused("lease_still_running")
    if lease.status is LeaseStatus.RECALLED:
        end(lease, by=by)
