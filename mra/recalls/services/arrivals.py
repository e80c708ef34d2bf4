"""Cars that come back: stock at a base in one step, whichever way they came."""

from typing import Any

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import move
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.models import Base
from mra.vehicles import services as vehicles
from mra.vehicles.leasing import LeaseEnd
from mra.vehicles.models import Lease

from .. import queries
from ..models import LeaseReturn
from ..rules import ReturnStatus
from .answers import refuse_unless_open


def take_back(
    lease_return: LeaseReturn,
    base: Base | None,
    *,
    by: Actor,
    odometer_km: int | None = None,
    accept_lower_odometer: bool = False,
) -> None:
    """The car stands at a base, with or without a slot, at that base or another: its lease is over, it can be lent.

    A reading below the last one is refused until somebody has looked again.
    """
    refuse_unless_open(lease_return)
    vehicles.hand_back(
        lease_return.lease, base, by=by, odometer_km=odometer_km, accept_lower_odometer=accept_lower_odometer
    )
    db.session.refresh(lease_return)
    if lease_return.status is not ReturnStatus.RETURNED:
        raise Refused("recall_over")


def settle(lease: Lease, *, by: Actor) -> None:
    """A lease has ended, by whatever way: the return that was asked for is done, or needed no more (a listener)."""
    found = queries.open_return_of(lease.id)
    if found is None:
        return
    if lease.ended_as is LeaseEnd.SOLD:
        move(found, "spare", by=by)
    else:
        facts: dict[str, Any] = {"base_id": lease.vehicle.base_id}
        move(found, "take_back", by=by, **facts)
        found.returned_at, found.returned_to_id = clock.now(), lease.vehicle.base_id
    db.session.flush()
