"""Promising messages."""

from sqlalchemy import select

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import begin
from mra.core.db import db

from .models import Message


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
    language: str = "ja",
    **values: object,
) -> Message | None:
    """Write a message down, once per key; None where the phone gets no SMS."""
    if not can_sms:
        return None
    found = db.session.scalar(select(Message).where(Message.key == key))
    if found:
        return found
    made = Message(
        key=key,
        template=template,
        phone=phone,
        subject_kind=subject_kind,
        subject_id=subject_id,
        activation_id=activation_id,
        link_id=link_id,
        language=language,
        body=" ".join(str(value) for value in values.values()),
        created_at=clock.now(),
    )
    return begin(made, by=SYSTEM)
