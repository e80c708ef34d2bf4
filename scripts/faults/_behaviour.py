"""What the provider does with the next message, and what it tells later: drawn by the seed, the same for the same seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Answer(StrEnum):
    """How the provider meets one call. `broken_after`, `silent`, `cut_after` and `garbled` have taken the message."""

    ACCEPT = "accept"
    SLOW = "slow"
    REFUSE = "refuse"
    BUSY = "busy"
    BROKEN = "broken"
    CUT = "cut"
    BROKEN_AFTER = "broken_after"
    SILENT = "silent"
    CUT_AFTER = "cut_after"
    GARBLED = "garbled"


TAKEN = frozenset({Answer.ACCEPT, Answer.SLOW, Answer.BROKEN_AFTER, Answer.SILENT, Answer.CUT_AFTER, Answer.GARBLED})
# In a hundred calls. Five failures in a row open the house's fuse, which is part of the test.
ANSWERS = {
    Answer.ACCEPT: 74,
    Answer.SLOW: 3,
    Answer.REFUSE: 7,
    Answer.BUSY: 5,
    Answer.BROKEN: 2,
    Answer.CUT: 2,
    Answer.BROKEN_AFTER: 2,
    Answer.SILENT: 1,
    Answer.CUT_AFTER: 2,
    Answer.GARBLED: 2,
}
REFUSALS = {
    21211: "The 'To' number is not a valid phone number.",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This From number has exceeded the maximum number of queued messages",
    21612: "The message From/To pair violates a gateway rule",
    21614: "'To' number is not a valid mobile number",
    21635: "'To' number cannot be a landline",
}
# What arrives, and what comes back with which code.
ENDS = {"": 82, "30003": 2, "30004": 3, "30005": 3, "30006": 3, "30007": 2, "30008": 2, "30036": 3}


class Told(StrEnum):
    """How the callbacks of one message come: the house may see them in any order, twice, late or not at all."""

    IN_ORDER = "in_order"
    BACKWARDS = "backwards"
    TWICE = "twice"
    LATE = "late"
    END_ONLY = "end_only"
    NEVER = "never"


WAYS = {Told.IN_ORDER: 45, Told.BACKWARDS: 15, Told.TWICE: 15, Told.LATE: 12, Told.END_ONLY: 9, Told.NEVER: 4}


@dataclass(frozen=True)
class Callback:
    """One status callback: after how many seconds, which status, with which error code."""

    after_seconds: float
    status: str
    code: str = ""


class Fate:
    """Draws for one provider; `pace` shortens all pauses of a short run."""

    def __init__(self, seed: int, pace: float = 1.0, *, kind: bool = False) -> None:
        self.seed, self.pace, self.is_kind = seed, pace, kind

    def answer(self, message_id: int, call: int) -> tuple[Answer, int]:
        """How the n-th call for a message is met, and the code of a refusal."""
        if self.is_kind:
            return Answer.ACCEPT, 0
        random = Random(f"{self.seed} answer {message_id} {call}")
        return _drawn(random, ANSWERS), random.choice(sorted(REFUSALS))

    def callbacks(self, message_id: int) -> Sequence[Callback]:
        """What is told about a message that was taken."""
        if self.is_kind:
            return ()
        random = Random(f"{self.seed} callbacks {message_id}")
        code, way = _drawn(random, ENDS), _drawn(random, WAYS)
        end = Callback(random.uniform(0.2, 2) * self.pace, "undelivered" if code else "delivered", code)
        return _in_way(way, Callback(0.0, "sent"), end, random.uniform(4, 20) * self.pace)


def _in_way(way: Told, sent: Callback, end: Callback, much_later: float) -> Sequence[Callback]:
    match way:
        case Told.IN_ORDER:
            return sent, end
        case Told.BACKWARDS:
            return Callback(0.0, end.status, end.code), Callback(end.after_seconds, "sent")
        case Told.TWICE:
            return sent, sent, end, end
        case Told.LATE:
            return Callback(much_later / 2, "sent"), Callback(much_later, end.status, end.code)
        case Told.END_ONLY:
            return (end,)
        case Told.NEVER:
            return ()


def _drawn(random: Random, shares: dict[T, int]) -> T:
    return random.choices(list(shares), list(shares.values()))[0]
