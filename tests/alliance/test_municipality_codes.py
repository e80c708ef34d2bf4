"""Codes of municipalities and their check digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mra.alliance.municipality_codes import PREFECTURES, check_digit, full_code, parse_code

CODES = st.builds("{}{:03d}".format, st.sampled_from(sorted(PREFECTURES)), st.integers(min_value=0, max_value=999))


@pytest.mark.parametrize(
    "code",
    ["042021", "431001", "221384", "131016", "172057", "412066", "332038", "473626", "040002", "130001"],
)
def test_published_codes_carry_their_check_digit(code: str) -> None:
    assert full_code(code[:5]) == code
    assert check_digit(code[:5]) == code[5]
    assert parse_code(code) == parse_code(code[:5]) == code[:5]


@pytest.mark.parametrize("typed", ["０４２０２１", " 04202 ", "042021"])
def test_a_code_is_read_in_any_width(typed: str) -> None:
    assert parse_code(typed) == "04202"


@pytest.mark.parametrize("typed", ["", "042022", "4202", "0420210", "48201", "00202", "石巻市"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert parse_code(typed) is None


@given(CODES)
def test_both_forms_read_back(code5: str) -> None:
    assert parse_code(full_code(code5)) == parse_code(code5) == code5


@given(CODES, st.integers(min_value=0, max_value=9))
def test_only_one_sixth_digit_fits(code5: str, digit: int) -> None:
    assert (parse_code(f"{code5}{digit}") == code5) is (str(digit) == check_digit(code5))


def test_there_are_47_prefectures() -> None:
    assert list(PREFECTURES) == [f"{number:02d}" for number in range(1, 48)]
