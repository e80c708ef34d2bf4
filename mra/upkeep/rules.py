"""What keeps a car fit for the road: work that falls due, tyres and their tread, damage, and readings of the odometer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from mra.core.access import DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word


class TaskKind(StrEnum):
    """What is done to a car."""

    INSPECTION_12M = "inspection_12m"
    OIL = "oil"
    TYRES = "tyres"
    REPAIR = "repair"
    CLEANING = "cleaning"
    OTHER = "other"


TASK_WORDS = {
    TaskKind.INSPECTION_12M: "12か月点検",
    TaskKind.OIL: "オイル交換",
    TaskKind.TYRES: "タイヤ交換",
    TaskKind.REPAIR: "修理",
    TaskKind.CLEANING: "清掃",
    TaskKind.OTHER: "その他",
}


class TaskStatus(StrEnum):
    """Whether a piece of work lies ahead."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


TASK = Lifecycle(
    "upkeep_task",
    TaskStatus.PLANNED,
    {
        TaskStatus.PLANNED: Word("予定", "info"),
        TaskStatus.DONE: Word("済み", "success"),
        TaskStatus.CANCELLED: Word("取消", "neutral"),
    },
    Move("finish", (TaskStatus.PLANNED,), TaskStatus.DONE, "済みにする", DESK_STAFF, "整備の完了"),
    Move("cancel", (TaskStatus.PLANNED,), TaskStatus.CANCELLED, "予定を取り消す", DESK_STAFF, "整備の取消"),
    begun="整備の予定",
)


class Season(StrEnum):
    """What a set of tyres is made for."""

    SUMMER = "summer"
    STUDLESS = "studless"
    ALL_SEASON = "all_season"


SEASON_WORDS = {Season.SUMMER: "夏タイヤ", Season.STUDLESS: "スタッドレス", Season.ALL_SEASON: "オールシーズン"}


class TyreStatus(StrEnum):
    """Where a set of tyres is."""

    STORED = "stored"
    MOUNTED = "mounted"
    DISCARDED = "discarded"


TYRE_SET = Lifecycle(
    "tyre_set",
    TyreStatus.STORED,
    {
        TyreStatus.STORED: Word("保管中", "neutral"),
        TyreStatus.MOUNTED: Word("装着中", "success"),
        TyreStatus.DISCARDED: Word("廃棄", "neutral"),
    },
    Move("mount", (TyreStatus.STORED,), TyreStatus.MOUNTED, "この組に履き替える", DESK_STAFF, "タイヤの装着"),
    Move("take_off", (TyreStatus.MOUNTED,), TyreStatus.STORED, "取り外す", frozenset(), "タイヤの取外し"),
    Move("discard", (TyreStatus.STORED,), TyreStatus.DISCARDED, "廃棄する", DESK_STAFF, "タイヤの廃棄"),
    begun="タイヤの登録",
    notes={"measure": "溝の測定"},
)


class MarkStatus(StrEnum):
    """Whether a damage is still on the car."""

    PRESENT = "present"
    REPAIRED = "repaired"
    STRUCK = "struck"


MARK = Lifecycle(
    "damage_mark",
    MarkStatus.PRESENT,
    {
        MarkStatus.PRESENT: Word("未修理", "warning"),
        MarkStatus.REPAIRED: Word("修理済み", "success"),
        MarkStatus.STRUCK: Word("記録の取消", "neutral"),
    },
    Move("repair", (MarkStatus.PRESENT,), MarkStatus.REPAIRED, "修理済みにする", DESK_STAFF, "傷の修理"),
    Move("strike", (MarkStatus.PRESENT,), MarkStatus.STRUCK, "記録を取り消す", DESK_STAFF, "傷の記録の取消"),
    begun="傷の記録",
)


class MarkPlace(StrEnum):
    """Where on the car, seen from the driver's seat."""

    FRONT = "front"
    REAR = "rear"
    LEFT = "left"
    RIGHT = "right"
    ROOF = "roof"
    GLASS = "glass"
    WHEELS = "wheels"
    INSIDE = "inside"
    UNDERNEATH = "underneath"


PLACE_WORDS = {
    MarkPlace.FRONT: "前面",
    MarkPlace.REAR: "後面",
    MarkPlace.LEFT: "左側面",
    MarkPlace.RIGHT: "右側面",
    MarkPlace.ROOF: "屋根",
    MarkPlace.GLASS: "ガラス",
    MarkPlace.WHEELS: "タイヤ・ホイール",
    MarkPlace.INSIDE: "車内",
    MarkPlace.UNDERNEATH: "車体の下",
}


# When work falls due

DUE_WITHIN_DAYS = 60
DUE_WITHIN_KM = 1_000
# Kilometres that run out soon stand in the list among the days, as if they were reached in a month.
DAYS_FOR_LAST_KM = 30


class Due(StrEnum):
    """How pressing a planned piece of work is."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


def due(planned_on: date | None, planned_km: int | None, *, today: date, odometer_km: int) -> Due:
    """Overdue from the day after, or as soon as the kilometres are reached; soon within 60 days or 1,000 km."""
    days_left = (planned_on - today).days if planned_on else None
    km_left = planned_km - odometer_km if planned_km is not None else None
    if (days_left is not None and days_left < 0) or (km_left is not None and km_left <= 0):
        return Due.OVERDUE
    is_soon = (days_left is not None and days_left <= DUE_WITHIN_DAYS) or (
        km_left is not None and km_left <= DUE_WITHIN_KM
    )
    return Due.SOON if is_soon else Due.LATER


# After which time and distance a piece of work usually comes again; a suggestion in the form, no more.
COMES_AGAIN = {
    TaskKind.OIL: (timedelta(days=182), 5_000),
    TaskKind.INSPECTION_12M: (timedelta(days=365), None),
}


def comes_again(kind: TaskKind, on: date, odometer_km: int | None) -> tuple[date | None, int | None]:
    """When a piece of work that was done on a day would usually come again, by day and by kilometres."""
    after, further_km = COMES_AGAIN.get(kind, (None, None))
    next_km = odometer_km + further_km if odometer_km is not None and further_km else None
    return (on + after if after else None), next_km


# Tread of tyres. Below 1.6 mm no tyre may be driven (道路運送車両の保安基準); winter tyres lose their grip on snow much earlier.
LEGAL_TREAD_MM = Decimal("1.6")
WINTER_TREAD_MM = Decimal("4.0")
MOST_TREAD_MM = Decimal("20.0")
MOST_TYRES = 10


class Tread(StrEnum):
    """What the depth of the tread means."""

    GOOD = "good"
    WORN_FOR_SNOW = "worn_for_snow"
    UNLAWFUL = "unlawful"


def tread_of(season: Season, tread_mm: Decimal) -> Tread:
    """Unlawful below 1.6 mm; a studless set below 4 mm holds on snow no longer."""
    if tread_mm < LEGAL_TREAD_MM:
        return Tread.UNLAWFUL
    return Tread.WORN_FOR_SNOW if season is Season.STUDLESS and tread_mm < WINTER_TREAD_MM else Tread.GOOD


TREAD_WORDS = {
    Tread.GOOD: Word("良好", "success"),
    Tread.WORN_FOR_SNOW: Word("雪道には不足", "warning"),
    Tread.UNLAWFUL: Word("1.6mm未満", "danger"),
}


# The odometer


@dataclass(frozen=True, order=True)
class Reading:
    """What the odometer showed on a day."""

    on: date
    odometer_km: int


@dataclass(frozen=True)
class Misfit:
    """Why a reading does not fit among the others: the neighbour it contradicts."""

    code: str
    neighbour: Reading


def misfit(reading: Reading, others: Iterable[Reading]) -> Misfit | None:
    """A car never runs backwards: no reading is below an earlier one, none above a later one."""
    known = list(others)
    earlier = [one for one in known if one.on <= reading.on]
    later = [one for one in known if one.on > reading.on]
    highest = max(earlier, key=lambda one: one.odometer_km, default=None)
    if highest and reading.odometer_km < highest.odometer_km:
        return Misfit("odometer_below_earlier", highest)
    lowest = min(later, key=lambda one: one.odometer_km, default=None)
    if lowest and reading.odometer_km > lowest.odometer_km:
        return Misfit("odometer_above_later", lowest)
    return None


def is_newest(reading: Reading, others: Iterable[Reading]) -> bool:
    """Whether the car's present kilometres follow this reading; one from an earlier day is only kept in its place."""
    return all(reading.on >= one.on for one in others)


MOST_YEN = 10_000_000

REFUSALS = {
    "upkeep_not_planned": "この整備は、すでに済んだか取り消されています。画面を開き直して、今の状態を確認してください。",
    "upkeep_without_due": "予定日か、予定の走行距離のどちらかを入力してください。",
    "upkeep_in_future": "済んだ日が今日より後になっています。日付を確認してください。",
    "upkeep_car_is_gone": "この車両は運用を終えています。整備の予定は入れられません。",
    "odometer_below_earlier": "{day}の記録（{km}km）より少なくなっています。メーターをもう一度確認し、正しい場合は「メーターを確認しました」に印を付けてください。",
    "odometer_above_later": "{day}の記録（{km}km）より多くなっています。日付とメーターをもう一度確認し、正しい場合は「メーターを確認しました」に印を付けてください。",
    "tyres_need_a_place": "保管する場所を入力してください。",
    "tyres_already_changed": "この車両のタイヤは、ほかの人が先に替えました。画面を開き直して、今の状態を確認してください。",
}

CONSTRAINTS = {
    "uq_tyre_sets_one_mounted_per_vehicle": "tyres_already_changed",
    "ck_tyre_sets_stored_somewhere": "tyres_need_a_place",
    "ck_upkeep_tasks_due_by_day_or_km": "upkeep_without_due",
}
