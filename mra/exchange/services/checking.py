"""A file comes in: its rows are taken out of it and looked at, slice by slice, so that people see how far it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select, update

from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, lock, move
from mra.core.db import db
from mra.core.outbox import later
from mra.core.spreadsheets.faults import SheetFault
from mra.core.spreadsheets.files import read_file, refuse_unusable
from mra.core.spreadsheets.layout import KEY
from mra.core.spreadsheets.table import SheetTable
from mra.exchange.judging import Judged, judge_all, number_in
from mra.exchange.models import ImportRow, TableImport
from mra.exchange.rules import AT_ONCE_BYTES, AT_ONCE_ROWS, GOOD, SLICE_ROWS, ImportStatus, Outcome
from mra.exchange.tables import TABLES, Table
from mra.exchange.tables.parts import said_twice

CHECK_JOB = "exchange.check"


def hand_in(table: Table, content: bytes, *, file_name: str, staff_id: int, by: Actor) -> TableImport:
    """Take a file in. A short one is read and checked at once, a long one by a job; nothing is stored yet.

    Raises SheetFault for a file that cannot be used, where that is seen at once.
    """
    refuse_unusable(content)
    read = read_file(content, table.layout) if len(content) <= AT_ONCE_BYTES else None
    made = begin(
        TableImport(
            kind=table.name,
            file_name=file_name[:200],
            content=None if read else content,
            staff_id=staff_id,
            created_at=clock.now(),
        ),
        by=by,
        kind=table.name,
    )
    if read:
        _keep_rows(made, table, read)
    if read and made.row_count <= AT_ONCE_ROWS:
        _check_rows(made, table)
    else:
        _promise(made)
    return made


def check_slice(import_id: int, number: int) -> None:
    """Do a part of the reading and checking, and promise the next; run twice, the second finds its number used."""
    table_import = db.session.get_one(TableImport, import_id)
    lock(table_import)
    if table_import.status is not ImportStatus.HANDED_IN or table_import.slices != number:
        return
    table = TABLES[table_import.kind]
    if table_import.content is not None:
        _read(table_import, table, table_import.content)
    else:
        _check_rows(table_import, table)
    if table_import.status is ImportStatus.HANDED_IN:
        table_import.slices += 1
        _promise(table_import)


def _promise(table_import: TableImport) -> None:
    number = table_import.slices
    later(CHECK_JOB, key=f"import-{table_import.id}-{number}", import_id=table_import.id, number=number)


def _read(table_import: TableImport, table: Table, content: bytes) -> None:
    try:
        read = read_file(content, table.layout)
    except SheetFault as fault:
        move(table_import, "refuse", by=SYSTEM, reason=fault.code)
        table_import.sentence, table_import.content = fault.sentence, None
        table_import.ended_at = clock.now()
    else:
        table_import.content = None
        _keep_rows(table_import, table, read)


def _keep_rows(table_import: TableImport, table: Table, read: SheetTable) -> None:
    """The rows as typed, with what two of them cannot both be."""
    table_import.positions = read.positions
    table_import.notes = read.notes
    table_import.left_out = [vars(one) for one in read.left_out]
    table_import.row_count = len(read.rows)
    early = _early_faults(table, read)
    rows = [
        {
            "import_id": table_import.id,
            "number": row.number,
            "cells": row.cells,
            "early_faults": early.get(row.number, {}) | row.faults,
            "outcome": Outcome.WAITING,
            "subject_name": "",
            "faults": [],
            "changes": [],
        }
        for row in read.rows
    ]
    if rows:
        db.session.execute(insert(ImportRow), rows)
    db.session.flush()


def _early_faults(table: Table, read: SheetTable) -> dict[int, dict[str, str]]:
    rows = [(row.number, row.cells) for row in read.rows]
    faults = dict(table.doubles(rows))
    keys = [(number, str(number_in(table, cells.get(KEY, "")) or "")) for number, cells in rows]
    for number, sentence in said_twice(keys, "MRA番号").items():
        faults[number] = faults.get(number, {}) | {KEY: sentence}
    return faults


def _check_rows(table_import: TableImport, table: Table) -> None:
    """Look at the next rows; after the last one the report is ready."""
    waiting = (ImportRow.import_id == table_import.id) & (ImportRow.outcome == Outcome.WAITING)
    rows = db.session.scalars(select(ImportRow).where(waiting).order_by(ImportRow.number).limit(SLICE_ROWS)).all()
    names = names_in_file(table_import)
    judgements = judge_all(table, [(row.cells, row.early_faults) for row in rows], names)
    keep_judgements(list(zip([row.id for row in rows], judgements, strict=True)))
    table_import.checked_rows += len(rows)
    db.session.flush()
    if not db.session.scalar(select(func.count()).select_from(ImportRow).where(waiting)):
        _look_again_at_firms(table_import, table)
        move(table_import, "check", by=SYSTEM, rows=table_import.row_count)
        db.session.flush()


def _look_again_at_firms(table_import: TableImport, table: Table) -> None:
    """A new firm whose umbrella body stands in the same file and cannot be stored cannot be stored either."""
    names = names_in_file(table_import, only_good=True)
    if not names:
        return
    firms = (ImportRow.import_id == table_import.id) & (ImportRow.outcome == Outcome.NEW)
    rows = db.session.scalars(select(ImportRow).where(firms, ImportRow.cells["parent"].astext != "")).all()
    judgements = judge_all(table, [(row.cells, row.early_faults) for row in rows], names)
    keep_judgements(list(zip([row.id for row in rows], judgements, strict=True)))


def names_in_file(table_import: TableImport, *, only_good: bool = False) -> list[Mapping[str, str]]:
    """What new rows may point at: the names (and umbrella bodies) of the rows of the same file."""
    if table_import.kind != "members":
        return []
    cells = select(ImportRow.cells["name"].astext, ImportRow.cells["parent"].astext)
    if only_good:
        cells = cells.where(ImportRow.outcome.in_(GOOD))
    found = db.session.execute(cells.where(ImportRow.import_id == table_import.id))
    return [{"name": name or "", "parent": parent or ""} for name, parent in found]


def keep_judgements(found: Sequence[tuple[int, Judged]]) -> None:
    """Write down what each row (by its id) would do."""
    values = [{"id": row_id, **_columns(judged)} for row_id, judged in found]
    if values:
        db.session.execute(update(ImportRow), values)


def _columns(judged: Judged) -> dict[str, Any]:
    return {
        "outcome": judged.outcome,
        "subject_id": judged.present.id if judged.present else None,
        "subject_name": judged.present.name[:200] if judged.present else "",
        "faults": [{"name": name, "sentence": sentence} for name, sentence in judged.faults.items()],
        "changes": judged.changes,
    }
