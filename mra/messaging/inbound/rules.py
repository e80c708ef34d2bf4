"""What an inbound message goes through, why a number gets no SMS, and what our automatic answers are called."""

from datetime import timedelta
from enum import StrEnum

from mra.core.access import DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word


class InboundStatus(StrEnum):
    """From arrival to its end: settled by machine, or open until somebody of the desk has dealt with it."""

    RECEIVED = "received"
    HANDLED = "handled"
    OPEN = "open"
    SETTLED = "settled"


S = InboundStatus

INBOUND = Lifecycle(
    "inbound_message",
    S.RECEIVED,
    {
        S.RECEIVED: Word("受信", "neutral"),
        S.HANDLED: Word("自動で処理", "success"),
        S.OPEN: Word("確認待ち", "warning"),
        S.SETTLED: Word("対応済", "success"),
    },
    Move("handle", (S.RECEIVED,), S.HANDLED, "自動で処理"),
    Move("pass_on", (S.RECEIVED,), S.OPEN, "窓口へ"),
    Move("settle", (S.RECEIVED, S.OPEN), S.SETTLED, "対応済にする", DESK_STAFF, "対応済"),
    begun="受信",
)


# By which people look for what was written; what was just received has no shelf of its own.
SHOWN = (S.OPEN, S.HANDLED, S.SETTLED)


class SuppressionStatus(StrEnum):
    """Whether a number gets no SMS now."""

    IN_FORCE = "in_force"
    LIFTED = "lifted"


F = SuppressionStatus

SUPPRESSION = Lifecycle(
    "suppression",
    F.IN_FORCE,
    {F.IN_FORCE: Word("停止中", "warning"), F.LIFTED: Word("解除", "neutral")},
    Move("lift", (F.IN_FORCE,), F.LIFTED, "SMSを再開する", DESK_STAFF, "配信再開"),
    begun="配信停止",
)


class SuppressionReason(StrEnum):
    """Who asked that a number gets no more SMS."""

    SMS = "sms"
    WEB = "web"
    STAFF = "staff"
    PROVIDER = "provider"


REASON_WORDS = {
    SuppressionReason.SMS: "本人がSMSで停止",
    SuppressionReason.WEB: "本人がウェブで停止",
    SuppressionReason.STAFF: "本人の希望を窓口が記録",
    SuppressionReason.PROVIDER: "電話会社の受信拒否",
}


class QuestionEnd(StrEnum):
    """Why a question is not open any more."""

    ANSWERED = "answered"
    MOVED_ON = "moved_on"


# A number gets each kind of automatic answer once a day at most: another machine may be answering us.
ANSWER_AGAIN_AFTER = timedelta(hours=24)
# The one text that goes to a number that has just been stopped: that it was.
STOPPED_TEXT = "sms_stopped"
STARTED_TEXT = "sms_started"
HELP_TEXT = "sms_help"
TO_DESK_TEXT = "reply_to_desk"
ANSWERS = frozenset({STOPPED_TEXT, STARTED_TEXT, HELP_TEXT, TO_DESK_TEXT})

LONGEST_BODY = 2000
PROCESS_JOB = "messaging.process_inbound"
