"""Who the staff are, and what they and others did, in words."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from mra.core import audit
from mra.core.access import Role
from mra.core.actor import ActorKind
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.core.timeline import Line, lines

from .models import Staff


def staff_names(staff_ids: Iterable[int]) -> dict[int, str]:
    """The names of these accounts, closed ones too."""
    wanted = set(staff_ids)
    if not wanted:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))}


def admins() -> list[tuple[int, str]]:
    """The accounts of admins with their e-mail addresses, for what only they can mend."""
    found = select(Staff.id, Staff.email).where(Staff.role == Role.ADMIN, Staff.is_active).order_by(Staff.id)
    return [(number, email) for number, email in db.session.execute(found)]


def is_email_used(email: str) -> bool:
    """Whether an account has this address, however its letters are written; closed accounts keep theirs."""
    return db.session.scalar(select(Staff.id).where(Staff.email == email)) is not None


def timeline_lines(
    *subjects: tuple[str, Iterable[int]], subject_words: Mapping[tuple[str, int], str] | None = None
) -> list[Line]:
    """The timeline of these subjects (kind, ids), newest first, as pages show it; two statements in all."""
    events = audit.timeline(*subjects)
    return lines(events, staff_names(_staff_of(events)), subject_words)


def _staff_of(events: Iterable[AuditEvent]) -> set[int]:
    return {event.actor_id for event in events if event.actor_kind is ActorKind.STAFF and event.actor_id}
