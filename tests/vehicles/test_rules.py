"""Until when a car may lawfully be lent."""

from datetime import date, timedelta

import pytest

from mra.core.vehicle_classes import VehicleClass
from mra.vehicles import rules
from mra.vehicles.plates import parse_plate
from mra.vehicles.rules import Cover, DocumentKind, DriverScope, Paper, Standing

TODAY = date(2026, 8, 18)
INSPECTION, COMPULSORY, VOLUNTARY = DocumentKind


def inspection(ends_on: date, starts_on: date | None = None) -> Paper:
    return Paper(INSPECTION, starts_on, ends_on)


def insurance(ends_on: date, scope: DriverScope = DriverScope.UNLIMITED) -> Paper:
    return Paper(VOLUNTARY, None, ends_on, scope)


def test_a_car_may_be_lent_until_its_first_paper_ends() -> None:
    papers = [
        inspection(date(2027, 3, 31)),
        Paper(COMPULSORY, None, date(2027, 4, 30)),
        insurance(date(2026, 12, 31)),
    ]
    assert rules.lawful_until(papers, TODAY) == date(2026, 12, 31)


def test_a_car_that_lacks_a_paper_may_never_be_lent() -> None:
    assert rules.lawful_until([inspection(date(2027, 3, 31)), insurance(date(2027, 3, 31))], TODAY) is None


def test_an_insurance_for_some_drivers_only_does_not_count() -> None:
    papers = [inspection(date(2027, 3, 31)), Paper(COMPULSORY, None, date(2027, 4, 30))]
    assert rules.lawful_until([*papers, insurance(date(2027, 1, 1), DriverScope.LIMITED)], TODAY) is None
    assert rules.lawful_until([*papers, insurance(date(2027, 1, 1))], TODAY) == date(2027, 1, 1)


def test_a_newer_paper_carries_on_where_the_older_one_ends() -> None:
    papers = [inspection(date(2026, 8, 31)), inspection(date(2028, 8, 31), date(2026, 9, 1))]
    assert rules.covered_until(papers, TODAY) == date(2028, 8, 31)


def test_a_gap_between_two_papers_ends_the_cover() -> None:
    papers = [inspection(date(2026, 8, 31)), inspection(date(2028, 8, 31), date(2026, 9, 2))]
    assert rules.covered_until(papers, TODAY) == date(2026, 8, 31)
    assert rules.covered_until(papers, date(2026, 9, 2)) == date(2028, 8, 31)


def test_a_paper_that_begins_later_does_not_cover_today() -> None:
    assert rules.covered_until([inspection(date(2028, 8, 31), date(2026, 9, 1))], TODAY) is None


def test_an_older_paper_does_not_shorten_a_longer_one() -> None:
    papers = [inspection(date(2028, 8, 31)), inspection(date(2026, 1, 1), date(2024, 1, 1))]
    assert rules.covered_until(papers, TODAY) == date(2028, 8, 31)


def test_an_expired_paper_tells_when_it_ended() -> None:
    cover = Cover(INSPECTION, rules.covered_until([inspection(date(2026, 8, 17))], TODAY), TODAY)
    assert cover.standing is Standing.EXPIRED
    assert cover.days_left == -1


@pytest.mark.parametrize(
    ("days", "standing"),
    [(0, Standing.EXPIRING), (60, Standing.EXPIRING), (61, Standing.VALID), (-1, Standing.EXPIRED)],
)
def test_the_last_day_still_counts_and_sixty_days_are_told_ahead(days: int, standing: Standing) -> None:
    assert Cover(INSPECTION, TODAY + timedelta(days=days), TODAY).standing is standing


@pytest.mark.parametrize(
    ("paper", "fault"),
    [
        (inspection(date(2026, 9, 1), date(2026, 9, 1)), "paper_ends_before_it_begins"),
        (inspection(date(2062, 9, 1)), "paper_ends_too_late"),
        (Paper(VOLUNTARY, None, date(2027, 9, 1)), "paper_scope"),
        (Paper(INSPECTION, None, date(2027, 9, 1), DriverScope.UNLIMITED), "paper_scope"),
        (inspection(date(2027, 9, 1), date(2026, 9, 1)), None),
    ],
)
def test_a_paper_that_cannot_be_is_told(paper: Paper, fault: str | None) -> None:
    assert rules.paper_fault(paper, TODAY) == fault


def test_a_kei_car_has_a_kei_plate_and_four_seats_at_most() -> None:
    assert rules.plate_fits(parse_plate("熊本 580 わ 12-34"), VehicleClass.KEI_PASSENGER)
    assert not rules.plate_fits(parse_plate("熊本 500 わ 12-34"), VehicleClass.KEI_PASSENGER)
    assert rules.plate_fits(parse_plate("熊本 500 わ 12-34"), VehicleClass.PASSENGER)
    assert not rules.seats_fit(5, VehicleClass.KEI_VAN)
    assert rules.seats_fit(8, VehicleClass.MINIVAN)
