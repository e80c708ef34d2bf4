"""What the pages of tables ask."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from mra.core.db import db

from .models import ImportRow, TableImport
from .rules import Outcome

PAGE_ROWS = 50
LATEST = 20


def latest_imports() -> Sequence[TableImport]:
    """What was handed in last, newest first."""
    newest = select(TableImport).options(joinedload(TableImport.staff)).order_by(TableImport.id.desc())
    return db.session.scalars(newest.limit(LATEST)).all()


def counts(import_id: int) -> dict[Outcome, int]:
    """How many rows would do what."""
    rows = (
        select(ImportRow.outcome, func.count().label("rows"))
        .where(ImportRow.import_id == import_id)
        .group_by(ImportRow.outcome)
    )
    return {row.outcome: row.rows for row in db.session.execute(rows)}


@dataclass(frozen=True)
class RowPage:
    """Some rows of one outcome; `after` is where the next page begins."""

    rows: Sequence[ImportRow]
    after: int | None


def row_page(import_id: int, outcome: Outcome, after: int = 0) -> RowPage:
    """A page of rows in the order of the file."""
    wanted = (
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.outcome == outcome, ImportRow.number > after)
        .order_by(ImportRow.number)
        .limit(PAGE_ROWS + 1)
    )
    found = db.session.scalars(wanted).all()
    has_more = len(found) > PAGE_ROWS
    return RowPage(found[:PAGE_ROWS], found[PAGE_ROWS - 1].number if has_more else None)
