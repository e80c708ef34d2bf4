"""A register goes out as a table; that it did, and through whom, is written down."""

from collections.abc import Iterator

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin
from mra.core.spreadsheets.cp932 import Loss, losses, writable
from mra.core.spreadsheets.layout import KEY, VERSION
from mra.exchange.comparing import version_of
from mra.exchange.models import TableExport
from mra.exchange.rules import FileFormat
from mra.exchange.tables import Table


def write_out(table: Table, file_format: FileFormat, *, staff_id: int, by: Actor) -> TableExport:
    """Note that somebody takes a register out: which one, as what, how many rows; none of what is in it."""
    rows = table.count()
    return begin(
        TableExport(
            kind=table.name, file_format=file_format, row_count=rows, staff_id=staff_id, created_at=clock.now()
        ),
        by=by,
        kind=table.name,
        file_format=file_format,
        rows=rows,
    )


def export_rows(table: Table, file_format: FileFormat = FileFormat.XLSX) -> Iterator[list[str]]:
    """The register row by row, each with our number and the marks of its cells."""
    names = [column.name for column in table.layout.columns]
    for record in table.records():
        texts = dict(record.texts)
        if file_format is FileFormat.CP932:
            texts = {name: writable(text) for name, text in texts.items()}
        texts[KEY] = f"{table.letter}{record.id}"
        texts[VERSION] = version_of(texts[KEY], table.layout, texts)
        yield [texts[name] for name in names]


def lost_signs(table: Table) -> Iterator[Loss]:
    """What CP932 could not write, by row and column."""
    headings = [column.heading for column in table.layout.columns]
    names = [column.name for column in table.layout.columns]
    yield from losses(headings, ([record.texts.get(name, "") for name in names] for record in table.records()))
