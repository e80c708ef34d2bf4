"""Lease contracts: written down, corrected, renewed, and over with the car handed back or sold.

Rows are locked in one order: vehicle, lease, and what hangs on it.
"""

from dataclasses import asdict, fields, replace
from datetime import date

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.models import Base
from mra.vehicles.leasing import (
    LESSEE_WORDS,
    OPEN,
    LeaseEnd,
    LeaseFacts,
    LeaseStatus,
    LesseeKind,
    lease_fault,
    renewal_fault,
)
from mra.vehicles.models import Lease, Vehicle
from mra.vehicles.retiring import RetirementKind
from mra.vehicles.rules import VEHICLE, VehicleStatus

from .fleet import arrive
from .in_use import refuse_if_in_use
from .leases import end, open_lease_of
from .retirement import Leaving, retire

SOLD_NOTE = "返却カーリースの借り手に譲渡"
FREE_FOR_LEASE = frozenset({VehicleStatus.PROMISED, VehicleStatus.READY})


def lease_out(vehicle: Vehicle, facts: LeaseFacts, *, by: Actor) -> Lease:
    """The car goes to a lessee; one that stood at a base leaves it and is promised for the next disaster."""
    lock(vehicle)
    if open_lease_of(vehicle):
        raise Refused("already_leased")
    if vehicle.status not in FREE_FOR_LEASE:
        raise Refused("not_free_for_lease", status=VEHICLE.word(vehicle.status).label)
    refuse_if_in_use(vehicle)
    if fault := lease_fault(facts):
        raise Refused(fault)
    if vehicle.status is VehicleStatus.READY:
        move(vehicle, "lease_out", by=by, base_id=None)
        vehicle.base_id = None
        db.session.flush()
        db.session.expire(vehicle, ["base"])
    made = Lease(vehicle_id=vehicle.id, created_at=clock.now(), version=1, **asdict(facts))
    return begin(made, by=by, vehicle_id=vehicle.id)


def change_lease(lease: Lease, facts: LeaseFacts, *, version: int, by: Actor) -> None:
    """Write down what the contract really says, or who is to be rung now; refused if somebody else was faster."""
    _lock_open(lease, version)
    if fault := lease_fault(facts):
        raise Refused(fault)
    before = lease.facts
    changed = [field.name for field in fields(LeaseFacts) if getattr(before, field.name) != getattr(facts, field.name)]
    for name in changed:
        setattr(lease, name, getattr(facts, name))
    if changed:
        # The names of the fields only: what stands in them is about people.
        note(lease, "change", by=by, fields=changed)
    db.session.flush()
    db.session.expire(lease, ["kept_in"])


def renew(
    lease: Lease, *, until: date, monthly_fee_yen: int, insured_until: date | None, version: int, by: Actor
) -> None:
    """The contract goes on until a later day, perhaps at another fee, with the lessee's newer insurance."""
    _lock_open(lease, version)
    fault = renewal_fault(lease.ends_on, until)
    if fault := fault or lease_fault(replace(lease.facts, ends_on=until)):
        raise Refused(fault)
    note(lease, "renew", by=by, ends_on=[lease.ends_on.isoformat(), until.isoformat()])
    lease.ends_on, lease.monthly_fee_yen = until, monthly_fee_yen
    lease.insured_until = insured_until or lease.insured_until
    db.session.flush()


def hand_back(
    lease: Lease,
    base: Base | None,
    *,
    by: Actor,
    odometer_km: int | None = None,
    accept_lower_odometer: bool = False,
) -> None:
    """The lessee brought the car to a base: the lease is over and the car is stock, in one step."""
    vehicle = lease.vehicle
    lock(vehicle)
    lock(lease)
    if lease.status is LeaseStatus.ENDED:
        raise Refused("lease_over")
    if lease.status is LeaseStatus.RUNNING:
        end(lease, by=by)
    arrive(vehicle, base, by=by, odometer_km=odometer_km, accept_lower_odometer=accept_lower_odometer)


def sell(lease: Lease, *, by: Actor) -> None:
    """The lessee keeps the car for good: it leaves the alliance's hands, like any other car that is sold."""
    vehicle = lease.vehicle
    lock(vehicle)
    lock(lease)
    if lease.status is LeaseStatus.ENDED:
        raise Refused("lease_over")
    end(lease, by=by, ended_as=LeaseEnd.SOLD)
    to_whom = lease.lessee_name if lease.lessee_kind is LesseeKind.COMPANY else LESSEE_WORDS[LesseeKind.PERSON]
    leaving = Leaving(RetirementKind.SALE, clock.today(), to_whom, note=SOLD_NOTE)
    retire(vehicle, leaving, by=by)


def _lock_open(lease: Lease, version: int) -> None:
    lock(lease)
    if lease.status not in OPEN:
        raise Refused("lease_over")
    if lease.version != version:
        raise Refused("lease_changed")
