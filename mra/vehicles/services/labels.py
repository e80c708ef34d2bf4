"""Labels for cars and key tags: promised here, drawn by a worker, kept as a PDF."""

from collections.abc import Sequence

from mra.core import clock, files
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.outbox import later
from mra.vehicles import label_drawing, queries
from mra.vehicles.models import LabelSheet
from mra.vehicles.rules import MOST_LABELS

DRAW = "vehicles.draw_labels"


def ask_for_labels(vehicle_ids: Sequence[int], *, staff_id: int) -> LabelSheet:
    """Have the labels of these cars drawn, at most 200; the page of the sheet tells when they are ready."""
    if not vehicle_ids:
        raise Refused("no_car_to_label")
    made = LabelSheet(vehicle_ids=list(vehicle_ids)[:MOST_LABELS], staff_id=staff_id, created_at=clock.now())
    db.session.add(made)
    db.session.flush()
    later(DRAW, key=f"label-sheet-{made.id}", sheet_id=made.id)
    return made


def draw_labels(sheet: LabelSheet, *, public_url: str, help_phone: str) -> bool:
    """Draw a sheet once; False where it is drawn already."""
    db.session.refresh(sheet, with_for_update=True)
    if sheet.drawn_at is not None:
        return False
    labels = [label_drawing.label_of(car, public_url, help_phone) for car in queries.cars_in_order(sheet.vehicle_ids)]
    sheet.file_id = files.store(label_drawing.pdf_of(labels), "application/pdf").id
    sheet.drawn_at = clock.now()
    db.session.flush()
    return True
