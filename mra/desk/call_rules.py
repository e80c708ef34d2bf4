"""Whom messages do not reach: why we ring, what is said, what a call can end in, and what follows from it."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from mra.core.clock import JAPAN

# One call: long enough to talk, short enough that a closed laptop does not hide a person until tomorrow.
CLAIM_LASTS = timedelta(minutes=15)
# Before the deadline of an offer somebody is rung who has not answered; so early that the car can still be taken.
SILENT_BEFORE_DEADLINE = timedelta(hours=4)
# After a "yes" by SMS the time must be chosen; then we help.
TIME_TO_CHOOSE = timedelta(hours=2)
LATE_WITHOUT_ANSWER = timedelta(days=1)
DUE_NOTICE = timedelta(days=3)
# Older news is no news: by then the case has moved on or somebody has rung.
NEWS_LASTS = timedelta(days=7)
UNREAD_FOR = timedelta(minutes=10)
AFTER_NO_ANSWER = timedelta(hours=1)
STILL_MATTERS_AFTER = timedelta(days=1)


class Matter(StrEnum):
    """What a call is about; with the id of its subject it is one row of the list."""

    OFFER_UNTOLD = "offer_untold"
    OFFER_ANSWER = "offer_answer"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    REPLY = "reply"
    QUESTION = "question"
    DECISION = "decision"
    MESSAGE = "message"


class Why(StrEnum):
    """Why a message does not do."""

    LANDLINE = "landline"
    UNREACHED = "unreached"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    NO_ANSWER = "no_answer"
    NO_TIME_CHOSEN = "no_time_chosen"
    WROTE = "wrote"


class CallState(StrEnum):
    """Where a number stands in the list."""

    NOW = "now"
    LATER = "later"
    WRONG = "wrong"


class CallResult(StrEnum):
    """What a call came to."""

    TOLD = "told"
    ABSENT = "absent"
    WRONG_NUMBER = "wrong_number"
    LATER = "later"
    REFUSED = "refused"


MATTER_WORDS = {
    Matter.OFFER_UNTOLD: "車が決まったことを伝える",
    Matter.OFFER_ANSWER: "車の案内への回答を聞く",
    Matter.OVERDUE: "返却期限を過ぎている",
    Matter.DUE_SOON: "返却日が近いことを伝える",
    Matter.REPLY: "SMSの返信に答える",
    Matter.QUESTION: "申込について確認する",
    Matter.DECISION: "受付の結果を伝える",
    Matter.MESSAGE: "SMSで伝わっていない内容を伝える",
}
WHY_WORDS = {
    Why.LANDLINE: "SMSを受け取れない電話",
    Why.UNREACHED: "SMSが不達",
    Why.STOPPED: "SMSの配信を停止中",
    Why.UNKNOWN: "SMSが届いたか不明",
    Why.NO_ANSWER: "返事がない",
    Why.NO_TIME_CHOSEN: "「はい」と返信、日時が未選択",
    Why.WROTE: "返信が届いた",
}
SCRIPTS = {
    Matter.OFFER_UNTOLD: "お貸しする車が決まりました。ご利用になりますか。ご利用の場合は、受け取りに来られる日時をお聞かせください。",
    Matter.OFFER_ANSWER: "車のご案内をお送りしています。ご利用になりますか。回答の期限を過ぎると、次の方にご案内します。",
    Matter.OVERDUE: "お貸ししている車の返却日を過ぎています。いつ、どちらへお返しいただけますか。お困りのことはありませんか。",
    Matter.DUE_SOON: "お貸ししている車の返却日が近づいています。ご予定どおりお返しいただけますか。続けて必要な方は、延長をご相談ください。",
    Matter.REPLY: "SMSでご連絡をいただきました。ご用件をお聞かせください。",
    Matter.QUESTION: "お申し込みについて、確認したいことがあります。",
    Matter.DECISION: "お申し込みの受付の結果をお知らせします。",
    Matter.MESSAGE: "次のことをお知らせするため、お電話しました。",
}
STATE_WORDS = {
    CallState.NOW: "いま電話をかける方",
    CallState.LATER: "あとでかけ直す方",
    CallState.WRONG: "電話番号の確認が必要な方",
}
NOBODY_HERE = {
    CallState.NOW: "いま電話をかける方はいません。固定電話の方への案内、不達になったSMS、窓口での確認が必要な返信が、ここに並びます。",
    CallState.LATER: "あとでかけ直す方はいません。留守だった方や、時刻を約束した方が、ここに並びます。",
    CallState.WRONG: "電話番号の確認が必要な方はいません。番号違いと記録した方が、ここに並びます。",
}
OPENING = "モビリティ・レジリエンス・アライアンス（災害時の車の無償貸出）です。{name}さまのお電話でよろしいでしょうか。"
RESULT_WORDS = {
    CallResult.TOLD: "話せた・伝えた",
    CallResult.ABSENT: "留守",
    CallResult.WRONG_NUMBER: "番号違い",
    CallResult.LATER: "あとでかけ直す",
    CallResult.REFUSED: "断られた",
}
RESULT_MEANINGS = {
    CallResult.TOLD: "一覧から消えます。返却の遅れと案内への回答は、翌日もそのままなら、また出ます。",
    CallResult.ABSENT: "1時間後に、また一覧に出ます。",
    CallResult.WRONG_NUMBER: "電話番号の確認が必要な方として残ります。",
    CallResult.LATER: "下の時刻に、また一覧に出ます。",
    CallResult.REFUSED: "一覧から消えます。",
}
# These are about something that goes on: a conversation today does not end it.
GOES_ON = frozenset({Matter.OVERDUE, Matter.OFFER_ANSWER})


def again_at(matter: Matter, result: CallResult, moment: datetime, wished: datetime | None) -> datetime | None:
    """When a matter comes back onto the list after a call; None where it does not by itself."""
    if result is CallResult.ABSENT:
        return moment + AFTER_NO_ANSWER
    if result is CallResult.LATER:
        return wished or moment + AFTER_NO_ANSWER
    if result is CallResult.TOLD and matter in GOES_ON:
        return moment + STILL_MATTERS_AFTER
    return None


def next_moment(at: time, moment: datetime) -> datetime:
    """The next moment at which Japan's clocks show this time."""
    local = moment.astimezone(JAPAN)
    today = datetime.combine(local.date(), at, JAPAN)
    return today if today > local else today + timedelta(days=1)


REFUSALS: dict[str, str] = {
    "call_taken": "この方には、ほかの担当者が電話しています。一覧から、次の方を選んでください。",
    "call_solved": "この方への用件は、すでに解決しています。一覧から、次の方を選んでください。",
}
CONSTRAINTS: dict[str, str] = {}
