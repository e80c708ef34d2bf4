"""Recalls: cars out on return-on-disaster leases are asked back together, and each lessee says when and where.

A campaign asks; one return follows each car. When a car is late, and how full a slot is, is worked out, not stored.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.clock import JAPAN
from mra.core.lifecycle import Lifecycle, Move, Word


class CampaignStatus(StrEnum):
    """Whether the cars are still wanted back."""

    RUNNING = "running"
    CANCELLED = "cancelled"


CAMPAIGN = Lifecycle(
    "recall_campaign",
    CampaignStatus.RUNNING,
    {
        CampaignStatus.RUNNING: Word("返却要請中", "info"),
        CampaignStatus.CANCELLED: Word("取消", "neutral"),
    },
    Move(
        "cancel", (CampaignStatus.RUNNING,), CampaignStatus.CANCELLED, "返却要請を取り消す", COORDINATORS, "要請の取消"
    ),
    begun="返却要請",
    notes={"add_slots": "返却日時の枠の追加"},
)


class ReturnStatus(StrEnum):
    """From the question to the car at a base, or to the word that it is not needed."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    COLLECTION = "collection"
    PROBLEM = "problem"
    RETURNED = "returned"
    SPARED = "spared"


_ANSWERED = (ReturnStatus.CONFIRMED, ReturnStatus.COLLECTION, ReturnStatus.PROBLEM)
_OPEN = (ReturnStatus.ASKED, *_ANSWERED)
OPEN = frozenset(_OPEN)

LEASE_RETURN = Lifecycle(
    "lease_return",
    ReturnStatus.ASKED,
    {
        ReturnStatus.ASKED: Word("回答待ち", "info"),
        ReturnStatus.CONFIRMED: Word("持込み予定", "success"),
        ReturnStatus.COLLECTION: Word("引取り希望", "warning"),
        ReturnStatus.PROBLEM: Word("返却できない", "danger"),
        ReturnStatus.RETURNED: Word("返却済み", "success"),
        ReturnStatus.SPARED: Word("要請取消", "neutral"),
    },
    Move(
        "confirm",
        (ReturnStatus.ASKED, ReturnStatus.COLLECTION, ReturnStatus.PROBLEM),
        ReturnStatus.CONFIRMED,
        "持込みの日時を記録する",
        DESK_STAFF,
        "持込み日時の決定",
    ),
    Move(
        "ask_collection",
        (ReturnStatus.ASKED, ReturnStatus.CONFIRMED, ReturnStatus.PROBLEM),
        ReturnStatus.COLLECTION,
        "引取りの希望を記録する",
        DESK_STAFF,
        "引取りの希望",
    ),
    Move(
        "tell_problem",
        (ReturnStatus.ASKED, ReturnStatus.CONFIRMED, ReturnStatus.COLLECTION),
        ReturnStatus.PROBLEM,
        "返却できない理由を記録する",
        DESK_STAFF,
        "返却できないとの連絡",
    ),
    Move("take_back", _OPEN, ReturnStatus.RETURNED, "到着を記録する", DESK_STAFF, "返却"),
    Move("spare", _OPEN, ReturnStatus.SPARED, "要請を取り消す", COORDINATORS, "要請の取消"),
    begun="返却要請",
    notes={
        "change_slot": "持込み日時の変更",
        "change_collection": "引取りの希望の変更",
        "change_problem": "返却できない理由の変更",
        "ring": "電話での確認",
        "remind": "回答のお願い",
        "remind_slot": "前日のお知らせ",
        "send_again": "リンクの送り直し",
    },
)


class Problem(StrEnum):
    """Why a car cannot come now."""

    ACCIDENT = "accident"
    IN_REPAIR = "in_repair"
    STRUCK = "struck"
    IN_USE = "in_use"
    OTHER = "other"


PROBLEM_WORDS = {
    Problem.ACCIDENT: "事故で動かせない",
    Problem.IN_REPAIR: "修理・整備に出している",
    Problem.STRUCK: "災害の被害を受けた",
    Problem.IN_USE: "どうしても車が必要",
    Problem.OTHER: "そのほか",
}


class RingResult(StrEnum):
    """What came of ringing a lessee."""

    NO_ANSWER = "no_answer"
    WILL_ANSWER = "will_answer"
    RING_AGAIN = "ring_again"
    WILL_COME = "will_come"


RING_WORDS = {
    RingResult.NO_ANSWER: "つながらなかった",
    RingResult.WILL_ANSWER: "リンクから回答するとのこと",
    RingResult.WILL_COME: "近く持ち込むとのこと",
    RingResult.RING_AGAIN: "あとでかけ直す",
}

LONGEST_MESSAGE = 400
LONGEST_NOTE = 200
MOST_PLACES_PER_SLOT = 50
MOST_SLOTS = 1_000
MOST_DAYS = 31
SLOT_HOURS = range(6, 22)
# The list of a page; a campaign of the association's size (48 contracts) fits, one of thousands is made in parts.
MOST_RECALLED = 500


def due_on(asked_on: date, return_within_days: int) -> date:
    """The last day on which the car may come: the days of the contract run from the request."""
    return asked_on + timedelta(days=return_within_days)


def remind_on(asked_on: date, due: date) -> date:
    """Half time: those who are silent then are reminded once."""
    return asked_on + timedelta(days=(due - asked_on).days // 2)


def is_late(status: ReturnStatus, due: date, today: date) -> bool:
    """A car that is still out after its last day."""
    return status in OPEN and due < today


def is_slot_fixed(starts_at: datetime, today: date) -> bool:
    """A slot may be changed until the day before; on its day the base must be rung. One that was missed is free again."""
    return starts_at.astimezone(JAPAN).date() == today


def slot_moments(days: Iterable[date], hours: Iterable[int]) -> list[datetime]:
    """The beginnings of the slots: each of these hours on each of these days."""
    kept = sorted(set(hours))
    return [datetime.combine(day, time(hour), JAPAN) for day in sorted(set(days)) for hour in kept]


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def open_hours(opens_at: time, closes_at: time) -> list[int]:
    """The hours in which a base can take a car: from its first full hour, an hour before it closes at the latest."""
    first = opens_at.hour + (opens_at.minute > 0)
    return [hour for hour in range(first, closes_at.hour) if hour in SLOT_HOURS]


def slots_fault(first: date, last: date, today: date) -> str | None:
    """Why the days of the slots cannot stand."""
    if first < today:
        return "slots_in_the_past"
    if last < first:
        return "slots_reversed"
    return "slots_too_many_days" if (last - first).days >= MOST_DAYS else None


# Which texts are true only while a return stands where it stood when they were promised.
_HOLDS = {
    "recall_made": (ReturnStatus.ASKED,),
    "recall_reminder": (ReturnStatus.ASKED,),
    "recall_confirmed": (ReturnStatus.CONFIRMED,),
    "recall_tomorrow": (ReturnStatus.CONFIRMED,),
    "recall_cancelled": (ReturnStatus.SPARED,),
}


def text_holds(template: str, status: ReturnStatus, starts_at: datetime | None, moment: datetime) -> bool:
    """Whether a text is still true: no question to somebody who answered, no reminder of a slot that is over."""
    if status not in _HOLDS.get(template, (status,)):
        return False
    return template != "recall_tomorrow" or (starts_at is not None and starts_at > moment)


def ways_word(phone: str | None, can_sms: bool, email: str | None) -> str:
    """By which ways a lessee is told: SMS・メール, or by telephone only."""
    written = [word for word, is_there in (("SMS", phone and can_sms), ("メール", email)) if is_there]
    return "・".join(written) or "電話で連絡"


REFUSALS = {
    "recall_of_closed_support": "この支援は終了しているため、返却を要請できません。",
    "nothing_to_recall": "返却を要請するリースが選ばれていません。1件以上選んでください。",
    "too_many_recalls": f"一度に要請できるのは{MOST_RECALLED}件までです。地域や車種で絞り、分けて要請してください。",
    "lease_asked_back": "{plate}は、すでに返却を要請しています（返却要請または提供要請）。一覧から外して、もう一度操作してください。",
    "lease_not_out": "{plate}のリースはすでに終了しています。一覧から外して、もう一度操作してください。",
    "recall_needs_slots": "返却の場所と日時の枠がありません。拠点・日・時間を選び直してください（拠点の休みの日には枠を作れません）。",
    "recall_base_elsewhere": "この支援の拠点だけを返却の場所にできます。拠点を選び直してください。",
    "too_many_slots": f"枠が{MOST_SLOTS}を超えます。日数か時間を減らしてください。",
    "slots_in_the_past": "返却の受付の初日が過去になっています。今日以降の日を入力してください。",
    "slots_reversed": "返却の受付の最終日が初日より前になっています。日付を確かめてください。",
    "slots_too_many_days": f"返却の受付は{MOST_DAYS}日以内にしてください。",
    "return_slot_full": "選んだ日時は、ほかの方で埋まりました。別の日時を選んでください。",
    "slot_gone": "選んだ日時は受け付けていません。別の日時を選んでください。",
    "slot_fixed": "持込みの日時は前日まで変更できます。変更は{phone}へお電話ください。",
    "recall_over": "この返却のお願いは終わっています。ご対応は不要です。",
    "recall_car_is_back": "この車はすでに返却されています。",
    "problem_needs_reason": "返却できない理由を選んでください。",
    "collection_needs_address": "引取り先の住所を入力してください。",
    "link_sent_just_now": "さきほどリンクを送ったばかりです。届かないときは、2分ほど待つか、電話で確認してください。",
    "lease_already_recalled": "選んだリースのうち、すでに返却を要請しているものがあります。画面を開き直して選んでください。",
    "slot_known": "同じ拠点・同じ日時の枠がすでにあります。画面を開き直してください。",
    "recall_cancel_needs_reason": "取り消す理由を入力してください。借り手へのお知らせに載せます。",
}

CONSTRAINTS = {
    "uq_lease_returns_one_open_per_lease": "lease_already_recalled",
    "uq_recall_slots_moment": "slot_known",
}
