"""What an offer goes through and how long it stands."""

from datetime import datetime, timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word

ANSWER_TIME = timedelta(hours=24)


class OfferStatus(StrEnum):
    """What became of an offer."""

    MADE = "made"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RETRACTED = "retracted"


O = OfferStatus  # noqa: E741

OFFER = Lifecycle(
    "offer",
    O.MADE,
    {
        O.MADE: Word("回答待ち", "info"),
        O.ACCEPTED: Word("承諾", "success"),
        O.DECLINED: Word("辞退", "neutral"),
        O.EXPIRED: Word("期限切れ", "neutral"),
        O.RETRACTED: Word("案内取消", "neutral"),
    },
    Move("accept", (O.MADE,), O.ACCEPTED, "承諾を記録する", DESK_STAFF),
    Move("decline", (O.MADE,), O.DECLINED, "辞退を記録する", DESK_STAFF),
    Move("expire", (O.MADE,), O.EXPIRED, "期限切れ"),
    Move("retract", (O.MADE,), O.RETRACTED, "案内を取り消す", COORDINATORS),
)


def is_open(status: OfferStatus, deadline_at: datetime, moment: datetime) -> bool:
    """Whether an offer can still be answered; judged when it is read, whatever the tidying job has done."""
    return status is OfferStatus.MADE and moment < deadline_at


REFUSALS = {
    "offer_closed": "このご案内は終了しました。最新の状況は申込のページでご確認ください。",
    "offer_expired": "ご案内の回答期限が過ぎました。順番待ちは続いています。次のご案内をお待ちください。",
    "vehicle_not_free": "この車両は先に別の方へ案内または貸出されました。ほかの組み合わせは案内できます。",
    "request_not_waiting": "この希望は順番待ちではなくなっています。",
    "slot_full": "その時間は予約がいっぱいになりました。別の時間を選んでください。",
    "slot_not_open": "その時間は拠点が開いていません。別の時間を選んでください。",
    "run_is_old": "この割当案は古くなりました。もう一度、割当案を作ってください。",
}

CONSTRAINTS = {
    "uq_offers_one_open_per_vehicle": "vehicle_not_free",
    "uq_offers_one_open_per_request": "request_not_waiting",
}
