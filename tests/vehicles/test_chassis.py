"""Chassis numbers: one form for one car."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mra.vehicles.chassis import ChassisFault, ChassisKind, parse_chassis_number


@pytest.mark.parametrize(
    ("typed", "number", "kind"),
    [
        ("ZVW30-1234567", "ZVW30-1234567", ChassisKind.DOMESTIC),
        ("da16t‐123456", "DA16T-123456", ChassisKind.DOMESTIC),
        ("ＨＡ３６Ｓー１０５６７８", "HA36S-105678", ChassisKind.DOMESTIC),
        ("HA36S - 105678", "HA36S-105678", ChassisKind.DOMESTIC),
        ("WVWZZZ1KZAW123456", "WVWZZZ1KZAW123456", ChassisKind.VIN),
        ("WVWZZZ1KZAW12345O", "WVWZZZ1KZAW12345O", ChassisKind.OTHER),
        ("東[41]12345東", "東[41]12345東", ChassisKind.OTHER),
        ("東［４１］１２３４５東", "東[41]12345東", ChassisKind.OTHER),
        ("HA36S105678", "HA36S105678", ChassisKind.OTHER),
        ("HA36S-1234", "HA36S-1234", ChassisKind.OTHER),
    ],
)
def test_a_number_has_one_form_and_one_kind(typed: str, number: str, kind: ChassisKind) -> None:
    chassis = parse_chassis_number(typed)
    assert (str(chassis), chassis.kind) == (number, kind)


def test_only_odd_numbers_are_looked_at_again() -> None:
    typed = ("DA16T-123456", "WVWZZZ1KZAW123456", "東[41]12345東")
    assert [parse_chassis_number(number).needs_confirmation for number in typed] == [False, False, True]


@pytest.mark.parametrize(("typed", "code"), [("", "empty"), ("不明", "no_digits"), ("1" * 31, "too_long")])
def test_what_cannot_be_a_number_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ChassisFault) as fault:
        parse_chassis_number(typed)
    assert fault.value.code == code


@given(st.text(alphabet="AZ0159-ー－ ａ１東[]", min_size=1, max_size=20))
def test_a_stored_number_reads_back_as_itself(typed: str) -> None:
    try:
        chassis = parse_chassis_number(typed)
    except ChassisFault:
        return
    assert parse_chassis_number(chassis.number) == chassis
