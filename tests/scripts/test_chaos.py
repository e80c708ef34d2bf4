"""The fault test of messages: its short run, and whether it would see what it is there to see."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from mra.core.db import db
from mra.messaging import services
from mra.messaging.models import Message
from mra.messaging.rules import Accepted, NoAnswer, NotAccepted
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "scripts" / "faults")]

from _behaviour import Answer, Fate  # noqa: E402
from _judge import Verdict, judge  # noqa: E402
from provision.commands.bench import known_benchmarks  # noqa: E402
from provision.paths import FAULTS  # noqa: E402

LONGEST_SECONDS = 180


def test_nothing_is_lost_or_doubled_while_everything_dies() -> None:
    ended = subprocess.run(
        [sys.executable, str(FAULTS / "messages.py"), "--short", "--seed", "1"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["promised"] >= 150
    assert told["accepted_once"] + told["failed"] + told["unknown"] == told["promised"]
    assert (told["accepted_twice"], told["lost"], told["unexplained"]) == (0, 0, 0)
    assert told["unknown_on_call_list"] == told["unknown"]
    assert told["flushes"]
    assert {"redis", "scheduler", "web", "worker and job"} <= set(told["kills"])


def test_the_list_tells_what_each_fault_test_proves() -> None:
    assert list(known_benchmarks(FAULTS)) == ["messages"]
    assert all(known_benchmarks(FAULTS).values())


def test_the_same_seed_draws_the_same_fate() -> None:
    draws = [[(fate.answer(one, 1), fate.callbacks(one)) for one in range(300)] for fate in (Fate(5), Fate(5), Fate(6))]
    assert draws[0] == draws[1] != draws[2]
    assert {answer for (answer, _code), _callbacks in draws[0]} == set(Answer)


@pytest.mark.usefixtures("session")
class TestJudge:
    @pytest.fixture
    def message(self, app: Flask) -> Message:
        """A text to somebody who applied, handed to the provider and taken."""
        case = factories.application(factories.activation())
        made = services.promise_text(
            "admitted", phone=case.phone, can_sms=True, subject_kind="application", subject_id=case.id,
            activation_id=case.activation_id, key="one", number="A00123-4", help_phone="+81963221111",
        )  # fmt: skip
        assert made is not None
        services.claim(made.id)
        return made

    def row(self, message: Message, **other: object) -> dict[str, object]:
        """What the provider has in its book about it."""
        return {"sid": "SM1", "message_id": str(message.id), "to": message.phone, "heard": []} | other

    def test_what_was_taken_once_is_explained(self, message: Message) -> None:
        services.record(message.id, outcome=Accepted("SM1"), provider="twilio")
        assert counted(judge([self.row(message)], set())) == {"promised": 1, "accepted_once": 1}

    def test_what_was_taken_twice_is_seen(self, message: Message) -> None:
        services.record(message.id, outcome=Accepted("SM1"), provider="twilio")
        verdict = judge([self.row(message), self.row(message, sid="SM2")], set())
        assert counted(verdict) == {"promised": 1, "accepted_twice": 1}
        assert verdict.faults

    def test_what_still_waits_is_lost(self, message: Message) -> None:
        assert counted(judge([], set())) == {"promised": 1, "lost": 1}

    def test_what_the_house_believes_sent_and_nobody_took_is_lost(self, message: Message) -> None:
        services.record(message.id, outcome=Accepted("SM1"), provider="twilio")
        assert counted(judge([], set())) == {"promised": 1, "lost": 1}

    def test_what_failed_with_a_reason_is_explained(self, message: Message) -> None:
        services.record(message.id, outcome=NotAccepted("21211"), provider="twilio")
        verdict = judge([], set())
        assert counted(verdict) == {"promised": 1, "failed": 1}
        assert verdict.failed_by_code == {"21211": 1}

    def test_what_failed_and_was_taken_is_a_fault(self, message: Message) -> None:
        services.record(message.id, outcome=NotAccepted("21211"), provider="twilio")
        assert judge([self.row(message)], set()).faults

    def test_what_nobody_knows_stands_on_the_call_list(self, message: Message) -> None:
        services.record(message.id, outcome=NoAnswer(), provider="twilio")
        verdict = judge([self.row(message)], set())
        assert counted(verdict) == {
            "promised": 1, "unknown": 1, "unknown_but_accepted": 1, "unknown_on_call_list": 1,
        }  # fmt: skip
        assert not verdict.faults

    def test_what_nobody_knows_and_nobody_rings_about_is_a_fault(self, message: Message) -> None:
        services.record(message.id, outcome=NoAnswer(), provider="twilio")
        db.session.execute(update(Message).values(activation_id=None))
        assert judge([], set()).faults

    def test_what_is_unknown_although_the_provider_told_us_is_a_fault(self, message: Message) -> None:
        services.record(message.id, outcome=NoAnswer(), provider="twilio")
        assert judge([self.row(message, heard=[["delivered", ""]])], set()).faults

    def test_an_end_that_was_told_and_not_kept_is_a_fault(self, message: Message) -> None:
        services.record(message.id, outcome=Accepted("SM1"), provider="twilio")
        assert judge([self.row(message, heard=[["undelivered", "30005"]])], set()).faults

    def test_what_went_to_somebody_else_is_a_fault(self, message: Message) -> None:
        services.record(message.id, outcome=Accepted("SM1"), provider="twilio")
        assert judge([self.row(message, to="+819099999999")], set()).faults

    def test_what_was_rolled_back_must_not_be_known_to_anybody(self, message: Message) -> None:
        services.record(message.id, outcome=Accepted("SM1"), provider="twilio")
        unborn = message.id + 1
        assert judge([self.row(message), self.row(message, message_id=str(unborn))], {unborn}).faults


def counted(verdict: Verdict) -> dict[str, int]:
    return {name: count for name, count in verdict.counts.items() if count}
