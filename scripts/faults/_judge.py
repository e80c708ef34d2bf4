"""The comparison at the end: every message of the house against the provider's own ledger, row by row."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from mra.core.db import db
from mra.desk.queries import call_list
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus

TAKEN_WORDS = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNDELIVERED)
OVER = (*TAKEN_WORDS, MessageStatus.FAILED, MessageStatus.DROPPED, MessageStatus.UNKNOWN)


@dataclass
class Verdict:
    """The counts, and each message of which the two sides do not tell the same story."""

    counts: Counter[str] = field(default_factory=Counter)
    failed_by_code: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def blame(self, kind: str, message_id: object, words: str) -> None:
        """Something that must not be."""
        self.counts[kind] += 1
        self.faults.append(f"{kind}: message {message_id}: {words}")

    def figures(self) -> dict[str, object]:
        """As they are printed."""
        names = ("promised", "accepted_once", "accepted_twice", "failed", "unknown", "unknown_but_accepted",
                 "unknown_on_call_list", "lost", "unexplained")  # fmt: skip
        return {name: self.counts[name] for name in names} | {
            "failed_by_code": dict(sorted(self.failed_by_code.items()))
        }


def judge(taken: Iterable[Mapping[str, Any]], rolled_back: set[int]) -> Verdict:
    """Compare; called in an application context."""
    verdict = Verdict()
    by_message: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in taken:
        by_message[int(row["message_id"])].append(row)
    messages = {one.id: one for one in db.session.scalars(select(Message).order_by(Message.id))}
    for message in messages.values():
        _compare(verdict, message, by_message[message.id])
    for message_id in set(by_message) - set(messages):
        verdict.blame("unexplained", message_id, "the provider took it, and the house does not know it")
    for message_id in rolled_back & (set(messages) | {one for one, rows in by_message.items() if rows}):
        verdict.blame("unexplained", message_id, "its transaction was rolled back, and yet it is known")
    return verdict


def _compare(verdict: Verdict, message: Message, rows: list[Mapping[str, Any]]) -> None:
    verdict.counts["promised"] += 1
    if len(rows) > 1:
        verdict.blame("accepted_twice", message.id, f"{message.status}, taken {len(rows)} times")
    elif message.status not in OVER:
        verdict.blame("lost", message.id, f"still {message.status}")
    elif message.status is MessageStatus.UNKNOWN:
        _compare_unknown(verdict, message, rows)
    elif rows:
        _compare_taken(verdict, message, rows[0])
    elif message.status in TAKEN_WORDS:
        verdict.blame("lost", message.id, f"{message.status}, but the provider never took it")
    else:
        verdict.counts["failed"] += 1
        verdict.failed_by_code[message.error_code] += 1


def _compare_unknown(verdict: Verdict, message: Message, rows: list[Mapping[str, Any]]) -> None:
    """Nobody knows of it but the desk; and nobody may have told us more."""
    verdict.counts["unknown"] += 1
    verdict.counts["unknown_but_accepted"] += len(rows)
    if rows and rows[0]["heard"]:
        verdict.blame("unexplained", message.id, f"unknown, although the provider told us {rows[0]['heard']}")
    if _is_on_call_list(message):
        verdict.counts["unknown_on_call_list"] += 1
    else:
        verdict.blame("unexplained", message.id, "unknown, and on nobody's call list")


def _is_on_call_list(message: Message) -> bool:
    person = call_list.person(message.activation_id or 0, message.address)
    return person is not None and any(row.message_id == message.id for row in person.rows)


def _compare_taken(verdict: Verdict, message: Message, row: Mapping[str, Any]) -> None:
    verdict.counts["accepted_once"] += 1
    wrong = []
    if message.status not in TAKEN_WORDS:
        wrong.append(f"{message.status} {message.error_code}, but the provider took it")
    if row["to"] != message.phone:
        wrong.append("it went to another number")
    if message.provider_id != row["sid"]:
        wrong.append(f"known as {message.provider_id!r}, to the provider as {row['sid']}")
    end = [tuple(told) for told in row["heard"] if told[0] in ("delivered", "undelivered")]
    if end and (message.status.value, message.error_code) != end[-1]:
        wrong.append(f"{message.status} {message.error_code}, but we were told {end[-1]}")
    for words in wrong:
        verdict.blame("unexplained", message.id, words)
