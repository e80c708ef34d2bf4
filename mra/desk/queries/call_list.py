"""Whom to ring: everybody whom messages do not reach, one entry per number, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from mra.allocation.models import Offer
from mra.applications.models import Application
from mra.core import clock
from mra.core.db import db
from mra.messaging.inbound.models import InboundMessage
from mra.messaging.inbound.rules import InboundStatus
from mra.messaging.models import Message

from ..call_rules import CallResult, CallState, Matter, Why
from ..models import CallClaim, CallRecord
from .call_matters import matters

PAGE = 50
SETTLED = (CallResult.TOLD, CallResult.REFUSED)
ROW_COLUMNS = (
    *("matter", "subject_id", "phone", "application_id", "since", "due_at", "why", "message_id", "result", "again_at"),
)


@dataclass(frozen=True)
class Row:
    """One matter of one person."""

    matter: Matter
    subject_id: int
    phone: str
    application_id: int | None
    since: datetime
    due_at: datetime | None
    why: Why
    message_id: int | None
    result: CallResult | None
    again_at: datetime | None

    @property
    def code(self) -> str:
        """How the row is named in forms."""
        return f"{self.matter}-{self.subject_id}"

    @property
    def is_callable(self) -> bool:
        """Whether to ring now: never rung, or the moment to ring again has come."""
        return self.result is None or (self.again_at is not None and self.again_at <= clock.now())


@dataclass
class Person:
    """Everything for which one number is to be rung; the most pressing matter first."""

    phone: str
    rows: list[Row] = field(default_factory=list)
    application: Application | None = None
    claim: CallClaim | None = None

    @property
    def is_callable(self) -> bool:
        """Whether there is something to ring about now."""
        return any(row.is_callable for row in self.rows)

    @property
    def is_wrong_number(self) -> bool:
        """Whether nobody of this case answers at this number."""
        return any(row.result is CallResult.WRONG_NUMBER for row in self.rows)

    @property
    def again_at(self) -> datetime | None:
        """When to ring again, where it is not yet time."""
        moments = [row.again_at for row in self.rows if row.again_at]
        return None if self.is_callable else min(moments, default=None)

    @property
    def due_at(self) -> datetime | None:
        """Until when it matters."""
        return min((row.due_at for row in self.rows if row.due_at), default=None)


class Key(NamedTuple):
    """Where in its order a person stands: by the deadline, or by the moment to ring again; holds no number."""

    at: datetime | None
    since: datetime
    code: str

    def __str__(self) -> str:
        """As it stands in an address: to the microsecond."""
        return f"{_micros(self.at) if self.at else 'x'}_{_micros(self.since)}_{self.code}"

    @classmethod
    def read(cls, typed: str) -> "Key | None":
        """From an address, whatever it holds."""
        try:
            at, since, code = typed.split("_", 2)
            return cls(None if at == "x" else _moment(int(at)), _moment(int(since)), code[:60])
        except (ValueError, OverflowError):
            return None


START = datetime(1970, 1, 1, tzinfo=UTC)


def _micros(moment: datetime) -> int:
    return (moment - START) // timedelta(microseconds=1)


def _moment(micros: int) -> datetime:
    return START + timedelta(microseconds=micros)


@dataclass(frozen=True)
class CallPage:
    """One page of people; `next_after` is the key to go on with, None at the end."""

    persons: list[Person]
    next_after: Key | None


def page(
    activation_id: int, state: CallState, after: Key | None = None, *, free_for: int | None = None, limit: int = PAGE
) -> CallPage:
    """People of one state, the nearest deadline first. `free_for`: without those whom others than this colleague ring."""
    rows = _rows(activation_id)
    people = _people(rows)
    wanted = select(people).where(people.c.state == state.value)
    if after:
        wanted = wanted.where(tuple_(people.c.at, people.c.since, people.c.code) > _as_tuple(after))
    if free_for is not None:
        wanted = wanted.where(~_is_rung_by_others(people, free_for))
    wanted = wanted.order_by(people.c.at, people.c.since, people.c.code).limit(limit + 1)
    return _read_page(_fetch(rows, wanted.subquery("page")), limit)


def person(activation_id: int, phone: str) -> Person | None:
    """One number, with everything there is to say; None where nothing is left."""
    found = _grouped(_fetch(_rows(activation_id, phone=phone)))
    return found[0] if found else None


def phone_of(activation_id: int, code: str) -> str | None:
    """The number of a row of the list; None where it is solved."""
    rows = _rows(activation_id)
    return db.session.scalar(select(rows.c.phone).where(_code(rows) == code).limit(1))


def counts(activation_id: int) -> dict[CallState, int]:
    """How many numbers stand where, however long the list is."""
    people = _people(_rows(activation_id))
    found = db.session.execute(select(people.c.state, func.count()).group_by(people.c.state))
    by_state = {CallState(state): number for state, number in found}
    return {state: by_state.get(state, 0) for state in CallState}


def count(activation_id: int) -> int:
    """How many numbers are to be rung now."""
    rows = _rows(activation_id)
    return db.session.scalar(select(func.count(rows.c.phone.distinct())).where(rows.c.is_callable)) or 0


def _rows(activation_id: int, *, phone: str | None = None) -> CTE:
    """All matters that no call has settled, with what their last call came to."""
    found, last = matters(activation_id), _last_records()
    is_settled = and_(last.c.result.in_(SETTLED), last.c.again_at.is_(None))
    is_callable = or_(last.c.result.is_(None), func.coalesce(last.c.again_at <= clock.now(), False))
    wanted = (
        select(*found.c, last.c.result, last.c.again_at, is_callable.label("is_callable"))
        .outerjoin(last, and_(last.c.matter == found.c.matter, last.c.subject_id == found.c.subject_id))
        .where(not_(func.coalesce(is_settled, False)))
    )
    if phone:
        wanted = wanted.where(found.c.phone == phone)
    return wanted.cte("rows")


def _last_records() -> Subquery:
    newest = select(CallRecord.matter, CallRecord.subject_id, CallRecord.result, CallRecord.again_at)
    newest = newest.ext(distinct_on(CallRecord.matter, CallRecord.subject_id))
    return newest.order_by(CallRecord.matter, CallRecord.subject_id, CallRecord.id.desc()).subquery("last_call")


NEVER = cast("infinity", DateTime(timezone=True))


def _people(rows: CTE) -> CTE:
    """One line per number: its state, and the key of its place."""
    is_callable = func.bool_or(rows.c.is_callable)
    is_wrong = func.coalesce(func.bool_or(rows.c.result == CallResult.WRONG_NUMBER.value), False)
    state = case((is_callable, CallState.NOW.value), (is_wrong, CallState.WRONG.value), else_=CallState.LATER.value)
    until = case((or_(is_callable, is_wrong), func.min(rows.c.due_at)), else_=func.min(rows.c.again_at))
    return (
        select(
            rows.c.phone,
            state.label("state"),
            func.coalesce(until, NEVER).label("at"),
            func.min(rows.c.since).label("since"),
            func.min(_code(rows)).label("code"),
        )
        .group_by(rows.c.phone)
        .cte("people")
    )


def _code(rows: CTE) -> ColumnElement[str]:
    return func.concat(rows.c.matter, "-", rows.c.subject_id, type_=String)


def _as_tuple(key: Key) -> Any:
    at = NEVER if key.at is None else literal(key.at, DateTime(timezone=True))
    return tuple_(at, literal(key.since, DateTime(timezone=True)), literal(key.code))


def _is_rung_by_others(people: CTE, staff_id: int) -> ColumnElement[bool]:
    taken = CallClaim.phone == people.c.phone, CallClaim.until_at > clock.now(), CallClaim.staff_id != staff_id
    return select(CallClaim.id).where(*taken).exists()


def _fetch(rows: CTE, within: Subquery | None = None) -> Sequence[Any]:
    """Matters in the order in which they are shown; those of a page come with the key of their person."""
    wanted: Select[Any] = select(*(rows.c[name] for name in ROW_COLUMNS))
    order = [rows.c.due_at.asc().nulls_last(), rows.c.since, rows.c.subject_id]
    if within is not None:
        at = func.nullif(within.c.at, NEVER).label("key_at")
        wanted = wanted.join(within, within.c.phone == rows.c.phone)
        wanted = wanted.add_columns(at, within.c.since.label("key_since"), within.c.code.label("key_code"))
        order = [within.c.at, within.c.since, within.c.code, *order]
    return db.session.execute(wanted.order_by(*order)).all()


def _read_page(found: Sequence[Any], limit: int) -> CallPage:
    keys = {line.phone: Key(line.key_at, line.key_since, line.key_code) for line in found}
    shown = list(keys)[:limit]
    people = _grouped([line for line in found if line.phone in set(shown)])
    return CallPage(people, keys[shown[-1]] if len(keys) > limit else None)


def _grouped(found: Sequence[Any]) -> list[Person]:
    """The people of these rows, in the order of the rows, with their applications and with who rings them."""
    people: dict[str, Person] = {}
    for line in found:
        told = {name: getattr(line, name) for name in ROW_COLUMNS}
        row = Row(**(told | {"matter": Matter(line.matter), "why": Why(line.why)}))
        people.setdefault(row.phone, Person(row.phone)).rows.append(row)
    _add_applications(people)
    _add_claims(people)
    return list(people.values())


def _add_applications(found: dict[str, Person]) -> None:
    ids = {row.application_id for person in found.values() for row in person.rows if row.application_id}
    if not ids:
        return
    known = {one.id: one for one in db.session.scalars(select(Application).where(Application.id.in_(ids)))}
    for person in found.values():
        person.application = next((known[row.application_id] for row in person.rows if row.application_id), None)


def _add_claims(found: dict[str, Person]) -> None:
    wanted = select(CallClaim).where(CallClaim.phone.in_(found), CallClaim.until_at > clock.now())
    for claim in db.session.scalars(wanted.options(joinedload(CallClaim.staff))):
        found[claim.phone].claim = claim


def offers_of(person: Person) -> dict[int, Offer]:
    """The offers this person is rung about, with what is said of them."""
    ids = [row.subject_id for row in person.rows if row.matter in (Matter.OFFER_UNTOLD, Matter.OFFER_ANSWER)]
    wanted = select(Offer).where(Offer.id.in_(ids)).options(joinedload(Offer.vehicle), joinedload(Offer.base))
    return {offer.id: offer for offer in db.session.scalars(wanted)} if ids else {}


def messages_of(person: Person) -> dict[int, Message]:
    """The texts that did not reach this person."""
    ids = [row.message_id for row in person.rows if row.message_id]
    return {one.id: one for one in db.session.scalars(select(Message).where(Message.id.in_(ids)))} if ids else {}


def replies_of(person: Person) -> Sequence[InboundMessage]:
    """What this number wrote and nobody has answered, oldest first."""
    waiting = InboundMessage.status.in_((InboundStatus.OPEN, InboundStatus.RECEIVED))
    wanted = select(InboundMessage).where(InboundMessage.phone == person.phone, waiting)
    return db.session.scalars(wanted.order_by(InboundMessage.id).limit(20)).all()
