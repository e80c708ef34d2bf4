"""Promising texts and e-mails, sending them once, and following them to their end."""

from collections.abc import Callable
from hashlib import sha256
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
from mra.core.lifecycle import MoveNotAllowed
from mra.core.outbox import later

from . import rules, texts
from .inbound import suppression
from .inbound.rules import STOPPED_TEXT, SuppressionReason
from .models import Message
from .rules import Accepted, Answer, Channel, Letter, MessageStatus, NoAnswer, NotAccepted, Parcel

LinkMaker = Callable[[int], str | None]
_link_maker: list[LinkMaker] = []
JOBS = {Channel.SMS: "messaging.send_text", Channel.EMAIL: "messaging.send_mail"}


def on_link(maker: LinkMaker) -> None:
    """Register who turns the id of a private link into its address (None: the link works no more).

    Links belong to a capability above this one, so it comes to us rather than we to it.
    """
    _link_maker[:] = [maker]


def link_address(link_id: int | None) -> str | None:
    """The address of a private link, for the text on its way out; never for a page of staff."""
    if link_id is None:
        return None
    if not _link_maker:
        raise RuntimeError("nobody registered for private links")
    return _link_maker[0](link_id)


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
    language: str = texts.FIRST_LANGUAGE,
    **values: Any,
) -> Message | None:
    """Write a text down and promise to send it; the same key twice is one message. None: the phone gets no SMS.

    Values are moments, days, application numbers and E.164 phones as they are: the text gives them their short form.
    `help_phone` is the activation's; without it the secretariat's number of the settings stands in the text.
    """
    if not can_sms:
        return None
    text = texts.render(template, language, values)
    _need_link(template, text.body, link_id)
    return _promise(
        Message(
            key=key,
            channel=Channel.SMS,
            activation_id=activation_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            template=template,
            language=text.language,
            phone=phone,
            body=text.body,
            link_id=link_id,
        ),
        by=SYSTEM,
    )


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
    mail = texts.render_mail(template, language, values)
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
            email=address,
            subject_line=mail.subject_line,
            body=mail.body,
            link_id=link_id,
        ),
        by=SYSTEM,
    )


def _need_link(template: str, body: str, link_id: int | None) -> None:
    if texts.LINK in body and link_id is None:
        raise ValueError(f"the text {template} has a link, and nobody gave one")


def repeat(message: Message, *, by: Actor) -> Message:
    """Send the same message once more, because a person decided so; deciding twice sends it once."""
    lock(message)
    if not rules.may_be_repeated(message.status):
        raise Refused("message_not_repeatable")
    return _promise(
        Message(
            key=rules.repetition_key(message.id),
            channel=message.channel,
            activation_id=message.activation_id,
            subject_kind=message.subject_kind,
            subject_id=message.subject_id,
            template=message.template,
            language=message.language,
            phone=message.phone,
            email=message.email,
            subject_line=message.subject_line,
            body=message.body,
            link_id=message.link_id,
        ),
        by=by,
    )


def _promise(message: Message, *, by: Actor) -> Message:
    key, message.created_at = message.key, clock.now()
    try:
        with db.session.begin_nested():
            begin(message, by=by, template=message.template)
    except IntegrityError as fault:
        if not _is_same_key(fault):
            raise
        return db.session.scalars(select(Message).where(Message.key == key)).one()
    later(JOBS[message.channel], key=f"message-{message.id}", message_id=message.id)
    return message


def _is_same_key(fault: IntegrityError) -> bool:
    return isinstance(fault.orig, UniqueViolation) and fault.orig.diag.constraint_name == "uq_messages_key"


def claim(message_id: int) -> Parcel | Letter | None:
    """Take a waiting message for sending; None if another worker has it, or it is past sending."""
    message = db.session.get(Message, message_id)
    if message is None or not _absorb(message, "claim"):
        return None
    message.claimed_at = clock.now()
    message.tries += 1
    db.session.flush()
    if _is_unwanted(message):
        _settle(message, "stop", rules.SUPPRESSED)
        return None
    text = _text_with_link(message)
    if text is None:
        _refuse_for_good(message, "link_gone")
        return None
    return _on_its_way_out(message, text)


def _is_unwanted(message: Message) -> bool:
    """Whether the number is on our list, looked at in the last moment; only that it is may still be said to it."""
    is_excepted = message.phone is None or message.template == STOPPED_TEXT
    return not is_excepted and suppression.suppression_of(message.address) is not None


def _on_its_way_out(message: Message, text: str) -> Parcel | Letter:
    if message.channel is Channel.SMS:
        return Parcel(message.id, message.address, text)
    # Keys may tell about the house; their fingerprint only tells one message from another.
    mark = f"{message.id}.{sha256(message.key.encode()).hexdigest()[:16]}"
    return Letter(message.id, mark, message.address, message.subject_line or "", text)


def _text_with_link(message: Message) -> str | None:
    if texts.LINK not in message.body:
        return message.body
    address = link_address(message.link_id)
    return texts.with_link(message.body, address) if address else None


def record(message_id: int, *, outcome: Answer, provider: str) -> None:
    """Write down what the provider answered. A callback may have told us more already; then that stands."""
    message = db.session.get_one(Message, message_id)
    if isinstance(outcome, Accepted):
        _record_acceptance(message, outcome, provider)
    elif isinstance(outcome, NoAnswer):
        _absorb(message, "lose_track")
    elif outcome.may_pass and message.tries < rules.MOST_TRIES:
        _put_off(message, outcome)
    else:
        _refuse_for_good(message, outcome.code)
    db.session.flush()


def _record_acceptance(message: Message, accepted: Accepted, provider: str) -> None:
    _absorb(message, "hand_to_provider")
    message.sent_at = message.sent_at or clock.now()
    message.provider, message.provider_id = provider, accepted.provider_id
    db.session.flush()
    if accepted.arrived:
        _settle(message, "confirm")


def _put_off(message: Message, put_off: NotAccepted) -> None:
    """Not now: the message waits again, longer each time."""
    if _absorb(message, "requeue", code=put_off.code):
        due_at = clock.now() + rules.pause_after(message.tries)
        later(JOBS[message.channel], key=f"message-{message.id}-{message.tries}", due_at=due_at, message_id=message.id)


def _refuse_for_good(message: Message, code: str) -> None:
    _settle(message, "fail", code)


def follow(message_id: int, *, word: str, provider: str, provider_id: str, code: str = "") -> bool:
    """Take in what a provider reports about a message, however late, twice or out of order; whether it changed anything.

    A report under another id than the one we were given belongs to some other message and changes nothing.
    """
    message = db.session.get(Message, message_id)
    action = rules.TWILIO_MOVES.get(word)
    if message is None or action is None:
        return False
    lock(message)
    if message.provider_id not in ("", provider_id):
        return False
    is_news = _absorb(message, action) if action == "hand_to_provider" else _settle(message, action, code)
    if is_news:
        message.sent_at = message.sent_at or clock.now()
        message.provider, message.provider_id = message.provider or provider, provider_id
        db.session.flush()
    return is_news


def _settle(message: Message, action: str, code: str = "") -> bool:
    """The end of a message's way, as far as anybody knows today. A carrier's "wants no SMS" goes onto our own list."""
    if code == rules.OPTED_OUT and message.phone:
        action = "stop"
        suppression.suppress(message.phone, reason=SuppressionReason.PROVIDER, by=SYSTEM)
    if not _absorb(message, action, code=code or None):
        return False
    message.settled_at = clock.now()
    message.error_code = code
    db.session.flush()
    return True


def _absorb(message: Message, action: str, **facts: Any) -> bool:
    """Make a move if the table has it now; whether it did. What comes late or twice is not an error here."""
    try:
        move(message, action, by=SYSTEM, **facts)
    except MoveNotAllowed:
        return False
    return True


def lose_track_of_stuck() -> int:
    """Messages whose sending began long ago and was never recorded (a worker died): nobody knows; returns how many."""
    long_ago = clock.now() - rules.SILENCE_MEANS_LOST
    stuck = db.session.scalars(
        select(Message)
        .where(Message.status == MessageStatus.SENDING, Message.claimed_at < long_ago)
        .order_by(Message.id)
        .limit(500)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    for message in stuck:
        move(message, "lose_track", by=SYSTEM)
    return len(stuck)
