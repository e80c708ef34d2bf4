"""What a loan goes through, what must be in order before keys change hands, and when the car is due."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.clock import JAPAN
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.disasters.rules import SLOT_MINUTES
from mra.vehicles.rules import Cover, DocumentKind, Paper, covers


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
    Move("hand_over", (L.RESERVED,), L.ON_LOAN, "引渡しを記録する", DESK_STAFF, done="引渡し"),
    Move("take_back", (L.ON_LOAN,), L.RETURNED, "返却を記録する", DESK_STAFF, done="返却"),
    Move("cancel", (L.RESERVED,), L.CANCELLED, "予約を取り消す", COORDINATORS | DESK_STAFF, done="予約の取消"),
    begun="予約",
    notes={"extend": "返却予定日の延長"},
)

FUEL_EIGHTHS = 8
FUEL_WORDS = {0: "空", 4: "半分", FUEL_EIGHTHS: "満タン"}
# A reservation keeps a car standing; two weeks ahead is the longest a car waits for its borrower.
HANDOVER_WITHIN_DAYS = 14
PAPERS_WARN_DAYS = 30
SLOT = timedelta(minutes=SLOT_MINUTES)
# More between two readings is probably a digit typed twice.
USUAL_KM_BETWEEN_READINGS = 10_000

Fault = tuple[str, dict[str, str]]
"""A refusal code and the facts of its sentence."""


class LicenceMethod(StrEnum):
    """What the desk saw: the card, the reader app of the マイナ免許証, or both (a person may hold both)."""

    CARD = "card"
    MYNA_APP = "myna_app"
    BOTH = "both"


LICENCE_METHOD_WORDS = {
    LicenceMethod.CARD: "免許証（カード）",
    LicenceMethod.MYNA_APP: "マイナ免許証（読み取りアプリ）",
    LicenceMethod.BOTH: "両方",
}


class CancelReason(StrEnum):
    """Why a reservation came to nothing; anything personal stays out of it."""

    APPLICANT = "applicant"
    NO_SHOW = "no_show"
    VEHICLE = "vehicle"
    MISTAKE = "mistake"


CANCEL_REASON_WORDS = {
    CancelReason.APPLICANT: "申込者の都合",
    CancelReason.NO_SHOW: "来所がなく、連絡がとれない",
    CancelReason.VEHICLE: "車両の不具合",
    CancelReason.MISTAKE: "登録の誤り",
}


# When the car is due


def due_at(
    handover_at: datetime,
    *,
    days: int,
    needed_until: date,
    limits: Iterable[date | None],
    closes_at: time,
    is_open_on: Callable[[date], bool],
) -> datetime | None:
    """The moment by which the car must be back: closing hour of the earliest of three days.

    The terms' days after the handover day; the day until which the applicant asked for it; the last days of the
    activation and of the base (`limits`). An applicant's day that is already over does not count: they took the offer,
    so they still need the car. A closed day moves back to the last open one, never before the handover day, so that
    nobody is told to come to a locked door. None: no time is left to lend the car in.
    """
    handover_on = handover_at.astimezone(JAPAN).date()
    wished = needed_until if needed_until >= handover_on else date.max
    last_on = min([handover_on + timedelta(days=days), wished, *(day for day in limits if day)])
    day = last_open_day(handover_on, last_on, is_open_on) or last_on
    due = datetime.combine(day, closes_at, JAPAN)
    return due if due > handover_at else None


def last_open_day(first_on: date, last_on: date, is_open_on: Callable[[date], bool]) -> date | None:
    """The last day from `first_on` to `last_on` on which the base works."""
    day = last_on
    while day >= first_on:
        if is_open_on(day):
            return day
        day -= timedelta(days=1)
    return None


def extension_faults(
    due_on: date,
    *,
    due_before: date,
    today: date,
    days: int,
    is_renewable: bool,
    last_on: date | None,
    is_open_on: Callable[[date], bool],
) -> list[Fault]:
    """Why a loan cannot be extended to `due_on`: its own terms, the end of the support, a day nobody is there."""
    if not is_renewable:
        return [("not_renewable", {})]
    if due_on <= max(due_before, today - timedelta(days=1)):
        return [("extension_too_short", {})]
    if last_on and due_on > last_on:
        return [("after_support_ends", {"last_day": _japanese(last_on)})]
    if due_on > max(due_before, today) + timedelta(days=days):
        return [("extension_too_long", {"days": str(days)})]
    return [] if is_open_on(due_on) else [("base_closed_that_day", {"day": _japanese(due_on)})]


# When a car can be fetched


def free_slots(
    slots: Iterable[datetime], taken: Collection[datetime], capacity: int, after: datetime
) -> Iterator[datetime]:
    """The slots still to come in which fewer handovers are booked than the base can manage."""
    for begins_at in slots:
        booked = sum(begins_at <= moment < begins_at + SLOT for moment in taken)
        if begins_at > after and booked < capacity:
            yield begins_at


def slot_fault(
    handover_at: datetime, *, slots: Collection[datetime], now: datetime, today: date, last_on: date | None
) -> str | None:
    """Why no handover can be booked for this moment, capacity aside."""
    day = handover_at.astimezone(JAPAN).date()
    if handover_at not in slots or handover_at <= now or (last_on and day > last_on):
        return "slot_not_open"
    return "slot_too_far" if day > today + timedelta(days=HANDOVER_WITHIN_DAYS) else None


# The legal gate (domain §2.2)


@dataclass(frozen=True)
class PaperState:
    """One kind of paper at the gate: until when it covers without a gap (None: not at all), and whether that is enough."""

    kind: DocumentKind
    covered_until: date | None
    is_enough: bool
    ends_soon: bool


def gate(papers: Iterable[Paper], *, from_on: date, until: date) -> list[PaperState]:
    """Whether 車検, 自賠責 and 任意保険 (運転者限定なし) cover every day on which the car will be driven."""
    return [_state(cover, from_on, until) for cover in covers(papers, from_on)]


def _state(cover: Cover, from_on: date, until: date) -> PaperState:
    is_enough = cover.until is not None and cover.until >= until
    ends_soon = cover.until is not None and cover.until <= from_on + timedelta(days=PAPERS_WARN_DAYS)
    return PaperState(cover.kind, cover.until, is_enough, is_enough and ends_soon)


def missing_papers(states: Iterable[PaperState]) -> list[DocumentKind]:
    """The papers for which nobody may drive off."""
    return [state.kind for state in states if not state.is_enough]


# Who may drive


@dataclass(frozen=True)
class DriverTold:
    """What the application says of one driver."""

    id: int
    name: str
    licence_expires_on: date
    is_automatic_only: bool


@dataclass(frozen=True)
class LicenceSeen:
    """What the desk read on one driver's licence; what it did not write down stays as the application told it."""

    driver_id: int
    number: str
    method: LicenceMethod
    expires_on: date | None = None
    is_automatic_only: bool | None = None


@dataclass(frozen=True)
class FamilyConsent:
    """A family member who agrees that a driver of 75 or older borrows a car."""

    name: str
    relation: str
    phone: str


def licence_faults(
    drivers: Sequence[DriverTold], seen: Mapping[int, LicenceSeen], *, day: date, is_manual: bool
) -> list[tuple[int, Fault]]:
    """Per driver (id) what stands in the way: not shown, expired, or automatic cars only before a manual one."""
    found: list[tuple[int, Fault]] = []
    for driver in drivers:
        licence = seen.get(driver.id)
        code = "licence_not_seen" if licence is None else _licence_fault(driver, licence, day, is_manual)
        if code:
            found.append((driver.id, (code, {"name": driver.name})))
    return found


def _licence_fault(driver: DriverTold, licence: LicenceSeen, day: date, is_manual: bool) -> str | None:
    if (licence.expires_on or driver.licence_expires_on) < day:
        return "licence_expired"
    told = driver.is_automatic_only if licence.is_automatic_only is None else licence.is_automatic_only
    return "automatic_only" if told and is_manual else None


# What the dashboard says


def odometer_doubt(last_km: int, read_km: int) -> str | None:
    """What the desk should look at again; both may be true (a reading was mistyped before), so neither blocks."""
    if read_km < last_km:
        return "odometer_lower"
    return "odometer_leaps" if read_km - last_km > USUAL_KM_BETWEEN_READINGS else None


def fuel_word(eighths: int) -> str:
    """How full the tank is, as the gauge shows it."""
    return FUEL_WORDS.get(eighths, f"{eighths}/{FUEL_EIGHTHS}")


# When to remind

REMIND_FROM_HOUR = 9
REMIND_UNTIL_HOUR = 18


def remind_from(handed_over_at: datetime, due: datetime) -> datetime:
    """Three days before the due date; the day before for loans of a few days, which would else be reminded at once."""
    return due - timedelta(days=3 if due - handed_over_at > timedelta(days=7) else 1)


def text_holds(template: str, status: LoanStatus, due: datetime, moment: datetime) -> bool:
    """Whether a text about a loan, promised some time ago, still says what is so."""
    if template == "due_soon":
        return status is L.ON_LOAN and moment < due <= moment + timedelta(days=3)
    if template == "overdue":
        return status is L.ON_LOAN and due <= moment
    needed = {"reservation_made": L.RESERVED, "reservation_cancelled": L.CANCELLED, "loan_extended": L.ON_LOAN}
    return template not in needed or status is needed[template]


def _japanese(day: date) -> str:
    return f"{day.month}月{day.day}日"


REFUSALS = {
    "cars_still_out": "予約または貸出中の車が{count}台あります。すべて返却または取消になってから、支援を終了してください。",
    "vehicle_already_out": "この車は先ほど別の方に引き渡されました。別の車を選んでください。",
    "request_already_served": "この希望にはすでに予約または貸出があります。貸出の一覧で確認してください。",
    "loans_overlap": "この車には重なる期間の貸出があります。別の車を選んでください。",
    "slot_full": "その時間は予約がいっぱいになりました。別の時間を選んでください。",
    "slot_not_open": "その時間は拠点が開いていません。別の時間を選んでください。",
    "slot_too_far": f"引渡しは{HANDOVER_WITHIN_DAYS}日以内の日時を選んでください。",
    "no_time_left": "支援の終了日までに貸し出せる日がありません。終了日と拠点の予定を確認してください。",
    "name_change_pending": "この車両は、名義変更が終わるまで貸し出せません。名義変更の完了を記録するか、別の車に替えてください。",
    "papers_missing": "返却予定日（{due}）まで有効でない書類があります：{papers}。書類を更新するか、別の車に替えてください。",
    "licence_not_seen": "{name}さんの運転免許証を確認してください。運転する方全員の確認が必要です。",
    "licence_expired": "{name}さんの運転免許証は有効期限が切れています。この方は運転できません。",
    "automatic_only": "{name}さんの運転免許証はAT限定です。MT車はお渡しできません。AT車に替えてください。",
    "family_consent_missing": "75歳以上の方が運転するときは、ご家族の同意が必要です。同意したご家族の氏名を入力してください。",
    "odometer_lower": "走行距離が前回の記録（{last}km）より少なくなっています。メーターをもう一度確認してください。",
    "reason_missing": "理由を入力してください。",
    "not_renewable": "この貸出は延長できない条件です。返却のあと、あらためてお申し込みください。",
    "extension_too_short": "新しい返却予定日は、今の返却予定日より後の日にしてください。",
    "extension_too_long": "延長は一度に{days}日までです。もっと早い日を選んでください。",
    "after_support_ends": "支援は{last_day}で終了します。それまでの日を選んでください。",
    "base_closed_that_day": "{day}は拠点の休みの日です。別の日を選んでください。",
    "return_before_handover": "返却の時刻が引渡しより前になっています。時刻を確認してください。",
    "due_before_handover": "返却予定が引渡しより前になっています。日付を確認してください。",
}

CONSTRAINTS = {
    "uq_loans_one_open_per_vehicle": "vehicle_already_out",
    "uq_loans_one_open_per_request": "request_already_served",
    "ex_loans_no_overlap": "loans_overlap",
    "ck_loans_return_after_handover": "return_before_handover",
    "ck_loans_due_after_handover": "due_before_handover",
}
