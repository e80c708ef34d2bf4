"""What a car goes through, which papers it must have, and until when it may lawfully be lent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from mra.core.access import DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.core.vehicle_classes import VehicleClass

from .plates import Plate, is_kei


class VehicleStatus(StrEnum):
    """Where a car stands in its life with the alliance."""

    PROMISED = "promised"
    IN_TRANSIT = "in_transit"
    READY = "ready"
    OUT_OF_SERVICE = "out_of_service"
    RELEASED = "released"


VEHICLE = Lifecycle(
    "vehicle",
    VehicleStatus.PROMISED,
    {
        VehicleStatus.PROMISED: Word("提供予定", "neutral"),
        VehicleStatus.IN_TRANSIT: Word("回送中", "info"),
        VehicleStatus.READY: Word("使用可", "success"),
        VehicleStatus.OUT_OF_SERVICE: Word("使用停止", "warning"),
        VehicleStatus.RELEASED: Word("運用終了", "neutral"),
    },
    Move("dispatch", (VehicleStatus.PROMISED,), VehicleStatus.IN_TRANSIT, "回送を始める", DESK_STAFF, "回送の開始"),
    Move(
        "turn_back", (VehicleStatus.IN_TRANSIT,), VehicleStatus.PROMISED, "回送を取りやめる", DESK_STAFF, "回送の中止"
    ),
    # From one base to another: only by a transport job, so that somebody answers for the drive; no button of the car's own.
    Move(
        "relocate",
        (VehicleStatus.READY,),
        VehicleStatus.IN_TRANSIT,
        "別の拠点へ回送する",
        done="別の拠点への回送の開始",
    ),
    Move("come_back", (VehicleStatus.IN_TRANSIT,), VehicleStatus.READY, "元の拠点に戻す", done="元の拠点へ戻った"),
    Move(
        "arrive",
        (VehicleStatus.PROMISED, VehicleStatus.IN_TRANSIT),
        VehicleStatus.READY,
        "到着を記録する",
        DESK_STAFF,
        "到着",
    ),
    Move("take_out", (VehicleStatus.READY,), VehicleStatus.OUT_OF_SERVICE, "使用停止にする", DESK_STAFF, "使用停止"),
    Move(
        "put_back", (VehicleStatus.OUT_OF_SERVICE,), VehicleStatus.READY, "使用可に戻す", DESK_STAFF, "使用停止の解除"
    ),
    Move(
        "release",
        (VehicleStatus.PROMISED, VehicleStatus.READY, VehicleStatus.OUT_OF_SERVICE),
        VehicleStatus.RELEASED,
        "運用を終える",
        DESK_STAFF,
        "運用の終了",
    ),
    # Made with the lease; no button of its own.
    Move("lease_out", (VehicleStatus.READY,), VehicleStatus.PROMISED, "リースに出す"),
    # A member's car comes back for the next disaster with the same chassis number.
    Move("readmit", (VehicleStatus.RELEASED,), VehicleStatus.PROMISED, "再び受け入れる", DESK_STAFF, "再受け入れ"),
    begun="車両の登録",
    notes={
        "change": "内容の変更",
        "change_name": "名義変更の完了",
        "read_odometer": "走行距離の記録",
        "stand_at": "拠点への移動",
        "add_document": "書類の登録",
        "cancel_document": "書類の取消",
        "retirement_steps": "運用終了の手続き",
    },
)


class OutReason(StrEnum):
    """Why a car may not be lent for now."""

    BREAKDOWN = "breakdown"
    ACCIDENT = "accident"
    INSPECTION = "inspection"
    PAPERS = "papers"
    CLEANING = "cleaning"
    OTHER = "other"


OUT_REASON_WORDS = {
    OutReason.BREAKDOWN: "故障・修理",
    OutReason.ACCIDENT: "事故",
    OutReason.INSPECTION: "車検・点検",
    OutReason.PAPERS: "書類の不備・期限切れ",
    OutReason.CLEANING: "清掃",
    OutReason.OTHER: "その他",
}


class Transmission(StrEnum):
    """AT or MT."""

    AT = "AT"
    MT = "MT"


class Drive(StrEnum):
    """Two or four driven wheels."""

    TWO = "2WD"
    FOUR = "4WD"


class DocumentKind(StrEnum):
    """The papers without which no car is lent."""

    INSPECTION = "inspection"
    COMPULSORY_INSURANCE = "compulsory_insurance"
    VOLUNTARY_INSURANCE = "voluntary_insurance"


DOCUMENT_WORDS = {
    DocumentKind.INSPECTION: "車検",
    DocumentKind.COMPULSORY_INSURANCE: "自賠責保険",
    DocumentKind.VOLUNTARY_INSURANCE: "任意保険",
}


class DriverScope(StrEnum):
    """Who may drive under a voluntary insurance; lending needs it unlimited."""

    UNLIMITED = "unlimited"
    LIMITED = "limited"


TRANSMISSION_WORDS = {Transmission.AT: "AT(オートマ)", Transmission.MT: "MT(マニュアル)"}
DRIVE_WORDS = {Drive.TWO: "2WD", Drive.FOUR: "4WD"}
# The allocation asks for features only, so that a 4WD car carries this one; it follows the drive.
FOUR_WHEEL_FEATURE = "awd"

DRIVER_SCOPE_WORDS = {DriverScope.UNLIMITED: "運転者限定なし", DriverScope.LIMITED: "運転者限定あり"}


# 48 random bits as 12 hex digits, made by PostgreSQL's strong random numbers.
NEW_LABEL_CODE = "substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)"
# One A4 sheet holds ten; more cars than these are printed base by base.
MOST_LABELS = 200

ONE_DAY = timedelta(days=1)
EXPIRING_DAYS = 60
# A paper that ends later than this was misread: no inspection or insurance runs for ten years.
LONGEST_PAPER_DAYS = 3660


class Paper(NamedTuple):
    """What counts of a paper: its kind, its period (no begin: it is known to run already), who may drive under it."""

    kind: DocumentKind
    starts_on: date | None
    ends_on: date
    driver_scope: DriverScope | None = None

    @property
    def serves_lending(self) -> bool:
        """A voluntary insurance for some drivers only does not cover a borrower (domain §2.2)."""
        return self.kind is not DocumentKind.VOLUNTARY_INSURANCE or self.driver_scope is DriverScope.UNLIMITED


class Standing(StrEnum):
    """How a car stands with one kind of paper."""

    MISSING = "missing"
    EXPIRED = "expired"
    EXPIRING = "expiring"
    VALID = "valid"


@dataclass(frozen=True)
class Cover:
    """How far the papers of one kind reach, seen from the day `on`."""

    kind: DocumentKind
    until: date | None
    on: date

    @property
    def days_left(self) -> int | None:
        """0 on the last day, negative afterwards."""
        return None if self.until is None else (self.until - self.on).days

    @property
    def standing(self) -> Standing:
        """Missing, expired, expiring within 60 days, or valid."""
        if self.days_left is None:
            return Standing.MISSING
        if self.days_left < 0:
            return Standing.EXPIRED
        return Standing.EXPIRING if self.days_left <= EXPIRING_DAYS else Standing.VALID


def covered_until(papers: Iterable[Paper], on: date) -> date | None:
    """The last day of unbroken cover by papers of one kind, seen from the day `on`.

    A newer paper carries on where the older one ends; a gap between them ends the cover. Where nothing covers the day
    `on`, the day on which the last cover ended; None where there was none yet.
    """
    begun = [end for begin, end in _stretches(papers) if begin <= on]
    return begun[-1] if begun else None


def _stretches(papers: Iterable[Paper]) -> list[tuple[date, date]]:
    """First and last day of each time without a gap, in order."""
    stretches: list[tuple[date, date]] = []
    for paper in sorted(papers, key=lambda paper: paper.starts_on or date.min):
        begin = paper.starts_on or date.min
        if stretches and begin <= stretches[-1][1] + ONE_DAY:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], paper.ends_on))
        else:
            stretches.append((begin, paper.ends_on))
    return stretches


def covers(papers: Iterable[Paper], on: date) -> list[Cover]:
    """How far each of the three kinds of papers reaches."""
    serving = [paper for paper in papers if paper.serves_lending]
    return [Cover(kind, covered_until((p for p in serving if p.kind is kind), on), on) for kind in DocumentKind]


def lawful_until(papers: Iterable[Paper], on: date) -> date | None:
    """The last day on which a car may be lent, by its papers, seen from the day `on`; None: a paper is missing."""
    ends = [cover.until for cover in covers(papers, on) if cover.until]
    return min(ends) if len(ends) == len(DocumentKind) else None


def paper_fault(paper: Paper, on: date) -> str | None:
    """Why a paper cannot be what was read from the car's papers; None if it can."""
    if paper.starts_on and paper.starts_on >= paper.ends_on:
        return "paper_ends_before_it_begins"
    if (paper.ends_on - on).days > LONGEST_PAPER_DAYS:
        return "paper_ends_too_late"
    if (paper.kind is DocumentKind.VOLUNTARY_INSURANCE) != (paper.driver_scope is not None):
        return "paper_scope"
    return None


# Days before the end of a paper on which people are reminded, once each.
REMINDER_DAYS = (60, 30, 14, 3)


def reminder_due(ends_on: date, today: date) -> int | None:
    """The threshold that a paper has reached: the nearest one, also for a paper that has ended; None if it is far off."""
    left = (ends_on - today).days
    return min((days for days in REMINDER_DAYS if left <= days), default=None)


# By law a car is put into the new owner's name within fifteen days.
NAME_CHANGE_DAYS = 15

KEI_CLASSES = frozenset({VehicleClass.KEI_PASSENGER, VehicleClass.KEI_TRUCK, VehicleClass.KEI_VAN})
KEI_MOST_SEATS = 4
MOST_SEATS = 60


def plate_fits(plate: Plate, vehicle_class: VehicleClass) -> bool:
    """A kei car never carries the plate of a larger car; old short class numbers tell nothing."""
    return vehicle_class not in KEI_CLASSES or is_kei(plate) is not False


def seats_fit(seats: int, vehicle_class: VehicleClass) -> bool:
    """By law a kei car seats at most four."""
    return 1 <= seats <= (KEI_MOST_SEATS if vehicle_class in KEI_CLASSES else MOST_SEATS)


REFUSALS = {
    "chassis_taken": "この車台番号の車両はすでに登録されています。車両一覧で検索して、登録内容を確認してください。",
    "plate_taken": "このナンバーの車両はすでに登録されています。車両一覧で検索して、登録内容を確認してください。",
    "no_base_for_arrival": "到着した拠点を選んでください。",
    "arrives_with_fewer_km": "走行距離が前回の記録（{last}km）より少なくなっています。メーターをもう一度確認し、正しい場合は「メーターを確認しました」に印を付けてください。",
    "ready_needs_base": "使用可の車両には拠点が必要です。拠点を選んでください。",
    "vehicle_in_use": "この車両は「{use}」です。先に案内や貸出を終えてから、もう一度操作してください。",
    "vehicle_changed": "この車両の内容は、ほかの人が先に変更しました。画面を開き直して、今の内容を確認してください。",
    "paper_ends_before_it_begins": "満了日が開始日より前になっています。書類の日付を確認してください。",
    "paper_ends_too_late": "満了日が10年以上先になっています。書類の日付を確認してください。",
    "paper_scope": "任意保険には運転者の範囲を選び、ほかの書類では選ばないでください。",
    "lease_still_runs": "この車両はリース中です。リースを終えてから、運用の終了を記録してください。",
    "retired_in_future": "運用を終えた日が今日より後になっています。日付を確認してください。",
    "no_car_to_label": "ラベルを印刷する車両がありません。条件を変えて、もう一度お試しください。",
    "notice_window": "対象となる満了日の範囲が逆になっています。告示の日付を確認してください。",
    "notice_shortens": "新しい満了日が、対象となる満了日より前になっています。告示の日付を確認してください。",
    "notice_too_long": "対象となる満了日から新しい満了日まで1年を超えています。告示の日付を確認してください。",
    "notice_known": "同じ内容の特例がすでに登録されています。一覧で確認してください。",
}

CONSTRAINTS = {
    "uq_vehicles_chassis_number": "chassis_taken",
    "uq_vehicles_plate": "plate_taken",
    "ck_vehicles_ready_at_a_base": "ready_needs_base",
    "ck_vehicle_documents_starts_before_it_ends": "paper_ends_before_it_begins",
    "ck_inspection_extensions_window": "notice_shortens",
}
