"""Calls on pledges and leases: what a call goes through, whom to ask for how much, and what an answer may be."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from mra.core.access import COORDINATORS, DESK_STAFF
from mra.core.clock import JAPAN
from mra.core.lifecycle import Lifecycle, Move, Word


class CallStatus(StrEnum):
    """From the question to what came of it. How much was agreed stands beside it: agreed may be in part."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    MET = "met"
    CANCELLED = "cancelled"


CALL = Lifecycle(
    "call",
    CallStatus.ASKED,
    {
        CallStatus.ASKED: Word("回答待ち", "info"),
        CallStatus.AGREED: Word("承諾", "success"),
        CallStatus.REFUSED: Word("辞退", "neutral"),
        CallStatus.MET: Word("納入済み", "success"),
        CallStatus.CANCELLED: Word("取消", "neutral"),
    },
    Move("agree", (CallStatus.ASKED,), CallStatus.AGREED, "承諾を記録する", DESK_STAFF, "承諾"),
    Move("refuse", (CallStatus.ASKED,), CallStatus.REFUSED, "辞退を記録する", DESK_STAFF, "辞退"),
    Move("meet", (CallStatus.AGREED,), CallStatus.MET, "納入を終える", COORDINATORS, "納入の完了"),
    Move("cancel", (CallStatus.ASKED, CallStatus.AGREED), CallStatus.CANCELLED, "要請を取り消す", COORDINATORS, "取消"),
    begun="要請",
    notes={
        "pass_on": "加盟店への取次ぎ",
        "ring": "電話での確認",
        "remind": "回答のお願い",
        "send_again": "リンクの送り直し",
    },
)

# In which statuses a message about a call still says what is so.
TEXT_HOLDS_IN = {
    "call_made": CallStatus.ASKED,
    "call_reminder": CallStatus.ASKED,
    "call_cancelled": CallStatus.CANCELLED,
}


def text_holds(
    template: str, status: CallStatus, *, is_passed_on: bool, deadline_at: datetime, moment: datetime
) -> bool:
    """Whether a message about a call still says what is so: nobody is asked who has answered, and nobody is reminded
    once the call waits for the firms it was passed on to, or the time is over.
    """
    if TEXT_HOLDS_IN.get(template, status) is not status:
        return False
    return template != "call_reminder" or (moment < deadline_at and not is_passed_on)


OPEN = frozenset({CallStatus.ASKED, CallStatus.AGREED})
LONGEST_MESSAGE = 400
LONGEST_REASON = 400
# An answer names a day; one further away than this is a slip of the fingers.
FARTHEST_READY_DAYS = 365
FARTHEST_DEADLINE_DAYS = 90
DEADLINE_HOUR = 17


class Standing(StrEnum):
    """Where a call stands for the member that was asked."""

    ANSWERABLE = "answerable"
    LATE = "late"
    WITH_FIRMS = "with_firms"
    AGREED = "agreed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


def standing(status: CallStatus, *, is_passed_on: bool, deadline_at: datetime, moment: datetime) -> Standing:
    """What the member's page says: whether one can still answer, or what became of the answer."""
    if status is CallStatus.ASKED:
        if is_passed_on:
            return Standing.WITH_FIRMS
        return Standing.LATE if deadline_at <= moment else Standing.ANSWERABLE
    if status in (CallStatus.AGREED, CallStatus.MET):
        return Standing.AGREED
    return Standing.CANCELLED if status is CallStatus.CANCELLED else Standing.REFUSED


class AnswerKind(StrEnum):
    """The one question of a call, and its three answers."""

    ALL = "all"
    PART = "part"
    NONE = "none"


ANSWER_WORDS = {
    AnswerKind.ALL: "全部出せます",
    AnswerKind.PART: "一部だけ出せます",
    AnswerKind.NONE: "今回は出せません",
}


class AttemptResult(StrEnum):
    """What came of ringing a member who did not answer."""

    NO_ANSWER = "no_answer"
    WILL_ANSWER = "will_answer"
    RING_AGAIN = "ring_again"


ATTEMPT_WORDS = {
    AttemptResult.NO_ANSWER: "つながらなかった",
    AttemptResult.WILL_ANSWER: "リンクから回答するとのこと",
    AttemptResult.RING_AGAIN: "あとでかけ直す",
}


def usual_deadline(moment: datetime) -> datetime:
    """Tomorrow at five in the afternoon, Japan time: a night and a working day to ask around in the house."""
    tomorrow = moment.astimezone(JAPAN).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(DEADLINE_HOUR), JAPAN)


def deadline_fault(deadline_at: datetime, moment: datetime, bound: datetime | None = None) -> str | None:
    """Why a deadline cannot stand: the code of the refusal; `bound` is the deadline of the call that is passed on."""
    if deadline_at <= moment:
        return "deadline_in_the_past"
    if bound is not None and deadline_at > bound:
        return "deadline_after_parent"
    return "deadline_too_far" if deadline_at > moment + timedelta(days=FARTHEST_DEADLINE_DAYS) else None


def answer_fault(quantity: int, asked: int, ready_on: date | None, today: date, reason: str) -> str | None:
    """Why an answer cannot stand: zero is a refusal and wants its reason, anything else a day and no more than asked."""
    if quantity < 0 or quantity > asked:
        return "answer_out_of_range"
    if quantity == 0:
        return None if reason.strip() else "refusal_needs_reason"
    if ready_on is None:
        return "answer_needs_day"
    return None if today <= ready_on <= today + timedelta(days=FARTHEST_READY_DAYS) else "ready_day_out_of_range"


class Offer(NamedTuple):
    """Something that could be asked for: how much is left of it, how fast it comes, whether one should think twice."""

    key: str
    left: int
    lead_time_days: int
    is_doubtful: bool = False
    is_called: bool = False

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """The order on the page: the fastest first, doubtful words after the others, what was called already last."""
        return self.is_called, self.is_doubtful, self.lead_time_days, self.key


def proposal(gap: int, offers: Iterable[Offer]) -> dict[str, int]:
    """How much to ask of whom so that the sum meets the gap, the fastest first; doubtful and called ones are left to people."""
    asked: dict[str, int] = {}
    for offer in sorted(offers, key=lambda one: one.rank):
        if offer.is_doubtful or offer.is_called or offer.left <= 0:
            continue
        quantity = min(offer.left, gap - sum(asked.values()))
        if quantity > 0:
            asked[offer.key] = quantity
    return asked


def fits_detail(detail: str, specification: Iterable[str]) -> bool:
    """Whether what a pledge says of itself fits the detail that is needed; where either says nothing, it may."""
    words = list(specification)
    return not detail or not words or any(word in detail or detail in word for word in words)


class Part(NamedTuple):
    """One of the calls into which an umbrella body passed its call on."""

    status: CallStatus
    agreed_quantity: int
    ready_on: date | None


class RollUp(NamedTuple):
    """What the firms' answers come to for the umbrella's call."""

    is_settled: bool
    is_met: bool
    agreed_quantity: int
    ready_on: date | None


def roll_up(parts: Sequence[Part]) -> RollUp:
    """The sum of what the firms agreed to, ready when the last of them is; settled once none of them is still asked."""
    agreed = [part for part in parts if part.status in (CallStatus.AGREED, CallStatus.MET)]
    return RollUp(
        is_settled=bool(parts) and all(part.status is not CallStatus.ASKED for part in parts),
        is_met=bool(agreed) and all(part.status is CallStatus.MET for part in agreed),
        agreed_quantity=sum(part.agreed_quantity for part in agreed),
        ready_on=max((part.ready_on for part in agreed if part.ready_on), default=None),
    )


REFUSALS = {
    "call_of_closed_support": "この支援は終了しているため、新しい要請はできません。",
    "need_is_zero": "この品目は「必要なし」になっています。必要な数を入力してから要請してください。",
    "choice_gone": "選んだ提供表明やリース車のうち、要請できなくなったものがあります。今の一覧から選び直してください。",
    "nobody_to_call": "要請先が選ばれていません。1件以上選んでください。",
    "call_quantity": "要請する数は1以上で入力してください。",
    "unit_differs": "必要な物資と提供表明の単位が違います。画面を開き直して選んでください。",
    "pledge_not_in_force": "選んだ提供表明は、終了したか、いまは有効ではありません。画面を開き直して選んでください。",
    "lease_not_running": "選んだリース車は、すでに返却を要請しているか、リースが終了しています。画面を開き直して、ほかの車を選んでください。",
    "already_called": "{name}には、同じ内容の要請を先ほど出しています。要請の一覧で確認してください。",
    "deadline_in_the_past": "回答の期限が過去になっています。これからの日時を入力してください。",
    "deadline_too_far": f"回答の期限は{FARTHEST_DEADLINE_DAYS}日以内の日時を入力してください。",
    "deadline_after_parent": "加盟店の回答の期限は、事務局への回答の期限より前にしてください。",
    "call_answered": "この要請には、すでに回答をいただいています。変更は{phone}へお電話ください。",
    "call_deadline_passed": "回答の期限（{deadline}）を過ぎたため、この画面からは回答できません。{phone}へお電話ください。",
    "call_cancelled": "この要請は取り消されました。ご回答は不要です。",
    "call_passed_on": "この要請は加盟店に取り次がれています。加盟店の回答がそろうと、自動でまとまります。",
    "answer_out_of_range": "数は、1以上、要請された数以下で入力してください。",
    "refusal_needs_reason": "出せない理由を入力してください。次の備えに役立てます。",
    "answer_needs_day": "いつ用意できるかを入力してください。",
    "ready_day_out_of_range": "用意できる日は、今日から1年以内の日付を入力してください。",
    "not_own_firm": "取り次ぐ先は、自分の団体に属する加盟店から選んでください。",
    "passed_on_too_much": "取り次ぐ数の合計が、要請された数を超えています。{left}{unit}以内にしてください。",
    "leases_are_not_passed_on": "リース車の返却要請は取り次げません。回答の画面から、直接ご回答ください。",
    "sent_just_now": "さきほどリンクを送ったばかりです。届かないときは、2分ほど待つか、電話で確認してください。",
    "cancel_needs_reason": "取り消す理由を入力してください。",
    "meet_needs_reason": "納入が足りないまま終えるときは、理由を入力してください。",
    "deliveries_under_way": "輸送中の納入があります。到着か取消を記録してから操作してください。",
}
CONSTRAINTS = {"uq_calls_one_open_per_lease": "lease_not_running"}
