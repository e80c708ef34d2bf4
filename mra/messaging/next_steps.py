"""What follows when a message did not arrive: one table from a provider's code to the next step and the sentence for it.

Pure. The codes are Twilio's (five digits), the gateway's (`gateway-404`), a mail server's (`mail-550`) and our own words.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Step(StrEnum):
    """What happens next without anybody's doing; where that fails too, somebody rings."""

    SLOW_DOWN = "slow_down"
    TRY_AGAIN = "try_again"
    ONCE_MORE = "once_more"
    MARK_NO_SMS = "mark_no_sms"
    MARK_INVALID = "mark_invalid"
    STOP = "stop"
    RING = "ring"
    OUR_SIDE = "our_side"
    LEAVE = "leave"


class Mark(StrEnum):
    """What we know of a phone number. That its owner wants no SMS stands on the suppression list instead."""

    NO_SMS = "no_sms"
    INVALID = "invalid"


STEP_WORDS = {
    Step.SLOW_DOWN: "間隔を広げて、自動で送り直します",
    Step.TRY_AGAIN: "1時間後と3時間後に、自動で送り直します",
    Step.ONCE_MORE: "30分後に1回だけ、自動で送り直します",
    Step.MARK_NO_SMS: "SMSを受け取れない番号として記録し、電話に切り替えます",
    Step.MARK_INVALID: "正しくない番号として記録し、番号を確認します",
    Step.STOP: "受信を停止した番号として記録し、電話に切り替えます",
    Step.RING: "送り直さず、電話に切り替えます",
    Step.OUR_SIDE: "管理者に知らせます",
    Step.LEAVE: "何もしません。必要なときだけ、人が再送します",
}
MARKS = {Step.MARK_NO_SMS: Mark.NO_SMS, Step.MARK_INVALID: Mark.INVALID}
# After these a text that came back is sent once more by machine: pause by pause, then somebody rings.
PAUSES = {
    Step.TRY_AGAIN: (timedelta(hours=1), timedelta(hours=3)),
    Step.ONCE_MORE: (timedelta(minutes=30),),
    Step.SLOW_DOWN: (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1)),
}


@dataclass(frozen=True)
class Next:
    """The next step after a code, and what staff read about it."""

    step: Step
    sentence: str


_BAD_NUMBER = Next(Step.MARK_INVALID, "電話番号が正しくないか、使われていません。番号を確認してください。")
_NO_SMS = Next(Step.MARK_NO_SMS, "SMSを受け取れない番号です。電話でお知らせください。")
_OUR_SIDE = Next(Step.OUR_SIDE, "送信の設定に問題があります。管理者に連絡してください。")
_BAD_ADDRESS = Next(Step.RING, "メールアドレスが使われていないか、受け取りを断られました。アドレスを確認してください。")
_TOO_BUSY = Next(Step.SLOW_DOWN, "送信が混み合い、時間内に送れませんでした。再送してください。")
_WANTS_NO_SMS = Next(Step.STOP, "SMSの受信を停止している番号です。電話でお知らせください。")
_REFUSED = Next(Step.RING, "送信を断られました。番号を確認するか、電話でお知らせください。")

NEXT: dict[str, Next] = {
    "20003": _OUR_SIDE,
    "21211": _BAD_NUMBER,
    "21212": _OUR_SIDE,
    "21408": _OUR_SIDE,
    "21606": _OUR_SIDE,
    "21610": _WANTS_NO_SMS,
    "suppressed": _WANTS_NO_SMS,
    "21611": _TOO_BUSY,
    "21612": _OUR_SIDE,
    "21614": _NO_SMS,
    "21635": _NO_SMS,
    "21657": _OUR_SIDE,
    "20429": _TOO_BUSY,
    "429": _TOO_BUSY,
    "30001": _TOO_BUSY,
    "30003": Next(
        Step.TRY_AGAIN,
        "電源が切れているか、電波が届きません。自動で2回まで送り直します。急ぐときは電話でお知らせください。",
    ),
    "30004": Next(Step.RING, "相手の設定で受信できません。電話でお知らせください。"),
    "30005": _BAD_NUMBER,
    "30006": _NO_SMS,
    "30007": Next(Step.OUR_SIDE, "迷惑なSMSと判断されて止められました。管理者に連絡してください。"),
    "30008": Next(Step.ONCE_MORE, "原因は分かりません。自動で1回送り直します。急ぐときは電話でお知らせください。"),
    "30036": Next(Step.LEAVE, "期限までに届きませんでした。必要なら再送してください。"),
    "63017": _TOO_BUSY,
    "90007": _OUR_SIDE,
    "unreachable": _TOO_BUSY,
    "no_provider": _TOO_BUSY,
    "gateway-400": _REFUSED,
    "gateway-422": _REFUSED,
    "gateway-429": _TOO_BUSY,
    "gateway-503": _TOO_BUSY,
    "link_gone": Next(Step.LEAVE, "本人用リンクが無効になったため、送りませんでした。関係する画面で確認してください。"),
    "number_marked": Next(
        Step.RING, "SMSが届かないと分かっている番号のため、送りませんでした。電話でお知らせください。"
    ),
    "landline": Next(Step.RING, "SMSを受け取れない電話のため、送りませんでした。電話でお知らせください。"),
    "case_changed": Next(
        Step.LEAVE, "状況が変わったため、送りませんでした。関係する画面で今の状態を確認してください。"
    ),
    "told_today": Next(
        Step.LEAVE, "同じ内容を今日すでに送ったため、送りませんでした。関係する画面で今の状態を確認してください。"
    ),
    "arrived_after_all": Next(
        Step.LEAVE, "前に送った同じ連絡が届いたため、送りませんでした。ほかの用件があれば、電話でお知らせください。"
    ),
    "bulk_cancelled": Next(
        Step.LEAVE, "一斉連絡が中止されたため、送りませんでした。必要なら、個別に連絡してください。"
    ),
    "no_mail_provider": Next(Step.OUR_SIDE, "メールの送信設定がないため、送りませんでした。管理者に連絡してください。"),
    "tls_failed": _OUR_SIDE,
    "mail-550": _BAD_ADDRESS,
    "mail-551": _BAD_ADDRESS,
    "mail-552": Next(Step.RING, "相手の受信箱がいっぱいか、メールが大きすぎます。電話でお知らせください。"),
    "mail-553": _BAD_ADDRESS,
    "mail-554": Next(Step.OUR_SIDE, "迷惑メールと判断されて止められました。管理者に連絡してください。"),
}
# What holds for a whole step of the conversation, where the code by itself is not known.
NEXT_BY_STEP = {
    "gateway-4": _OUR_SIDE,
    "connect-": _OUR_SIDE,
    "login-": _OUR_SIDE,
    "sender-": _OUR_SIDE,
    "mail-4": _TOO_BUSY,
}


def _known(code: str) -> Next | None:
    by_step = next((found for beginning, found in NEXT_BY_STEP.items() if code.startswith(beginning)), None)
    return NEXT.get(code) or by_step


def step(code: str) -> Step:
    """What follows after this code; of one that nobody knows, somebody rings."""
    known = _known(code)
    return known.step if known else Step.RING


def reason(code: str) -> str:
    """The sentence for a provider's code, with what to do next."""
    known = _known(code)
    return known.sentence if known else f"送信できませんでした（コード {code}）。電話でお知らせください。"


def mark(code: str) -> Mark | None:
    """What this code tells about the number for all later texts."""
    return MARKS.get(step(code))


def is_not_now(code: str) -> bool:
    """Whether the same call may succeed later."""
    return step(code) is Step.SLOW_DOWN


def pause_before_repeat(code: str, attempt: int) -> timedelta | None:
    """How long a text that came back rests before the machine sends it once more; None: people take over."""
    pauses = PAUSES.get(step(code), ())
    return pauses[attempt - 1] if attempt <= len(pauses) else None
