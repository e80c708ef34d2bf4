"""Reminding people before the papers of a car end: once per paper and threshold, all of a day in one mail.

Nothing has to be closed: what is told is read from the list of what ends. A paper with a successor is not on it, an
extension moves its day, and each day has its own thresholds.
"""

from datetime import date
from itertools import groupby

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from mra.accounts.models import Staff
from mra.core import clock, dates
from mra.core.access import DESK_STAFF
from mra.core.db import db
from mra.messaging import services as messaging
from mra.vehicles.models import DocumentReminder
from mra.vehicles.queries import expiring
from mra.vehicles.queries.expiring import Blocks, Ending, EndingKind, ExpiryFilters, Row
from mra.vehicles.rules import DOCUMENT_WORDS, DocumentKind, reminder_due

FROM_HOUR, UNTIL_HOUR = 8, 20
# More than this is looked up in the list rather than read in a mail.
MOST_LINES = 40
# PostgreSQL takes 65,535 values in a statement; what is left over is told tomorrow.
MOST_AT_ONCE = 5000
NO_BASE = "拠点なし"


def remind_papers() -> int:
    """Tell coordinators and the desks what ends: in the daytime, one mail a day. Returns how many papers are new in it.

    A paper seen for the first time close to its day gets the nearest reminder only.
    """
    if not FROM_HOUR <= clock.in_japan(clock.now()).hour < UNTIL_HOUR:
        return 0
    # One at a time: of two runs at the same moment the later finds that today's mail is written.
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("mra.vehicles.remind_papers"))))
    if _is_told_today():
        return 0
    rows = [row for row in expiring.expiry_list(ExpiryFilters()).rows if row.place.kind is not EndingKind.LEASE]
    new = _make(rows)
    if new:
        endings = expiring.with_cars(new[:MOST_LINES])
        for person in _people():
            _write_to(person, endings, count=len(new))
    return len(new)


def _is_told_today() -> bool:
    newest = db.session.scalar(select(DocumentReminder.created_at).order_by(DocumentReminder.id.desc()).limit(1))
    return newest is not None and clock.in_japan(newest).date() == clock.today()


def _make(rows: list[Row]) -> list[Row]:
    """The rows whose threshold is reached for the first time: the table takes each reminder once."""
    papers = expiring.document_ids({row.place.vehicle_id for row in rows})
    due: dict[tuple[int, date, int], Row] = {}
    for row in rows:
        place = row.place
        document_id = papers.get((place.vehicle_id, place.kind.value, place.until))
        threshold = reminder_due(place.until, clock.today())
        if document_id and threshold and len(due) < MOST_AT_ONCE:
            due[document_id, place.until, threshold] = row
    if not due:
        return []
    made = db.session.execute(
        insert(DocumentReminder)
        .values([_reminder(*key) for key in due])
        .on_conflict_do_nothing(constraint="uq_document_reminders_threshold")
        .returning(DocumentReminder.document_id, DocumentReminder.ends_on, DocumentReminder.threshold_days)
    )
    return sorted(
        (due[document_id, ends_on, threshold] for document_id, ends_on, threshold in made), key=lambda row: row.place
    )


def _reminder(document_id: int, ends_on: date, threshold_days: int) -> dict[str, object]:
    return {
        "document_id": document_id,
        "ends_on": ends_on,
        "threshold_days": threshold_days,
        "created_at": clock.now(),
    }


def _people() -> list[Staff]:
    """People of the desks belong to no base: everybody reads of all bases, each under its own heading."""
    return list(db.session.scalars(select(Staff).where(Staff.role.in_(DESK_STAFF), Staff.is_active).order_by(Staff.id)))


def _write_to(person: Staff, endings: list[Ending], *, count: int) -> None:
    messaging.promise_email(
        "papers_due",
        email=person.email,
        subject_kind="user",
        subject_id=person.id,
        activation_id=None,
        key=f"papers-due-{clock.today()}-to-{person.id}",
        papers=_by_base(endings),
        paper_count=count,
        untold=count - len(endings),
        address=f"{current_app.extensions['mra'].public_url}/vehicles/documents",
    )


def _by_base(endings: list[Ending]) -> list[dict[str, object]]:
    def base(ending: Ending) -> str:
        return ending.vehicle.base.name if ending.vehicle.base else NO_BASE

    return [
        {"base": name, "lines": [_line(ending) for ending in group]}
        for name, group in groupby(sorted(endings, key=base), key=base)
    ]


def _line(ending: Ending) -> str:
    left = (ending.until - clock.today()).days
    days = f"{-left}日前に満了" if left < 0 else f"あと{left}日" if left else "本日まで"
    kind = DOCUMENT_WORDS[DocumentKind(ending.kind.value)]
    told = f"{ending.vehicle.plate_text} {ending.vehicle.name} {kind} {dates.japanese_date(ending.until)}まで({days})"
    return f"{told} ※貸出の返却予定に届きません" if ending.blocks is Blocks.LOAN else told
