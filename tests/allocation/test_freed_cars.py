"""A declined or expired car: to the next run, or at once to the next suited person, exactly once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mra.allocation import jobs, queries, services
from mra.allocation.models import AllocationRun, Offer
from mra.allocation.rules import FreedCars, NoCar, OfferStatus
from mra.core import audit, clock
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.outbox import OutboxRow
from tests import factories

from .world import MORNING, World, at


def at_once(world: World) -> None:
    services.choose_freed_cars(world.activation, FreedCars.NEXT_PERSON, by=world.by)
    db.session.flush()


def promised() -> list[int]:
    """The offers whose cars are to go on."""
    rows = select(OutboxRow.args).where(OutboxRow.job == "allocation.offer_freed_car").order_by(OutboxRow.id)
    return [args["offer_id"] for args in db.session.scalars(rows)]


def offers_of(vehicle_id: int) -> list[Offer]:
    return list(db.session.scalars(select(Offer).where(Offer.vehicle_id == vehicle_id).order_by(Offer.id)))


class TestSetting:
    def test_usually_a_freed_car_waits_for_the_next_run(self, world: World) -> None:
        car = world.car()
        world.person()
        services.decline(world.offer(world.person(), car), by=SYSTEM)
        assert queries.freed_cars(world.activation.id) is FreedCars.NEXT_RUN
        assert promised() == []

    def test_a_change_is_told_in_the_timeline_of_the_support(self, world: World) -> None:
        at_once(world)
        at_once(world)
        [event] = [one for one in audit.timeline(("activation", [world.activation.id])) if "freed" in one.action]
        assert (event.actor_id, event.facts) == (world.by.id, {"before": "next_run", "after": "next_person"})

    def test_changed_back_nothing_goes_on(self, world: World) -> None:
        at_once(world)
        car = world.car()
        offer = services.decline(world.offer(world.person(), car), by=SYSTEM)
        world.person()
        services.choose_freed_cars(world.activation, FreedCars.NEXT_RUN, by=world.by)
        jobs.offer_freed_car(offer.id)
        assert offers_of(car.id) == [offer]


class TestNextPerson:
    @pytest.fixture(autouse=True)
    def setting(self, world: World) -> None:
        at_once(world)

    def test_a_declined_car_goes_to_the_next_person_once(self, world: World) -> None:
        car = world.car()
        offer = world.offer(world.person(received_at=at(17, 9)), car)
        following = world.person(received_at=at(18, 9))
        world.person(received_at=at(19, 9))
        services.decline(offer, by=SYSTEM)
        assert promised() == [offer.id]
        for _ in range(2):
            jobs.offer_freed_car(offer.id)
        [_declined, successor] = offers_of(car.id)
        assert (successor.request_id, successor.status) == (following.id, OfferStatus.MADE)

    def test_a_run_that_nobody_made_says_so(self, world: World) -> None:
        offer = services.decline(world.offer(world.person(), world.car()), by=SYSTEM)
        world.person()
        jobs.offer_freed_car(offer.id)
        run = db.session.scalars(select(AllocationRun)).one()
        assert run.staff_id is None
        assert "自動" in run.made_by

    def test_its_run_keeps_only_those_whom_the_car_would_suit(self, world: World) -> None:
        offer = services.decline(world.offer(world.person(received_at=at(17, 9)), world.car()), by=SYSTEM)
        first, second = world.person(received_at=at(18, 9)), world.person(received_at=at(19, 9))
        for _ in range(3):
            world.person(received_at=at(18, 8)).classes = ["kei_truck"]  # type: ignore[list-item]
        jobs.offer_freed_car(offer.id)
        run = db.session.scalars(select(AllocationRun)).one()
        assert [int(one["id"]) for one in run.scenario["requests"]] == [first.id, second.id]
        assert {one["request"]: one["reason"] for one in run.reasons} == {
            second.id: NoCar.OUTRANKED,
            offer.request_id: NoCar.PAUSED,
        }
        assert (run.waiting_count, run.assigned_count, run.is_narrow) == (6, 1, True)

    def test_an_expired_car_goes_on_when_its_end_is_written_down(self, world: World) -> None:
        car = world.car()
        offer = world.offer(world.person(), car, hours=1)
        following = world.person()
        with clock.stopped(MORNING + timedelta(hours=2)):
            services.tidy_offers()
            assert promised() == [offer.id]
            jobs.offer_freed_car(offer.id)
        assert offers_of(car.id)[-1].request_id == following.id

    def test_the_car_of_somebody_who_withdrew_goes_on_too(self, world: World) -> None:
        car, gone = world.car(), world.person()
        offer = world.offer(gone, car)
        following = world.person()
        move(gone, "withdraw", by=SYSTEM)
        services.tidy_offers()
        jobs.offer_freed_car(offer.id)
        assert offers_of(car.id)[-1].request_id == following.id

    def test_a_car_taken_back_by_staff_waits_for_them(self, world: World) -> None:
        services.retract(world.offer(world.person(), world.car()), by=world.by, reason="故障が見つかったため")
        assert promised() == []

    def test_where_nobody_suits_the_car_waits_for_the_next_run(self, world: World) -> None:
        car = world.car()
        offer = services.decline(world.offer(world.person(), car), by=SYSTEM)
        jobs.offer_freed_car(offer.id)
        assert offers_of(car.id) == [offer]
        assert db.session.scalars(select(AllocationRun)).all() == []

    def test_a_held_car_goes_to_nobody(self, world: World) -> None:
        car = world.car()
        offer = services.decline(world.offer(world.person(), car), by=SYSTEM)
        world.person()
        services.hold(world.activation, car, reason="点検のため", by=world.by)
        jobs.offer_freed_car(offer.id)
        assert offers_of(car.id) == [offer]

    def test_a_support_that_was_closed_since_offers_nothing(self, world: World) -> None:
        car = world.car()
        offer = services.decline(world.offer(world.person(), car), by=SYSTEM)
        world.person()
        db.session.flush()
        for step in ("wind_down", "close"):
            move(world.activation, step, by=SYSTEM)
            db.session.flush()
        jobs.offer_freed_car(offer.id)
        assert offers_of(car.id) == [offer]

    def test_the_second_person_who_says_no_passes_it_on_again(self, world: World) -> None:
        car = world.car()
        first = services.decline(world.offer(world.person(received_at=at(17, 9)), car), by=SYSTEM)
        world.person(received_at=at(18, 9))
        third = world.person(received_at=at(19, 9))
        jobs.offer_freed_car(first.id)
        second = services.decline(offers_of(car.id)[-1], by=SYSTEM)
        jobs.offer_freed_car(first.id)
        jobs.offer_freed_car(second.id)
        assert [one.request_id for one in offers_of(car.id)][2:] == [third.id]

    def test_nobody_is_offered_the_car_again_that_they_declined(self, world: World) -> None:
        wish, car = world.person(), world.car()
        offer = services.decline(world.offer(wish, car), by=SYSTEM)
        with clock.stopped(MORNING + timedelta(days=2)):
            jobs.offer_freed_car(offer.id)
        assert offers_of(car.id) == [offer]


class TestByStaff:
    def test_the_car_goes_to_the_next_person_whom_it_suits(self, world: World) -> None:
        car = world.car()
        offer = services.decline(world.offer(world.person(received_at=at(17, 9)), car), by=SYSTEM)
        too_many = world.person(received_at=at(17, 10))
        too_many.seats = 5
        following = world.person(received_at=at(17, 11))
        world.person(received_at=at(17, 12))
        successor = services.offer_next(offer, by=world.by)
        assert (successor.request_id, successor.vehicle_id) == (following.id, car.id)

    def test_an_open_offer_has_no_successor(self, world: World) -> None:
        with pytest.raises(Refused, match="offer_still_open"):
            services.offer_next(world.offer(world.person(), world.car()), by=world.by)

    def test_a_car_that_is_out_has_no_successor(self, world: World) -> None:
        car = world.car()
        offer = services.decline(world.offer(world.person(), car), by=SYSTEM)
        factories.loan(world.person(), car)
        with pytest.raises(Refused, match="vehicle_not_free"):
            services.offer_next(offer, by=world.by)

    def test_where_nobody_else_waits_it_says_so(self, world: World) -> None:
        offer = services.decline(world.offer(world.person(), world.car()), by=SYSTEM)
        with pytest.raises(Refused, match="nobody_suits"):
            services.offer_next(offer, by=world.by)
