"""A register as a file: noted first, then fetched."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from itertools import chain, islice
from urllib.parse import quote

from flask import Response, abort, redirect, render_template, request, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current
from mra.core.access import COORDINATORS, staff
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.spreadsheets.writing import cp932_lines, csv_lines, write_workbook
from mra.exchange import services
from mra.exchange.models import TableExport
from mra.exchange.rules import CONTENT_TYPES, ENDINGS, FETCHED_WITHIN_MINUTES, FORMAT_WORDS, FileFormat
from mra.exchange.tables import TABLES, Table

from .blueprint import blueprint, table_or_404

SHOWN_LOSSES = 300


@blueprint.post("/exchange/<kind>/exports")
@staff(COORDINATORS)
def create_export(kind: str) -> ResponseReturnValue:
    """Note who takes what out; then the file, or first what it could not hold."""
    table = table_or_404(kind)
    wanted = next((one for one in FileFormat if one.value == request.form.get("format")), FileFormat.XLSX)
    made = services.write_out(table, wanted, staff_id=current.staff_id(), by=current.actor())
    loses = wanted is FileFormat.CP932 and next(services.lost_signs(table), None) is not None
    return redirect(url_for("exchange.show_export" if loses else "exchange.fetch_export", export_id=made.id), 303)


@blueprint.get("/exchange/exports/<int:export_id>")
@staff(COORDINATORS)
def show_export(export_id: int) -> ResponseReturnValue:
    """Which signs an older encoding cannot hold, before one takes the file."""
    export, table = _own(export_id)
    losses = list(islice(services.lost_signs(table), SHOWN_LOSSES + 1))
    return render_template(
        "exchange/export.html",
        export=export,
        table=table,
        losses=losses[:SHOWN_LOSSES],
        has_more=len(losses) > SHOWN_LOSSES,
        word=FORMAT_WORDS[export.file_format],
    )


@blueprint.get("/exchange/exports/<int:export_id>/file")
@staff(COORDINATORS)
def fetch_export(export_id: int) -> ResponseReturnValue:
    """The file itself, made while it is sent."""
    export, table = _own(export_id)
    name = f"{table.label}一覧_{clock.today():%Y%m%d}.{ENDINGS[export.file_format]}"
    content_type = CONTENT_TYPES[export.file_format]
    if export.file_format is FileFormat.XLSX:
        stream = BytesIO()
        write_workbook(stream, table.label, table.layout, services.export_rows(table))
        stream.seek(0)
        return send_file(stream, content_type, as_attachment=True, download_name=name)
    answer = Response(stream_with_context(_lines(table, export.file_format)), content_type=content_type)
    # Headers hold Latin letters only: a server cuts the answer off at any other.
    ascii_name = f"{table.name}_{clock.today():%Y%m%d}.{ENDINGS[export.file_format]}"
    answer.headers["Content-Disposition"] = f"attachment; filename={ascii_name}; filename*=UTF-8''{quote(name)}"
    return answer


def _lines(table: Table, file_format: FileFormat) -> Iterator[bytes]:
    headings = [column.heading for column in table.layout.columns]
    rows = chain([headings], services.export_rows(table, file_format))
    if file_format is FileFormat.CP932:
        yield from cp932_lines(rows)
        return
    yield "\ufeff".encode()
    yield from (text.encode() for text in csv_lines(rows))


def _own(export_id: int) -> tuple[TableExport, Table]:
    """What this person wrote out a moment ago; whoever comes later writes it out anew, so that it is noted."""
    export = db.get_or_404(TableExport, export_id)
    if export.staff_id != current.staff_id():
        abort(404)
    if export.created_at < clock.now() - timedelta(minutes=FETCHED_WITHIN_MINUTES):
        raise Refused("export_is_over", minutes=FETCHED_WITHIN_MINUTES)
    return export, TABLES[export.kind]
