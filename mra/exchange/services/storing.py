"""What was checked is stored when a person says so: all good rows in one transaction, looked at once more."""

import time
from collections.abc import Callable, Iterator

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from mra.core import clock
from mra.core.actor import Actor, ActorKind
from mra.core.audit import move
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.core.outbox import later
from mra.exchange.judging import Judged, judge_all
from mra.exchange.models import ImportRow, TableImport
from mra.exchange.rules import AT_ONCE_ROWS, GOOD, SLICE_ROWS, ImportStatus, Outcome
from mra.exchange.tables import TABLES, Table

from .checking import keep_judgements, names_in_file

STORE_JOB = "exchange.store"
MEANWHILE = "確認した後に登録内容が変わったため、{count:,}行の結果が変わりました。まだ何も登録していません。内容を確認し、もう一度登録してください。"
TOO_SLOW = (
    "行が多いか混み合っているため、時間内に登録できませんでした。まだ何も登録していません。"
    "少し待ってからもう一度登録するか、ファイルを分けて読み込んでください。"
)
# The part of a job's life within which all rows are stored, or none: a drain begins nothing after a sixth of it.
TURN = 2 / 3
BY_ANOTHER = "登録しようとしたときに、ほかの人の操作と重なりました。もう一度確認してください。"


def confirm(table_import: TableImport, *, by: Actor) -> None:
    """Store what was shown. A few rows are stored at once, many by a job; a second click is the same as the first."""
    db.session.refresh(table_import, with_for_update=True)
    if table_import.status in {ImportStatus.CONFIRMED, ImportStatus.STORED}:
        return
    good = count_good(table_import.id)
    if table_import.status is ImportStatus.CHECKED and not good:
        raise Refused("import_has_no_good_row")
    move(table_import, "confirm", by=by, rows=good)
    table_import.sentence = ""
    db.session.flush()
    if good <= AT_ONCE_ROWS:
        _store(table_import, by)
    else:
        # Confirmed again after it was sent back is another promise.
        key = f"import-{table_import.id}-store-{clock.now():%Y%m%d%H%M%S%f}"
        later(STORE_JOB, key=key, import_id=table_import.id, staff_id=by.id)


def cancel(table_import: TableImport, *, by: Actor) -> None:
    """Nothing of it is stored."""
    move(table_import, "cancel", by=by)
    table_import.content, table_import.ended_at = None, clock.now()
    db.session.flush()


def store(import_id: int, staff_id: int) -> None:
    """Store a long table; run twice, the second finds it stored."""
    table_import = db.session.get_one(TableImport, import_id)
    db.session.refresh(table_import, with_for_update=True)
    if table_import.status is ImportStatus.CONFIRMED:
        _store(table_import, Actor(ActorKind.STAFF, staff_id))


def count_good(import_id: int) -> int:
    """How many rows can be stored."""
    good = (ImportRow.import_id == import_id) & ImportRow.outcome.in_(GOOD)
    return db.session.scalar(select(func.count()).select_from(ImportRow).where(good)) or 0


def _slices(import_id: int) -> Iterator[list[ImportRow]]:
    """The good rows, a slice at a time, umbrella bodies and others in the order of the file."""
    after = 0
    while True:
        rows = list(
            db.session.scalars(
                select(ImportRow)
                .where(ImportRow.import_id == import_id, ImportRow.outcome.in_(GOOD), ImportRow.number > after)
                .order_by(ImportRow.number)
                .limit(SLICE_ROWS)
            )
        )
        if not rows:
            return
        yield rows
        after = rows[-1].number


Found = list[tuple[int, Judged]]


class _LookAgain(Exception):
    """Why nothing was stored, in a sentence; the rows (by id) that would now do something else than was shown."""

    def __init__(self, sentence: str, found: Found) -> None:
        super().__init__(f"{len(found)} rows")
        self.sentence, self.found = sentence, found


def _store(table_import: TableImport, by: Actor) -> None:
    """All or nothing: whatever comes between, the register is as before, and the report says which rows it was."""
    table = TABLES[table_import.kind]
    try:
        with db.session.begin_nested():
            new, changed = _store_rows(table_import, table, by)
    except _LookAgain as fault:
        move(table_import, "send_back", by=by, rows=len(fault.found))
        table_import.sentence = fault.sentence
        keep_judgements(fault.found)
        db.session.flush()
        return
    move(table_import, "store", by=by, new=new, changed=changed)
    table_import.stored_new, table_import.stored_changed = new, changed
    table_import.ended_at = clock.now()
    db.session.flush()


def _store_rows(table_import: TableImport, table: Table, by: Actor) -> tuple[int, int]:
    ends_at = time.monotonic() + TURN * current_app.extensions["mra"].job_seconds
    new = changed = 0
    differing: Found = []
    names = names_in_file(table_import, only_good=True)
    for rows in _slices(table_import.id):
        if time.monotonic() > ends_at:
            raise _LookAgain(TOO_SLOW, [])
        judgements = judge_all(table, [(row.cells, row.early_faults) for row in rows], names)
        pairs = list(zip(rows, judgements, strict=True))
        differing += [(row.id, judged) for row, judged in pairs if _differs(row, judged)]
        if differing:
            continue
        fresh = [(row.id, judged) for row, judged in pairs if judged.outcome is Outcome.NEW]
        edited = [(row.id, judged) for row, judged in pairs if judged.outcome is Outcome.CHANGED]
        differing += _add(table, fresh, by) + _change(table, edited, by)
        new, changed = new + len(fresh), changed + len(edited)
    if differing:
        raise _LookAgain(MEANWHILE.format(count=len(differing)), differing)
    return new, changed


def _differs(row: ImportRow, judged: Judged) -> bool:
    """Whether a row would now do something else than a person was shown."""
    return row.outcome is not judged.outcome or row.changes != judged.changes


def _add(table: Table, rows: Found, by: Actor) -> Found:
    """New records together; where that is refused, one by one, to find the row."""

    def add(*some: Judged) -> str:
        return _refusal(table, lambda: table.add([one.reading for one in some if one.reading], by=by))

    if not rows or not add(*(judged for _, judged in rows)):
        return []
    return [(row_id, _refused(judged, sentence)) for row_id, judged in rows if (sentence := add(judged))]


def _change(table: Table, rows: Found, by: Actor) -> Found:
    def change(judged: Judged) -> str:
        present, reading = judged.present, judged.reading
        assert present is not None
        assert reading is not None
        return _refusal(table, lambda: table.change(present, reading, by=by))

    return [(row_id, _refused(judged, sentence)) for row_id, judged in rows if (sentence := change(judged))]


def _refusal(table: Table, store: Callable[[], object]) -> str:
    """Why something could not be stored, in a sentence; empty where it was."""
    try:
        with db.session.begin_nested():
            store()
            db.session.flush()
    except Refused as refused:
        return table.refusals.get(refused.code, BY_ANOTHER).format(**refused.facts)
    except IntegrityError as fault:
        name = getattr(getattr(fault.orig, "diag", None), "constraint_name", None)
        return table.refusals.get(table.constraints.get(name or "", ""), BY_ANOTHER)
    except MoveNotAllowed:
        return BY_ANOTHER
    return ""


def _refused(judged: Judged, sentence: str) -> Judged:
    return Judged(Outcome.WRONG, judged.present, faults={"": sentence})
