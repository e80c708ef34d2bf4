"""What there is to ring about: one row for each matter of a subject, worked out from the lives it touches."""

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
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.applications.models import Application, CarRequest
from mra.applications.rules import TEXT_HOLDS_IN, ApplicationStatus, RequestStatus
from mra.core import clock
from mra.loans.models import Loan
from mra.loans.rules import LoanStatus
from mra.messaging import queries as messages
from mra.messaging.inbound.models import InboundMessage, OpenQuestion
from mra.messaging.inbound.rules import InboundStatus
from mra.messaging.models import Message
from mra.messaging.replies import ReplyWord
from mra.messaging.rules import LANDLINE, MessageStatus

from .. import call_rules as rules
from ..call_rules import Matter, Why

# What is said again by the list itself, or was only an answer to somebody's own SMS.
NOT_NEEDED = ("offer_made", "offer_wanted", "offer_declined", "extension_asked", "return_announced")
# What somebody without SMS must hear by phone; the rest of their news has matters of its own, or was said in the call.
NEEDED_BY_PHONE = ("reservation_made", "reservation_cancelled", "loan_extended", "offer_retracted", "offer_expired")
# While the loan stands so, these are news.
NEWS_OF_A_LOAN = {
    "due_soon": LoanStatus.ON_LOAN,
    "overdue": LoanStatus.ON_LOAN,
    "reservation_made": LoanStatus.RESERVED,
    "reservation_cancelled": LoanStatus.CANCELLED,
    "loan_extended": LoanStatus.ON_LOAN,
}


def matters(activation_id: int) -> Subquery:
    """Everything about which somebody of this support is to be rung, whatever calls it has seen."""
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
    yes_without_link = and_(OpenQuestion.answer == ReplyWord.YES, _answer_is_lost())
    said_yes = and_(OpenQuestion.answer == ReplyWord.YES, OpenQuestion.answered_at <= now - rules.TIME_TO_CHOOSE)
    is_silent = or_(
        Offer.deadline_at <= now + rules.SILENT_BEFORE_DEADLINE, func.coalesce(or_(said_yes, yes_without_link), False)
    )
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


def _answer_is_lost() -> ColumnElement[bool]:
    """A "yes" whose answer, with the link to choose a time, did not arrive, or goes to a number that wants no SMS."""
    answer = aliased(Message)
    lost = and_(answer.subject_kind == "offer", answer.subject_id == Offer.id, answer.template == "offer_wanted")
    return select(answer.id).where(lost, messages.needs_call(answer)).exists()


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
    """Needed messages of the last days that did not arrive and were not sent again, or had no way to go."""
    had_no_way = and_(
        Message.status == MessageStatus.DROPPED,
        Message.error_code == LANDLINE,
        Message.template.in_(NEEDED_BY_PHONE),
    )
    return (
        or_(and_(messages.needs_call(), Message.template.not_in(NOT_NEEDED)), had_no_way),
        Message.created_at > clock.now() - rules.NEWS_LASTS,
        messages.is_last_try(),
    )


def _messages(activation_id: int) -> Select[Any]:
    """News about an application or a loan that did not arrive, while it is news."""
    about = and_(Message.cause_kind == "loan", Loan.id == Message.cause_id)
    return (
        select(
            *_row(
                literal(Matter.MESSAGE.value),
                Message.id,
                since=Message.created_at,
                # Who is expected at the base, or comes for nothing, must hear of it before.
                due_at=case((Message.template.in_(("reservation_made", "reservation_cancelled")), Loan.handover_at)),
                why=_why_unreached(),
                message_id=Message.id,
            )
        )
        .join(Application, and_(Message.subject_kind == "application", Application.id == Message.subject_id))
        .outerjoin(Loan, about)
        .where(Message.activation_id == activation_id, *_lost(), _is_news())
    )


def _is_news() -> ColumnElement[bool]:
    """Whether a lost message still says what is so."""
    of_a_loan = case(*((Message.template == name, Loan.status == status) for name, status in NEWS_OF_A_LOAN.items()))
    of_an_application = case(
        *((Message.template == name, Application.status.in_(statuses)) for name, statuses in TEXT_HOLDS_IN.items())
    )
    return and_(
        or_(Message.template.not_in(tuple(NEWS_OF_A_LOAN)), func.coalesce(of_a_loan, False)),
        or_(Message.template.not_in(tuple(TEXT_HOLDS_IN)), func.coalesce(of_an_application, False)),
    )


def _messages_of_offers(activation_id: int) -> Select[Any]:
    """That an offer was taken back or ran out, where the news did not arrive and the person still waits."""
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
        .where(
            Message.activation_id == activation_id,
            *_lost(),
            CarRequest.status == RequestStatus.WAITING,
            Application.status == ApplicationStatus.ADMITTED,
        )
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
