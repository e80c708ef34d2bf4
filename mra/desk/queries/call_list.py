"""Whom to ring: worked out from offers, loans, applications, messages and replies, so that what is solved disappears."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
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
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.applications.models import Application, CarRequest
from mra.applications.rules import ApplicationStatus
from mra.core import clock
from mra.core.db import db
from mra.loans.models import Loan
from mra.loans.rules import LoanStatus
from mra.messaging import queries as messages
from mra.messaging.inbound.models import InboundMessage, OpenQuestion
from mra.messaging.inbound.rules import InboundStatus
from mra.messaging.models import Message
from mra.messaging.replies import ReplyWord
from mra.messaging.rules import MessageStatus

from .. import call_rules as rules
from ..call_rules import CallResult, Matter, Why
from ..models import CallClaim, CallRecord

PAGE = 50
MOST_MATTERS = 500
SETTLED = (CallResult.TOLD, CallResult.REFUSED)
# What is said again by the list itself, or was only an answer to somebody's own SMS.
NOT_NEEDED = ("offer_made", "offer_wanted", "offer_declined", "extension_asked", "return_announced")
ABOUT_A_LOAN = ("due_soon", "overdue")


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


def persons(activation_id: int, *, phone: str | None = None) -> list[Person]:
    """Everybody whom messages do not reach, one entry per number, the nearest deadline first. Three statements."""
    found: dict[str, Person] = {}
    for row in _rows(activation_id, phone):
        found.setdefault(row.phone, Person(row.phone)).rows.append(row)
    _add_applications(found)
    _add_claims(found)
    return list(found.values())


def count(activation_id: int) -> int:
    """How many numbers are to be rung now."""
    matters, last = _matters(activation_id), _last_records()
    wanted = _joined(select(func.count(matters.c.phone.distinct())), matters, last)
    is_due = or_(last.c.result.is_(None), last.c.again_at <= clock.now())
    return db.session.scalar(wanted.where(is_due)) or 0


def _rows(activation_id: int, phone: str | None) -> list[Row]:
    matters, last = _matters(activation_id), _last_records()
    wanted = _joined(select(*matters.c, last.c.result, last.c.again_at), matters, last)
    is_settled = and_(last.c.result.in_(SETTLED), last.c.again_at.is_(None))
    wanted = wanted.where(not_(func.coalesce(is_settled, False)))
    if phone:
        wanted = wanted.where(matters.c.phone == phone)
    wanted = wanted.order_by(matters.c.due_at.asc().nulls_last(), matters.c.since, matters.c.subject_id)
    rows = db.session.execute(wanted.limit(MOST_MATTERS)).all()
    return [_read(dict(row._mapping)) for row in rows]


def _read(found: dict[str, Any]) -> Row:
    return Row(**(found | {"matter": Matter(found["matter"]), "why": Why(found["why"])}))


def _joined(wanted: Select[Any], matters: Subquery, last: Subquery) -> Select[Any]:
    same = and_(last.c.matter == matters.c.matter, last.c.subject_id == matters.c.subject_id)
    return wanted.select_from(matters).outerjoin(last, same)


def _last_records() -> Subquery:
    newest = select(CallRecord.matter, CallRecord.subject_id, CallRecord.result, CallRecord.again_at)
    newest = newest.ext(distinct_on(CallRecord.matter, CallRecord.subject_id))
    return newest.order_by(CallRecord.matter, CallRecord.subject_id, CallRecord.id.desc()).subquery("last_call")


def _matters(activation_id: int) -> Subquery:
    parts = (_offers, _loans, _applications, _messages, _messages_of_offers, _replies)
    return union_all(*(part(activation_id) for part in parts)).subquery("matters")


NO_MOMENT = cast(None, DateTime(timezone=True))


def _row(
    matter: Any, subject_id: Any, *, since: Any, why: Any, due_at: Any = NO_MOMENT, message_id: Any = None
) -> tuple[Any, ...]:
    return (
        cast(matter, String).label("matter"),
        subject_id.label("subject_id"),
        Application.phone.label("phone"),
        Application.id.label("application_id"),
        since.label("since"),
        due_at.label("due_at"),
        cast(why, String).label("why"),
        (literal(None, type_=Message.id.type) if message_id is None else message_id).label("message_id"),
    )


def _why_unreached() -> ColumnElement[str]:
    return case(
        (~Application.can_sms, Why.LANDLINE.value),
        (messages.met_a_stopped_number(), Why.STOPPED.value),
        (Message.status == MessageStatus.UNKNOWN, Why.UNKNOWN.value),
        else_=Why.UNREACHED.value,
    )


def _offers(activation_id: int) -> Select[Any]:
    """Open offers of which no SMS told, or that nobody answers: shortly before the deadline, or after a bare "yes"."""
    now = clock.now()
    told = and_(
        *(Message.subject_kind == "offer", Message.subject_id == Offer.id, Message.template == "offer_made"),
        messages.is_last_try(),
    )
    asked = and_(OpenQuestion.kind == "offer", OpenQuestion.subject_id == Offer.id, OpenQuestion.closed_at.is_(None))
    is_untold = or_(~Application.can_sms, func.coalesce(messages.needs_call(), False))
    said_yes = and_(OpenQuestion.answer == ReplyWord.YES, OpenQuestion.answered_at <= now - rules.TIME_TO_CHOOSE)
    is_silent = or_(Offer.deadline_at <= now + rules.SILENT_BEFORE_DEADLINE, func.coalesce(said_yes, False))
    return (
        select(
            *_row(
                case((is_untold, Matter.OFFER_UNTOLD.value), else_=Matter.OFFER_ANSWER.value),
                Offer.id,
                since=Offer.made_at,
                due_at=Offer.deadline_at,
                why=case(
                    (is_untold, _why_unreached()),
                    (OpenQuestion.answer == ReplyWord.YES, Why.NO_TIME_CHOSEN.value),
                    else_=Why.NO_ANSWER.value,
                ),
                message_id=Message.id,
            )
        )
        .join(CarRequest, CarRequest.id == Offer.request_id)
        .join(Application, Application.id == CarRequest.application_id)
        .outerjoin(Message, told)
        .outerjoin(OpenQuestion, asked)
        .where(
            Offer.activation_id == activation_id,
            Offer.status == OfferStatus.MADE,
            Offer.deadline_at > now,
            or_(is_untold, is_silent),
        )
    )


def _loans(activation_id: int) -> Select[Any]:
    """Cars that are late and nobody answers; cars due soon whose borrowers no SMS can remind."""
    now = clock.now()
    is_late = Loan.due_at <= now
    return (
        select(
            *_row(
                case((is_late, Matter.OVERDUE.value), else_=Matter.DUE_SOON.value),
                Loan.id,
                since=Loan.due_at,
                due_at=Loan.due_at,
                why=case((~Application.can_sms, Why.LANDLINE.value), else_=Why.NO_ANSWER.value),
            )
        )
        .join(CarRequest, CarRequest.id == Loan.request_id)
        .join(Application, Application.id == CarRequest.application_id)
        .where(
            Loan.activation_id == activation_id,
            Loan.status == LoanStatus.ON_LOAN,
            or_(
                Loan.due_at <= now - rules.LATE_WITHOUT_ANSWER,
                and_(~Application.can_sms, Loan.due_at <= now + rules.DUE_NOTICE),
            ),
        )
    )


def _applications(activation_id: int) -> Select[Any]:
    """Questions and decisions about an application whose number gets no SMS."""
    is_asked = Application.status == ApplicationStatus.ASKED_BACK
    is_decided = Application.status.in_((ApplicationStatus.ADMITTED, ApplicationStatus.TURNED_DOWN))
    return select(
        *_row(
            case((is_asked, Matter.QUESTION.value), else_=Matter.DECISION.value),
            Application.id,
            since=Application.decided_at,
            why=literal(Why.LANDLINE.value),
        )
    ).where(
        Application.activation_id == activation_id,
        ~Application.can_sms,
        or_(is_asked, and_(is_decided, Application.decided_at > clock.now() - rules.NEWS_LASTS)),
    )


def _lost() -> tuple[ColumnElement[bool], ...]:
    """Needed messages of the last days that did not arrive and were not sent again."""
    return (
        messages.needs_call(),
        Message.created_at > clock.now() - rules.NEWS_LASTS,
        Message.template.not_in(NOT_NEEDED),
        messages.is_last_try(),
    )


def _messages(activation_id: int) -> Select[Any]:
    """News about an application or a loan that did not arrive, while it is news."""
    out = select(Loan.id).join(CarRequest, CarRequest.id == Loan.request_id)
    out = out.where(CarRequest.application_id == Application.id, Loan.status == LoanStatus.ON_LOAN)
    still_true = and_(
        or_(Message.template.not_in(ABOUT_A_LOAN), out.exists()),
        or_(Message.template != "asked_back", Application.status == ApplicationStatus.ASKED_BACK),
    )
    return (
        select(
            *_row(
                literal(Matter.MESSAGE.value),
                Message.id,
                since=Message.created_at,
                why=_why_unreached(),
                message_id=Message.id,
            )
        )
        .join(Application, and_(Message.subject_kind == "application", Application.id == Message.subject_id))
        .where(Message.activation_id == activation_id, *_lost(), still_true)
    )


def _messages_of_offers(activation_id: int) -> Select[Any]:
    """That an offer was taken back or ran out, where the news did not arrive."""
    return (
        select(
            *_row(
                literal(Matter.MESSAGE.value),
                Message.id,
                since=Message.created_at,
                why=_why_unreached(),
                message_id=Message.id,
            )
        )
        .join(Offer, and_(Message.subject_kind == "offer", Offer.id == Message.subject_id))
        .join(CarRequest, CarRequest.id == Offer.request_id)
        .join(Application, Application.id == CarRequest.application_id)
        .where(Message.activation_id == activation_id, *_lost())
    )


def _replies(activation_id: int) -> Select[Any]:
    """Numbers that wrote something only a person can answer, or that nothing has read for minutes."""
    unread = and_(
        InboundMessage.status == InboundStatus.RECEIVED,
        InboundMessage.received_at < clock.now() - rules.UNREAD_FOR,
    )
    newest = select(func.max(Application.id)).where(
        Application.phone == InboundMessage.phone, Application.activation_id == activation_id
    )
    # The id of the last message: what comes in afterwards is a new matter.
    return (
        select(
            literal(Matter.REPLY.value).label("matter"),
            func.max(InboundMessage.id).label("subject_id"),
            InboundMessage.phone.label("phone"),
            newest.correlate(InboundMessage).scalar_subquery().label("application_id"),
            func.min(InboundMessage.received_at).label("since"),
            NO_MOMENT.label("due_at"),
            literal(Why.WROTE.value).label("why"),
            literal(None, type_=Message.id.type).label("message_id"),
        )
        .where(
            or_(InboundMessage.status == InboundStatus.OPEN, unread),
            or_(InboundMessage.activation_id == activation_id, InboundMessage.activation_id.is_(None)),
        )
        .group_by(InboundMessage.phone)
    )


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
