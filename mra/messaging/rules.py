"""What a message goes through, the plain words for it, and what follows from a provider's answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from mra.core.lifecycle import Lifecycle, Move, Word


class MessageStatus(StrEnum):
    """From promise to the handset; `unknown` is a provider call that got no answer and is never repeated by machine."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    STOPPED = "stopped"


class Channel(StrEnum):
    """By what a message travels."""

    SMS = "sms"
    EMAIL = "email"


CHANNEL_WORDS = {Channel.SMS: "SMS", Channel.EMAIL: "メール"}

M = MessageStatus

MESSAGE = Lifecycle(
    "message",
    M.QUEUED,
    {
        M.QUEUED: Word("送信待ち", "neutral"),
        M.SENDING: Word("送信待ち", "neutral"),
        M.SENT: Word("送信済", "info"),
        M.DELIVERED: Word("到達", "success"),
        M.UNDELIVERED: Word("不達", "danger"),
        M.FAILED: Word("不達", "danger"),
        M.UNKNOWN: Word("不明", "warning"),
        M.STOPPED: Word("停止中", "warning"),
    },
    Move("claim", (M.QUEUED,), M.SENDING, "送信開始"),
    Move("hand_to_provider", (M.SENDING, M.UNKNOWN), M.SENT, "送信"),
    Move("confirm", (M.SENDING, M.SENT, M.UNKNOWN, M.UNDELIVERED), M.DELIVERED, "到達"),
    Move("fail", (M.SENDING, M.UNKNOWN), M.FAILED, "送信できず"),
    Move("bounce", (M.SENDING, M.SENT, M.UNKNOWN), M.UNDELIVERED, "不達"),
    Move("requeue", (M.SENDING,), M.QUEUED, "再送待ち"),
    Move("lose_track", (M.SENDING,), M.UNKNOWN, "応答なし"),
    Move("stop", (M.SENDING, M.SENT, M.UNKNOWN), M.STOPPED, "配信停止のため送らず"),
)


@dataclass(frozen=True)
class State:
    """One of the words in which staff think of messages; several statuses may stand behind one word."""

    slug: str
    statuses: tuple[MessageStatus, ...]
    meaning: str

    @property
    def word(self) -> Word:
        """The word and tone of the badge."""
        return MESSAGE.word(self.statuses[0])

    @property
    def is_unreached(self) -> bool:
        """Whether somebody has to ring or to send once more."""
        return self.statuses[0] in UNREACHED

    def total(self, counts: Mapping[MessageStatus, int]) -> int:
        """How many messages stand in this state, from the counts by status."""
        return sum(counts.get(status, 0) for status in self.statuses)


STATES = (
    State("waiting", (M.QUEUED, M.SENDING), "送る順番を待っています。通常は1分以内に送信されます。"),
    State(
        "sent",
        (M.SENT,),
        "電話会社やメールサーバーに渡しました。SMSは、届いたという知らせを待っています。メールには、届いたという知らせがありません。",
    ),
    State("delivered", (M.DELIVERED,), "相手に届きました。"),
    State("undelivered", (M.UNDELIVERED, M.FAILED), "届きませんでした。電話でお知らせするか、再送してください。"),
    State("unknown", (M.UNKNOWN,), "届いたかどうか分かりません。電話で確かめるか、再送してください。"),
    State("stopped", (M.STOPPED,), "SMSの受信を停止している番号のため、送りませんでした。電話でお知らせください。"),
)
UNREACHED = (M.UNDELIVERED, M.FAILED, M.UNKNOWN)


def unreached_words(counts: Mapping[MessageStatus, int]) -> str:
    """How many messages did not arrive, and of how many nobody knows, in words."""
    parts = [f"{one.word.label}の連絡が{one.total(counts)}件" for one in STATES if one.total(counts)]
    return "、".join(parts)


def state_named(slug: str) -> State | None:
    """The state behind a filter's name in an address, None for anything else."""
    return next((state for state in STATES if state.slug == slug), None)


def channel_named(slug: str) -> Channel | None:
    """The channel behind a filter's name in an address, None for anything else."""
    return next((channel for channel in Channel if channel.value == slug), None)


def may_be_repeated(status: MessageStatus) -> bool:
    """Whether a person may send the same text once more: only where the first one certainly or possibly did not arrive."""
    return status in UNREACHED


def repetition_warning(status: MessageStatus) -> str:
    """What a person is told before sending once more."""
    return "すでに届いているかもしれません。" if status is M.UNKNOWN else ""


REPETITION = "repeat-"


def repetition_key(message_id: int) -> str:
    """The key of a message's one repetition: deciding twice sends it once."""
    return f"{REPETITION}{message_id}"


# What goes to a provider, and what may come back.


@dataclass(frozen=True)
class Parcel:
    """A text on its way out: the only place where it stands with its real link."""

    message_id: int
    phone: str
    text: str


@dataclass(frozen=True)
class Letter:
    """An e-mail on its way out, its link filled in. `mark` is the same whenever this message is sent, by whomever."""

    message_id: int
    mark: str
    email: str
    subject_line: str
    text: str


@dataclass(frozen=True)
class Accepted:
    """The provider took it, under its own id; `arrived` where it says at once that it has arrived."""

    provider_id: str
    arrived: bool = False


@dataclass(frozen=True)
class NotAccepted:
    """The provider clearly said no; `may_pass` where the same call may succeed later (too busy, queue full)."""

    code: str
    may_pass: bool = False


@dataclass(frozen=True)
class NoAnswer:
    """Nobody knows whether the provider took it."""


Answer = Accepted | NotAccepted | NoAnswer

# Five hours of trying: longer than most outages, shorter than most offers.
MOST_TRIES = 12
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# Longer than a provider call with all its time-outs and the life of a job (two minutes).
SILENCE_MEANS_LOST = timedelta(minutes=10)


def pause_after(tries: int) -> timedelta:
    """How long a message rests after so many calls that were put off: half a minute, doubling up to an hour."""
    return min(FIRST_PAUSE * (1 << (tries - 1)), LONGEST_PAUSE)


# Twilio's words (its API of 2010-04-01). Codes that mean "not now" rather than "no".
TWILIO_MAY_PASS = frozenset({"20429", "429", "21611", "30001"})

# Twilio's word for a number whose owner wants no SMS; ours for one on our own list.
OPTED_OUT = "21610"
SUPPRESSED = "suppressed"

# Twilio's message status → our move. A word that is not here changes nothing.
TWILIO_MOVES = {
    "accepted": "hand_to_provider",
    "scheduled": "hand_to_provider",
    "queued": "hand_to_provider",
    "sending": "hand_to_provider",
    "sent": "hand_to_provider",
    "delivered": "confirm",
    "read": "confirm",
    "undelivered": "bounce",
    "failed": "bounce",
    "canceled": "bounce",
}


# What a mail server says is kept as the step it answered and its code, such as `mail-550`: `mail` is about the addressee
# or the mail, `connect`, `login` and `sender` are about us.
def smtp_code(step: str, answer: int) -> str:
    """The word under which a mail server's refusal is kept."""
    return f"{step}-{answer}"


def is_smtp_not_now(answer: int) -> bool:
    """Whether the same mail may be taken later: only five hundreds are a clear no."""
    return not 500 <= answer < 600


_BAD_NUMBER = "電話番号が正しくないか、使われていません。番号を確認してください。"
_NO_SMS = "SMSを受け取れない番号です。電話でお知らせください。"
_OUR_SIDE = "送信の設定に問題があります。管理者に連絡してください。"
_BAD_ADDRESS = "メールアドレスが使われていないか、受け取りを断られました。アドレスを確認してください。"
_TOO_BUSY = "送信が混み合い、時間内に送れませんでした。再送してください。"

REASONS = {
    "20003": _OUR_SIDE,
    "21211": _BAD_NUMBER,
    "21212": _OUR_SIDE,
    "21408": _OUR_SIDE,
    "21606": _OUR_SIDE,
    "21610": "SMSの受信を停止している番号です。電話でお知らせください。",
    "21611": _TOO_BUSY,
    "21612": _OUR_SIDE,
    "21614": _NO_SMS,
    "21635": _NO_SMS,
    "21657": _OUR_SIDE,
    "20429": _TOO_BUSY,
    "429": _TOO_BUSY,
    "30001": _TOO_BUSY,
    "30003": "電源が切れているか、電波が届きません。時間をおいて再送するか、電話でお知らせください。",
    "30004": "相手の設定で受信できません。電話でお知らせください。",
    "30005": _BAD_NUMBER,
    "30006": _NO_SMS,
    "30007": "迷惑なSMSと判断されて止められました。管理者に連絡してください。",
    "30008": "原因は分かりません。再送するか、電話でお知らせください。",
    "30036": "期限までに届きませんでした。必要なら再送してください。",
    "unreachable": _TOO_BUSY,
    SUPPRESSED: "SMSの受信を停止している番号です。電話でお知らせください。",
    "link_gone": "本人用リンクが無効になったため、送りませんでした。関係する画面で確認してください。",
    "no_mail_provider": "メールの送信設定がないため、送りませんでした。管理者に連絡してください。",
    "tls_failed": _OUR_SIDE,
    "mail-550": _BAD_ADDRESS,
    "mail-551": _BAD_ADDRESS,
    "mail-552": "相手の受信箱がいっぱいか、メールが大きすぎます。電話でお知らせください。",
    "mail-553": _BAD_ADDRESS,
    "mail-554": "迷惑メールと判断されて止められました。管理者に連絡してください。",
}
# What holds for a whole step, where the code by itself has no sentence.
REASONS_BY_STEP = {"connect-": _OUR_SIDE, "login-": _OUR_SIDE, "sender-": _OUR_SIDE, "mail-4": _TOO_BUSY}


def reason(code: str) -> str:
    """The sentence for a provider's code, with what to do next."""
    by_step = next((sentence for step, sentence in REASONS_BY_STEP.items() if code.startswith(step)), None)
    return REASONS.get(code) or by_step or f"送信できませんでした（コード {code}）。電話でお知らせください。"


# Where the page of a subject is; a subject that is not here has no page of its own.
SUBJECT_PAGES = {"application": "/applications/{id}", "loan": "/loans/{id}"}

REFUSALS: dict[str, str] = {
    "message_not_repeatable": "この連絡は送信中か、すでに届いているため、再送できません。画面を開き直してください。",
}
CONSTRAINTS: dict[str, str] = {}
