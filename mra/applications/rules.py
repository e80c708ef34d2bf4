"""Who may apply and on what proof, and what an application goes through."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.dates import age_on
from mra.core.lifecycle import Lifecycle, Move, Word
from mra.core.vehicle_classes import FEATURE_WORDS, VehicleClass
from mra.disasters.rules import usual_terms

CONSENT_VERSION = "2026-11"
FAMILY_CONSENT_AGE = 75
DRIVING_AGE = 18
OLDEST_AGE = 120
# A licence lasts five years and a little; later than this is a year mistyped.
LONGEST_LICENCE_YEARS = 10
MOST_DRIVERS = 4
MOST_CARS = 10
MOST_WISHES = 3
MOST_SEATS = 60
DISTANCES_KM = (10, 20, 30, 50, 100)
USUAL_DISTANCE_KM = 30
LATEST_START = timedelta(days=180)
LONGEST_NEED = timedelta(days=366)
WISHABLE_FEATURES = {name: FEATURE_WORDS[name] for name in ("awd", "studless", "wheelchair", "child_seat")}
# Kei cars carry four people by law, kei trucks two; larger classes differ from car to car.
SEATS_BY_LAW = {VehicleClass.KEI_PASSENGER: 4, VehicleClass.KEI_VAN: 4, VehicleClass.KEI_TRUCK: 2}


class ApplicationStatus(StrEnum):
    """How far the secretariat has looked at an application."""

    RECEIVED = "received"
    ASKED_BACK = "asked_back"
    ADMITTED = "admitted"
    TURNED_DOWN = "turned_down"
    WITHDRAWN = "withdrawn"


A = ApplicationStatus

APPLICATION = Lifecycle(
    "application",
    A.RECEIVED,
    {
        A.RECEIVED: Word("受付済", "info"),
        A.ASKED_BACK: Word("確認中", "warning"),
        A.ADMITTED: Word("受理", "success"),
        A.TURNED_DOWN: Word("対象外", "neutral"),
        A.WITHDRAWN: Word("取下げ", "neutral"),
    },
    Move("admit", (A.RECEIVED, A.ASKED_BACK), A.ADMITTED, "受理する", DESK_STAFF, "受理"),
    Move("ask_back", (A.RECEIVED,), A.ASKED_BACK, "確認の連絡をする", DESK_STAFF, "確認の連絡"),
    Move("answer", (A.ASKED_BACK,), A.RECEIVED, "回答を受けた", DESK_STAFF, "回答"),
    Move("turn_down", (A.RECEIVED, A.ASKED_BACK, A.ADMITTED), A.TURNED_DOWN, "対象外とする", COORDINATORS, "対象外"),
    Move("withdraw", (A.RECEIVED, A.ASKED_BACK, A.ADMITTED), A.WITHDRAWN, "取り下げる", DESK_STAFF, "取下げ"),
    begun="申込の受付",
    notes={"renew_link": "本人用リンクの作り直し", "call": "電話（{result}）"},
)


class RequestStatus(StrEnum):
    """Where one wished car stands; "offered" is derived from an open offer."""

    WAITING = "waiting"
    RESERVED = "reserved"
    SERVED = "served"
    WITHDRAWN = "withdrawn"


# In which statuses a text about an application still says what is so; texts that are not here always do.
TEXT_HOLDS_IN = {
    "application_received": frozenset({A.RECEIVED, A.ASKED_BACK, A.ADMITTED}),
    "asked_back": frozenset({A.ASKED_BACK}),
    "admitted": frozenset({A.ADMITTED}),
    "turned_down": frozenset({A.TURNED_DOWN}),
}


def text_holds(template: str, status: ApplicationStatus) -> bool:
    """Whether a text about an application, promised some time ago, still says what is so."""
    return template not in TEXT_HOLDS_IN or status in TEXT_HOLDS_IN[template]


R = RequestStatus

REQUEST = Lifecycle(
    "request",
    R.WAITING,
    {
        R.WAITING: Word("順番待ち", "info"),
        R.RESERVED: Word("予約済", "success"),
        R.SERVED: Word("貸出済", "success"),
        R.WITHDRAWN: Word("取下げ", "neutral"),
    },
    Move("reserve", (R.WAITING,), R.RESERVED, "予約"),
    Move("release", (R.RESERVED,), R.WAITING, "順番待ちに戻す"),
    Move("serve", (R.RESERVED,), R.SERVED, "引渡し"),
    Move("withdraw", (R.WAITING, R.RESERVED), R.WITHDRAWN, "取下げ"),
    begun="希望の登録",
    notes={
        "set_tier": "優先順位を職員が変更（第{tier_before}→第{tier}順位）",
        "restore_tier": "優先順位を規則どおりに戻した（第{tier_before}→第{tier}順位）",
        "reorder": "優先順位の規則（第{number}版）による見直し（第{tier_before}→第{tier}順位）",
    },
)

# A tier is kept true as long as the request may (still, or again) wait: a reserved one may be released.
ORDERED = frozenset({R.WAITING, R.RESERVED})


class Channel(StrEnum):
    """How an application reached us; all stand in one queue."""

    WEB = "web"
    PHONE = "phone"
    PAPER = "paper"


CHANNEL_WORDS = {Channel.WEB: "ウェブ", Channel.PHONE: "電話", Channel.PAPER: "紙"}


class ApplicantKind(StrEnum):
    """A person, or a group that supports those affected."""

    PERSON = "person"
    GROUP = "group"


APPLICANT_KIND_WORDS = {
    ApplicantKind.PERSON: "個人（被災された方）",
    ApplicantKind.GROUP: "団体（支援団体・被災した団体）",
}


class Evidence(StrEnum):
    """What proves the damage; where nothing can be shown, staff decide after a talk, with a reason."""

    RISAI_SHOMEI = "risai_shomei"
    HISAI_SHOMEI = "hisai_shomei"
    APPLICATION_COPY = "application_copy"
    PHOTO_HOUSE = "photo_house"
    PHOTO_VEHICLE = "photo_vehicle"
    CONSULT = "consult"


EVIDENCE_WORDS = {
    Evidence.RISAI_SHOMEI: "罹災証明書",
    Evidence.HISAI_SHOMEI: "被災証明書",
    Evidence.APPLICATION_COPY: "罹災（被災）証明書の申請控え",
    Evidence.PHOTO_HOUSE: "被害のようすが分かる写真（住まい）",
    Evidence.PHOTO_VEHICLE: "被害のようすが分かる写真（車）",
    Evidence.CONSULT: "どれも用意できない（相談したい）",
}


def needs_family_consent(ages: Collection[int]) -> bool:
    """Whether somebody who will drive is 75 or older (the association's own rule)."""
    return any(age >= FAMILY_CONSENT_AGE for age in ages)


def needs_family_consent_on(born_on: Collection[date], day: date) -> bool:
    """Whether somebody with one of these birth dates will be 75 or older on the day the car is needed."""
    return needs_family_consent([age_on(birthday, day) for birthday in born_on])


def needs_evidence(kind: ApplicantKind) -> bool:
    """Damage is proved by persons; a group that supports others has none to prove."""
    return kind is ApplicantKind.PERSON


def is_exception(kind: ApplicantKind, evidence: Collection[str]) -> bool:
    """Whether nothing proves the damage: staff may still admit after a talk, and must say why."""
    return needs_evidence(kind) and not set(evidence) - {Evidence.CONSULT}


def can_carry(vehicle_class: VehicleClass, people: int) -> bool:
    """Whether a class can hold so many people at all, by law."""
    return people <= SEATS_BY_LAW.get(vehicle_class, MOST_SEATS)


def can_anybody_drive_manual(automatic_only: Sequence[bool]) -> bool:
    """Whether at least one of the drivers holds a licence without the automatic-only condition."""
    return not all(automatic_only)


def usual_end(needed_from: date, vehicle_class: VehicleClass) -> date:
    """The last day of a need that has no end yet: as long as the class is usually lent."""
    days, _is_renewable = usual_terms()[vehicle_class]
    return needed_from + timedelta(days=days)


class LicenceKind(StrEnum):
    """What a driver's licence lets its holder drive."""

    STANDARD = "standard"
    SEMI_MEDIUM = "semi_medium"
    MEDIUM = "medium"
    LARGE = "large"
    FOREIGN = "foreign"


LICENCE_KIND_WORDS = {
    LicenceKind.STANDARD: "普通",
    LicenceKind.SEMI_MEDIUM: "準中型（5t限定を含む）",
    LicenceKind.MEDIUM: "中型（8t限定を含む）",
    LicenceKind.LARGE: "大型",
    LicenceKind.FOREIGN: "国際・外国免許",
}


def licence_holds_until(expires_on: date, day: date) -> bool:
    """Whether a licence is still valid on a day."""
    return expires_on >= day


REFUSALS = {
    "intake_closed": "ただいま申込を受け付けていません。",
    "reason_missing": "理由を入力してください。",
    "request_in_use": "予約または貸出中の希望があるため、この操作はできません。先に予約の取消または返却を記録してください。",
    "tier_unknown": "その優先順位は、いまの規則にありません。画面を開き直して、選び直してください。",
    "tier_unchanged": "いまと同じ優先順位です。変更する順位を選んでください。",
    "tier_changed": "入力している間に、優先順位が変わりました。画面を開き直して、今の順位を確かめてから変更してください。",
    "tier_of_ended": "この希望は順番待ちではないため、優先順位を変更できません。",
    "exception_needs_reason": "被災の証明がない申込です。受理する理由を入力してください。",
}

CONSTRAINTS: dict[str, str] = {}
