"""Deliveries against a call: where the goods are, and in words how what arrived differs from what was promised."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from mra.core.access import DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word


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


class Load(NamedTuple):
    """How much of a call one delivery carries."""

    status: DeliveryStatus
    quantity: int


def delivered(loads: Iterable[Load]) -> int:
    """How much has arrived."""
    return sum(load.quantity for load in loads if load.status is DeliveryStatus.DELIVERED)


def under_way(loads: Iterable[Load]) -> int:
    """How much is on its way."""
    return sum(load.quantity for load in loads if load.status is DeliveryStatus.UNDER_WAY)


def still_to_come(agreed: int, loads: Iterable[Load]) -> int:
    """How much of what was agreed has not even departed."""
    kept = list(loads)
    return max(0, agreed - delivered(kept) - under_way(kept))


def difference(expected: int, arrived: int, unit: str) -> str:
    """What arrived against what departed, in words; empty where it is the same."""
    if arrived == expected:
        return ""
    more = "多く" if arrived > expected else "少なく"
    return f"出発時の記録より{abs(arrived - expected):,}{unit}{more}到着しました。"


REFUSALS = {
    "delivery_needs_agreed_call": "承諾された要請だけに、納入を記録できます。要請の状況を確認してください。",
    "delivery_quantity": "数は1以上で入力してください。",
    "delivery_needs_base": "届け先の拠点を選んでください。",
    "arrives_before_departure": "到着の予定日が出発日より前になっています。日付を確かめてください。",
    "more_cars_than_delivered": "登録した車両の数が、納入の台数より多くなっています。台数を直すか、届いていない車を外してください。",
    "car_elsewhere": "{plate}は、別の拠点にあるか運用を終えています。車両の登録を確認してください。",
    "car_on_another_delivery": "{plate}は、別の納入にすでに登録されています。登録番号を確かめてください。",
}
