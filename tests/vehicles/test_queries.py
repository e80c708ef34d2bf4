"""What is read from the fleet agrees with the rules."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.disasters.models import Base
from mra.vehicles import queries, rules, services
from mra.vehicles.models import Vehicle, VehicleDocument
from mra.vehicles.plates import parse_plate
from mra.vehicles.rules import DocumentKind, DriverScope, Paper
from tests import factories

pytestmark = pytest.mark.usefixtures("session", "story_time")
TODAY = date(2026, 8, 18)
days = st.integers(-40, 40).map(lambda number: TODAY + timedelta(days=number))


@pytest.fixture
def base(session: None) -> Base:
    """Where a car stands that must have its papers."""
    return factories.base(factories.activation())


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    kind = draw(st.sampled_from(DocumentKind))
    first, last = sorted(draw(st.tuples(days, days).filter(lambda pair: pair[0] != pair[1])))
    scope = draw(st.sampled_from(DriverScope)) if kind is DocumentKind.VOLUNTARY_INSURANCE else None
    return Paper(kind, draw(st.sampled_from([None, first])), last, scope)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(papers(), max_size=9))
def test_the_database_and_the_rule_agree_until_when_a_car_may_be_lent(base: Base, written: list[Paper]) -> None:
    vehicle = factories.vehicle(base, lawful_until=None)
    db.session.add_all(
        VehicleDocument(vehicle_id=vehicle.id, created_at=clock.now(), **paper._asdict()) for paper in written
    )
    until = rules.lawful_until(written, TODAY)
    assert queries.lawful_until_by_vehicle([vehicle.id]).get(vehicle.id) == until
    tomorrow, limit = TODAY + timedelta(days=1), TODAY + timedelta(days=10)
    lawful = set(db.session.scalars(queries.lawful_on(TODAY, tomorrow)))
    assert (vehicle.id in lawful) == (until is not None and until >= tomorrow)
    assert (vehicle in queries.papers_expiring(days=10)) == (until is None or until <= limit)
    db.session.execute(delete(VehicleDocument))


def test_a_cancelled_paper_does_not_count_in_the_database_either() -> None:
    vehicle = factories.vehicle(lawful_until=date(2027, 1, 1))
    services.cancel_document(vehicle, vehicle.documents[0], by=SYSTEM)
    assert queries.lawful_until_by_vehicle([vehicle.id]) == {}


def test_a_car_in_anothers_name_is_lent_on_no_day(base: Base) -> None:
    vehicle = factories.vehicle(base, name_change_pending=True)
    assert vehicle.lawful_until() is None
    assert queries.lawful_until_by_vehicle([vehicle.id]) == {}
    assert list(db.session.scalars(queries.lawful_on(TODAY))) == []
    services.finish_name_change(vehicle, by=SYSTEM)
    assert list(db.session.scalars(queries.lawful_on(TODAY))) == [vehicle.id]


def test_many_cars_are_read_at_once() -> None:
    cars = [factories.vehicle(lawful_until=date(2027, 1, day)) for day in range(1, 6)]
    found = queries.lawful_until_by_vehicle([car.id for car in cars[:3]])
    assert found == {car.id: date(2027, 1, day) for day, car in enumerate(cars[:3], 1)}


def test_papers_that_end_within_sixty_days_are_told_the_most_pressing_first() -> None:
    base = factories.base(factories.activation())
    ends = [TODAY + timedelta(days=number) for number in (61, 60, 0, -5)]
    later, sixty, today, gone = [factories.vehicle(base, lawful_until=day) for day in ends]
    missing = factories.vehicle(base, lawful_until=None)
    assert queries.papers_expiring() == [missing, gone, today, sixty]
    assert queries.papers_expiring(days=61)[-1] == later
    assert queries.papers_expiring(base_ids=[]) == []


def test_a_promised_car_need_not_have_papers_and_a_released_one_never_again() -> None:
    factories.vehicle(lawful_until=None)
    services.release(factories.vehicle(lawful_until=date(2026, 8, 1)), by=SYSTEM)
    assert queries.papers_expiring() == []


def test_taken_identities_are_found_except_ones_own() -> None:
    vehicle = factories.vehicle(plate_serial=1234, chassis_number="HA36S-105678")
    plate = parse_plate("熊本 580 わ 12-34")
    assert queries.taken_plates([plate, parse_plate("熊本 580 わ 12-35")]) == {plate}
    assert queries.taken_plates([plate], except_id=vehicle.id) == set()
    assert queries.taken_plates([parse_plate("熊本 581 わ 12-34")]) == set()
    assert queries.taken_chassis_numbers(["HA36S-105678", "HA36S-105679"]) == {"HA36S-105678"}
    assert queries.taken_chassis_numbers(["HA36S-105678"], except_id=vehicle.id) == set()
    assert queries.taken_chassis_numbers([]) == set()


def test_bases_of_closed_activations_are_not_offered() -> None:
    closed = factories.activation(slug="noto-2024")
    old = factories.base(closed, "珠洲拠点")
    move(closed, "wind_down", by=SYSTEM)
    db.session.flush()
    move(closed, "close", by=SYSTEM)
    base = factories.base(factories.activation())
    assert queries.bases_in_use() == [base]
    assert queries.bases_in_use(keep=old.id) == [base, old]


def test_a_search_reads_dots_as_missing_digits() -> None:
    wanted = factories.vehicle(plate_serial=12)
    factories.vehicle(plate_serial=1234)
    page = queries.vehicle_page(queries.Filters(search="・・12"))
    assert page.vehicles == [wanted]
    assert isinstance(page.vehicles[0], Vehicle)
