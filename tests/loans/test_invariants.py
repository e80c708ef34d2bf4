"""What the database itself holds, whatever the code does: seen with real transactions and two or more connections."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from mra.allocation.models import Offer
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import begin, move
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.disasters import services as disasters
from mra.disasters.models import Activation
from mra.loans import rules, services
from mra.loans.models import Loan
from mra.vehicles import services as vehicles
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import OutReason
from mra.web import registry
from tests import factories
from tests.conftest import STORY_NOW
from tests.loans.world import THURSDAY_TEN, World


@pytest.fixture
def world(committed: None, story_time: datetime) -> World:
    return World(handovers_per_slot=1)


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Do these things at the same moment, each on a connection of its own; what came of each, in no order."""
    db.session.commit()
    outcomes: list[object] = []
    gate = Barrier(len(acts))

    def act(what: Callable[[], object]) -> None:
        with app.app_context(), clock.stopped(STORY_NOW):
            gate.wait(timeout=10)
            try:
                what()
                db.session.commit()
                outcomes.append("done")
            except (Refused, MoveNotAllowed, IntegrityError) as refused:
                db.session.rollback()
                outcomes.append(refused)

    threads = [Thread(target=act, args=(what,)) for what in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    db.session.expire_all()
    return outcomes


def constraint_of(fault: object) -> str | None:
    return fault.orig.diag.constraint_name if isinstance(fault, IntegrityError) else None  # type: ignore[union-attr]


def codes(outcomes: list[object]) -> list[str]:
    return sorted(one.code if isinstance(one, Refused) else str(one) for one in outcomes)


def a_reservation(request_id: int, vehicle_id: int, at: datetime = THURSDAY_TEN) -> Callable[[], object]:
    """Somebody writes a loan past all services."""

    def write() -> None:
        loan = unwritten_loan(request_id, vehicle_id, at)
        begin(loan, by=SYSTEM)

    return write


def unwritten_loan(request_id: int, vehicle_id: int, at: datetime) -> Loan:
    offer_like = db.session.execute(
        text(
            "SELECT r.activation_id, b.id AS base_id, t.id AS terms_id FROM requests r"
            " JOIN bases b USING (activation_id) JOIN terms_versions t USING (activation_id) WHERE r.id = :id"
        ),
        {"id": request_id},
    ).one()
    return Loan(
        activation_id=offer_like.activation_id,
        request_id=request_id,
        vehicle_id=vehicle_id,
        base_id=offer_like.base_id,
        terms_version_id=offer_like.terms_id,
        handover_at=at,
        due_at=at + timedelta(days=3),
    )


def test_a_car_has_one_open_loan(app: Flask, world: World) -> None:
    car = factories.vehicle(world.base)
    wishes = [factories.application(world.activation).requests[0].id for _ in range(2)]
    # Far apart in time, so that only the rule "one open loan per vehicle" can speak.
    later = THURSDAY_TEN + timedelta(days=60)
    outcomes = at_once(app, a_reservation(wishes[0], car.id), a_reservation(wishes[1], car.id, later))
    assert outcomes.count("done") == 1
    [refused] = [one for one in outcomes if one != "done"]
    assert constraint_of(refused) == "uq_loans_one_open_per_vehicle"


def test_a_request_has_one_open_loan(app: Flask, world: World) -> None:
    cars = [factories.vehicle(world.base).id for _ in range(2)]
    wish = factories.application(world.activation).requests[0].id
    outcomes = at_once(app, *(a_reservation(wish, car) for car in cars))
    assert outcomes.count("done") == 1
    [refused] = [one for one in outcomes if one != "done"]
    assert constraint_of(refused) == "uq_loans_one_open_per_request"


def test_loans_of_one_car_never_overlap(app: Flask, world: World) -> None:
    first = world.take_back(world.out(), at=THURSDAY_TEN + timedelta(days=20))
    other = factories.application(world.activation).requests[0].id
    inside = THURSDAY_TEN + timedelta(days=19)
    [refused] = at_once(app, a_reservation(other, first.vehicle_id, inside))
    assert constraint_of(refused) == "ex_loans_no_overlap"
    afterwards = THURSDAY_TEN + timedelta(days=20)
    assert at_once(app, a_reservation(other, first.vehicle_id, afterwards)) == ["done"], "back at ten, out at ten"


def test_a_cancelled_reservation_leaves_its_days_free(app: Flask, world: World) -> None:
    loan = services.cancel(world.reserve(), by=world.desk, reason="no_show")
    other = factories.application(world.activation).requests[0].id
    assert at_once(app, a_reservation(other, loan.vehicle_id)) == ["done"]


def written_past_the_services(loan: Loan, change: str) -> str | None:
    """Which constraint speaks when somebody changes the row by hand."""
    db.session.commit()
    with pytest.raises(IntegrityError) as fault:
        db.session.execute(text(f"UPDATE loans SET {change} WHERE id = :id"), {"id": loan.id})
    db.session.rollback()
    return constraint_of(fault.value)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("status = 'on_loan'", "ck_loans_handover_facts"),
        ("status = 'on_loan', handed_over_at = handover_at, odometer_out_km = 1", "ck_loans_handover_facts"),
        ("status = 'on_loan', handed_over_at = handover_at, fuel_out_eighths = 1", "ck_loans_handover_facts"),
        (
            "status = 'returned', handed_over_at = handover_at, odometer_out_km = 1, fuel_out_eighths = 1",
            "ck_loans_return_facts",
        ),
        ("status = 'cancelled'", "ck_loans_cancel_reason_given"),
        ("status = 'lost'", "ck_loans_status"),
        ("due_at = handover_at", "ck_loans_due_after_handover"),
        ("handed_over_at = handover_at, returned_at = handover_at", "ck_loans_return_after_handover"),
        ("odometer_out_km = 5, odometer_in_km = 4", "ck_loans_odometer_forward"),
        ("odometer_out_km = -1", "ck_loans_odometer_km"),
        ("fuel_out_eighths = 9", "ck_loans_fuel"),
    ],
)
def test_a_status_never_stands_without_its_facts(world: World, change: str, constraint: str) -> None:
    assert written_past_the_services(world.reserve(), change) == constraint


@pytest.mark.parametrize("missing", ["returned_at", "odometer_in_km", "fuel_in_eighths"])
def test_a_return_is_complete(world: World, missing: str) -> None:
    assert written_past_the_services(world.take_back(world.out()), f"{missing} = NULL") == "ck_loans_return_facts"


def test_every_constraint_that_people_can_meet_has_its_sentence() -> None:
    for name, code in rules.CONSTRAINTS.items():
        assert registry.REFUSALS[code], name


class TestAtTheDesks:
    def test_four_desks_hand_over_the_same_car_and_one_succeeds(self, app: Flask, world: World) -> None:
        loan_id = world.reserve().id

        def hand_over() -> None:
            world.hand_over(db.session.get_one(Loan, loan_id))

        outcomes = at_once(app, *[hand_over] * 4)
        assert outcomes.count("done") == 1
        assert [type(one) for one in outcomes if one != "done"] == [MoveNotAllowed] * 3
        assert len(db.session.get_one(Loan, loan_id).licence_checks) == 1

    def test_two_residents_take_the_last_place_of_a_half_hour_and_one_succeeds(self, app: Flask, world: World) -> None:
        offers = [world.offer().id for _ in range(2)]
        outcomes = at_once(app, *(self.acceptance(world, offer) for offer in offers))
        assert codes(outcomes) == ["done", "slot_full"]

    def test_a_resident_who_presses_twice_has_one_reservation(self, app: Flask, world: World) -> None:
        offer = world.offer().id
        outcomes = at_once(app, *[self.acceptance(world, offer)] * 2)
        assert codes(outcomes) == ["done", "offer_closed"]
        assert db.session.query(Loan).count() == 1

    def test_a_handover_and_a_cancellation_meet_and_one_wins(self, app: Flask, world: World) -> None:
        loan_id = world.reserve().id

        def hand_over() -> None:
            world.hand_over(db.session.get_one(Loan, loan_id))

        def cancel() -> None:
            services.cancel(db.session.get_one(Loan, loan_id), by=world.desk, reason="no_show")

        outcomes = at_once(app, hand_over, cancel)
        assert outcomes.count("done") == 1

    def test_a_car_taken_out_of_service_at_that_moment_is_not_reserved_afterwards(
        self, app: Flask, world: World
    ) -> None:
        offer = world.offer()
        offer_id, vehicle_id = offer.id, offer.vehicle_id

        def take_out() -> None:
            vehicles.take_out(db.session.get_one(Vehicle, vehicle_id), by=SYSTEM, reason=OutReason.CLEANING)

        outcomes = at_once(app, take_out, self.acceptance(world, offer_id))
        assert codes(outcomes) in (["done", "vehicle_in_use"], ["done", "vehicle_not_free"])

    def test_a_support_closed_at_that_moment_is_left_with_no_reserved_car(self, app: Flask, world: World) -> None:
        move(world.activation, "wind_down", by=SYSTEM)
        offer_id, activation_id = world.offer().id, world.activation.id

        def close() -> None:
            disasters.close(db.session.get_one(Activation, activation_id), by=SYSTEM)

        outcomes = at_once(app, close, self.acceptance(world, offer_id))
        assert codes(outcomes) in (["activation_not_open", "done"], ["cars_still_out", "done"])

    def acceptance(self, world: World, offer_id: int) -> Callable[[], object]:
        def accept() -> Any:
            return services.accept_offer(db.session.get_one(Offer, offer_id), handover_at=THURSDAY_TEN, by=world.desk)

        return accept
