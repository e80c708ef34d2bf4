"""Return-on-disaster leases (災害時返却カーリース): cars lent cheaply in peace that come back within days of a recall.

Source: the association's contract; return within 10 days of the request to the named place, the lessee carries the
voluntary insurance.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.core.vehicle_classes import VehicleClass

RETURN_WITHIN_DAYS = 10
LONGEST_RETURN_DAYS = 60
# A contract runs for twelve months; one that is typed longer than this is a slip of the fingers.
USUAL_MONTHS = 12
LONGEST_YEARS = 5
HIGHEST_FEE_YEN = 300_000
# A lease or an insurance that ends within so many days stands on top of the register.
ENDING_DAYS = 60


class LeaseStatus(StrEnum):
    """Whether the car is with its lessee."""

    RUNNING = "running"
    RECALLED = "recalled"
    ENDED = "ended"


LEASE = Lifecycle(
    "lease",
    LeaseStatus.RUNNING,
    {
        LeaseStatus.RUNNING: Word("リース中", "success"),
        LeaseStatus.RECALLED: Word("返却要請中", "warning"),
        LeaseStatus.ENDED: Word("終了", "neutral"),
    },
    Move("recall", (LeaseStatus.RUNNING,), LeaseStatus.RECALLED, "返却要請"),
    Move(
        "spare",
        (LeaseStatus.RECALLED,),
        LeaseStatus.RUNNING,
        "返却要請を取り消す",
        COORDINATORS,
        "返却要請の取消",
    ),
    Move(
        "end",
        (LeaseStatus.RUNNING, LeaseStatus.RECALLED),
        LeaseStatus.ENDED,
        "リースを終える",
        DESK_STAFF,
        "リースの終了",
    ),
    begun="リースの登録",
    notes={"change": "内容の変更", "renew": "契約の更新"},
)

OPEN = frozenset({LeaseStatus.RUNNING, LeaseStatus.RECALLED})


class LesseeKind(StrEnum):
    """Who has the car: a company (or another body), or a person."""

    COMPANY = "company"
    PERSON = "person"


LESSEE_WORDS = {LesseeKind.COMPANY: "企業・団体", LesseeKind.PERSON: "個人"}


class LeaseEnd(StrEnum):
    """What became of the car when its lease ended."""

    HANDED_BACK = "handed_back"
    SOLD = "sold"


END_WORDS = {LeaseEnd.HANDED_BACK: "車が戻った（拠点に到着）", LeaseEnd.SOLD: "借り手に譲った（買取り）"}


@dataclass(frozen=True)
class LeaseFacts:
    """What the contract says: who has the car, where, from when until when, and how it is insured."""

    lessee_kind: LesseeKind
    lessee_name: str
    contact_name: str
    lessee_phone: str | None
    lessee_can_sms: bool
    lessee_email: str | None
    kept_in_code: str
    starts_on: date
    ends_on: date
    monthly_fee_yen: int
    return_within_days: int
    insurer: str
    policy_number: str
    insured_until: date | None
    remarks: str = ""


_USUAL_FEES_YEN = {VehicleClass.KEI_PASSENGER: 11_000, VehicleClass.KEI_TRUCK: 11_000, VehicleClass.KEI_VAN: 11_000}
_USUAL_FEE_YEN = 16_500


def usual_fee_yen(vehicle_class: VehicleClass) -> int:
    """What a month costs by the association's price list: kei cars 11,000 yen, others 16,500."""
    return _USUAL_FEES_YEN.get(vehicle_class, _USUAL_FEE_YEN)


def usual_end(starts_on: date) -> date:
    """The last day of a contract of twelve months."""
    try:
        following = starts_on.replace(year=starts_on.year + USUAL_MONTHS // 12)
    except ValueError:  # From the 29th of February.
        following = date(starts_on.year + 1, 3, 1)
    return following - timedelta(days=1)


def lease_fault(facts: LeaseFacts) -> str | None:
    """Why a contract cannot be what was typed: the code of the refusal."""
    if facts.ends_on <= facts.starts_on:
        return "lease_ends_before_it_begins"
    if facts.ends_on.year - facts.starts_on.year > LONGEST_YEARS:
        return "lease_too_long"
    if not 1 <= facts.return_within_days <= LONGEST_RETURN_DAYS:
        return "lease_return_days"
    if facts.lessee_phone is None and facts.lessee_email is None:
        return "lessee_cannot_be_reached"
    return None


def renewal_fault(ends_on: date, until: date) -> str | None:
    """Why a contract cannot be renewed until that day."""
    if until <= ends_on:
        return "renewal_not_longer"
    return "lease_too_long" if until.year - ends_on.year > LONGEST_YEARS else None


REFUSALS = {
    "lease_ends_before_it_begins": "契約の終了日が開始日より前（または同じ日）になっています。日付を確かめてください。",
    "lease_too_long": f"契約の期間が{LONGEST_YEARS}年を超えています。終了日を確かめてください。",
    "lease_return_days": f"返却までの日数は、1〜{LONGEST_RETURN_DAYS}日で入力してください。",
    "lessee_cannot_be_reached": "電話番号かメールアドレスのどちらかを入力してください。返却を要請するときに使います。",
    "renewal_not_longer": "新しい終了日は、今の終了日より後の日にしてください。",
    "already_leased": "この車両はすでにリース中です。リースの一覧で確認してください。",
    "not_free_for_lease": "この車両は「{status}」のため、リースに出せません。提供予定か使用可の車両を選んでください。",
    "lease_changed": "このリースの内容は、ほかの人が先に変更しました。画面を開き直して、今の内容を確認してください。",
    "lease_over": "このリースはすでに終了しています。一覧で今の状態を確認してください。",
    "lease_still_running": "この車両は返却カーリースで貸出先にあります。返却されたときは、リースの画面から「リースを終える」を選び、到着を記録してください。",
}

CONSTRAINTS = {
    "uq_leases_one_open_per_vehicle": "already_leased",
    "ck_leases_starts_before_it_ends": "lease_ends_before_it_begins",
    "ck_leases_return_within_days": "lease_return_days",
    "ck_leases_lessee_can_be_reached": "lessee_cannot_be_reached",
}
