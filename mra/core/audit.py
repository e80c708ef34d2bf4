"""What happened: the audit events, and the one function that changes a status."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar

from sqlalchemy import Index, String, inspect, select
from sqlalchemy import event as session_events
from sqlalchemy.orm import Mapped, Session, mapped_column

from . import clock
from .actor import Actor, ActorKind
from .db import Base, Id, Moment, add_all, db, words_of
from .errors import Refused
from .lifecycle import Lifecycle, MoveNotAllowed


class AuditEvent(Base):
    """One thing that somebody did to one subject. Ids only: no names, numbers or texts of people."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_subject", "subject_kind", "subject_id", "id"),
        Index("ix_audit_events_activation", "activation_id", "id"),
    )

    id: Mapped[Id]
    at: Mapped[Moment]
    actor_kind: Mapped[ActorKind] = mapped_column(words_of(ActorKind, "actor_kind"))
    actor_id: Mapped[int | None]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    activation_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(40))
    before: Mapped[str | None] = mapped_column(String(40))
    after: Mapped[str | None] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]]


class Subject(Protocol):
    """What has a status: a mapped object with a lifecycle."""

    lifecycle: ClassVar[Lifecycle]
    id: Any
    status: Any


S = TypeVar("S", bound=Subject)


def _event(
    subject: Subject, action: str, by: Actor, before: StrEnum | None, after: StrEnum | None, facts: dict[str, Any]
) -> AuditEvent:
    return AuditEvent(
        at=clock.now(),
        actor_kind=by.kind,
        actor_id=by.id,
        subject_kind=subject.lifecycle.subject,
        subject_id=subject.id,
        activation_id=getattr(subject, "activation_id", None),
        action=action,
        before=before.value if before else None,
        after=after.value if after else None,
        facts={name: _plain(value) for name, value in facts.items() if value is not None},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime) or hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def begin(subject: S, *, by: Actor, **facts: Any) -> S:
    """Bring a new subject into the world in its lifecycle's first status; flushes, so that it has an id."""
    begin_all([subject], by=by, facts=lambda _subject: facts)
    return subject


def begin_all(
    subjects: Sequence[S], *, by: Actor, facts: Callable[[S], Mapping[str, Any]] = lambda _subject: {}
) -> None:
    """Bring many subjects into the world together: flushed once, then all their events; `facts` tells those of each."""
    for subject in subjects:
        subject.status = subject.lifecycle.initial
    add_all(subjects)
    # An event needs its subject's id, so the subjects are written first; the guard of the tests knows "pending".
    db.session.flush()
    add_all([_event(one, "begin", by, None, one.status, dict(facts(one))) for one in subjects])


def lock(subject: Subject) -> None:
    """Lock the subject's row until the end of the transaction and read it afresh.

    Refuses a subject with unsaved changes, because the reading would overwrite them. One that this transaction got by
    `get_locked` is locked and fresh.
    """
    if db.session.is_modified(subject):
        raise RuntimeError(f"{subject.lifecycle.subject} {subject.id}: lock first, then write")
    if getattr(subject, "_locked_in", None) is db.session().get_transaction():
        return
    # NO KEY UPDATE: other transactions may go on pointing at this row with foreign keys.
    db.session.refresh(subject, with_for_update={"of": type(subject), "key_share": True})


def get_locked(kind: type[S], id_: int) -> S | None:
    """The subject with this id, read and locked in one statement; the moves that follow need no second look at it."""
    found: S | None = db.session.get(kind, id_, with_for_update={"key_share": True}, populate_existing=True)
    if found is not None and db.session().get_nested_transaction() is None:
        # Undoing a savepoint would give the lock back, so only a lock of the whole transaction is remembered.
        found._locked_in = db.session().get_transaction()  # type: ignore[attr-defined]
    return found


def _lock_all(subjects: Sequence[S]) -> None:
    """`lock` for many subjects of one kind, in one statement and always in the same order, so that nobody waits in a
    circle.
    """
    if any(db.session.is_modified(subject) for subject in subjects):
        raise RuntimeError(f"{subjects[0].lifecycle.subject}: lock first, then write")
    kind: Any = type(subjects[0])
    wanted = select(kind).where(kind.id.in_([subject.id for subject in subjects])).order_by(kind.id)
    wanted = wanted.with_for_update(of=kind, key_share=True).execution_options(populate_existing=True)
    db.session.scalars(wanted).all()


def move(subject: S, action: str, *, by: Actor, **facts: Any) -> S:
    """Change a status: lock the row, look the move up in the table, set the status, write the audit event.

    It is the first line of a use case; facts of the subject are set after it. Raises MoveNotAllowed.
    """
    lock(subject)
    _move_locked(subject, action, by, facts)
    return subject


def move_all(
    subjects: Sequence[S], action: str, *, by: Actor, facts: Callable[[S], Mapping[str, Any]] = lambda _subject: {}
) -> None:
    """`move` for many subjects of one kind: locked together, all moved or none; `facts` tells those of each."""
    if subjects:
        _lock_all(subjects)
    for subject in subjects:
        subject.lifecycle.move(action, subject.status)  # Refused before anything is changed.
    told = [dict(facts(subject)) for subject in subjects]
    # Nothing is written between a status and its event.
    with db.session.no_autoflush:
        add_all([_moved(subject, action, by, about) for subject, about in zip(subjects, told, strict=True)])


def _move_locked(subject: Subject, action: str, by: Actor, facts: dict[str, Any]) -> None:
    db.session.add(_moved(subject, action, by, facts))


def _moved(subject: Subject, action: str, by: Actor, facts: dict[str, Any]) -> AuditEvent:
    """Set the status; returns its event."""
    before = subject.status
    step = subject.lifecycle.move(action, before)
    # The event first: reading the subject's place may flush, and a flush must never meet a status without its event.
    event = _event(subject, action, by, before, step.target, facts)
    subject.status = step.target
    return event


def move_or_refuse(subject: S, action: str, code: str, *, by: Actor, **facts: Any) -> S:
    """`move`, with a refusal that names the business reason instead of the plain "somebody was faster"."""
    try:
        return move(subject, action, by=by, **facts)
    except MoveNotAllowed as not_allowed:
        raise Refused(code) from not_allowed


def note(subject: Subject, action: str, *, by: Actor, **facts: Any) -> None:
    """Write an event that changes no status (terms changed, an extension, a licence seen)."""
    db.session.add(_event(subject, action, by, None, None, facts))


def timeline(*subjects: tuple[str, Iterable[int]]) -> list[AuditEvent]:
    """The events of these subjects (kind, ids), newest first, in one statement."""
    conditions = [(AuditEvent.subject_kind == kind) & AuditEvent.subject_id.in_(list(ids)) for kind, ids in subjects]
    if not conditions:
        return []
    either = conditions[0]
    for condition in conditions[1:]:
        either = either | condition
    return list(db.session.scalars(select(AuditEvent).where(either).order_by(AuditEvent.id.desc())))


def guard_against_silent_change(session: Any) -> None:
    """Make every flush fail in which a status changed without an audit event. The tests switch it on."""

    @session_events.listens_for(session, "before_flush")
    def no_silent_change(session: Session, _context: object, _instances: object) -> None:
        told = {(e.subject_kind, e.subject_id) for e in session.new if isinstance(e, AuditEvent)}
        for subject in session.dirty:
            if not hasattr(subject, "lifecycle"):
                continue
            if not inspect(subject).attrs.status.history.has_changes():
                continue
            if (subject.lifecycle.subject, subject.id) not in told:
                raise AssertionError(f"{subject!r}: status changed outside move")
