"""What a member promises to give: kinds and units, where it counts, how old a word may be before it is doubtful."""

from datetime import date, timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS
from mra.core.lifecycle import Lifecycle, Move, Word


class SupplyKind(StrEnum):
    """What can be pledged, needed, called and delivered: the kinds of the alliance's founding paper, and people."""

    VEHICLE = "vehicle"
    TYRE = "tyre"
    CAR_GOODS = "car_goods"
    ENGINE_OIL = "engine_oil"
    TRANSPORT = "transport"
    MAINTENANCE = "maintenance"
    REGISTRATION = "registration"
    PUBLICITY = "publicity"
    DONATION = "donation"
    FUNDS = "funds"
    PLACE = "place"
    PEOPLE = "people"


SUPPLY_KIND_WORDS = {
    SupplyKind.VEHICLE: "車両",
    SupplyKind.TYRE: "タイヤ",
    SupplyKind.CAR_GOODS: "カー用品",
    SupplyKind.ENGINE_OIL: "エンジンオイル",
    SupplyKind.TRANSPORT: "運搬",
    SupplyKind.MAINTENANCE: "整備",
    SupplyKind.REGISTRATION: "登録手続",
    SupplyKind.PUBLICITY: "広報",
    SupplyKind.DONATION: "寄付・募金",
    SupplyKind.FUNDS: "活動資金",
    SupplyKind.PLACE: "場所",
    SupplyKind.PEOPLE: "人員",
}

# The units in which a kind is counted, the usual one first. Quantities of different units are never added up.
UNITS: dict[SupplyKind, tuple[str, ...]] = {
    SupplyKind.VEHICLE: ("台",),
    SupplyKind.TYRE: ("本", "セット"),
    SupplyKind.CAR_GOODS: ("個", "セット"),
    SupplyKind.ENGINE_OIL: ("L", "缶"),
    SupplyKind.TRANSPORT: ("台", "便"),
    SupplyKind.MAINTENANCE: ("台", "人日"),
    SupplyKind.REGISTRATION: ("件",),
    SupplyKind.PUBLICITY: ("社", "回"),
    SupplyKind.DONATION: ("円",),
    SupplyKind.FUNDS: ("円",),
    SupplyKind.PLACE: ("台分", "か所"),
    SupplyKind.PEOPLE: ("人", "人日"),
}


class PledgeStatus(StrEnum):
    """Whether the member's word stands."""

    DECLARED = "declared"
    IN_FORCE = "in_force"
    LAPSED = "lapsed"


PLEDGE = Lifecycle(
    "pledge",
    PledgeStatus.DECLARED,
    {
        PledgeStatus.DECLARED: Word("確認待ち", "info"),
        PledgeStatus.IN_FORCE: Word("有効", "success"),
        PledgeStatus.LAPSED: Word("終了", "neutral"),
    },
    # Confirming again, a year later, is the same move: the word is given anew.
    Move(
        "confirm",
        (PledgeStatus.DECLARED, PledgeStatus.IN_FORCE),
        PledgeStatus.IN_FORCE,
        "内容を確認済みにする",
        COORDINATORS,
        "内容の確認",
    ),
    Move(
        "lapse",
        (PledgeStatus.DECLARED, PledgeStatus.IN_FORCE),
        PledgeStatus.LAPSED,
        "提供表明を終える",
        COORDINATORS,
        "提供表明の終了",
    ),
    begun="提供表明の登録",
    notes={"change": "内容の変更", "ask_confirmation": "再確認の依頼"},
)

# A word is asked for anew every year; two months later without an answer it is shown as doubtful, never deleted.
CONFIRMED_FOR = timedelta(days=365)
GRACE = timedelta(days=60)

REFUSALS: dict[str, str] = {}
CONSTRAINTS: dict[str, str] = {}


def is_valid_on(valid_from: date, valid_until: date | None, day: date) -> bool:
    """Whether a pledge counts on a day; both ends are included."""
    return valid_from <= day and (valid_until is None or day <= valid_until)


def is_doubtful(confirmed_on: date | None, day: date) -> bool:
    """Whether nobody has confirmed the pledge for so long that one should ring before counting on it."""
    return confirmed_on is None or day > confirmed_on + CONFIRMED_FOR + GRACE
