"""The number that is read out on the phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mra.core.application_number import format_number, parse_number

SERIALS = st.integers(min_value=1, max_value=10**9)


def test_a_number_has_a_letter_five_digits_and_a_check_digit() -> None:
    # 5724 is the published worked example of the Damm algorithm.
    assert [format_number(serial) for serial in (572, 1234, 123456)] == ["A00572-4", "A01234-0", "A123456-6"]


@pytest.mark.parametrize("typed", ["A01234-0", "a01234-0", "Ａ０１２３４－０", "A012340", " a 01234 0 ", "A01234ー0"])
def test_a_number_is_understood_however_it_is_typed(typed: str) -> None:
    assert parse_number(typed) == 1234


@pytest.mark.parametrize(
    "typed", ["", "01234-0", "A1234-0", "B01234-0", "A01234-1", "A10234-0", "A001234-0", "A00000-0", "A" + "1" * 5000]
)
def test_what_is_not_a_number_of_ours_is_not_guessed(typed: str) -> None:
    assert parse_number(typed) is None


@given(SERIALS)
def test_a_number_reads_back(serial: int) -> None:
    assert parse_number(format_number(serial)) == serial


@given(SERIALS, st.data())
def test_one_wrong_digit_is_always_noticed(serial: int, data: st.DataObject) -> None:
    number = format_number(serial).replace("-", "")
    place = data.draw(st.integers(min_value=1, max_value=len(number) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert parse_number(number[:place] + wrong + number[place + 1 :]) is None


@given(SERIALS, st.data())
def test_two_swapped_neighbours_are_always_noticed(serial: int, data: st.DataObject) -> None:
    number = format_number(serial).replace("-", "")
    place = data.draw(st.integers(min_value=1, max_value=len(number) - 2))
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert parse_number(swapped) == (serial if swapped == number else None)


def test_serials_begin_at_one() -> None:
    with pytest.raises(ValueError, match="begin at 1"):
        format_number(0)
