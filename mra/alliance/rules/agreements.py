"""Agreements (協定) with prefectures, cities and their associations: levels, who may ask, when to look at them again."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from mra.core.access import COORDINATORS, Role
from mra.core.clock import JAPAN
from mra.core.lifecycle import Lifecycle, Move, Word

from .members import ContactHours, is_working_day


class AgreementLevel(StrEnum):
    """Between whom an agreement stands."""

    PREFECTURE = "prefecture"
    CITY = "city"
    ASSOCIATION = "association"
    THREE_WAY = "three_way"


AGREEMENT_LEVEL_WORDS = {
    AgreementLevel.PREFECTURE: "都道府県",
    AgreementLevel.CITY: "市区町村",
    AgreementLevel.ASSOCIATION: "市長会・町村会など",
    AgreementLevel.THREE_WAY: "三者協定",
}


class AgreementTrigger(StrEnum):
    """What sets the support going."""

    REQUEST = "request"
    OWN_JUDGEMENT = "own_judgement"
    EITHER = "either"


AGREEMENT_TRIGGER_WORDS = {
    AgreementTrigger.REQUEST: "自治体の要請による",
    AgreementTrigger.OWN_JUDGEMENT: "協会の判断で始められる",
    AgreementTrigger.EITHER: "要請または協会の判断による",
}


class AgreementStatus(StrEnum):
    """From the draft to the end."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    ENDED = "ended"


AGREEMENT = Lifecycle(
    "agreement",
    AgreementStatus.DRAFT,
    {
        AgreementStatus.DRAFT: Word("協議中", "info"),
        AgreementStatus.IN_FORCE: Word("締結", "success"),
        AgreementStatus.ENDED: Word("終了", "neutral"),
    },
    Move("sign", (AgreementStatus.DRAFT,), AgreementStatus.IN_FORCE, "締結を記録する", COORDINATORS, "締結"),
    Move(
        "end",
        (AgreementStatus.DRAFT, AgreementStatus.IN_FORCE),
        AgreementStatus.ENDED,
        "協定を終える",
        COORDINATORS,
        "協定の終了",
    ),
    begun="協定の登録",
    notes={
        "change": "内容の変更",
        "renew": "更新",
        "add_file": "協定書の保存",
        "remind": "見直し時期の通知",
        "add_contact": "連絡先の追加",
        "change_contact": "連絡先の変更",
        "remove_contact": "連絡先の削除",
        "add_candidate": "拠点候補の追加",
        "change_candidate": "拠点候補の変更",
        "remove_candidate": "拠点候補の削除",
    },
)

# How many days before the review date the secretariat is reminded; once each, until the agreement is renewed.
REMINDER_DAYS = (90, 30, 7)
# Reminders are written while people are at their desks.
REMIND_FROM_HOUR, REMIND_UNTIL_HOUR = 9, 17
# When a town hall answers its usual number; on other days and hours one rings the night number.
OFFICE_OPENS, OFFICE_CLOSES = time(8, 30), time(17, 15)

REFUSALS = {
    "agreement_changed": "入力している間に、ほかの人がこの協定を変更しました。画面を開き直して、今の内容を確かめてから変更してください。",
    "agreement_ended": "この協定は終了しているため、変更できません。新しい協定として登録してください。",
    "agreement_not_in_force": "締結されていない協定は更新できません。先に締結を記録してください。",
    "effective_before_signing": "効力の発生日が締結日より前になっています。日付を確かめてください。",
    "expiry_before_effect": "有効期限が効力の発生日（空欄のときは締結日）より前になっています。日付を確かめてください。",
    "review_before_effect": "見直し日が効力の発生日（空欄のときは締結日）より前になっています。日付を確かめてください。",
    "review_after_expiry": "見直し日が有効期限より後になっています。期限が来る前の日を入力してください。",
    "review_not_ahead": "次の見直し日には、今日より後の日付を入力してください。",
    "signing_day_missing": "締結日を入力してください。締結済みの協定には締結日が必要です。",
    "signing_ahead": "締結日が今日より後になっています。締結したあとで記録してください。",
    "ending_ahead": "終了日が今日より後になっています。終了した日に記録してください。",
    "ending_before_signing": "終了日が締結日より前になっています。日付を確かめてください。",
    "part_changed": "入力している間に、ほかの人がこの連絡先または拠点候補を変更しました。画面を開き直してください。",
    "no_way_to_reach": "電話番号かメールアドレスの、少なくともどちらかを入力してください。",
    "no_room": "収容台数は1以上の数字で入力してください。",
    "unknown_place": "「{place}」という市区町村または都道府県は見つかりません。名前かコードを確かめてください。",
    "already_this_file": "同じ内容のPDFが、この協定にすでに保存されています。",
}
CONSTRAINTS = {
    "ck_agreements_signed_in_force": "signing_day_missing",
    "ck_agreements_effective_after_signing": "effective_before_signing",
    "ck_agreements_expires_after_effect": "expiry_before_effect",
    "ck_agreement_contacts_can_be_reached": "no_way_to_reach",
    "ck_base_candidates_capacity": "no_room",
    "uq_agreement_files_content": "already_this_file",
}

FIELD_WORDS = {
    "name": "協定の名称",
    "level": "区分",
    "parties": "当事者",
    "area": "区域",
    "signed_on": "締結日",
    "effective_on": "効力の発生日",
    "expires_on": "有効期限",
    "renews_automatically": "自動更新",
    "review_on": "見直し日",
    "trigger": "支援の始まり方",
    "requester": "要請できる人",
    "place_duty": "場所の提供",
    "publicity_duty": "広報",
    "information_duty": "情報の共有",
    "cost_clause": "費用の負担",
    "remarks": "備考",
}


class Party(NamedTuple):
    """One side of an agreement; a prefecture or municipality also by its key."""

    name: str
    area_key: str | None = None


class Dates(NamedTuple):
    """The days of an agreement, whose order is checked."""

    signed_on: date | None
    effective_on: date | None
    expires_on: date | None
    review_on: date | None
    renews_automatically: bool


@dataclass(frozen=True)
class AgreementDetails:
    """What staff write down of the paper."""

    name: str
    level: AgreementLevel
    parties: tuple[Party, ...]
    area: tuple[str, ...]
    trigger: AgreementTrigger
    signed_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    renews_automatically: bool = False
    review_on: date | None = None
    requester: str = ""
    place_duty: str = ""
    publicity_duty: str = ""
    information_duty: str = ""
    cost_clause: str = ""
    remarks: str = ""

    @property
    def dates(self) -> Dates:
        """The days alone."""
        return Dates(self.signed_on, self.effective_on, self.expires_on, self.review_on, self.renews_automatically)


@dataclass(frozen=True)
class ContactDetails:
    """Whom to reach at the government side, and when."""

    name: str
    hours: ContactHours
    department: str = ""
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class CandidateDetails:
    """A place that could become a base; without a point (lat, lon) of its own it stands at the municipality's office."""

    name: str
    municipality_code: str
    address: str
    place: tuple[float, float] | None = None
    capacity_cars: int | None = None
    hours: str = ""
    has_power: bool | None = None
    has_toilet: bool | None = None
    remarks: str = ""


def may_change(status: AgreementStatus, role: Role | None) -> bool:
    """Whether this role may change what is written down: coordinators, as long as the agreement has not ended."""
    return role in COORDINATORS and status is not AgreementStatus.ENDED


def may_renew(status: AgreementStatus, role: Role | None) -> bool:
    """Whether this role may write down a new term: coordinators, once it is signed and until it ends."""
    return role in COORDINATORS and status is AgreementStatus.IN_FORCE


def date_fault(days: Dates) -> tuple[str, str] | None:
    """The first date that stands before the one it must follow: its field, and the code of the sentence."""
    begins_on = days.effective_on or days.signed_on
    if days.signed_on and days.effective_on and days.effective_on < days.signed_on:
        return "effective_on", "effective_before_signing"
    if begins_on and days.expires_on and days.expires_on < begins_on:
        return "expires_on", "expiry_before_effect"
    if begins_on and days.review_on and days.review_on < begins_on:
        return "review_on", "review_before_effect"
    if _is_after(days.review_on, days.expires_on) and not days.renews_automatically:
        return "review_on", "review_after_expiry"
    return None


def _is_after(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day > other


def runs_until(expires_on: date | None, renews_automatically: bool, day: date) -> date | None:
    """The last day of the term that runs on `day`; None for an agreement without an end.

    An agreement that renews itself goes on year by year, as the papers say. The date on the paper stays what it is.
    """
    if expires_on is None or not renews_automatically or day <= expires_on:
        return expires_on
    this_year = _in_year(expires_on, day.year)
    return this_year if day <= this_year else _in_year(expires_on, day.year + 1)


def in_effect_since(effective_on: date | None, last_day: date | None, renewed_from: date, day: date) -> date:
    """From when a renewed agreement counts: a term that only begins later does not interrupt the one that still runs."""
    still_runs = last_day is None or day <= last_day
    return effective_on if effective_on and effective_on <= day < renewed_from and still_runs else renewed_from


def _in_year(day: date, year: int) -> date:
    last_of_february = day.month == 2 and day.day == 29
    return date(year, 2, 28) if last_of_february else day.replace(year=year)


def applies_on(
    day: date, *, effective_on: date | None, expires_on: date | None, renews_automatically: bool = False
) -> bool:
    """Whether a signed agreement counts on a day; both ends are included."""
    last = runs_until(expires_on, renews_automatically, day)
    return (effective_on is None or effective_on <= day) and (last is None or day <= last)


class Attention(StrEnum):
    """What an agreement asks of the secretariat; derived from its status and dates, most urgent first."""

    EXPIRED = "expired"
    REVIEW_OVERDUE = "review_overdue"
    REVIEW_DUE = "review_due"
    DRAFT = "draft"


ATTENTION_WORDS = {
    Attention.EXPIRED: Word("期限切れ", "danger"),
    Attention.REVIEW_OVERDUE: Word("見直し遅れ", "danger"),
    Attention.REVIEW_DUE: Word("見直し時期", "warning"),
    Attention.DRAFT: Word("協議中", "info"),
}


def attention(
    status: AgreementStatus,
    day: date,
    *,
    expires_on: date | None = None,
    renews_automatically: bool = False,
    review_on: date | None = None,
) -> Attention | None:
    """What has to be done about an agreement, None where nothing has."""
    if status is AgreementStatus.ENDED:
        return None
    if status is AgreementStatus.DRAFT:
        return Attention.DRAFT
    if expires_on and not renews_automatically and expires_on < day:
        return Attention.EXPIRED
    if review_on and review_on < day:
        return Attention.REVIEW_OVERDUE
    return Attention.REVIEW_DUE if review_on and reminder_due(review_on, day) else None


def reminder_due(review_on: date, day: date) -> int | None:
    """The nearest threshold that has been reached, in days before the review; None while the review is far away."""
    days_left = (review_on - day).days
    return min((days for days in REMINDER_DAYS if days_left <= days), default=None)


def is_time_to_remind(moment: datetime) -> bool:
    """Whether people sit at their desks."""
    return REMIND_FROM_HOUR <= moment.astimezone(JAPAN).hour < REMIND_UNTIL_HOUR


def is_office_hours(moment: datetime) -> bool:
    """Whether a town hall answers its usual number: on weekdays, not on holidays nor around the New Year."""
    local = moment.astimezone(JAPAN)
    return is_working_day(local.date()) and OFFICE_OPENS <= local.time() < OFFICE_CLOSES


def answers_at(hours: ContactHours, moment: datetime) -> bool:
    """Whether this is a contact to ring at a moment."""
    return hours is ContactHours.ALWAYS or (hours is ContactHours.DAY) == is_office_hours(moment)
