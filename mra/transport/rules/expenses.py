"""What a drive cost, and who pays it back when."""

from collections.abc import Iterable
from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word


class ExpenseStatus(StrEnum):
    """From the claim to the money."""

    CLAIMED = "claimed"
    SETTLED = "settled"
    TURNED_DOWN = "turned_down"


E = ExpenseStatus

EXPENSE = Lifecycle(
    "transport_expense",
    E.CLAIMED,
    {
        E.CLAIMED: Word("精算待ち", "info"),
        E.SETTLED: Word("精算済み", "success"),
        E.TURNED_DOWN: Word("対象外", "neutral"),
    },
    Move("settle", (E.CLAIMED,), E.SETTLED, "精算を記録する", COORDINATORS | DESK_STAFF, "精算"),
    Move("turn_down", (E.CLAIMED,), E.TURNED_DOWN, "対象外とする", COORDINATORS | DESK_STAFF, "対象外"),
    begun="費用の届け出",
)


class ExpenseKind(StrEnum):
    """What the money was for."""

    FUEL = "fuel"
    TOLL = "toll"
    FARE = "fare"
    LODGING = "lodging"
    PARKING = "parking"
    PERMIT = "permit"
    OTHER = "other"


EXPENSE_KIND_WORDS = {
    ExpenseKind.FUEL: "燃料",
    ExpenseKind.TOLL: "高速道路",
    ExpenseKind.FARE: "電車・バス",
    ExpenseKind.LODGING: "宿泊",
    ExpenseKind.PARKING: "駐車",
    ExpenseKind.PERMIT: "仮ナンバー・保険",
    ExpenseKind.OTHER: "そのほか",
}
MOST_YEN = 200_000


def claimed_yen(expenses: Iterable[tuple[ExpenseStatus, int]]) -> int:
    """What was claimed and not turned down."""
    return sum(yen for status, yen in expenses if status is not E.TURNED_DOWN)


REFUSALS = {
    "expenses_over_limit": "費用の合計が、約束した上限（{limit}円）を超えます。先に事務局へご相談ください。",
    "expense_yen": "金額は1円以上で入力してください。",
    "expenses_need_driver": "運転する方が決まっていない回送に、費用は届け出られません。",
}
CONSTRAINTS: dict[str, str] = {}
