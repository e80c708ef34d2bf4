"""What a message goes through, the plain words for it, and what follows from a provider's answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from mra.core.lifecycle import Lifecycle, Move, Word

from . import bulk_rules, next_steps
from .next_steps import Step


class MessageStatus(StrEnum):
    """From promise to the handset; `unknown` is a provider call that got no answer and is never repeated by machine."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class Channel(StrEnum):
    """By what a message travels."""

    SMS = "sms"
    EMAIL = "email"


class Wording(NamedTuple):
    """One file of `templates/messages`: a text or a mail in one language."""

    template: str
    language: str
    channel: Channel


CHANNEL_WORDS = {Channel.SMS: "SMS", Channel.EMAIL: "メール"}

PROVIDER_WORDS = {"twilio": "Twilio", "gateway": "国内SMS事業者"}

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
        M.DROPPED: Word("停止中", "neutral"),
    },
    Move("claim", (M.QUEUED,), M.SENDING, "送信開始"),
    Move("hand_to_provider", (M.SENDING, M.UNKNOWN), M.SENT, "送信"),
    Move("confirm", (M.SENDING, M.SENT, M.UNKNOWN, M.UNDELIVERED), M.DELIVERED, "到達"),
    Move("fail", (M.SENDING, M.UNKNOWN), M.FAILED, "送信できず"),
    Move("bounce", (M.SENDING, M.SENT, M.UNKNOWN), M.UNDELIVERED, "不達"),
    Move("requeue", (M.SENDING,), M.QUEUED, "再送待ち"),
    Move("drop", (M.QUEUED, M.SENDING, M.SENT, M.UNKNOWN), M.DROPPED, "送信中止"),
    Move("lose_track", (M.SENDING,), M.UNKNOWN, "応答なし"),
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
    State("stopped", (M.DROPPED,), "送りませんでした。理由は、それぞれの連絡の下に書いてあります。"),
    State("unknown", (M.UNKNOWN,), "届いたかどうか分かりません。電話で確かめるか、再送してください。"),
)
UNREACHED = (M.UNDELIVERED, M.FAILED, M.UNKNOWN)
# Our word for a number on our own list, and Twilio's for one whose owner told the carrier: not sent, so somebody rings.
SUPPRESSED = "suppressed"
WANTS_NO_SMS = (SUPPRESSED, "21610")
# A phone that shows no SMS, as its owner's number tells: nothing was tried.
LANDLINE = "landline"


# Our word for a repetition that is not sent, since the message that it repeats arrived late after all.
ARRIVED_AFTER_ALL = "arrived_after_all"

# What a person has read, may have read, or will: a second reminder on the same day would be one too many.
ON_ITS_WAY = (M.SENDING, M.SENT, M.DELIVERED, M.UNKNOWN)


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


def repeated_by(key: str) -> int | None:
    """The id of the message of which the message with this key is the repetition; None where it is none."""
    number = key.removeprefix(REPETITION)
    return int(number) if key.startswith(REPETITION) and number.isdecimal() else None


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
    """The provider took it, under its own id; `arrived` where it says at once that it has arrived.

    `by` is its name, where several were asked in turn.
    """

    provider_id: str
    arrived: bool = False
    by: str = ""


@dataclass(frozen=True)
class NotAccepted:
    """The provider clearly said no; `may_pass` where the same call may succeed later (too busy, queue full)."""

    code: str
    may_pass: bool = False


@dataclass(frozen=True)
class NoAnswer:
    """Nobody knows whether the provider took it."""


Answer = Accepted | NotAccepted | NoAnswer


def is_for_the_next_provider(answer: Answer) -> bool:
    """Whether another provider may be asked: only where this one certainly did not take it, for a reason of its own.

    What is wrong with the number is wrong everywhere; after an unknown outcome nobody is asked.
    """
    return isinstance(answer, NotAccepted) and (answer.may_pass or next_steps.step(answer.code) is Step.OUR_SIDE)


# Five hours of trying: longer than most outages, shorter than most offers.
MOST_TRIES = 12
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


def pause_after(tries: int) -> timedelta:
    """How long a message rests after so many calls that were put off: half a minute, doubling up to an hour."""
    return min(FIRST_PAUSE * (1 << (tries - 1)), LONGEST_PAUSE)


# Twilio's words (its API of 2010-04-01).
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


GATEWAY_MOVES = {
    "accepted": "hand_to_provider",
    "sent": "hand_to_provider",
    "delivered": "confirm",
    "undelivered": "bounce",
    "expired": "bounce",
}
MOVES = {"twilio": TWILIO_MOVES, "gateway": GATEWAY_MOVES}

# Where the page of a subject is; a subject that is not here has no page of its own.
SUBJECT_PAGES = {
    "agreement": "/alliance/agreements/{id}",
    "application": "/applications/{id}",
    "call": "/supply/calls/{id}",
    "donation": "/donations/{id}",
    "loan": "/loans/{id}",
    "member": "/alliance/members/{id}",
    "offer": "/offers/{id}",
    "recall": "/recalls/returns/{id}",
    "transport_driver": "/transport/drivers/{id}",
    "transport_offer": "/transport/offers/{id}",
}


def subject_page(subject_kind: str, subject_id: int) -> str | None:
    """The address of the page of what a message is about."""
    page = SUBJECT_PAGES.get(subject_kind)
    return page.format(id=subject_id) if page else None


REFUSALS: dict[str, str] = bulk_rules.REFUSALS | {
    "message_not_repeatable": "この連絡は送信中か、すでに届いているため、再送できません。画面を開き直してください。",
}
CONSTRAINTS: dict[str, str] = {}
