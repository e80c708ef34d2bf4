"""What an activation goes through, when a base is open, and how long a car may be lent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from mra.core.access import COORDINATORS, Role
from mra.core.clock import JAPAN
from mra.core.editions import changed_fields as changed_fields
from mra.core.editions import edition as edition
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.core.vehicle_classes import PASSENGER_CLASSES, VehicleClass

SLOT_MINUTES = 30
PASSENGER_DAYS = 30
CARGO_DAYS = 3
LONGEST_DAYS = 366
MOST_HANDOVERS_PER_SLOT = 20
# A base may serve the next town; a point further away than this is a slip of the fingers.
FARTHEST_FROM_MUNICIPALITY_KM = 100
# The first sign is a letter, so that an address of a page never looks like a number of ours.
SLUG = re.compile(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9])){2,59}")


class DisasterKind(StrEnum):
    """What happened."""

    FLOOD = "flood"
    EARTHQUAKE = "earthquake"
    TYPHOON = "typhoon"
    TSUNAMI = "tsunami"
    LANDSLIDE = "landslide"
    SNOW = "snow"
    VOLCANO = "volcano"
    OTHER = "other"


DISASTER_KIND_WORDS = {
    DisasterKind.FLOOD: "大雨・洪水",
    DisasterKind.EARTHQUAKE: "地震",
    DisasterKind.TYPHOON: "台風",
    DisasterKind.TSUNAMI: "津波",
    DisasterKind.LANDSLIDE: "土砂災害",
    DisasterKind.SNOW: "大雪",
    DisasterKind.VOLCANO: "噴火",
    DisasterKind.OTHER: "その他",
}


class ActivationStatus(StrEnum):
    """How far the support of one area has come."""

    PREPARING = "preparing"
    OPEN = "open"
    WINDING_DOWN = "winding_down"
    CLOSED = "closed"


# Cars are offered and reserved as long as the support runs: whoever waits when the intake ends is still served.
LENDING = frozenset({ActivationStatus.OPEN, ActivationStatus.WINDING_DOWN})

ACTIVATION = Lifecycle(
    "activation",
    ActivationStatus.PREPARING,
    {
        ActivationStatus.PREPARING: Word("準備中", "info"),
        ActivationStatus.OPEN: Word("受付・貸出中", "success"),
        ActivationStatus.WINDING_DOWN: Word("終了準備中", "warning"),
        ActivationStatus.CLOSED: Word("支援終了", "neutral"),
    },
    Move(
        "open", (ActivationStatus.PREPARING,), ActivationStatus.OPEN, "支援を開始する", COORDINATORS, done="支援の開始"
    ),
    Move(
        "wind_down",
        (ActivationStatus.OPEN,),
        ActivationStatus.WINDING_DOWN,
        "終了準備に入る",
        COORDINATORS,
        done="終了準備の開始",
    ),
    Move(
        "close",
        (ActivationStatus.WINDING_DOWN,),
        ActivationStatus.CLOSED,
        "支援を終了する",
        COORDINATORS,
        done="支援の終了",
    ),
    begun="支援の登録",
    notes={
        "change_details": "基本情報の変更",
        "change_disaster": "災害の情報の訂正",
        "change_municipalities": "対象の市区町村の変更",
        "add_base": "拠点の追加",
        "change_base": "拠点の情報の変更",
        "change_terms": "貸出条件の登録",
        "change_need": "必要な物資の変更",
        "change_priorities": "優先順位の規則の登録",
        "change_freed_cars": "辞退・期限切れの車両の扱いの変更",
    },
)

WEEKDAY_WORDS = ("月", "火", "水", "木", "金", "土", "日")

REFUSALS = {
    "slug_taken": "このアドレス名はすでに使われています。別の名前を入力してください。",
    "slug_fixed": "公開したあとは、ページのアドレスを変更できません。お知らせ済みのリンクが使えなくなるためです。",
    "disaster_known": "同じ名前・同じ日の災害がすでに登録されています。支援の一覧から選んでください。",
    "no_base": "貸出拠点が登録されていません。拠点を登録してから開始してください。",
    "no_terms": "貸出条件が登録されていません。条件を登録してから開始してください。",
    "activation_closed": "この支援は終了しているため、設定を変更できません。",
    "settings_changed": "入力している間に、ほかの人が設定を変更しました。画面を開き直して、今の内容を確かめてから変更してください。",
    "terms_unchanged": "今の貸出条件と同じ内容です。変更する日数または延長の可否を入力してください。",
    "priorities_unchanged": "今の優先順位の規則と同じ内容です。変更する順位か書き方を入力してください。",
    "unknown_municipality": "一覧にない市区町村が含まれています。画面を開き直して、選び直してください。",
    "intake_reversed": "受付終了が受付開始より前になっています。日時を確かめてください。",
    "end_before_intake": "支援の終了日が受付の期間より前になっています。日付を確かめてください。",
    "hours_reversed": "閉まる時刻が開く時刻より前になっています。時刻を確かめてください。",
}

CONSTRAINTS = {
    "uq_activations_slug": "slug_taken",
    "uq_terms_versions_number": "settings_changed",
    "uq_priority_versions_number": "settings_changed",
    "ck_activations_intake_period": "intake_reversed",
    "ck_activations_end_after_intake": "end_before_intake",
    "ck_bases_opening_hours": "hours_reversed",
}

FIELD_WORDS = {
    "name": "名称",
    "slug": "ページのアドレス",
    "intake_from": "受付開始",
    "intake_until": "受付終了",
    "ends_on": "支援の終了日",
    "help_phone": "問合せ電話",
    "address": "住所",
    "municipality_code": "市区町村",
    "place": "地図上の位置",
    "phone": "電話",
    "opens_at": "開く時刻",
    "closes_at": "閉まる時刻",
    "closed_weekdays": "定休日",
    "closes_on": "最終日",
    "handovers_per_slot": "30分あたりの引渡し数",
    "directions": "行き方・目印",
}


@dataclass(frozen=True)
class ActivationDetails:
    """What staff decide about an activation, apart from its area, bases and terms."""

    name: str
    slug: str
    intake_from: datetime
    intake_until: datetime | None
    ends_on: date | None
    help_phone: str


@dataclass(frozen=True)
class BaseDetails:
    """What staff decide about a base; without a place (lat, lon) of its own it stands at the municipality's point."""

    name: str
    address: str
    municipality_code: str
    place: tuple[float, float] | None
    phone: str
    opens_at: time
    closes_at: time
    closed_weekdays: tuple[int, ...]
    closes_on: date | None
    handovers_per_slot: int
    directions: str = ""


Details = ActivationDetails | BaseDetails


def is_slug(text: str) -> bool:
    """Whether a text can be the address of a public page: small letters, digits, single hyphens."""
    return SLUG.fullmatch(text) is not None


class Intake(StrEnum):
    """Whether residents may apply now, and if not, why."""

    TAKING = "taking"
    NOT_YET = "not_yet"
    OVER = "over"
    ENDED = "ended"


INTAKE_SENTENCES = {
    Intake.TAKING: "申込を受け付けています。",
    Intake.NOT_YET: "申込の受付は{intake_from}に始まります。もうしばらくお待ちください。",
    Intake.OVER: "申込の受付は終了しました。お困りのことがあるときは、お電話でご相談ください。",
    Intake.ENDED: "この支援は終了しました。ご利用ありがとうございました。",
}


def intake(status: ActivationStatus, intake_from: datetime, intake_until: datetime | None, moment: datetime) -> Intake:
    """Whether an application can be made at a moment.

    Paper that arrived in time may be entered while the support winds down: the intake's end counts, not the status.
    """
    if status is ActivationStatus.CLOSED:
        return Intake.ENDED
    if intake_until is not None and moment > intake_until:
        return Intake.OVER
    if status is ActivationStatus.WINDING_DOWN and not (intake_until and intake_from <= moment < intake_until):
        return Intake.OVER
    if status is ActivationStatus.PREPARING or moment < intake_from:
        return Intake.NOT_YET
    return Intake.TAKING


def next_setting(*, municipalities: int, bases: int, has_terms: bool) -> str | None:
    """What staff should fill in next before a support opens; None once all is there."""
    if not municipalities:
        return "municipalities"
    if not bases:
        return "bases"
    return None if has_terms else "terms"


def may_change(status: ActivationStatus, role: Role | None) -> bool:
    """Whether this role may change settings: coordinators, as long as the support is not over."""
    return role in COORDINATORS and status is not ActivationStatus.CLOSED


def opening_hindrance(*, bases: int, has_terms: bool) -> str | None:
    """What is still missing before an activation can open: the code of the refusal, None if nothing is."""
    if not bases:
        return "no_base"
    return None if has_terms else "no_terms"


def intake_end(moment: datetime, intake_from: datetime, ends_on: date | None) -> datetime:
    """When the intake ends if support is wound down at `moment`: now, but within the period that was decided."""
    last = datetime.combine(ends_on, time(23, 59), JAPAN) if ends_on else moment
    return max(intake_from, min(moment, last))


def usual_terms() -> dict[VehicleClass, tuple[int, bool]]:
    """Days and whether renewable per class, as the association usually lends (Noto 2024, Kumamoto 2025)."""
    return {kind: (PASSENGER_DAYS, True) if kind in PASSENGER_CLASSES else (CARGO_DAYS, False) for kind in VehicleClass}


def is_open_on(day: date, closed_weekdays: list[int], closes_on: date | None) -> bool:
    """Whether a base works on a day; weekdays count from Monday = 0; `closes_on` is its last day."""
    return day.weekday() not in closed_weekdays and (closes_on is None or day <= closes_on)


def slots(day: date, opens_at: time, closes_at: time) -> Iterator[datetime]:
    """The moments at which a handover can begin on a day: every half hour, the last one before closing."""
    moment = datetime.combine(day, opens_at, JAPAN)
    end = datetime.combine(day, closes_at, JAPAN)
    while moment < end:
        yield moment
        moment += timedelta(minutes=SLOT_MINUTES)


class Lending(NamedTuple):
    """Classes that are lent on the same terms."""

    days: int
    is_renewable: bool
    classes: tuple[VehicleClass, ...]


Terms = Mapping[VehicleClass, tuple[int, bool]]


def lendings(terms: Terms) -> list[Lending]:
    """The terms as the public page tells them: classes lent alike together, the longest first."""
    kinds = sorted(set(terms.values()), reverse=True)
    return [Lending(*kind, tuple(each for each in VehicleClass if terms.get(each) == kind)) for kind in kinds]


class TermsChange(NamedTuple):
    """What a version changed for one class."""

    vehicle_class: VehicleClass
    before: tuple[int, bool]
    after: tuple[int, bool]


def terms_changes(old: Terms, new: Terms) -> list[TermsChange]:
    """What differs between two versions, class by class."""
    return [TermsChange(kind, old[kind], new[kind]) for kind in VehicleClass if old.get(kind, new[kind]) != new[kind]]
