"""Labels for cars and keys: asked for, waited for, printed; and where their QR code leads."""

from io import BytesIO

from flask import abort, current_app, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from mra.core import current, phone
from mra.core.access import DESK_STAFF, READERS, public, staff
from mra.core.db import db
from mra.vehicles import queries, services
from mra.vehicles.models import LabelSheet, Vehicle
from mra.vehicles.rules import MOST_LABELS

from .blueprint import blueprint
from .listing import Listing

SECONDS_TO_LOOK_AGAIN = 3


@blueprint.post("/vehicles/<int:vehicle_id>/labels")
@staff(DESK_STAFF)
def label_car(vehicle_id: int) -> ResponseReturnValue:
    """Have the labels of one car drawn."""
    return _ask([db.get_or_404(Vehicle, vehicle_id).id])


@blueprint.post("/vehicles/labels")
@staff(DESK_STAFF)
def label_list() -> ResponseReturnValue:
    """Have the labels of the cars drawn that the list shows, as it is narrowed."""
    return _ask(queries.cars_to_label(Listing.asked(request.form).filters, MOST_LABELS))


def _ask(vehicle_ids: list[int]) -> ResponseReturnValue:
    sheet = services.ask_for_labels(vehicle_ids, staff_id=current.staff_id())
    return redirect(url_for("vehicles.label_sheet", sheet_id=sheet.id), 303)


@blueprint.get("/vehicles/labels/<int:sheet_id>")
@staff(READERS)
def label_sheet(sheet_id: int) -> ResponseReturnValue:
    """Whether the labels are ready; the page looks again by itself until they are."""
    sheet = db.get_or_404(LabelSheet, sheet_id)
    answer = make_response(
        render_template("vehicles/labels/show.html", sheet=sheet, count=len(sheet.vehicle_ids), most=MOST_LABELS)
    )
    if sheet.drawn_at is None:
        answer.headers["Refresh"] = str(SECONDS_TO_LOOK_AGAIN)
    return answer


@blueprint.get("/vehicles/labels/<int:sheet_id>.pdf")
@staff(READERS)
def label_pdf(sheet_id: int) -> ResponseReturnValue:
    """The labels as a PDF for A4."""
    stored = db.get_or_404(LabelSheet, sheet_id).stored_file or abort(404)
    return send_file(
        BytesIO(stored.content), stored.content_type, as_attachment=True, download_name=f"ラベル-{sheet_id}.pdf"
    )


@blueprint.get("/q/<code>")
@public
def scanned(code: str) -> ResponseReturnValue:
    """Where the QR code on a car leads: staff to its page, anybody else to whom to ring."""
    vehicle = queries.car_of_label(code) or abort(404)
    if current_user.is_authenticated and current_user.role in READERS:
        return redirect(url_for("vehicles.show", vehicle_id=vehicle.id), 303)
    support = vehicle.base.activation if vehicle.base else None
    usual_phone: str = current_app.extensions["mra"].help_phone
    return render_template(
        "vehicles/labels/scanned.html",
        code=code,
        support_name=support.name if support else "",
        support_phone=phone.grouped(support.help_phone) if support else usual_phone,
        help_phone="",
    )


@blueprint.get("/q/<code>/vehicle")
@staff(READERS)
def scanned_by_staff(code: str) -> ResponseReturnValue:
    """The car's page, after signing in."""
    vehicle = queries.car_of_label(code) or abort(404)
    return redirect(url_for("vehicles.show", vehicle_id=vehicle.id), 303)
