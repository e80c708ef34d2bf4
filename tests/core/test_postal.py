"""Postal codes in every form in which they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mra.core.postal import grouped, parse_postal_code


@pytest.mark.parametrize(
    "typed", ["9860813", "986-0813", "９８６ー０８１３", "〒986-0813", "〒 ９８６－０８１３", " 986 0813 ", "986―0813"]
)
def test_a_code_is_stored_as_seven_digits(typed: str) -> None:
    assert parse_postal_code(typed) == "9860813"


@pytest.mark.parametrize("typed", ["", "986", "986-081", "98608130", "9860-813", "石巻市", "986-08-13", "٩٨٦٠٨١٣"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert parse_postal_code(typed) is None


@given(st.integers(min_value=0, max_value=9_999_999))
def test_a_shown_code_reads_back(number: int) -> None:
    postal_code = f"{number:07d}"
    assert parse_postal_code(grouped(postal_code)) == postal_code
