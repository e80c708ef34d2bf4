"""What people typed into a table is not kept for ever: the register and its history are what stays."""

from datetime import timedelta

from sqlalchemy import delete, select

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.exchange.models import ImportRow, TableImport
from mra.exchange.rules import KEPT_DAYS, ImportStatus

from .storing import cancel


def forget_old() -> int:
    """Close what nobody went on with, and forget the rows of what is settled; returns how many were forgotten."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    open_ones = TableImport.status.in_([ImportStatus.HANDED_IN, ImportStatus.CHECKED])
    for left in db.session.scalars(select(TableImport).where(open_ones, TableImport.created_at < before)):
        cancel(left, by=SYSTEM)
    settled = select(TableImport.id).where(TableImport.ended_at.is_not(None), TableImport.created_at < before)
    forgotten = db.session.execute(delete(ImportRow).where(ImportRow.import_id.in_(settled)))
    return int(forgotten.rowcount)  # type: ignore[attr-defined]
