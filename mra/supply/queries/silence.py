"""Who has to be rung: no answer by the deadline, or no message that arrived."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from mra.alliance.models import Member
from mra.core.db import db
from mra.messaging import queries as messages
from mra.messaging.models import Message

from ..models import Call, CallAttempt, Need
from ..rules.calls import CallStatus
from ..rules.channels import Channels
from .contacts import channels_of_call


@dataclass(frozen=True)
class SilentCall:
    """One line of the call list: the call, why somebody has to ring, and whom to ring at this hour."""

    call: Call
    is_overdue: bool
    channels: list[Channels]

    @property
    def last_attempt(self) -> CallAttempt | None:
        """What came of ringing the last time."""
        return self.call.attempts[-1] if self.call.attempts else None


def reached(call_ids: Collection[int]) -> set[int]:
    """Which of these calls somebody was told of, as far as anybody knows."""
    if not call_ids:
        return set()
    told = select(Message.subject_id).where(
        Message.subject_kind == "call", Message.subject_id.in_(call_ids), ~messages.needs_call()
    )
    return set(db.session.scalars(told.distinct()))


def silent_calls(activation_id: int, moment: datetime) -> list[SilentCall]:
    """Calls without an answer that are past their deadline or reached nobody; those waiting longest first."""
    wanted = (
        select(Call)
        .where(Call.activation_id == activation_id, Call.status == CallStatus.ASKED, Call.passed_on_at.is_(None))
        .options(
            joinedload(Call.activation),
            joinedload(Call.need).joinedload(Need.base),
            joinedload(Call.member).selectinload(Member.contacts),
            joinedload(Call.lease),
            selectinload(Call.attempts),
        )
        .order_by(Call.deadline_at, Call.id)
    )
    asked = list(db.session.scalars(wanted))
    told = reached([call.id for call in asked])
    return [
        SilentCall(call, call.deadline_at <= moment, channels_of_call(call, moment))
        for call in asked
        if call.deadline_at <= moment or call.id not in told
    ]
