"""Telling the admins that sending goes wrong."""

from mra.core import clock

from ..rules import PROVIDER_WORDS
from ..watch import watch
from .promising import promise_email
from .registers import admins


def tell_admins() -> int:
    """A mail to each admin while SMS fail, our account is not in order, providers rest, or the day's money is gone.

    Once a day for the same reasons: what comes on top of a small trouble must not be hidden by it.
    """
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
            key=f"sending-alarm-{clock.today()}-{'-'.join(now.reasons)}-{user_id}",
            sent=now.sent,
            missed=now.missed,
            our_side=now.our_side,
            yen_today=now.yen_today,
            cap_yen=now.cap_yen,
            is_spent="はい" if now.is_spent else "いいえ",
            resting="、".join(PROVIDER_WORDS[name] for name in now.resting) or "なし",
            nobody_sends=now.nobody_sends,
        )
    return len(told)
