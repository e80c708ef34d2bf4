"""What follows after each code that a provider may tell."""

from datetime import timedelta

import pytest

from mra.messaging import next_steps
from mra.messaging.next_steps import Mark, Step

# The list of codes as the design of the messages has it: code and what is to happen.
ASKED_FOR = {
    "21211": Step.MARK_INVALID,
    "21408": Step.OUR_SIDE,
    "21610": Step.STOP,
    "21612": Step.OUR_SIDE,
    "21657": Step.OUR_SIDE,
    "21614": Step.MARK_NO_SMS,
    "21635": Step.MARK_NO_SMS,
    "21606": Step.OUR_SIDE,
    "21212": Step.OUR_SIDE,
    "21611": Step.SLOW_DOWN,
    "30001": Step.SLOW_DOWN,
    "20429": Step.SLOW_DOWN,
    "63017": Step.SLOW_DOWN,
    "30003": Step.TRY_AGAIN,
    "30004": Step.RING,
    "30005": Step.MARK_INVALID,
    "30006": Step.MARK_NO_SMS,
    "30007": Step.OUR_SIDE,
    "30008": Step.ONCE_MORE,
    "30036": Step.LEAVE,
    "90007": Step.OUR_SIDE,
}


@pytest.mark.parametrize(("code", "step"), ASKED_FOR.items())
def test_each_code_has_its_next_step(code: str, step: Step) -> None:
    assert next_steps.step(code) is step


def test_a_code_that_nobody_knows_makes_somebody_ring() -> None:
    assert next_steps.step("39999") is Step.RING


def test_a_step_of_the_gateway_or_the_mail_server_is_known_without_its_code() -> None:
    assert next_steps.step("gateway-404") is Step.OUR_SIDE
    assert next_steps.step("mail-451") is Step.SLOW_DOWN


def test_every_step_has_words() -> None:
    assert set(next_steps.STEP_WORDS) == set(Step)
    assert {known.step for known in next_steps.NEXT.values()} == set(Step)


def test_an_unreachable_handset_is_tried_twice_over_hours_and_then_rung() -> None:
    pauses = [next_steps.pause_before_repeat("30003", attempt) for attempt in (1, 2, 3)]
    assert pauses == [timedelta(hours=1), timedelta(hours=3), None]


def test_an_unknown_error_is_tried_once() -> None:
    assert next_steps.pause_before_repeat("30008", 1) == timedelta(minutes=30)
    assert next_steps.pause_before_repeat("30008", 2) is None
    assert next_steps.pause_before_repeat("30004", 1) is None


def test_what_is_wrong_with_a_number_is_kept() -> None:
    assert next_steps.mark("30006") is Mark.NO_SMS
    assert next_steps.mark("21211") is Mark.INVALID
    assert next_steps.mark("21610") is None, "the suppression list knows"
    assert next_steps.mark("30003") is None
