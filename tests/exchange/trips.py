"""Tables that go out, are worked on, and come back."""

import csv
from collections.abc import Callable, Iterable
from io import BytesIO, StringIO

from sqlalchemy import select

from mra.core.actor import Actor, ActorKind
from mra.core.db import db
from mra.core.spreadsheets.writing import cp932_lines, csv_lines, write_workbook
from mra.exchange import services
from mra.exchange.models import ImportRow, TableImport
from mra.exchange.rules import FileFormat, Outcome
from mra.exchange.tables import Table
from tests import factories

Line = dict[str, str]
Work = Callable[[list[Line]], None]


def lines_of(table: Table, file_format: FileFormat = FileFormat.XLSX) -> list[Line]:
    """The register as it goes out, each row by the headings."""
    headings = [column.heading for column in table.layout.columns]
    return [dict(zip(headings, row, strict=True)) for row in services.export_rows(table, file_format)]


def file_of(table: Table, lines: list[Line], file_format: FileFormat = FileFormat.XLSX) -> bytes:
    """These rows as a file of ours."""
    headings = [column.heading for column in table.layout.columns]
    rows = [[line.get(heading, "") for heading in headings] for line in lines]
    if file_format is FileFormat.XLSX:
        stream = BytesIO()
        write_workbook(stream, table.label, table.layout, rows)
        return stream.getvalue()
    if file_format is FileFormat.CP932:
        return b"".join(cp932_lines([headings, *rows]))
    return "\ufeff".encode() + "".join(csv_lines([headings, *rows])).encode()


def came_back(table: Table, work: Work | None = None, file_format: FileFormat = FileFormat.XLSX) -> TableImport:
    """The register goes out, somebody works on it, it comes back and is checked."""
    lines = lines_of(table, file_format)
    if work:
        work(lines)
    return handed_in(table, file_of(table, lines, file_format))


def handed_in(table: Table, content: bytes, name: str = "表.xlsx") -> TableImport:
    """A file that somebody hands in, checked to the end."""
    person = factories.staff_member().id
    made = services.hand_in(table, content, file_name=name, staff_id=person, by=Actor(ActorKind.STAFF, person))
    for number in range(100):
        services.check_slice(made.id, number)
    return made


def outcomes(made: TableImport) -> list[Outcome]:
    """What each row would do, in the order of the file."""
    rows = select(ImportRow.outcome).where(ImportRow.import_id == made.id).order_by(ImportRow.number)
    return list(db.session.scalars(rows))


def rows_of(made: TableImport) -> list[ImportRow]:
    """The rows of a file, read anew."""
    rows = select(ImportRow).where(ImportRow.import_id == made.id).order_by(ImportRow.number)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def changes(made: TableImport) -> list[tuple[str, str, str]]:
    """Every cell that would change: the fact, before, after."""
    return [(one["name"], one["before"], one["after"]) for row in rows_of(made) for one in row.changes]


def faults(made: TableImport) -> list[tuple[int, str, str]]:
    """Everything that is wrong: row, fact, sentence."""
    return [(row.number, one["name"], one["sentence"]) for row in rows_of(made) for one in row.faults]


def confirmed(made: TableImport) -> TableImport:
    """What was checked is stored."""
    services.confirm(made, by=Actor(ActorKind.STAFF, made.staff_id))
    services.store(made.id, made.staff_id)
    db.session.flush()
    return made


def csv_rows(content: bytes, encoding: str) -> Iterable[list[str]]:
    """A CSV file as another program reads it."""
    return csv.reader(StringIO(content.decode(encoding), newline=""))
