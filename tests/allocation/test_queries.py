"""What is free, who waits, and that reading it takes a fixed number of statements."""

from datetime import date, timedelta

import pytest

from mra.allocation import queries
from mra.allocation.queries.offers import PAGE_LENGTH, OfferList
from mra.allocation.queries.scenario import situation
from mra.allocation.rules import NoCar
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import DocumentKind, Drive, DriverScope, OutReason
from tests import factories

from .world import MORNING, World, at, counted_statements


def free(world: World) -> list[Vehicle]:
    return queries.free_vehicles([world.base.id])


def waiting_ids(world: World) -> list[int]:
    return [row.id for row in queries.waiting_requests(world.activation.id)]


class TestFreeVehicles:
    def test_a_ready_car_with_lawful_papers_is_free(self, world: World) -> None:
        car = world.car()
        assert free(world) == [car]

    def test_a_promised_car_is_not_free(self, world: World) -> None:
        factories.vehicle()
        assert free(world) == []

    def test_a_car_out_of_service_is_not_free(self, world: World) -> None:
        car = move(world.car(), "take_out", by=SYSTEM)
        car.out_reason = OutReason.BREAKDOWN
        assert free(world) == []

    def test_a_car_of_another_base_is_not_free_here(self, world: World) -> None:
        factories.vehicle(factories.base(world.activation, name="上天草拠点"))
        assert free(world) == []

    def test_a_car_without_papers_is_not_free(self, world: World) -> None:
        world.car(lawful_until=None)
        assert free(world) == []

    def test_a_car_whose_papers_end_today_is_not_free(self, world: World) -> None:
        world.car(lawful_until=clock.today())
        tomorrow = world.car(lawful_until=clock.today() + timedelta(days=1))
        assert free(world) == [tomorrow]

    def test_a_car_insured_for_some_drivers_only_is_not_free(self, world: World) -> None:
        car = world.car(lawful_until=None)
        ends_on = date(2027, 6, 30)
        factories.papers(car, ends_on, (DocumentKind.INSPECTION, DocumentKind.COMPULSORY_INSURANCE))
        factories.papers(car, ends_on, (DocumentKind.VOLUNTARY_INSURANCE,))
        [paper] = [paper for paper in car.documents if paper.kind is DocumentKind.VOLUNTARY_INSURANCE]
        paper.driver_scope = DriverScope.LIMITED
        assert free(world) == []

    def test_the_database_judges_papers_as_the_rule_does(self, world: World) -> None:
        for ends_on in (None, clock.today(), clock.today() + timedelta(days=1), date(2027, 6, 30)):
            world.car(lawful_until=ends_on)
        tomorrow = clock.today() + timedelta(days=1)
        everything = db.session.query(Vehicle).all()
        lawful = {car.id for car in everything if (car.lawful_until() or date.min) >= tomorrow}
        assert {car.id for car in free(world)} == lawful

    def test_a_car_at_a_base_that_has_closed_is_not_free(self, world: World) -> None:
        world.car()
        world.base.closes_on = clock.today()
        assert free(world) == []

    def test_an_offered_car_is_not_free(self, world: World) -> None:
        world.offer(world.person(), world.car())
        assert free(world) == []

    def test_a_car_is_free_again_when_the_deadline_has_passed(self, world: World) -> None:
        car = world.car()
        world.offer(world.person(), car, hours=1)
        with clock.stopped(MORNING + timedelta(hours=1)):
            assert free(world) == [car]

    def test_a_car_is_free_again_when_its_person_withdraws(self, world: World) -> None:
        car, car_request = world.car(), world.person()
        world.offer(car_request, car)
        move(car_request, "withdraw", by=SYSTEM)
        assert free(world) == [car]

    def test_a_car_is_free_again_when_its_person_is_turned_down(self, world: World) -> None:
        car, car_request = world.car(), world.person()
        world.offer(car_request, car)
        move(car_request.application, "turn_down", by=SYSTEM)
        car_request.application.decision_reason = "対象地域の外"
        assert free(world) == [car]

    def test_a_reserved_car_and_a_car_on_loan_are_not_free(self, world: World) -> None:
        factories.loan(world.person(), world.car())
        factories.loan_out(world.person(), world.car(), handed_over_at=at(19, 10))
        assert free(world) == []

    def test_a_returned_car_is_free(self, world: World) -> None:
        car = world.car()
        loan = factories.loan_out(world.person(), car, handed_over_at=at(19, 10))
        move(loan, "take_back", by=SYSTEM)
        loan.returned_at, loan.odometer_in_km, loan.fuel_in_eighths = at(20, 9), car.odometer_km, 8
        assert free(world) == [car]

    def test_figures_count_what_the_list_shows(self, world: World) -> None:
        for kind in (VehicleClass.KEI_VAN, VehicleClass.KEI_VAN, VehicleClass.WELFARE):
            world.car(vehicle_class=kind)
        world.offer(world.person(), world.car())
        figures = queries.free_figures(world.activation.id)
        assert {(one.vehicle_class, one.count) for one in figures} == {
            (VehicleClass.KEI_VAN, 2),
            (VehicleClass.WELFARE, 1),
        }


class TestWaitingRequests:
    def test_those_who_wait_come_in_the_order_of_the_queue(self, world: World) -> None:
        late = world.person(circumstances=["shopping"], received_at=at(18, 9))
        early = world.person(circumstances=["shopping"], received_at=at(17, 9))
        patient = world.person(circumstances=["hospital"], received_at=at(19, 9))
        assert waiting_ids(world) == [patient.id, early.id, late.id]

    def test_an_application_not_yet_admitted_waits_for_nothing(self, world: World) -> None:
        factories.application(world.activation, is_admitted=False)
        assert waiting_ids(world) == []

    def test_a_withdrawn_request_waits_no_more(self, world: World) -> None:
        move(world.person(), "withdraw", by=SYSTEM)
        assert waiting_ids(world) == []

    def test_those_who_have_an_offer_do_not_wait_for_another(self, world: World) -> None:
        world.offer(world.person(), world.car())
        assert waiting_ids(world) == []

    def test_a_group_waits_for_each_of_its_cars(self, world: World) -> None:
        application = world.person(cars=3).application
        assert waiting_ids(world) == [one.id for one in application.requests]

    def test_another_support_has_a_queue_of_its_own(self, world: World) -> None:
        factories.application(factories.activation(slug="noto-2026"))
        assert waiting_ids(world) == []

    def test_the_municipality_stands_in_for_an_address_that_is_not_located(self, world: World) -> None:
        world.person(place=None)
        [row] = queries.waiting_requests(world.activation.id)
        assert (row.lat, row.lon) == (32.4586, 130.1930)

    def test_figures_count_the_class_wished_first(self, world: World) -> None:
        world.person()
        world.person()
        assert queries.waiting_figures(world.activation.id) == [(VehicleClass.KEI_PASSENGER, 2)]


class TestSituation:
    def test_a_car_may_be_lent_until_the_first_of_papers_base_and_support_end(self, world: World) -> None:
        world.car(lawful_until=date(2026, 9, 1))
        world.car()
        seen = situation(world.activation, [world.base.id]).scenario
        assert [car.available_until for car in seen.vehicles] == [date(2026, 9, 1), date(2026, 12, 25)]
        world.base.closes_on = date(2026, 8, 31)
        seen = situation(world.activation, [world.base.id]).scenario
        assert [car.available_until for car in seen.vehicles] == [date(2026, 8, 31), date(2026, 8, 31)]

    def test_a_car_that_is_free_later_is_available_from_that_day(self, world: World) -> None:
        world.car(available_from=date(2026, 9, 1))
        [car] = situation(world.activation, [world.base.id]).scenario.vehicles
        assert car.available_from == date(2026, 9, 1)

    def test_a_four_wheel_drive_counts_as_a_feature(self, world: World) -> None:
        world.car(drive=Drive.FOUR, features=["studless"])
        [car] = situation(world.activation, [world.base.id]).scenario.vehicles
        assert car.features == {"awd", "studless"}

    def test_the_longest_wished_term_bounds_the_period(self, world: World) -> None:
        car_request = world.person()
        car_request.classes = ["kei_truck", "kei_passenger"]
        car_request.needed_until = date(2027, 3, 31)
        [request] = situation(world.activation, [world.base.id]).scenario.requests
        assert (request.from_on, request.until_on) == (date(2026, 8, 21), date(2026, 9, 20))

    def test_changed_terms_change_the_period(self, world: World) -> None:
        car_request = world.person()
        car_request.needed_until = date(2027, 3, 31)
        factories.terms(world.activation, 2, kei_passenger=14)
        [request] = situation(world.activation, [world.base.id]).scenario.requests
        assert request.until_on == date(2026, 9, 4)

    def test_a_need_that_is_over_is_left_out_and_told(self, world: World) -> None:
        car_request = world.person()
        car_request.needed_from, car_request.needed_until = date(2026, 8, 1), date(2026, 8, 20)
        assert situation(world.activation, [world.base.id]).left_out == {car_request.id: NoCar.NEED_OVER}

    def test_a_person_without_any_place_is_left_out_and_told(self, world: World) -> None:
        car_request = world.person(place=None)
        factories.municipality().place = None
        assert situation(world.activation, [world.base.id]).left_out == {car_request.id: NoCar.PLACE_UNKNOWN}

    def test_places_are_kept_to_a_hundred_metres(self, world: World) -> None:
        world.person(place=factories.point(32.456789, 130.198765))
        [request] = situation(world.activation, [world.base.id]).scenario.requests
        assert (request.lat, request.lon) == (32.457, 130.199)

    def test_reading_takes_as_many_statements_for_many_as_for_few(self, world: World) -> None:
        assert statements_for(world, 1) == statements_for(world, 12) <= 8


def statements_for(world: World, size: int) -> int:
    for _ in range(size):
        world.car()
        world.person()
    world.forget()
    with counted_statements() as seen:
        situation(world.activation, [world.base.id])
    return len(seen)


class TestOffers:
    def test_open_offers_come_by_deadline(self, world: World) -> None:
        late = world.offer(world.person(), world.car(), hours=30)
        early = world.offer(world.person(), world.car(), hours=20)
        assert queries.open_offers(world.activation.id) == [early, late]

    def test_an_offer_past_its_deadline_is_not_open(self, world: World) -> None:
        world.offer(world.person(), world.car(), hours=1)
        with clock.stopped(at(20, 12)):
            assert queries.open_offers(world.activation.id) == []

    def test_the_newest_offer_of_a_request_is_told_whatever_became_of_it(self, world: World) -> None:
        car_request, car = world.person(), world.car()
        first = world.offer(car_request, car)
        move(first, "decline", by=SYSTEM)
        first.ended_at = clock.now()
        second = world.offer(car_request, car)
        assert queries.newest_offer(car_request.id) == second

    def test_a_person_without_a_mobile_phone_is_on_the_call_list(self, world: World) -> None:
        landline = world.offer(world.person(can_sms=False, phone="+81969221111"), world.car())
        world.offer(world.person(), world.car())
        [row] = queries.offers_page(world.activation.id, OfferList.CALL)
        assert row.offer == landline
        assert row.needs_call

    def test_an_expired_offer_leaves_the_open_list_for_the_expired_one(self, world: World) -> None:
        world.offer(world.person(), world.car(), hours=1)
        with clock.stopped(at(20, 12)):
            counts = queries.offer_counts(world.activation.id)
            assert (counts[OfferList.OPEN], counts[OfferList.EXPIRED]) == (0, 1)
            assert len(queries.offers_page(world.activation.id, OfferList.EXPIRED)) == 1

    def test_the_counts_are_as_long_as_the_lists(self, world: World) -> None:
        for action in ("accept", "decline", "expire"):
            offer = move(world.offer(world.person(), world.car()), action, by=SYSTEM)
            offer.ended_at = clock.now()
        world.offer(world.person(), world.car(), hours=1)
        world.offer(world.person(), world.car())
        world.offer(world.person(can_sms=False), world.car())
        with clock.stopped(MORNING + timedelta(hours=9)), counted_statements() as asked:
            counts = queries.offer_counts(world.activation.id)
        assert len(asked) == 2
        with clock.stopped(MORNING + timedelta(hours=9)):
            assert counts == {which: len(queries.offers_page(world.activation.id, which)) for which in OfferList}
            assert counts == {which: queries.offer_count(world.activation.id, which) for which in OfferList}
        assert list(counts.values()) == [2, 1, 1, 1, 2, 0]

    def test_offers_that_end_today_are_told_with_their_number(self, world: World) -> None:
        soon = [world.offer(world.person(), world.car(), hours=hours) for hours in (3, 2, 1)]
        world.offer(world.person(), world.car(), hours=30)
        ending = queries.ending_offers(world.activation.id, before=MORNING + timedelta(hours=12), limit=2)
        assert ending == ([soon[2], soon[1]], 3)
        assert queries.ending_offers(world.activation.id, before=MORNING, limit=2) == ([], 0)

    @pytest.mark.parametrize("which", [OfferList.OPEN, OfferList.EXPIRED])
    def test_pages_follow_each_other_without_gap_or_repetition(self, world: World, which: OfferList) -> None:
        made = [world.offer(world.person(), world.car(), hours=1 + number % 3).id for number in range(PAGE_LENGTH + 7)]
        moment = MORNING if which is OfferList.OPEN else MORNING + timedelta(hours=9)
        with clock.stopped(moment):
            first = queries.offers_page(world.activation.id, which)[:PAGE_LENGTH]
            second = queries.offers_page(world.activation.id, which, after=first[-1].offer.id)
        assert sorted(row.offer.id for row in [*first, *second]) == made
