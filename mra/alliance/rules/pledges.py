"""What a member promises to give: kinds and units, where it counts, how old a word may be before it is doubtful."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Protocol

from mra.core.access import COORDINATORS
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass

from . import areas


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
        "電話で確認した",
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

ASK_AGAIN_AFTER = timedelta(days=30)
# Two clicks are one request; somebody whose number was corrected a moment ago can still be asked again soon.
ASKED_JUST_NOW = timedelta(minutes=10)
EXPIRES_SOON = timedelta(days=60)
LONGEST_LEAD_TIME_DAYS = 365
MOST = 10**12

SEASON_WORDS = {"summer": "夏用", "studless": "スタッドレス", "all_season": "オールシーズン"}
# What a kind asks for beside the class of car: name of the value → label. Kinds that are not here take free words.
SPECIFICATIONS: dict[SupplyKind, dict[str, str]] = {
    SupplyKind.VEHICLE: {},
    SupplyKind.TYRE: {"size": "サイズ", "season": "種類"},
    SupplyKind.ENGINE_OIL: {"grade": "粘度・規格"},
    SupplyKind.DONATION: {},
    SupplyKind.FUNDS: {},
}
FREE_SPECIFICATION = {"detail": "内容"}

REFUSALS: dict[str, str] = {
    "pledge_quantity": "数量は1以上の数字で入力してください。",
    "pledge_lead_time": "日数は0〜365の数字で入力してください。",
    "validity_reversed": "有効期間の終わりが始まりより前になっています。日付を確かめてください。",
    "pledge_lapsed": "この提供表明は終了しているため、変更できません。必要なときは、新しく登録してください。",
    "pledge_changed": "入力している間に、ほかの人が内容を変更しました。画面を開き直して、今の内容を確かめてから変更してください。",
    "nothing_to_confirm": "確認していただく提供表明がありません。先に提供表明を登録してください。",
    "nobody_to_ask": "SMSを受け取れる電話番号も、メールアドレスも登録されていません。連絡先を追加するか、電話で確認してください。",
    "asked_just_now": "再確認の依頼は、さきほど送りました。届かないときは、10分ほど待ってからもう一度送ってください。",
}
CONSTRAINTS: dict[str, str] = {
    "ck_pledges_quantity": "pledge_quantity",
    "ck_pledges_lead_time": "pledge_lead_time",
    "ck_pledges_validity": "validity_reversed",
}


@dataclass(frozen=True)
class PledgeDetails:
    """What a member promises; `area` holds keys of `rules.areas`, none of them is the whole country."""

    kind: SupplyKind
    quantity: int
    unit: str
    lead_time_days: int
    valid_from: date
    valid_until: date | None = None
    vehicle_class: VehicleClass | None = None
    area: tuple[str, ...] = ()
    specification: Mapping[str, str] = field(default_factory=dict)
    conditions: str = ""


class Promise(Protocol):
    """What has the values of a pledge: a row of the table or the details of a form."""

    @property
    def kind(self) -> SupplyKind: ...
    @property
    def vehicle_class(self) -> VehicleClass | None: ...
    @property
    def specification(self) -> Mapping[str, Any]: ...
    @property
    def quantity(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def area(self) -> Any: ...
    @property
    def lead_time_days(self) -> int: ...


def words(promise: Promise, names: Mapping[str, str] | None = None) -> str:
    """A pledge in one line: 軽乗用車 5台（7日以内、熊本県・大分県）. `names` are those of municipalities by code."""
    return f"{item_words(promise)}（{lead_time_words(promise.lead_time_days)}、{areas.words(promise.area, names)}）"


def item_words(promise: Promise) -> str:
    """What is promised and how much of it: タイヤ 155/65R14 スタッドレス 40本."""
    what = [thing_words(promise), *specification_words(promise.specification)]
    return f"{' '.join(what)} {promise.quantity:,}{promise.unit}"


def thing_words(promise: Promise) -> str:
    """The kind, or for cars their class, which says more."""
    return VEHICLE_CLASS_WORDS[promise.vehicle_class] if promise.vehicle_class else SUPPLY_KIND_WORDS[promise.kind]


def specification_words(specification: Mapping[str, Any]) -> list[str]:
    """What the specification says, in the order in which it is asked."""
    order = ("size", "season", "grade", "detail")
    told = [str(specification[name]) for name in order if specification.get(name)]
    return [SEASON_WORDS.get(value, value) for value in told]


def lead_time_words(days: int) -> str:
    """How fast: 当日, 7日以内."""
    return f"{days}日以内" if days else "当日"


def specification_fields(kind: SupplyKind) -> dict[str, str]:
    """What a kind asks for beside class and quantity."""
    return SPECIFICATIONS.get(kind, FREE_SPECIFICATION)


def standing(
    status: PledgeStatus, confirmed_on: date | None, valid_until: date | None, day: date, *, asked: bool = False
) -> Word:
    """How much a pledge may be relied on today, in a word."""
    if status is PledgeStatus.LAPSED:
        return PLEDGE.word(status)
    if valid_until is not None and valid_until < day:
        return Word("期限切れ", "neutral")
    if is_doubtful(confirmed_on, day):
        return Word("要確認（依頼済み）" if asked else "要確認", "warning")
    return PLEDGE.word(status)


def is_to_be_asked(confirmed_on: date | None, declared_on: date, day: date) -> bool:
    """Whether a pledge is due for its yearly question; one that was never confirmed is asked after a month."""
    if confirmed_on is None:
        return day > declared_on + ASK_AGAIN_AFTER
    return day > confirmed_on + CONFIRMED_FOR


def is_valid_on(valid_from: date, valid_until: date | None, day: date) -> bool:
    """Whether a pledge counts on a day; both ends are included."""
    return valid_from <= day and (valid_until is None or day <= valid_until)


def is_doubtful(confirmed_on: date | None, day: date) -> bool:
    """Whether nobody has confirmed the pledge for so long that one should ring before counting on it."""
    return confirmed_on is None or day > confirmed_on + CONFIRMED_FOR + GRACE
