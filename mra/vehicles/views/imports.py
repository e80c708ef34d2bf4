"""Cars by spreadsheet: the empty form, the upload, the report, the confirmation."""

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, staff
from mra.core.db import db
from mra.vehicles import services
from mra.vehicles.forms import ImportForm
from mra.vehicles.models import VehicleImport
from mra.vehicles.spreadsheets import template
from mra.vehicles.spreadsheets.columns import BY_NAME, COLUMNS

from .blueprint import blueprint
from .import_report import ImportReport

PREVIEW = tuple(
    BY_NAME[name]
    for name in ("plate", "chassis_number", "name", "vehicle_class", "base", "arrived", "inspection_ends_on")
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/vehicles/imports/new")
@staff(COORDINATORS)
def new_import() -> ResponseReturnValue:
    """Where to get the empty form and where to hand in the filled one."""
    return render_template("vehicles/imports/new.html", form=ImportForm(), columns=COLUMNS)


@blueprint.get("/vehicles/imports/template.xlsx")
@staff(COORDINATORS)
def workbook_template() -> ResponseReturnValue:
    """The empty form for Excel."""
    return send_file(BytesIO(template.workbook()), XLSX, as_attachment=True, download_name="車両の登録用紙.xlsx")


@blueprint.get("/vehicles/imports/template.csv")
@staff(COORDINATORS)
def csv_template() -> ResponseReturnValue:
    """The empty form as CSV."""
    content = BytesIO(template.csv_file())
    return send_file(content, "text/csv", as_attachment=True, download_name="車両の登録用紙.csv")


@blueprint.post("/vehicles/imports")
@staff(COORDINATORS)
def create_import() -> ResponseReturnValue:
    """Read and check a file; no car is stored yet."""
    form = ImportForm(request.files.get("file"))
    if not form.check():
        return render_template("vehicles/imports/new.html", form=form, columns=COLUMNS), 422
    made = services.read_import(form.table, file_name=form.file_name, staff_id=current.staff_id())
    return redirect(url_for("vehicles.show_import", import_id=made.id), 303)


@blueprint.get("/vehicles/imports/<int:import_id>")
@staff(COORDINATORS)
def show_import(import_id: int) -> ResponseReturnValue:
    """What is wrong in which cell, and the rows that can be registered."""
    vehicle_import = db.get_or_404(VehicleImport, import_id)
    return render_template(
        "vehicles/imports/show.html",
        vehicle_import=vehicle_import,
        report=ImportReport(vehicle_import),
        preview=PREVIEW,
    )


@blueprint.post("/vehicles/imports/<int:import_id>/confirmation")
@staff(COORDINATORS)
def confirm_import(import_id: int) -> ResponseReturnValue:
    """Register the good rows."""
    outcome = services.confirm_import(db.get_or_404(VehicleImport, import_id), by=current.actor())
    if outcome.no_longer_good:
        flash(
            f"読み込んだ後に登録内容が変わったため、{outcome.no_longer_good}行が登録できなくなりました。"
            "まだ何も登録していません。内容を確認し、もう一度登録してください。",
            "warning",
        )
    else:
        flash(f"{outcome.registered:,}台の車両を登録しました。", "success")
    return redirect(url_for("vehicles.show_import", import_id=import_id), 303)
