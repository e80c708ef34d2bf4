"""Driving licence numbers: doubts are told, nobody is turned away by arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mra.core.licence import LicenceFault, check_digit_matches, commission_name, doubts, masked, parse_licence_number


@pytest.mark.parametrize("number", ["309012345620", "221500000110", "221500000700"])
def test_the_check_digit_of_a_sound_number_matches(number: str) -> None:
    assert check_digit_matches(number)
    assert doubts(number) == ()


@given(st.integers(min_value=0, max_value=9), st.integers(min_value=0, max_value=9))
def test_a_number_has_exactly_one_fitting_check_digit(tenth: int, reissues: int) -> None:
    fitting = [check for check in range(10) if check_digit_matches(f"221500000{tenth}{check}{reissues}")]
    assert len(fitting) == 1


@pytest.mark.parametrize("typed", ["309012345620", "３０９０１２３４５６２０", "3090 1234 5620", "3090-1234-5620"])
def test_a_number_is_read_in_any_width(typed: str) -> None:
    assert parse_licence_number(typed) == "309012345620"


def test_a_wrong_check_digit_is_a_doubt_and_no_refusal() -> None:
    assert parse_licence_number("309012345630") == "309012345630"
    assert doubts("309012345630") == ("check_digit",)


def test_an_unknown_commission_is_a_doubt() -> None:
    assert "unknown_commission" in doubts("990000000000")


@pytest.mark.parametrize("typed", ["30901234562", "3090123456200", "第309012345620号", "免許なし"])
def test_anything_but_twelve_digits_is_refused(typed: str) -> None:
    with pytest.raises(LicenceFault) as fault:
        parse_licence_number(typed)
    assert fault.value.code == "not_twelve_digits"


def test_an_empty_field_is_no_number_and_no_fault() -> None:
    assert parse_licence_number(" ") is None


@pytest.mark.parametrize(
    ("number", "name"), [("309012345620", "東京"), ("220000000000", "宮城"), ("990000000000", None)]
)
def test_the_first_two_digits_tell_the_commission(number: str, name: str | None) -> None:
    assert commission_name(number) == name


def test_pages_show_the_last_four_digits_only() -> None:
    assert masked("309012345620") == "********5620"
