"""Promising texts and e-mails: written down and promised in the caller's transaction."""

from datetime import datetime, timedelta
from typing import Any

from psycopg.errors import UniqueViolation
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, lock, move
from mra.core.db import db
from mra.core.email_address import parse_email
from mra.core.errors import Refused
from mra.core.outbox import later

from .. import rules, texts
from ..kinds import KINDS, Kind
from ..models import Message
from ..rules import Channel
from . import gate, numbers
from .registers import help_phone_of

JOBS = {Channel.SMS: "messaging.send_text", Channel.EMAIL: "messaging.send_mail"}


def promise_text(
    template: str,
    *,
    phone: str,
    can_sms: bool,
    subject_kind: str,
    subject_id: int,
    activation_id: int | None,
    key: str,
    link_id: int | None = None,
    cause: tuple[str, int] | None = None,
    language: str = texts.FIRST_LANGUAGE,
    **values: Any,
) -> Message | None:
    """Write a text down and promise to send it; the same key twice is one message.

    None: the phone gets no SMS. The text is kept all the same, as one that was not sent, for whoever rings.

    Values are moments, days, application numbers and E.164 phones as they are: the text gives them their short form.
    `help_phone` is the activation's, given or looked up; without one the secretariat's number of the settings stands there.
    `cause` is what the text is about where that is not the subject: it is asked at the moment of sending.
    """
    text = texts.render(template, language, values | _whom_to_ring(values, activation_id))
    _need_link(template, text.body, link_id)
    message = Message(
        key=key,
        channel=Channel.SMS,
        activation_id=activation_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        template=template,
        language=text.language,
        version=text.version,
        cause_kind=cause[0] if cause else None,
        cause_id=cause[1] if cause else None,
        phone=phone,
        body=text.body,
        link_id=link_id,
    )
    if can_sms:
        return _promise(message, by=SYSTEM)
    _leave_to_a_caller(message)
    return None


def promise_email(
    template: str,
    *,
    email: str,
    subject_kind: str,
    subject_id: int,
    activation_id: int | None,
    key: str,
    link_id: int | None = None,
    language: str = texts.FIRST_LANGUAGE,
    **values: Any,
) -> Message:
    """Write an e-mail down and promise to send it; the same key twice is one message. Values are as for a text.

    The address has passed `parse_email` where somebody typed it; one that has not is a fault of the caller.
    """
    address = parse_email(email)
    if address is None:
        raise ValueError(f"the mail {template} was given something that is no address")
    mail = texts.render_mail(template, language, values | _whom_to_ring(values, activation_id))
    _need_link(template, mail.body, link_id)
    return _promise(
        Message(
            key=key,
            channel=Channel.EMAIL,
            activation_id=activation_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            template=template,
            language=mail.language,
            version=mail.version,
            email=address,
            subject_line=mail.subject_line,
            body=mail.body,
            link_id=link_id,
        ),
        by=SYSTEM,
    )


def _whom_to_ring(values: dict[str, Any], activation_id: int | None) -> dict[str, Any]:
    """The support's number where the caller gave none and the message is about a support."""
    if values.get("help_phone") or activation_id is None:
        return {}
    return {"help_phone": help_phone_of(activation_id)}


def _need_link(template: str, body: str, link_id: int | None) -> None:
    if texts.LINK in body and link_id is None:
        raise ValueError(f"the text {template} has a link, and nobody gave one")


def repeat(message: Message, *, by: Actor) -> Message:
    """Send the same message once more, because a person decided so; deciding twice sends it once."""
    lock(message)
    if not rules.may_be_repeated(message.status):
        raise Refused("message_not_repeatable")
    numbers.unmark(message.address)  # A person knows better: perhaps the handset was changed.
    return _once_more(message, by=by)


def repeat_by_machine(message: Message, *, after: timedelta) -> Message:
    """Send a text that certainly did not arrive once more, after a rest."""
    return _once_more(message, by=SYSTEM, due_at=clock.now() + after)


def _once_more(message: Message, *, by: Actor, due_at: datetime | None = None) -> Message:
    return _promise(
        Message(
            key=rules.repetition_key(message.id),
            channel=message.channel,
            activation_id=message.activation_id,
            subject_kind=message.subject_kind,
            subject_id=message.subject_id,
            template=message.template,
            language=message.language,
            version=message.version,
            phone=message.phone,
            email=message.email,
            subject_line=message.subject_line,
            body=message.body,
            link_id=message.link_id,
            cause_kind=message.cause_kind,
            cause_id=message.cause_id,
            attempt=message.attempt + 1,
        ),
        by=by,
        due_at=due_at,
    )


def _leave_to_a_caller(message: Message) -> None:
    """Nothing is sent to a phone that shows no SMS; what would have been said stands with the case."""
    if _write_down(message, by=SYSTEM):
        move(message, "drop", by=SYSTEM, code=rules.LANDLINE)
        message.settled_at, message.error_code = clock.now(), rules.LANDLINE
        db.session.flush()


def _promise(message: Message, *, by: Actor, due_at: datetime | None = None) -> Message:
    key = message.key
    if not _write_down(message, by=by):
        return db.session.scalars(select(Message).where(Message.key == key)).one()
    due_at = gate.earliest(message, due_at or clock.now())
    is_urgent = KINDS[message.template] is Kind.URGENT
    key = f"message-{message.id}"
    later(JOBS[message.channel], key=key, due_at=due_at, is_urgent=is_urgent, message_id=message.id)
    return message


def _write_down(message: Message, *, by: Actor) -> bool:
    """Keep a message; whether it is new, for the same key is the same message."""
    message.created_at = clock.now()
    try:
        with db.session.begin_nested():
            begin(message, by=by, template=message.template)
    except IntegrityError as fault:
        if not _is_same_key(fault):
            raise
        return False
    return True


def _is_same_key(fault: IntegrityError) -> bool:
    return isinstance(fault.orig, UniqueViolation) and fault.orig.diag.constraint_name == "uq_messages_key"
