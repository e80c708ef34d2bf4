"""Who goes first, who needs a consent, what counts as proof."""

from datetime import date

import pytest

from mra.applications import rules
from mra.applications.rules import ApplicantKind, Evidence
from mra.core.vehicle_classes import VehicleClass


def test_family_consent_begins_on_the_75th_birthday() -> None:
    assert not rules.needs_family_consent_on([date(1951, 8, 19)], date(2026, 8, 18))
    assert rules.needs_family_consent_on([date(1951, 8, 19)], date(2026, 8, 19))


def test_one_proof_is_enough_and_a_talk_alone_is_an_exception() -> None:
    person = ApplicantKind.PERSON
    assert rules.is_exception(person, [Evidence.CONSULT])
    assert rules.is_exception(person, [])
    assert not rules.is_exception(person, [Evidence.CONSULT, Evidence.PHOTO_HOUSE])


def test_a_group_that_supports_others_has_no_damage_to_prove() -> None:
    assert not rules.is_exception(ApplicantKind.GROUP, [])


def test_kei_cars_carry_no_more_people_than_the_law_allows() -> None:
    assert rules.can_carry(VehicleClass.KEI_TRUCK, 2)
    assert not rules.can_carry(VehicleClass.KEI_TRUCK, 3)
    assert rules.can_carry(VehicleClass.MINIVAN, 8)


@pytest.mark.parametrize(
    ("template", "holds_in"),
    [
        ("application_received", {"received", "asked_back", "admitted"}),
        ("asked_back", {"asked_back"}),
        ("admitted", {"admitted"}),
        ("turned_down", {"turned_down"}),
        ("your_page", set(rules.ApplicationStatus)),
    ],
)
def test_a_text_is_sent_only_while_it_says_what_is_so(template: str, holds_in: set[str]) -> None:
    assert {status.value for status in rules.ApplicationStatus if rules.text_holds(template, status)} == holds_in
