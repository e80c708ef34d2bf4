"""What a call goes through, what a delivery goes through, and what may be asked of whom."""

from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word


class CallStatus(StrEnum):
    """From the question to what came of it. How much was agreed stands beside it: agreed may be in part."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    MET = "met"
    CANCELLED = "cancelled"


CALL = Lifecycle(
    "call",
    CallStatus.ASKED,
    {
        CallStatus.ASKED: Word("回答待ち", "info"),
        CallStatus.AGREED: Word("承諾", "success"),
        CallStatus.REFUSED: Word("辞退", "neutral"),
        CallStatus.MET: Word("納入済み", "success"),
        CallStatus.CANCELLED: Word("取消", "neutral"),
    },
    Move("agree", (CallStatus.ASKED,), CallStatus.AGREED, "承諾を記録する", COORDINATORS, "承諾"),
    Move("refuse", (CallStatus.ASKED,), CallStatus.REFUSED, "辞退を記録する", COORDINATORS, "辞退"),
    Move("meet", (CallStatus.AGREED,), CallStatus.MET, "納入を終える", COORDINATORS, "納入の完了"),
    Move("cancel", (CallStatus.ASKED, CallStatus.AGREED), CallStatus.CANCELLED, "要請を取り消す", COORDINATORS, "取消"),
    begun="要請",
    notes={"pass_on": "加盟店への取次ぎ", "ring": "電話での確認"},
)


class DeliveryStatus(StrEnum):
    """Where the goods are."""

    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


DELIVERY = Lifecycle(
    "delivery",
    DeliveryStatus.UNDER_WAY,
    {
        DeliveryStatus.UNDER_WAY: Word("輸送中", "info"),
        DeliveryStatus.DELIVERED: Word("到着", "success"),
        DeliveryStatus.CANCELLED: Word("取消", "neutral"),
    },
    Move("deliver", (DeliveryStatus.UNDER_WAY,), DeliveryStatus.DELIVERED, "到着を記録する", DESK_STAFF, "到着"),
    Move("cancel", (DeliveryStatus.UNDER_WAY,), DeliveryStatus.CANCELLED, "取り消す", DESK_STAFF, "取消"),
    begun="出発",
)

REFUSALS: dict[str, str] = {}
CONSTRAINTS: dict[str, str] = {}
