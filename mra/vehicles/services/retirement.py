"""A car leaves the alliance for good, with the proof of where it went; taking it in again undoes it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from mra.core import clock, files
from mra.core.actor import Actor
from mra.core.audit import lock, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Lease, Retirement, Vehicle
from mra.vehicles.retiring import RetirementKind, RetirementStep, steps_of

from . import fleet
from .retired import tell_listeners


@dataclass(frozen=True)
class Proof:
    """A paper that shows where the car went."""

    content: bytes
    content_type: str
    name: str


@dataclass(frozen=True)
class Leaving:
    """Where a car goes, when, for how much, and what of its papers is done."""

    kind: RetirementKind
    retired_on: date
    to_whom: str
    yen: int | None = None
    note: str = ""
    done_steps: Collection[RetirementStep] = ()
    proof: Proof | None = None


def retire(vehicle: Vehicle, leaving: Leaving, *, by: Actor) -> Retirement:
    """The car leaves for good: refused while it is offered, lent or leased. Who has to know of it is told."""
    lock(vehicle)
    _refuse_while_leased(vehicle)
    fleet.release(vehicle, by=by, leaves_for=leaving.kind, retired_on=leaving.retired_on)
    if leaving.retired_on > clock.today():
        raise Refused("retired_in_future")
    made = Retirement(
        vehicle_id=vehicle.id,
        kind=leaving.kind,
        retired_on=leaving.retired_on,
        to_whom=leaving.to_whom,
        yen=leaving.yen,
        note=leaving.note,
        done_steps=_in_order(leaving.kind, leaving.done_steps),
        created_at=clock.now(),
    )
    if leaving.proof:
        made.file_id = files.store(leaving.proof.content, leaving.proof.content_type).id
        made.file_name = leaving.proof.name
    db.session.add(made)
    db.session.flush()
    tell_listeners(vehicle)
    return made


def _refuse_while_leased(vehicle: Vehicle) -> None:
    """The general sentence about a car in use would not say what to do first."""
    running = select(Lease.id).where(Lease.vehicle_id == vehicle.id, Lease.status != LeaseStatus.ENDED)
    if db.session.scalar(running):
        raise Refused("lease_still_runs")


def _in_order(kind: RetirementKind, steps: Collection[RetirementStep]) -> list[str]:
    return [step.value for step in steps_of(kind) if step in steps]


def note_steps(
    retirement: Retirement, steps: Collection[RetirementStep], *, proof: Proof | None = None, by: Actor
) -> None:
    """Write down what of the papers has been done since the car left; a proof that came later is kept with it."""
    vehicle = retirement.vehicle
    lock(vehicle)
    db.session.refresh(retirement)
    retirement.done_steps = _in_order(retirement.kind, steps)
    if proof:
        retirement.file_id = files.store(proof.content, proof.content_type).id
        retirement.file_name = proof.name
    note(vehicle, "retirement_steps", by=by, steps=retirement.done_steps, has_proof=retirement.file_id is not None)
    db.session.flush()
