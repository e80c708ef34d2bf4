"""A car's way through the alliance: registered, changed, brought, taken out, put back, released.

Each verb ends with a flush: constraints speak at once, and the next verb of the same transaction may lock the car.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin_all, lock, move, move_all, note
from mra.core.db import add_all, db
from mra.core.errors import Refused
from mra.disasters.models import Base
from mra.vehicles.facts import Registration, VehicleFacts, facts_of
from mra.vehicles.models import Vehicle, VehicleDocument
from mra.vehicles.plates import Plate
from mra.vehicles.rules import OutReason, VehicleStatus

from .effective import work_out
from .in_use import refuse_if_in_use
from .leases import end_recalled
from .retired import ask_checks, undo_retirement

# Texts that a person typed freely stay out of the history: they may name people.
FREE_TEXTS = frozenset({"remarks"})


def register(registration: Registration, *, by: Actor) -> Vehicle:
    """Take a car into the register with the papers at hand; one that already stands at its base becomes ready."""
    return register_all([registration], by=by)[0]


def register_all(registrations: Sequence[Registration], *, by: Actor) -> list[Vehicle]:
    """Many cars at once: step by step rather than car by car, so that the database is asked half as often."""
    moment = clock.now()
    vehicles = [
        Vehicle(
            **registration.facts.columns(),
            name_change_pending=registration.name_change_pending,
            created_at=moment,
            version=1,
            out_note="",
        )
        for registration in registrations
    ]
    begin_all(vehicles, by=by)
    papers = [
        VehicleDocument(vehicle_id=vehicle.id, created_at=moment, **paper._asdict())
        for vehicle, registration in zip(vehicles, registrations, strict=True)
        for paper in registration.papers
    ]
    add_all(papers)
    db.session.flush()
    arrived = [
        vehicle for vehicle, registration in zip(vehicles, registrations, strict=True) if registration.has_arrived
    ]
    with db.session.no_autoflush:
        move_all(arrived, "arrive", by=by, facts=lambda vehicle: {"base_id": vehicle.base_id})
    db.session.flush()
    work_out([vehicle.id for vehicle in vehicles])
    return vehicles


def change(vehicle: Vehicle, facts: VehicleFacts, *, version: int, by: Actor) -> None:
    """Write down other facts of a car; refused if somebody else changed it since the form was opened."""
    lock(vehicle)
    if vehicle.version != version:
        raise Refused("vehicle_changed")
    changes = _changes(facts_of(vehicle), facts)
    if not changes:
        return
    # A borrower holds what was agreed: while a car is offered or lent it stays at its base and in its class.
    if {"base_id", "vehicle_class"} & changes.keys():
        refuse_if_in_use(vehicle)
    if vehicle.status is VehicleStatus.READY and facts.base_id is None:
        raise Refused("ready_needs_base")
    for name, value in facts.columns().items():
        setattr(vehicle, name, value)
    told = {name: None if name in FREE_TEXTS else pair for name, pair in changes.items()}
    note(vehicle, "change", by=by, changes=told)
    db.session.flush()
    if {"base_id", "registered_in_code"} & changes.keys():
        work_out([vehicle.id])
    db.session.expire(vehicle, ["base"])


def _changes(before: VehicleFacts, after: VehicleFacts) -> dict[str, list[Any]]:
    """Before and after of each fact that differs."""
    names = [field.name for field in fields(VehicleFacts)]
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in names}
    return {name: [_plain(value) for value in pair] for name, pair in pairs.items() if pair[0] != pair[1]}


def _plain(value: Any) -> Any:
    """A value as the history keeps it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Plate):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def dispatch(vehicle: Vehicle, *, by: Actor, to: Base | None = None) -> None:
    """The car has left for its base, or for another one."""
    move(vehicle, "dispatch", by=by, base_id=to.id if to else None)
    if to is not None:
        vehicle.base_id = to.id
    db.session.flush()
    db.session.expire(vehicle, ["base"])


def turn_back(vehicle: Vehicle, *, by: Actor) -> None:
    """The car did not leave after all, or went home again: it is promised as before."""
    move(vehicle, "turn_back", by=by)
    db.session.flush()


def arrive(
    vehicle: Vehicle,
    base: Base | None,
    *,
    by: Actor,
    odometer_km: int | None = None,
    accept_lower_odometer: bool = False,
) -> None:
    """The car stands at its base and can be lent, its papers permitting; a lease that was recalled ends with it.

    A reading below the last one is refused until somebody has looked again (`accept_lower_odometer`).
    """
    if base is None:
        raise Refused("no_base_for_arrival")
    last_km = vehicle.odometer_km
    move(vehicle, "arrive", by=by, base_id=base.id, odometer_km=odometer_km)
    if odometer_km is not None and odometer_km < last_km and not accept_lower_odometer:
        raise Refused("arrives_with_fewer_km", last=f"{last_km:,}")
    vehicle.base_id = base.id
    if odometer_km is not None:
        vehicle.odometer_km = odometer_km
    db.session.flush()
    work_out([vehicle.id])
    end_recalled(vehicle, by=by)
    db.session.expire(vehicle, ["base"])


def finish_name_change(vehicle: Vehicle, *, by: Actor, on: date | None = None) -> None:
    """The 名義変更 is done (`on`: today where nobody said): the car is in the lender's name. Twice is once."""
    lock(vehicle)
    if vehicle.name_change_pending:
        vehicle.name_change_pending = False
        note(vehicle, "change_name", by=by, changed_on=on or clock.today())
        db.session.flush()


def take_out(vehicle: Vehicle, *, by: Actor, reason: OutReason, note: str = "") -> None:
    """The car may not be lent for now; refused while it is offered or lent.

    Taking back an unfit car ends the loan first and calls this then.
    """
    move(vehicle, "take_out", by=by, reason=reason)
    vehicle.out_reason, vehicle.out_note = reason, note
    db.session.flush()
    refuse_if_in_use(vehicle)


def put_back(vehicle: Vehicle, *, by: Actor) -> None:
    """The car may be lent again."""
    move(vehicle, "put_back", by=by)
    vehicle.out_reason, vehicle.out_note = None, ""
    db.session.flush()


def release(vehicle: Vehicle, *, by: Actor, **facts: Any) -> None:
    """The car leaves the alliance's hands (given back, sold, scrapped); refused while it is offered, lent, or to be driven."""
    move(vehicle, "release", by=by, **facts)
    db.session.flush()
    refuse_if_in_use(vehicle)
    ask_checks(vehicle)


def readmit(vehicle: Vehicle, *, by: Actor) -> None:
    """A car that left comes back, under the same chassis number and with its history."""
    move(vehicle, "readmit", by=by)
    vehicle.base_id, vehicle.out_reason, vehicle.out_note = None, None, ""
    db.session.flush()
    undo_retirement(vehicle)
    work_out([vehicle.id])
    db.session.expire(vehicle, ["base"])


def fit_feature(vehicle: Vehicle, feature: str, *, is_there: bool, by: Actor) -> None:
    """Something by which cars are chosen was fitted or taken off (winter tyres); the row of the car is locked."""
    before = list(vehicle.features)
    after = sorted({*before, feature} if is_there else {*before} - {feature})
    if after != before:
        vehicle.features = after
        note(vehicle, "change", by=by, changes={"features": [before, after]})
        db.session.flush()
