"""What a message goes through, and the plain words for it."""

from enum import StrEnum

from mra.core.lifecycle import Lifecycle, Move, Word


class MessageStatus(StrEnum):
    """From promise to the handset; `unknown` is a provider call that got no answer and is never repeated by machine."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


M = MessageStatus

MESSAGE = Lifecycle(
    "message",
    M.QUEUED,
    {
        M.QUEUED: Word("送信待ち", "neutral"),
        M.SENDING: Word("送信待ち", "neutral"),
        M.SENT: Word("送信済", "info"),
        M.DELIVERED: Word("到達", "success"),
        M.UNDELIVERED: Word("不達", "danger"),
        M.FAILED: Word("不達", "danger"),
        M.UNKNOWN: Word("不明", "warning"),
    },
    Move("claim", (M.QUEUED,), M.SENDING, "送信開始"),
    Move("hand_to_provider", (M.SENDING, M.UNKNOWN), M.SENT, "送信"),
    Move("confirm", (M.SENDING, M.SENT, M.UNKNOWN, M.UNDELIVERED), M.DELIVERED, "到達"),
    Move("fail", (M.SENDING, M.UNKNOWN), M.FAILED, "送信できず"),
    Move("bounce", (M.SENDING, M.SENT, M.UNKNOWN), M.UNDELIVERED, "不達"),
    Move("requeue", (M.SENDING,), M.QUEUED, "再送待ち"),
    Move("lose_track", (M.SENDING,), M.UNKNOWN, "応答なし"),
)

REFUSALS: dict[str, str] = {}
CONSTRAINTS: dict[str, str] = {}
