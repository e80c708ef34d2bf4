"""The list of what ends agrees with the rule, and puts on top what stands in somebody's way."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.disasters.models import Base
from mra.loans import services as loans
from mra.vehicles import rules, services
from mra.vehicles.models import Lease, Vehicle, VehicleDocument
from mra.vehicles.queries import expiring, name_changes
from mra.vehicles.queries.expiring import Blocks, EndingKind, ExpiryFilters
from mra.vehicles.rules import DocumentKind, DriverScope, Paper
from tests import factories
from tests.loans.world import World

pytestmark = pytest.mark.usefixtures("session", "story_time")
TODAY = date(2026, 8, 18)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


days = st.integers(-90, 90).map(day)


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    kind = draw(st.sampled_from(DocumentKind))
    first, last = sorted(draw(st.tuples(days, days).filter(lambda pair: pair[0] != pair[1])))
    scope = draw(st.sampled_from(DriverScope)) if kind is DocumentKind.VOLUNTARY_INSURANCE else None
    return Paper(kind, draw(st.sampled_from([None, first])), last, scope)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(papers(), max_size=9))
def test_what_is_listed_is_what_the_rule_says(written: list[Paper]) -> None:
    car = factories.vehicle(lawful_until=None)
    db.session.add_all(VehicleDocument(vehicle_id=car.id, created_at=clock.now(), **one._asdict()) for one in written)
    expected = {
        cover.kind.value: cover.until
        for cover in rules.covers(written, TODAY)
        if cover.until and cover.until <= day(rules.EXPIRING_DAYS)
    }
    listed = expiring.expiry_list(ExpiryFilters()).rows
    assert {row.place.kind.value: row.place.until for row in listed} == expected
    db.session.rollback()


def car(ends_on: date, at: Base | None = None, kind: DocumentKind = DocumentKind.INSPECTION) -> Vehicle:
    made = factories.vehicle(at, lawful_until=None)
    factories.papers(made, ends_on, (kind,))
    factories.papers(made, day(400), tuple(one for one in DocumentKind if one is not kind))
    return made


def cars(filters: ExpiryFilters) -> list[int]:
    return [row.place.vehicle_id for row in expiring.expiry_list(filters).asked_for]


def test_a_loan_that_lasts_longer_than_a_paper_stands_on_top() -> None:
    world = World()
    sooner = car(day(1), world.base)
    lent = car(day(20), world.base)
    loan = world.reserve(world.offer(lent))
    listed = expiring.expiry_list(ExpiryFilters())
    assert [row.place.vehicle_id for row in listed.rows] == [lent.id, sooner.id]
    assert listed.rows[0].subject_id == loan.id
    assert listed.blocked == 1
    ending = expiring.expiry_page(listed).endings[0]
    assert (ending.blocks, ending.row.counted_on_until) == (Blocks.LOAN, clock.in_japan(loan.due_at).date())
    loans.cancel(loan, by=world.desk, reason="other")
    assert expiring.expiry_list(ExpiryFilters()).blocked == 0


def test_an_offer_stands_behind_loans_and_before_all_others() -> None:
    world = World()
    sooner, offered = car(day(1), world.base), car(day(20), world.base)
    world.offer(offered)
    listed = expiring.expiry_list(ExpiryFilters())
    assert [row.place.vehicle_id for row in listed.rows] == [offered.id, sooner.id]
    assert expiring.expiry_page(listed).endings[0].blocks is Blocks.OFFER


def test_the_filters_narrow_and_count() -> None:
    base = factories.base(factories.activation())
    ended, week = car(day(-1), base), car(day(7), base, DocumentKind.VOLUNTARY_INSURANCE)
    month, later = car(day(30)), car(day(60), kind=DocumentKind.COMPULSORY_INSURANCE)
    car(day(61))
    assert cars(ExpiryFilters()) == [ended.id, week.id, month.id, later.id]
    assert cars(ExpiryFilters(within_days=0)) == [ended.id]
    assert cars(ExpiryFilters(within_days=7)) == [ended.id, week.id]
    assert cars(ExpiryFilters(base_id=base.id)) == [ended.id, week.id]
    assert cars(ExpiryFilters(kind=EndingKind.INSPECTION)) == [ended.id, month.id]
    listed = expiring.expiry_list(ExpiryFilters(within_days=30))
    assert [listed.count(within_days=days) for days in (0, 7, 30, 60)] == [1, 2, 3, 4]
    assert [listed.count(kind=kind) for kind in EndingKind] == [2, 0, 1, 0]
    assert listed.count(base_id=base.id) == 2
    assert listed.count_of_all_kinds == 3


def test_a_lease_that_ends_is_listed_until_it_is_over() -> None:
    leased: Lease = factories.lease(factories.vehicle(), ends_on=day(20))
    rows = [row for row in expiring.expiry_list(ExpiryFilters()).rows if row.place.kind is EndingKind.LEASE]
    assert [row.place.vehicle_id for row in rows] == [leased.vehicle_id]
    services.end(leased, by=SYSTEM)
    assert not [row for row in expiring.expiry_list(ExpiryFilters()).rows if row.place.kind is EndingKind.LEASE]


def test_pages_go_forth_and_back_by_key() -> None:
    made = [car(day(number % 40)) for number in range(expiring.PAGE_ROWS + 3)]
    listed = expiring.expiry_list(ExpiryFilters())
    first = expiring.expiry_page(listed)
    second = expiring.expiry_page(listed, after=first.after)
    again = expiring.expiry_page(listed, before=second.before)
    assert (len(first.endings), len(second.endings)) == (expiring.PAGE_ROWS, 3)
    assert [one.row for one in again.endings] == [one.row for one in first.endings]
    assert (first.before, second.after) == (None, None)
    assert {one.vehicle.id for one in (*first.endings, *second.endings)} == {one.id for one in made}


def test_cars_in_anothers_name_are_told_who_came_first_on_top() -> None:
    base = factories.base(factories.activation())
    promised = factories.vehicle(name_change_pending=True)
    with clock.stopped(clock.now() - timedelta(days=10)):
        earlier = factories.vehicle(base, name_change_pending=True)
    later = factories.vehicle(base, name_change_pending=True)
    factories.vehicle(base)
    told = [(one.vehicle.id, one.arrived_on) for one in name_changes.waiting_for_name()]
    assert told == [(earlier.id, day(-10)), (later.id, TODAY), (promised.id, None)]
    services.finish_name_change(earlier, by=SYSTEM)
    assert [one.vehicle.id for one in name_changes.waiting_for_name(base.id)] == [later.id]
