"""A table comes in: the empty form, the upload, how far it is, the report, the confirmation."""

from io import BytesIO

from flask import make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from mra.core import current
from mra.core.access import COORDINATORS, staff
from mra.core.db import db
from mra.core.files import takes_file
from mra.core.spreadsheets import template
from mra.core.spreadsheets.faults import MOST_BYTES, SheetFault
from mra.core.text import whole_number
from mra.exchange import services
from mra.exchange.forms import UploadForm
from mra.exchange.models import TableImport
from mra.exchange.rules import CONTENT_TYPES, FileFormat
from mra.exchange.tables import Table

from .blueprint import blueprint, table_or_404
from .report import Report, outcome_named

REFRESH_SECONDS = 2


@blueprint.get("/vehicles/imports/new")
@staff(COORDINATORS)
def old_address() -> ResponseReturnValue:
    """Where cars were read in before; people have it among their bookmarks."""
    return redirect(url_for("exchange.new_import", kind="vehicles"), 301)


@blueprint.get("/exchange/<kind>/imports/new")
@staff(COORDINATORS)
def new_import(kind: str) -> ResponseReturnValue:
    """Where to get the empty form and where to hand in the filled one."""
    return _page(table_or_404(kind), UploadForm())


def _page(table: Table, form: UploadForm) -> str:
    return render_template("exchange/new.html", table=table, form=form, columns=template.typed_columns(table.layout))


@blueprint.get("/exchange/<kind>/template.xlsx")
@staff(COORDINATORS)
def workbook_template(kind: str) -> ResponseReturnValue:
    """The empty form for Excel."""
    table = table_or_404(kind)
    content = BytesIO(template.workbook(table.label, table.layout))
    name = f"{table.label}のひな形.xlsx"
    return send_file(content, CONTENT_TYPES[FileFormat.XLSX], as_attachment=True, download_name=name)


@blueprint.get("/exchange/<kind>/template.csv")
@staff(COORDINATORS)
def csv_template(kind: str) -> ResponseReturnValue:
    """The empty form as CSV."""
    table = table_or_404(kind)
    content = BytesIO(template.csv_file(table.layout))
    return send_file(content, "text/csv", as_attachment=True, download_name=f"{table.label}のひな形.csv")


@blueprint.post("/exchange/<kind>/imports")
@staff(COORDINATORS)
@takes_file(MOST_BYTES)
def create_import(kind: str) -> ResponseReturnValue:
    """Read and check a file; nothing of it is stored yet."""
    table, form = table_or_404(kind), UploadForm(request.files.get("file"))
    if not form.check():
        return _page(table, form), 422
    try:
        made = services.hand_in(
            table, form.content, file_name=form.file_name, staff_id=current.staff_id(), by=current.actor()
        )
    except SheetFault as fault:
        form.wrong("file", fault.sentence)
        return _page(table, form), 422
    return redirect(url_for("exchange.show_import", import_id=made.id), 303)


@blueprint.get("/exchange/imports/<int:import_id>")
@staff(COORDINATORS)
def show_import(import_id: int) -> ResponseReturnValue:
    """How far the reading is; then what every row would do."""
    table_import = db.get_or_404(TableImport, import_id)
    report = Report(
        table_import,
        wanted=outcome_named(request.args.get("show", "")),
        after=whole_number(request.args.get("after", "")) or 0,
    )
    answer = make_response(render_template("exchange/show.html", table_import=table_import, report=report))
    if report.is_running:
        # The browser looks again by itself; a page that moves needs no script.
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


@blueprint.post("/exchange/imports/<int:import_id>/confirmation")
@staff(COORDINATORS)
def confirm_import(import_id: int) -> ResponseReturnValue:
    """Store what was shown."""
    services.confirm(db.get_or_404(TableImport, import_id), by=current.actor())
    return redirect(url_for("exchange.show_import", import_id=import_id), 303)


@blueprint.post("/exchange/imports/<int:import_id>/cancellation")
@staff(COORDINATORS)
def cancel_import(import_id: int) -> ResponseReturnValue:
    """Store nothing of it."""
    services.cancel(db.get_or_404(TableImport, import_id), by=current.actor())
    return redirect(url_for("exchange.index"), 303)
