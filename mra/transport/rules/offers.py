"""Asking people to drive a job: what becomes of the question, and how long it may be answered."""

from datetime import datetime, timedelta
from enum import StrEnum

from mra.core.access import DESK_STAFF
from mra.core.clock import JAPAN
from mra.core.lifecycle import Lifecycle, Move, Word

from .drives import JobStatus


class OfferStatus(StrEnum):
    """One question to one driver or one firm; "expired" is derived from the deadline."""

    ASKED = "asked"
    TAKEN = "taken"
    REFUSED = "refused"
    CLOSED = "closed"
    GIVEN_BACK = "given_back"


O = OfferStatus  # noqa: E741

OFFER = Lifecycle(
    "transport_offer",
    O.ASKED,
    {
        O.ASKED: Word("回答待ち", "info"),
        O.TAKEN: Word("引き受け", "success"),
        O.REFUSED: Word("お断り", "neutral"),
        O.CLOSED: Word("終了", "neutral"),
        O.GIVEN_BACK: Word("引き受けの取消", "warning"),
    },
    Move("take", (O.ASKED,), O.TAKEN, "引き受けを記録する", DESK_STAFF, "引き受け"),
    Move("refuse", (O.ASKED,), O.REFUSED, "お断りを記録する", DESK_STAFF, "お断り"),
    Move("close", (O.ASKED, O.TAKEN), O.CLOSED, "打診を取り下げる", DESK_STAFF, "打診の終了"),
    Move("give_back", (O.TAKEN,), O.GIVEN_BACK, "引き受けを取り消す", DESK_STAFF, "引き受けの取消"),
    begun="打診",
    notes={"send_again": "リンクの送り直し"},
)


class CloseReason(StrEnum):
    """Why a question was closed before it was answered, or although it was taken."""

    TAKEN_BY_OTHER = "taken_by_other"
    JOB_CANCELLED = "job_cancelled"
    TAKEN_BACK = "taken_back"
    DRIVER_LEFT = "driver_left"


CLOSE_REASON_WORDS = {
    CloseReason.TAKEN_BY_OTHER: "ほかの方に決定",
    CloseReason.JOB_CANCELLED: "回送の取りやめ",
    CloseReason.TAKEN_BACK: "打診の取り下げ",
    CloseReason.DRIVER_LEFT: "登録の終了",
}


class RefusalReason(StrEnum):
    """Why somebody cannot drive this time."""

    DAY = "day"
    DISTANCE = "distance"
    VEHICLE = "vehicle"
    WAY_HOME = "way_home"
    OTHER = "other"


REFUSAL_REASON_WORDS = {
    RefusalReason.DAY: "その日の都合がつかない",
    RefusalReason.DISTANCE: "距離が長い・遠い",
    RefusalReason.VEHICLE: "この車の運転は難しい",
    RefusalReason.WAY_HOME: "帰りの手段がない",
    RefusalReason.OTHER: "そのほか",
}

DEADLINE_HOURS = 24
EARLIEST_HOUR, LATEST_HOUR = 9, 20
MOST_ASKED_AT_ONCE = 20


def usual_deadline(moment: datetime, leaves_at: datetime) -> datetime:
    """A day to think it over, ending between nine in the morning and eight in the evening, before the job begins."""
    later = (moment + timedelta(hours=DEADLINE_HOURS)).astimezone(JAPAN).replace(minute=0, second=0, microsecond=0)
    if later.hour < EARLIEST_HOUR:
        later -= timedelta(hours=later.hour + 24 - LATEST_HOUR)
    elif later.hour > LATEST_HOUR:
        later = later.replace(hour=LATEST_HOUR)
    return min(later, leaves_at)


def deadline_fault(deadline_at: datetime, moment: datetime, leaves_at: datetime) -> str | None:
    """Why a deadline cannot stand."""
    if deadline_at <= moment:
        return "offer_deadline_past"
    return "offer_deadline_after_job" if deadline_at > leaves_at else None


class Standing(StrEnum):
    """What the page behind the link says."""

    ANSWERABLE = "answerable"
    LATE = "late"
    OTHERS = "others"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    GIVEN_BACK = "given_back"
    READY = "ready"
    UNDER_WAY = "under_way"
    DONE = "done"


OF_TAKER = {
    JobStatus.TAKEN: Standing.READY,
    JobStatus.UNDER_WAY: Standing.UNDER_WAY,
    JobStatus.ARRIVED: Standing.DONE,
}
# Only whoever drives learns where the car is fetched, and writes down the drive.
OF_DRIVER = frozenset(OF_TAKER.values())


def standing(
    status: OfferStatus,
    job_status: JobStatus,
    close_reason: CloseReason | None,
    deadline_at: datetime,
    moment: datetime,
) -> Standing:
    """Where an offer stands for the one who was asked."""
    if job_status is JobStatus.CANCELLED or close_reason is CloseReason.JOB_CANCELLED:
        return Standing.CANCELLED
    if status is O.TAKEN:
        return OF_TAKER.get(job_status, Standing.CANCELLED)
    if status is O.ASKED:
        return Standing.LATE if deadline_at <= moment else Standing.ANSWERABLE
    return {O.REFUSED: Standing.REFUSED, O.GIVEN_BACK: Standing.GIVEN_BACK}.get(status, Standing.OTHERS)


def text_holds(
    template: str, status: OfferStatus, job_status: JobStatus, deadline_at: datetime, moment: datetime
) -> bool:
    """Whether a text about an offer, promised some time ago, still says what is so."""
    if template == "transport_asked":
        return status is O.ASKED and job_status is JobStatus.OPEN and moment < deadline_at
    if template in {"transport_taken", "transport_changed", "transport_reminder"}:
        return status is O.TAKEN and job_status is JobStatus.TAKEN
    return template != "transport_gone" or status is O.CLOSED


REFUSALS = {
    "no_driver_chosen": "打診する相手が選ばれていません。1人以上選んでください。",
    "too_many_asked": f"一度に打診できるのは{MOST_ASKED_AT_ONCE}人までです。",
    "already_asked": "{name}さんには、この回送をすでに打診しています。回答を待つか、電話で確認してください。",
    "already_asked_somebody": "選んだ方の中に、この回送をすでに打診した方がいます。画面を開き直して確認してください。",
    "offer_deadline_past": "回答の期限が過去になっています。これからの日時を入力してください。",
    "offer_deadline_after_job": "回答の期限は、回送の出発より前にしてください。",
    "offer_late": "回答の期限（{deadline}）を過ぎたため、この画面からは引き受けられません。まだご都合がつくときは、{phone}へお電話ください。",
    "offer_answered": "この打診には、すでに回答をいただいています。変更は{phone}へお電話ください。",
    "transport_offer_over": "この打診は終わっています。お気持ちに感謝します。",
    "offer_needs_reason": "お断りの理由を選んでください。次にお願いするときの参考にします。",
    "driver_licence_expired": "運転免許証の有効期限が、回送の日より前です。更新した期限を確認してください。",
    "driver_licence_too_small": "お持ちの免許の種類では、この車を運転できません。",
    "driver_automatic_only": "AT限定の免許では、MT車を運転できません。",
}
CONSTRAINTS = {
    "uq_transport_offers_one_open_per_driver": "already_asked_somebody",
    "uq_transport_offers_one_open_per_member": "already_asked_somebody",
    "uq_transport_offers_one_taken_per_job": "job_taken",
}
