"""An SMS comes in: kept at once, then understood by a job that may run twice, answered, or passed on to the desk."""

import logging

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, move
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.core.outbox import later

from .. import replies
from ..models import Message
from ..replies import ReplyWord
from ..services import help_phone_of, promise_text
from . import questions, rules, suppression
from .models import InboundMessage, OpenQuestion
from .questions import Reaction
from .rules import InboundStatus, QuestionEnd, SuppressionReason

log = logging.getLogger(__name__)


def take_in(*, provider: str, provider_id: str, phone: str, body: str) -> InboundMessage | None:
    """Keep a message that arrived and promise to read it; None for a repeat. Nothing is decided here, so that nothing
    that goes wrong later can lose it.
    """
    message = InboundMessage(
        provider=provider,
        provider_id=provider_id,
        phone=phone,
        body=body.replace("\x00", "")[: rules.LONGEST_BODY],
        received_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            begin(message, by=SYSTEM)
    except IntegrityError as fault:
        if _is_repeat(fault):
            return None
        raise
    later(rules.PROCESS_JOB, key=f"inbound-{message.id}", is_urgent=True, inbound_id=message.id)
    return message


def _is_repeat(fault: IntegrityError) -> bool:
    diagnosis = getattr(fault.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == "uq_inbound_messages_provider_id"


def process(inbound_id: int) -> None:
    """Understand one message and act on it, once; a second run finds that done."""
    message = db.session.get(InboundMessage, inbound_id)
    if message is None:
        return
    _one_at_a_time(message.phone)
    db.session.refresh(message)
    if message.status is not InboundStatus.RECEIVED:
        return
    word = replies.word_of(message.body)
    if word in _ABOUT_THE_CHANNEL:
        _handled(message, word, answer=_ABOUT_THE_CHANNEL[word](message))
    else:
        _answer_to_a_question(message, word)


def _one_at_a_time(phone: str) -> None:
    """Messages of one number are read one after the other: two answers at the same second must not both count."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"inbound {phone}"))))


def _answer_to_a_question(message: InboundMessage, word: ReplyWord | None) -> None:
    """The one open question of this number, if there is one, and the word is an answer to it; otherwise the desk."""
    open_now = questions.questions_of(message.phone)
    question = open_now[0] if len(open_now) == 1 else None
    reaction = _reaction(question, word) if question and word else None
    if question is None or word is None or reaction is None:
        _to_desk(message, word, question, answer=_answer(message, rules.TO_DESK_TEXT))
        return
    question.answer, question.answered_at = word, clock.now()
    if not reaction.stays_open and question.closed_at is None:
        question.closed_at, question.closed_because = clock.now(), QuestionEnd.ANSWERED
    db.session.flush()
    if reaction.needs_desk:
        _to_desk(message, word, question, answer=reaction.answer)
    else:
        _handled(message, word, answer=reaction.answer, question=question)


def _reaction(question: OpenQuestion, word: ReplyWord) -> Reaction | None:
    """What the capability that asked makes of it; where it must refuse (the offer has just ended), the desk explains."""
    try:
        with db.session.begin_nested():
            reaction = questions.react(question, word)
    except (Refused, MoveNotAllowed) as refused:
        log.info("reply_refused", extra={"question_id": question.id, "refusal": getattr(refused, "code", "too_late")})
        reaction = None
    db.session.refresh(question)
    return reaction


def _handled(
    message: InboundMessage, word: ReplyWord | None, *, answer: Message | None, question: OpenQuestion | None = None
) -> None:
    move(message, "handle", by=SYSTEM, word=word)
    _note(message, word, question, answer)


def _to_desk(
    message: InboundMessage, word: ReplyWord | None, question: OpenQuestion | None, *, answer: Message | None
) -> None:
    move(message, "pass_on", by=SYSTEM, word=word)
    _note(message, word, question, answer)


def _note(
    message: InboundMessage, word: ReplyWord | None, question: OpenQuestion | None, answer: Message | None
) -> None:
    message.word = word
    message.question_id = question.id if question else None
    message.activation_id = question.activation_id if question else _last_activation(message.phone)
    message.answer_id = answer.id if answer else None
    db.session.flush()


def settle_of(phone: str, *, until_id: int, by: Actor) -> None:
    """Somebody has dealt with what this number wrote, up to the message that was on the screen."""
    waiting = db.session.scalars(
        select(InboundMessage)
        .where(
            InboundMessage.phone == phone,
            InboundMessage.id <= until_id,
            InboundMessage.status.in_((InboundStatus.RECEIVED, InboundStatus.OPEN)),
        )
        .order_by(InboundMessage.id)
    ).all()
    for message in waiting:
        move(message, "settle", by=by)
        message.settled_at = clock.now()
    db.session.flush()


def _stop(message: InboundMessage) -> Message | None:
    suppression.suppress(message.phone, reason=SuppressionReason.SMS, by=SYSTEM)
    return _answer(message, rules.STOPPED_TEXT)


def _start(message: InboundMessage) -> Message | None:
    suppression.lift(message.phone, by=SYSTEM)
    return _answer(message, rules.STARTED_TEXT)


def _help(message: InboundMessage) -> Message | None:
    return _answer(message, rules.HELP_TEXT)


_ABOUT_THE_CHANNEL = {ReplyWord.STOP: _stop, ReplyWord.START: _start, ReplyWord.HELP: _help}


def _answer(message: InboundMessage, template: str) -> Message | None:
    """Answer by machine, each kind once a day and number at most; None where it was answered today."""
    since = clock.now() - rules.ANSWER_AGAIN_AFTER
    same = select(Message.id).where(
        Message.phone == message.phone, Message.template == template, Message.created_at > since
    )
    if db.session.scalar(select(same.exists())):
        return None
    activation_id = _last_activation(message.phone)
    return promise_text(
        template,
        phone=message.phone,
        can_sms=True,
        subject_kind="inbound_message",
        subject_id=message.id,
        activation_id=activation_id,
        key=f"inbound-{message.id}-{template}",
        help_phone=help_phone_of(activation_id),
        language="en" if replies.is_written_in_english(message.body) else "ja",
    )


def _last_activation(phone: str) -> int | None:
    """The support about which we last wrote to this number."""
    about = select(Message.activation_id).where(Message.phone == phone, Message.activation_id.is_not(None))
    return db.session.scalar(about.order_by(Message.id.desc()).limit(1))
