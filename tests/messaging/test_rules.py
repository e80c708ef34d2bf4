"""What the words mean, how long a text is, how long a message rests."""

from datetime import timedelta

import pytest

from mra.messaging import next_steps, rules
from mra.messaging.rules import MessageStatus
from mra.messaging.segments import is_gsm7, segments, units


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("あ" * 70, 1),
        ("あ" * 71, 2),
        ("あ" * 134, 2),
        ("あ" * 135, 3),
        ("あ" * 201, 3),
        ("あ" * 660, 10),
        ("あ" * 670, 10),
        ("🚗" * 35, 1),
        ("🚗" * 36, 2),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("[" * 80, 1),
        ("[" * 81, 2),
    ],
)
def test_a_text_travels_in_so_many_segments(text: str, count: int) -> None:
    assert segments(text) == count


def test_a_sign_of_two_units_is_never_cut_in_half() -> None:
    assert segments("🚗" * 67) == 3
    assert segments("[" * 153) == 3


def test_one_japanese_letter_makes_every_letter_dear() -> None:
    assert is_gsm7("A car is ready: €5 [note]")
    assert not is_gsm7("A car is ready 車")
    assert units("A [") == 4
    assert units("車 [") == 3
    assert units("𠮷") == 2


def test_every_status_stands_behind_one_of_six_words() -> None:
    assert [state.word.label for state in rules.STATES] == ["送信待ち", "送信済", "到達", "不達", "停止中", "不明"]
    behind = [status for state in rules.STATES for status in state.statuses]
    assert sorted(behind) == sorted(MessageStatus)
    assert all(rules.MESSAGE.word(status) == state.word for state in rules.STATES for status in state.statuses)


def test_an_unknown_message_is_sent_again_by_people_only() -> None:
    assert {move.action for move in rules.MESSAGE.actions(MessageStatus.UNKNOWN)} == {
        "hand_to_provider",
        "confirm",
        "fail",
        "bounce",
        "drop",
    }
    assert rules.may_be_repeated(MessageStatus.UNKNOWN)
    assert not rules.may_be_repeated(MessageStatus.SENT)


def test_a_delivered_message_stays_delivered() -> None:
    assert rules.MESSAGE.actions(MessageStatus.DELIVERED) == ()


def test_pauses_grow_up_to_an_hour() -> None:
    pauses = [rules.pause_after(tries) for tries in range(1, rules.MOST_TRIES)]
    assert pauses[0] == timedelta(seconds=30)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


def test_every_reason_says_what_to_do_next() -> None:
    assert all(sentence.endswith("ください。") for sentence in (known.sentence for known in next_steps.NEXT.values()))
    assert "99999" in next_steps.reason("99999")
