"""What happened, in words: audit events as the lines that every timeline shows. The words come from the lifecycles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from .actor import ActorKind
from .audit import AuditEvent
from .clock import in_japan, now
from .dates import japanese_moment, short_moment
from .db import Base
from .lifecycle import Lifecycle

ACTOR_WORDS = {
    ActorKind.APPLICANT: "申込者本人",
    ActorKind.PUBLIC: "申込者本人",
    ActorKind.MEMBER: "加盟団体（リンク）",
    ActorKind.DONOR: "寄付する方（リンク）",
    ActorKind.DRIVER: "回送する方（リンク）",
    ActorKind.LESSEE: "リースの借主（リンク）",
    ActorKind.SYSTEM: "システム",
}
NAMELESS_STAFF = "職員"


@dataclass(frozen=True)
class Line:
    """One event as the component `timeline` prints it."""

    at: str
    who: str
    what: str
    before: str | None
    after: str | None
    note: str | None


def lifecycle_of(subject_kind: str) -> Lifecycle | None:
    """The lifecycle of a kind of subject, found among the tables; None if no table has it (any more)."""
    found = (getattr(mapper.class_, "lifecycle", None) for mapper in Base.registry.mappers)
    return next((lifecycle for lifecycle in found if lifecycle and lifecycle.subject == subject_kind), None)


def lines(
    events: Iterable[AuditEvent],
    staff_names: Mapping[int, str],
    subject_words: Mapping[tuple[str, int], str] | None = None,
) -> list[Line]:
    """The events in Japanese, in the order given.

    `subject_words` names the subject of an event where a page shows several ("2台目の希望"); it stands as the note.
    """
    named = subject_words or {}
    return [_line(event, staff_names, named.get((event.subject_kind, event.subject_id))) for event in events]


def _line(event: AuditEvent, staff_names: Mapping[int, str], note: str | None) -> Line:
    lifecycle = lifecycle_of(event.subject_kind)
    return Line(
        at=_when(event.at),
        who=_who(event, staff_names),
        what=lifecycle.told_as(event.action, event.facts) if lifecycle else "記録",
        before=lifecycle.status_label(event.before) if lifecycle else None,
        after=lifecycle.status_label(event.after) if lifecycle else None,
        note=note,
    )


def _when(at: datetime) -> str:
    """With the year where it is not the present one: members and agreements have histories of many years."""
    return (short_moment if in_japan(at).year == in_japan(now()).year else japanese_moment)(at)


def _who(event: AuditEvent, staff_names: Mapping[int, str]) -> str:
    if event.actor_kind is ActorKind.STAFF:
        return staff_names.get(event.actor_id or 0, NAMELESS_STAFF)
    return ACTOR_WORDS[event.actor_kind]
