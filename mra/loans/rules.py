"""What a loan goes through, what must be in order before keys change hands, and when the car is due."""

from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word


class LoanStatus(StrEnum):
    """From reservation to return; "overdue" is derived."""

    RESERVED = "reserved"
    ON_LOAN = "on_loan"
    RETURNED = "returned"
    CANCELLED = "cancelled"


L = LoanStatus

LOAN = Lifecycle(
    "loan",
    L.RESERVED,
    {
        L.RESERVED: Word("引渡し待ち", "info"),
        L.ON_LOAN: Word("貸出中", "success"),
        L.RETURNED: Word("返却済", "neutral"),
        L.CANCELLED: Word("取消", "neutral"),
    },
    Move("hand_over", (L.RESERVED,), L.ON_LOAN, "引渡しを記録する", DESK_STAFF),
    Move("take_back", (L.ON_LOAN,), L.RETURNED, "返却を記録する", DESK_STAFF),
    Move("cancel", (L.RESERVED,), L.CANCELLED, "予約を取り消す", COORDINATORS | DESK_STAFF),
)

FUEL_EIGHTHS = 8

REFUSALS = {
    "vehicle_already_out": "この車は先ほど別の方に引き渡されました。別の車を選んでください。",
    "loans_overlap": "この車には重なる期間の貸出があります。別の車を選んでください。",
}

CONSTRAINTS = {
    "uq_loans_one_open_per_vehicle": "vehicle_already_out",
    "ex_loans_no_overlap": "loans_overlap",
}
