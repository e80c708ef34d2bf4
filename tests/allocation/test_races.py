"""Two people at the same second, on two real connections."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from psycopg.errors import UniqueViolation
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from mra.allocation import services
from mra.allocation.models import AllocationRun, Offer
from mra.allocation.rules import FreedCars, OfferStatus
from mra.applications.models import CarRequest
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import begin
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.models import Activation
from mra.vehicles.models import Vehicle

from .world import MORNING, Pair, World, pairs_of

WAIT_SECONDS = 20


@pytest.fixture
def world(app: Flask, committed: None) -> Iterator[World]:
    """The world, written for everybody to see."""
    with clock.stopped(MORNING):
        made = World()
        db.session.commit()
        yield made


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[object]:
    """Each deed on a connection of its own, all starting together; what came of each, refusals as their codes."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        with app.app_context(), clock.stopped(MORNING + timedelta(minutes=1)):
            db.session.execute(select(1))
            start.wait(WAIT_SECONDS)
            try:
                outcome = deed()
                db.session.commit()
            except Refused as refused:
                db.session.rollback()
                return refused.code
            finally:
                db.session.remove()
            return outcome

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(WAIT_SECONDS) for future in [pool.submit(run, deed) for deed in deeds]]


def confirming(run_id: int, pairs: list[Pair], by: World) -> Callable[[], tuple[int, list[str]]]:
    actor = by.by

    def confirm() -> tuple[int, list[str]]:
        outcome = services.confirm(db.session.get_one(AllocationRun, run_id), pairs=pairs, by=actor)
        return len(outcome.offers), [code for *_, code in outcome.refused]

    return confirm


def open_offers() -> int:
    return db.session.scalar(select(func.count()).where(Offer.status == OfferStatus.MADE)) or 0


class TestTwoCoordinators:
    def test_the_same_pair_is_offered_once(self, app: Flask, world: World) -> None:
        world.person()
        world.car()
        run = world.propose()
        pairs = pairs_of(run)
        db.session.commit()
        outcomes = at_once(app, *[confirming(run.id, pairs, world) for _ in range(4)])
        assert sorted(made for made, _ in outcomes) == [0, 0, 0, 1]  # type: ignore[misc]
        assert open_offers() == 1

    def test_one_car_goes_to_one_of_two_people(self, app: Flask, world: World) -> None:
        car, first = world.car(), world.person()
        one = world.propose()
        first.seats = 5
        second = world.person()
        other = world.propose()
        first.seats = 2
        db.session.commit()
        outcomes = at_once(
            app,
            confirming(one.id, [(first.id, car.id)], world),
            confirming(other.id, [(second.id, car.id)], world),
        )
        assert sorted(outcomes) == [(0, ["vehicle_not_free"]), (1, [])]  # type: ignore[type-var]

    def test_opposite_orders_do_not_wait_for_each_other_for_ever(self, app: Flask, world: World) -> None:
        for _ in range(12):
            world.person()
            world.car()
        run = world.propose()
        pairs = pairs_of(run)
        db.session.commit()
        outcomes = at_once(app, confirming(run.id, pairs, world), confirming(run.id, pairs[::-1], world))
        assert sorted(made for made, _ in outcomes) == [0, 12]  # type: ignore[misc]


class TestOrders:
    """Two coordinators order something about the same car, or one orders while another confirms."""

    def pinning(self, world: World, request_id: int, car_id: int) -> Callable[[], object]:
        actor, activation_id = world.by, world.activation_id

        def pin() -> object:
            activation = db.session.get_one(Activation, activation_id)
            wish, car = db.session.get_one(CarRequest, request_id), db.session.get_one(Vehicle, car_id)
            return services.pin(activation, wish, car, reason="通院のため", by=actor).kind

        return pin

    def test_one_car_is_pinned_to_one_of_two_people(self, app: Flask, world: World) -> None:
        car_id, people = world.car().id, [world.person().id, world.person().id]
        db.session.commit()
        outcomes = at_once(app, *[self.pinning(world, one, car_id) for one in people])
        assert sorted(outcomes) == ["pin", "vehicle_pinned"]  # type: ignore[type-var]

    def test_one_person_gets_one_of_two_cars_pinned(self, app: Flask, world: World) -> None:
        cars, person = [world.car().id, world.car().id], world.person().id
        db.session.commit()
        outcomes = at_once(app, *[self.pinning(world, person, one) for one in cars])
        assert sorted(outcomes) == ["pin", "request_pinned"]  # type: ignore[type-var]

    def test_a_car_is_held_back_or_offered_and_not_both(self, app: Flask, world: World) -> None:
        world.person()
        car_id = world.car().id
        run = world.propose()
        run_id, pairs, actor, activation_id = run.id, pairs_of(run), world.by, world.activation_id
        db.session.commit()

        def hold() -> object:
            activation = db.session.get_one(Activation, activation_id)
            car = db.session.get_one(Vehicle, car_id)
            return services.hold(activation, car, reason="点検のため", by=actor).kind

        outcomes = at_once(app, hold, confirming(run_id, pairs, world))
        assert outcomes in (["hold", (0, ["vehicle_held"])], ["override_vehicle_not_free", (1, [])])

    def test_two_proposals_at_once_are_two_and_one_of_them_is_confirmed(self, app: Flask, world: World) -> None:
        world.person()
        world.car()
        db.session.commit()
        actor, activation_id, base_id = world.by, world.activation_id, world.base_id

        def propose_and_confirm() -> tuple[int, list[str]]:
            activation = db.session.get_one(Activation, activation_id)
            run = services.propose(activation, base_ids=[base_id], by=actor)
            outcome = services.confirm(run, pairs=pairs_of(run), by=actor)
            return len(outcome.offers), [code for *_, code in outcome.refused]

        outcomes = at_once(app, propose_and_confirm, propose_and_confirm)
        assert sum(made for made, _ in outcomes) == 1  # type: ignore[misc]
        assert open_offers() == 1


def test_two_jobs_pass_a_freed_car_on_once(app: Flask, world: World) -> None:
    services.choose_freed_cars(world.activation, FreedCars.NEXT_PERSON, by=world.by)
    offer_id = services.decline(world.offer(world.person(), world.car()), by=SYSTEM).id
    world.person()
    world.person()
    db.session.commit()
    passing = lambda: services.offer_freed_car(offer_id) is not None  # noqa: E731
    assert sorted(at_once(app, passing, passing, passing)) == [False, False, True]  # type: ignore[type-var]
    assert open_offers() == 1


class TestOneOffer:
    def test_a_yes_and_a_no_do_not_both_count(self, app: Flask, world: World) -> None:
        offer_id = world.offer(world.person(), world.car()).id
        db.session.commit()
        outcomes = at_once(
            app,
            lambda: services.take(db.session.get_one(Offer, offer_id), by=SYSTEM).status,
            lambda: services.decline(db.session.get_one(Offer, offer_id), by=SYSTEM).status,
        )
        assert "offer_closed" in outcomes
        assert set(outcomes) & {OfferStatus.ACCEPTED, OfferStatus.DECLINED}

    def test_two_tidying_jobs_tell_the_applicant_once(self, app: Flask, world: World) -> None:
        with clock.stopped(MORNING - timedelta(hours=2)):
            world.offer(world.person(), world.car(), hours=1)
            db.session.commit()
        outcomes = at_once(app, services.tidy_offers, services.tidy_offers)
        assert sorted(outcomes) == [0, 1]  # type: ignore[type-var]


class TestTheDatabaseItself:
    @pytest.mark.parametrize("shared", ["vehicle", "request"])
    def test_no_second_open_offer_is_written_for_one_car_or_request(
        self, app: Flask, world: World, shared: str
    ) -> None:
        cars = [world.car().id, world.car().id]
        requests = [world.person().id, world.person().id]
        db.session.commit()
        pairs = [
            (requests[0], cars[0]),
            (requests[1 if shared == "vehicle" else 0], cars[0 if shared == "vehicle" else 1]),
        ]
        outcomes = at_once(app, *[lambda pair=pair: written(*pair) for pair in pairs])
        assert sorted(outcomes) == ["made", f"uq_offers_one_open_per_{shared}"]  # type: ignore[type-var]


def written(request_id: int, vehicle_id: int) -> str:
    """Write an offer without looking at anything, as a bug would."""
    car_request, car = db.session.get_one(CarRequest, request_id), db.session.get_one(Vehicle, vehicle_id)
    offer = Offer(
        activation_id=car_request.activation_id,
        request_id=request_id,
        vehicle_id=vehicle_id,
        base_id=car.base_id,
        made_at=clock.now(),
        deadline_at=clock.now() + timedelta(hours=1),
    )
    try:
        begin(offer, by=SYSTEM)
    except IntegrityError as fault:
        db.session.rollback()
        return constraint_of(fault)
    return "made"


def constraint_of(fault: IntegrityError) -> str:
    """The name of the unique index that spoke."""
    return (fault.orig.diag.constraint_name or "") if isinstance(fault.orig, UniqueViolation) else "another fault"
