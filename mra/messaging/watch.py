"""How sending goes: the last hour's failures, what SMS cost, which providers rest. For people, and for the alarm."""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select

from mra.core import clock
from mra.core.config import Settings
from mra.core.db import db

from . import kinds, next_steps, providers
from .models import Message
from .next_steps import Step
from .rules import UNREACHED, Channel

# Below this number of messages one bad number would already look like a disaster.
ENOUGH_TO_JUDGE = 20
ALARMING_SHARE = 0.1


@dataclass(frozen=True)
class Watch:
    """The last hour of SMS, the money of the day, the providers that rest."""

    sent: int
    missed: int
    our_side: int
    yen_today: int
    cap_yen: int
    resting: tuple[str, ...]
    providers: tuple[str, ...]

    @property
    def nobody_sends(self) -> bool:
        """Whether all providers rest, so that no SMS leaves the house."""
        return bool(self.resting) and set(self.resting) == set(self.providers)

    @property
    def percent(self) -> int:
        """The share of the last hour's SMS that did not arrive, or of which nobody knows."""
        return round(100 * self.missed / self.sent) if self.sent else 0

    @property
    def fails_often(self) -> bool:
        """Whether so many do not arrive that the fault lies with us or the network."""
        return self.sent >= ENOUGH_TO_JUDGE and self.missed / self.sent >= ALARMING_SHARE

    @property
    def is_spent(self) -> bool:
        """Whether the day's money for bulk messages is gone."""
        return bool(self.cap_yen) and self.yen_today >= self.cap_yen

    @property
    def is_alarming(self) -> bool:
        """Whether an admin has to look today."""
        return bool(self.reasons)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why an admin has to look: each is told of once a day."""
        told = {
            "fails": self.fails_often,
            "ours": bool(self.our_side),
            "spent": self.is_spent,
            "nobody": self.nobody_sends,
            "resting": bool(self.resting) and not self.nobody_sends,
        }
        return tuple(name for name, is_so in told.items() if is_so)


def watch() -> Watch:
    """How sending goes at this moment."""
    settings: Settings = current_app.extensions["mra"]
    hour_ago = clock.now() - timedelta(hours=1)
    is_missed = Message.status.in_(UNREACHED)
    sent, missed, our_side = db.session.execute(
        select(
            func.count(),
            func.count().filter(is_missed),
            func.count().filter(is_missed, _is_our_side()),
        ).where(Message.channel == Channel.SMS, Message.claimed_at > hour_ago)
    ).one()
    resting = tuple(fuse.name for fuse in providers.breakers() if fuse.is_open())
    return Watch(sent, missed, our_side, yen_today(), settings.sms_yen_per_day, resting, settings.sms_order)


def _is_our_side() -> ColumnElement[bool]:
    """Messages that failed for a fault of ours, by their codes, or by the step at which they failed."""
    exact = [code for code, known in next_steps.NEXT.items() if known.step is Step.OUR_SIDE]
    beginnings = [begin for begin, known in next_steps.NEXT_BY_STEP.items() if known.step is Step.OUR_SIDE]
    begun = or_(*(Message.error_code.startswith(begin) for begin in beginnings))
    return or_(Message.error_code.in_(exact), and_(begun, Message.error_code.not_in(list(next_steps.NEXT))))


def yen_today() -> int:
    """What the SMS of this day in Japan cost so far."""
    begin, _end = kinds.day_in_japan(clock.now())
    return int(
        db.session.scalar(select(func.coalesce(func.sum(Message.yen), 0)).where(Message.claimed_at >= begin)) or 0
    )


def yen_of(activation_id: int) -> int:
    """What the SMS of one support cost so far."""
    spent = select(func.coalesce(func.sum(Message.yen), 0)).where(Message.activation_id == activation_id)
    return int(db.session.scalar(spent) or 0)


def yen_left(activation_id: int | None) -> int | None:
    """What bulk messages may still cost today, in the day and in their support; None: no limit."""
    settings: Settings = current_app.extensions["mra"]
    left = [settings.sms_yen_per_day - yen_today()] if settings.sms_yen_per_day else []
    if activation_id and settings.sms_yen_per_activation:
        left.append(settings.sms_yen_per_activation - yen_of(activation_id))
    return max(0, min(left)) if left else None
