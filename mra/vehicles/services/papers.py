"""The papers of a car: a newer one carries on from the older; what was typed wrongly is cancelled, never overwritten."""

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.vehicles.models import Vehicle, VehicleDocument
from mra.vehicles.rules import Paper, paper_fault

from .effective import work_out


def add_document(vehicle: Vehicle, paper: Paper, *, by: Actor) -> VehicleDocument:
    """Write down a paper as read from the original. The same paper twice (a double click) is one paper."""
    if fault := paper_fault(paper, clock.today()):
        raise Refused(fault)
    lock(vehicle)
    known = next((document for document in vehicle.documents if document.printed == paper), None)
    if known is not None:
        return known
    made = VehicleDocument(vehicle_id=vehicle.id, created_at=clock.now(), **paper._asdict())
    db.session.add(made)
    note(vehicle, "add_document", by=by, kind=paper.kind, ends_on=paper.ends_on, driver_scope=paper.driver_scope)
    db.session.flush()
    work_out([vehicle.id])
    _read_again(vehicle)
    return made


def cancel_document(vehicle: Vehicle, document: VehicleDocument, *, by: Actor) -> None:
    """A paper that was typed wrongly counts no more; it stays in the history. Doing so twice is doing it once."""
    lock(vehicle)
    db.session.refresh(document)
    if document.cancelled_at is not None:
        return
    document.cancelled_at = clock.now()
    note(vehicle, "cancel_document", by=by, kind=document.kind, ends_on=document.ends_on)
    _read_again(vehicle)


def _read_again(vehicle: Vehicle) -> None:
    db.session.flush()
    db.session.expire(vehicle, ["documents", "all_documents"])
