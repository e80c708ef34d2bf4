"""The days of a recall, the hours of a base, and the contract, without a database."""

from datetime import date, datetime, time

import pytest

from mra.core.clock import JAPAN
from mra.core.vehicle_classes import VehicleClass
from mra.recalls import rules
from mra.recalls.rules import ReturnStatus
from mra.vehicles import leasing


def test_a_car_is_due_ten_days_after_the_request() -> None:
    assert rules.due_on(date(2026, 8, 18), 10) == date(2026, 8, 28)


def test_silent_lessees_are_reminded_at_half_time() -> None:
    assert rules.remind_on(date(2026, 8, 18), date(2026, 8, 28)) == date(2026, 8, 23)


def test_only_a_car_that_is_still_out_is_late() -> None:
    due, today = date(2026, 8, 28), date(2026, 8, 29)
    assert rules.is_late(ReturnStatus.CONFIRMED, due, today)
    assert not rules.is_late(ReturnStatus.CONFIRMED, due, due)
    assert not rules.is_late(ReturnStatus.RETURNED, due, today)


def test_a_base_takes_cars_from_its_first_full_hour_until_an_hour_before_it_closes() -> None:
    assert rules.open_hours(time(9, 30), time(13, 0)) == [10, 11, 12]


def test_slots_are_each_hour_of_each_day() -> None:
    found = rules.slot_moments([date(2026, 8, 20), date(2026, 8, 19)], [14, 10])
    assert found[0] == datetime(2026, 8, 19, 10, tzinfo=JAPAN)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("first", "last", "fault"),
    [
        (17, 20, "slots_in_the_past"),
        (20, 19, "slots_reversed"),
        (18, 20, None),
    ],
)
def test_days_of_slots_lie_ahead_and_forward(first: int, last: int, fault: str | None) -> None:
    assert rules.slots_fault(date(2026, 8, first), date(2026, 8, last), date(2026, 8, 18)) == fault


def test_a_slot_is_fixed_on_its_own_day_only() -> None:
    at = datetime(2026, 8, 20, 10, tzinfo=JAPAN)
    assert [rules.is_slot_fixed(at, date(2026, 8, day)) for day in (19, 20, 21)] == [False, True, False]


def test_nobody_is_asked_by_a_late_text_for_a_car_that_is_back() -> None:
    moment = datetime(2026, 8, 19, 8, tzinfo=JAPAN)
    assert rules.text_holds("recall_made", ReturnStatus.ASKED, None, moment)
    assert not rules.text_holds("recall_made", ReturnStatus.RETURNED, None, moment)
    assert not rules.text_holds("recall_tomorrow", ReturnStatus.CONFIRMED, moment.replace(hour=7), moment)


def test_the_price_list_knows_kei_cars_and_others() -> None:
    assert leasing.usual_fee_yen(VehicleClass.KEI_TRUCK) == 11_000
    assert leasing.usual_fee_yen(VehicleClass.PASSENGER) == 16_500


def test_a_contract_runs_for_twelve_months() -> None:
    assert leasing.usual_end(date(2026, 4, 1)) == date(2027, 3, 31)
    assert leasing.usual_end(date(2028, 2, 29)) == date(2029, 2, 28)
