"""The papers of a car."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import DESK_STAFF, staff
from mra.core.db import db
from mra.vehicles import services
from mra.vehicles.forms import DocumentForm
from mra.vehicles.models import Vehicle, VehicleDocument

from .blueprint import blueprint
from .fleet import show_case


@blueprint.post("/vehicles/<int:vehicle_id>/documents")
@staff(DESK_STAFF)
def add_document(vehicle_id: int) -> ResponseReturnValue:
    """Write down a paper as read from the original."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    form = DocumentForm(request.form)
    if not form.check():
        return show_case(vehicle, form, 422)
    services.add_document(
        vehicle,
        form.paper,
        by=current.actor(),
        insurer=form.clean["insurer"],
        policy_number=form.clean["policy_number"],
    )
    flash("書類を登録しました。", "success")
    return redirect(url_for("vehicles.show", vehicle_id=vehicle.id, _anchor="papers"), 303)


@blueprint.post("/vehicles/<int:vehicle_id>/documents/<int:document_id>/cancellation")
@staff(DESK_STAFF)
def cancel_document(vehicle_id: int, document_id: int) -> ResponseReturnValue:
    """A paper was typed wrongly: it counts no more."""
    vehicle = db.get_or_404(Vehicle, vehicle_id)
    document = db.get_or_404(VehicleDocument, document_id)
    if document.vehicle_id != vehicle.id:
        abort(404)
    services.cancel_document(vehicle, document, by=current.actor())
    flash("書類の登録を取り消しました。正しい書類を登録してください。", "success")
    return redirect(url_for("vehicles.show", vehicle_id=vehicle.id, _anchor="papers"), 303)
