"""Telling the admins that sending goes wrong."""

from mra.core import clock

from ..watch import watch
from .promising import promise_email
from .registers import admins


def tell_admins() -> int:
    """One mail a day to each admin while SMS fail, our account is not in order, or the day's money is gone."""
    now = watch()
    if not now.is_alarming:
        return 0
    told = admins()
    for user_id, email in told:
        promise_email(
            "sending_alarm",
            email=email,
            subject_kind="user",
            subject_id=user_id,
            activation_id=None,
            key=f"sending-alarm-{clock.today()}-{user_id}",
            sent=now.sent,
            missed=now.missed,
            our_side=now.our_side,
            yen_today=now.yen_today,
            cap_yen=now.cap_yen,
            is_spent="はい" if now.is_spent else "いいえ",
        )
    return len(told)
