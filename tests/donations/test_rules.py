"""Which cars can be lent on, and which papers change hands with them."""

from dataclasses import replace
from datetime import date

import pytest

from mra.core.access import Role
from mra.core.vehicle_classes import VehicleClass
from mra.donations.rules import Condition, DonationStatus, Limits, Owner, PaperKind, PaperStatus, Shortcoming, Use
from mra.donations.rules.judging import Car, months_after, sentence, shortcomings, use_of
from mra.donations.rules.lifecycles import actions
from mra.donations.rules.papers import OURS, Circumstances, Expiry, Line, expiry, is_kei_car, needed, outstanding
from mra.vehicles.plates import Plate

TODAY = date(2026, 8, 18)
GOOD = Car(VehicleClass.KEI_TRUCK, date(2018, 6, 1), date(2027, 6, 30), 62_000, Condition.GOOD)
LIMITS = Limits()


def found(limits: Limits = LIMITS, **changes: object) -> list[Shortcoming]:
    return shortcomings(replace(GOOD, **changes), limits, TODAY)  # type: ignore[arg-type]


def test_a_car_within_all_limits_is_lent_on() -> None:
    assert use_of(found()) is Use.LENDING


@pytest.mark.parametrize(
    ("ends_on", "told"),
    [
        (date(2027, 2, 18), []),
        (date(2027, 2, 17), [Shortcoming.INSPECTION_TOO_SHORT]),
        (date(2026, 8, 18), [Shortcoming.INSPECTION_TOO_SHORT]),
        (date(2026, 8, 17), [Shortcoming.NO_INSPECTION]),
        (None, [Shortcoming.NO_INSPECTION]),
    ],
)
def test_exactly_six_months_of_inspection_are_enough(ends_on: date | None, told: list[Shortcoming]) -> None:
    assert found(inspection_ends_on=ends_on) == told


def test_in_an_emergency_exactly_three_months_are_enough() -> None:
    emergency = Limits(least_inspection_months=3)
    assert found(emergency, inspection_ends_on=date(2026, 11, 18)) == []
    assert found(emergency, inspection_ends_on=date(2026, 11, 17)) == [Shortcoming.INSPECTION_TOO_SHORT]


def test_six_months_from_the_last_day_of_a_long_month_end_with_the_short_one() -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2027, 12, 31), 2) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("registered_on", "told"),
    [(date(2011, 8, 1), []), (date(2011, 7, 1), [Shortcoming.TOO_OLD]), (date(2011, 9, 1), [])],
)
def test_a_car_may_be_exactly_fifteen_years_old(registered_on: date, told: list[Shortcoming]) -> None:
    assert found(first_registered_on=registered_on) == told


def test_a_car_may_have_run_exactly_150_000_km() -> None:
    assert found(odometer_km=150_000) == []
    assert found(odometer_km=150_001) == [Shortcoming.TOO_MANY_KM]


def test_a_call_for_kei_cars_takes_no_other_for_lending() -> None:
    kei = Limits(classes=frozenset({VehicleClass.KEI_TRUCK, VehicleClass.KEI_VAN}))
    assert found(kei) == []
    assert found(kei, vehicle_class=VehicleClass.PASSENGER) == [Shortcoming.CLASS_NOT_WANTED]
    assert sentence(Shortcoming.CLASS_NOT_WANTED, kei) == "いま募集している車は、軽トラック・軽バンです。"


def test_a_car_with_a_fault_is_still_welcome_but_not_one_that_does_not_run() -> None:
    assert found(condition=Condition.FAULTY) == []
    assert found(condition=Condition.NOT_RUNNING) == [Shortcoming.NOT_RUNNING]


def test_all_reasons_are_told_not_only_the_first() -> None:
    told = found(odometer_km=210_000, first_registered_on=date(2003, 4, 1), inspection_ends_on=None)
    assert told == [Shortcoming.NO_INSPECTION, Shortcoming.TOO_OLD, Shortcoming.TOO_MANY_KM]
    assert use_of(told) is Use.RECYCLING


def test_every_shortcoming_has_a_polite_sentence() -> None:
    assert all(sentence(one, LIMITS).endswith("。") for one in Shortcoming)


def needs(**changes: object) -> list[PaperKind]:
    usual = Circumstances(is_kei=False, owner=Owner.DONOR, address_changed=False, use=Use.LENDING)
    return needed(replace(usual, **changes))  # type: ignore[arg-type]


def test_a_registered_car_needs_seal_certificate_transfer_certificate_and_power_of_attorney() -> None:
    assert {PaperKind.SEAL_CERTIFICATE, PaperKind.TRANSFER_CERTIFICATE, PaperKind.POWER_OF_ATTORNEY} <= set(needs())
    assert PaperKind.APPLICATION_REQUEST not in needs()


def test_a_kei_car_needs_no_seal_certificate() -> None:
    kei = needs(is_kei=True)
    assert PaperKind.APPLICATION_REQUEST in kei
    assert PaperKind.SEAL_CERTIFICATE not in kei
    assert PaperKind.OUR_GARAGE_CERTIFICATE not in kei


def test_moving_and_a_loan_add_papers() -> None:
    assert PaperKind.ADDRESS_HISTORY in needs(address_changed=True)
    assert PaperKind.OWNERSHIP_RELEASE in needs(owner=Owner.LOAN_COMPANY)
    assert PaperKind.OWNER_CONSENT in needs(owner=Owner.SOMEBODY_ELSE)
    assert not {PaperKind.ADDRESS_HISTORY, PaperKind.OWNERSHIP_RELEASE, PaperKind.OWNER_CONSENT} & set(needs())


def test_a_car_for_recycling_needs_nothing_from_a_new_owner() -> None:
    assert not OURS & set(needs(use=Use.RECYCLING))


def test_a_welfare_car_with_a_kei_plate_goes_to_the_office_of_kei_cars() -> None:
    assert is_kei_car(VehicleClass.WELFARE, Plate("熊本", "880", "あ", 12))
    assert not is_kei_car(VehicleClass.WELFARE, Plate("熊本", "800", "さ", 12))


def seal(issued_on: date | None, needed_on: date | None = None) -> Expiry:
    line = Line(PaperKind.SEAL_CERTIFICATE, PaperStatus.RECEIVED, issued_on)
    return expiry(line, today=TODAY, needed_on=needed_on)


def test_a_seal_certificate_holds_for_three_months_to_the_day() -> None:
    assert seal(date(2026, 5, 18)) is Expiry.RUNS_OUT_SOON
    assert seal(date(2026, 5, 17)) is Expiry.EXPIRED
    assert seal(date(2026, 8, 1)) is Expiry.HOLDS
    assert seal(None) is Expiry.HOLDS


def test_a_seal_certificate_must_still_hold_on_the_planned_name_change() -> None:
    assert seal(date(2026, 8, 1), needed_on=date(2026, 11, 1)) is Expiry.HOLDS
    assert seal(date(2026, 8, 1), needed_on=date(2026, 11, 2)) is Expiry.TOO_SHORT


def test_a_certificate_that_went_back_does_not_run_out() -> None:
    line = Line(PaperKind.SEAL_CERTIFICATE, PaperStatus.SENT_BACK, date(2026, 1, 1))
    assert expiry(line, today=TODAY, needed_on=None) is Expiry.HOLDS


def test_only_what_the_donor_must_bring_is_outstanding() -> None:
    lines = [
        Line(PaperKind.SEAL_CERTIFICATE, PaperStatus.SENT_BACK),
        Line(PaperKind.INSPECTION_CERTIFICATE, PaperStatus.RECEIVED),
        Line(PaperKind.MAINTENANCE_RECORD, PaperStatus.MISSING),
        Line(PaperKind.OUR_GARAGE_CERTIFICATE, PaperStatus.MISSING),
        Line(PaperKind.KEYS, PaperStatus.MISSING),
    ]
    assert outstanding(lines) == [PaperKind.SEAL_CERTIFICATE, PaperKind.KEYS]


def test_a_car_for_recycling_is_never_registered_and_one_for_lending_never_recycled() -> None:
    desk = Role.DESK
    recycling = {move.action for move in actions(DonationStatus.RECEIVED, Use.RECYCLING, desk)}
    lending = {move.action for move in actions(DonationStatus.RECEIVED, Use.LENDING, desk)}
    assert "accept" not in recycling
    assert "hand_to_recycler" in recycling
    assert {"accept", "send_papers"} <= lending
    assert "hand_to_recycler" not in lending


def test_only_coordinators_turn_a_donation_down() -> None:
    def may(role: Role) -> bool:
        return "decline" in {move.action for move in actions(DonationStatus.RECEIVED, Use.LENDING, role)}

    assert may(Role.COORDINATOR)
    assert not may(Role.DESK)
