"""Lease contracts: made, corrected, renewed, over; and what a leased car may not be used for."""

from datetime import date, timedelta

import pytest

from mra.core import clock
from mra.core.audit import timeline
from mra.core.errors import Refused
from mra.vehicles import services
from mra.vehicles.leasing import LeaseEnd, LeaseStatus, LesseeKind
from mra.vehicles.queries import retirement_of
from mra.vehicles.retiring import RetirementKind
from mra.vehicles.rules import VehicleStatus
from tests import factories

from .world import BY, campaign, facts

pytestmark = pytest.mark.usefixtures("session", "story_time")


def test_a_car_at_a_base_leaves_it_for_its_lessee() -> None:
    car = factories.vehicle(factories.base(factories.activation()))
    lease = services.lease_out(car, facts(), by=BY)
    assert (car.status, car.base_id, lease.status) == (VehicleStatus.PROMISED, None, LeaseStatus.RUNNING)


def test_a_leased_car_is_in_use() -> None:
    car = factories.vehicle()
    services.lease_out(car, facts(), by=BY)
    assert services.uses_of([car.id]) == {car.id: "リース中"}
    with pytest.raises(Refused, match="vehicle_in_use"):
        services.release(car, by=BY)


def test_a_car_is_leased_once() -> None:
    car = factories.vehicle()
    services.lease_out(car, facts(), by=BY)
    with pytest.raises(Refused, match="already_leased"):
        services.lease_out(car, facts(), by=BY)


def test_a_lent_car_is_not_leased() -> None:
    support = factories.activation()
    car = factories.vehicle(factories.base(support))
    request = factories.car_request(factories.application(support))
    factories.loan_out(request, car, handed_over_at=clock.now())
    with pytest.raises(Refused, match="vehicle_in_use"):
        services.lease_out(car, facts(), by=BY)


def test_a_broken_car_is_not_leased() -> None:
    car = factories.out_of_service(factories.vehicle(factories.base(factories.activation())))
    with pytest.raises(Refused, match="not_free_for_lease"):
        services.lease_out(car, facts(), by=BY)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"ends_on": date(2026, 3, 31)}, "lease_ends_before_it_begins"),
        ({"ends_on": date(2036, 3, 31)}, "lease_too_long"),
        ({"return_within_days": 0}, "lease_return_days"),
        ({"lessee_phone": None, "lessee_email": None}, "lessee_cannot_be_reached"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(values: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        services.lease_out(factories.vehicle(), facts(**values), by=BY)


def test_a_change_by_somebody_else_is_not_overwritten() -> None:
    lease = services.lease_out(factories.vehicle(), facts(), by=BY)
    seen = lease.version
    services.change_lease(lease, facts(contact_name="森 誠"), version=seen, by=BY)
    with pytest.raises(Refused, match="lease_changed"):
        services.change_lease(lease, facts(contact_name="林 恵"), version=seen, by=BY)


def test_the_history_of_a_lease_names_fields_and_nobody() -> None:
    lease = services.lease_out(factories.vehicle(), facts(), by=BY)
    services.change_lease(lease, facts(contact_name="森 誠"), version=lease.version, by=BY)
    newest, _begin = timeline(("lease", [lease.id]))
    assert newest.facts == {"fields": ["contact_name"]}


def test_a_renewal_goes_on_from_the_end() -> None:
    lease = services.lease_out(factories.vehicle(), facts(), by=BY)
    until = lease.ends_on + timedelta(days=365)
    services.renew(lease, until=until, monthly_fee_yen=12_000, insured_until=None, version=lease.version, by=BY)
    assert (lease.ends_on, lease.monthly_fee_yen) == (until, 12_000)
    with pytest.raises(Refused, match="renewal_not_longer"):
        services.renew(lease, until=until, monthly_fee_yen=1, insured_until=None, version=lease.version, by=BY)


def test_a_car_handed_back_is_stock_at_its_base() -> None:
    base = factories.base(factories.activation())
    lease = services.lease_out(factories.vehicle(), facts(), by=BY)
    services.hand_back(lease, base, odometer_km=90_000, by=BY)
    car = lease.vehicle
    assert (lease.status, lease.ended_as) == (LeaseStatus.ENDED, LeaseEnd.HANDED_BACK)
    assert (car.status, car.base_id, car.odometer_km) == (VehicleStatus.READY, base.id, 90_000)


def test_a_sold_car_leaves_the_alliance() -> None:
    lease = services.lease_out(factories.vehicle(), facts(), by=BY)
    services.sell(lease, by=BY)
    assert (lease.vehicle.status, lease.ended_as) == (VehicleStatus.RELEASED, LeaseEnd.SOLD)
    with pytest.raises(Refused, match="lease_over"):
        services.sell(lease, by=BY)


def test_a_sold_car_is_retired_like_any_other_that_is_sold() -> None:
    lease = services.lease_out(factories.vehicle(), facts(), by=BY)
    services.sell(lease, by=BY)
    retirement = retirement_of(lease.vehicle_id)
    assert retirement
    assert (retirement.kind, retirement.to_whom) == (RetirementKind.SALE, lease.lessee_name)
    assert retirement.retired_on == clock.today()


def test_the_name_of_a_person_who_keeps_the_car_is_not_written_beside_its_end() -> None:
    lease = services.lease_out(factories.vehicle(), facts(lessee_kind=LesseeKind.PERSON), by=BY)
    services.sell(lease, by=BY)
    retirement = retirement_of(lease.vehicle_id)
    assert retirement
    assert retirement.to_whom == "個人"


def test_a_car_nobody_asked_back_does_not_arrive_by_mistake() -> None:
    base = factories.base(factories.activation())
    lease = services.lease_out(factories.vehicle(), facts(), by=BY)
    with pytest.raises(Refused, match="lease_still_running"):
        services.arrive(lease.vehicle, base, by=BY)


def test_a_car_sold_during_a_campaign_is_waited_for_no_more() -> None:
    [one] = campaign()
    services.sell(one.lease, by=BY)
    assert one.status == "spared"
