"""Pinning, forbidding, holding back, lifting; what a run makes of it, and what a confirmation."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mra.allocation import queries, services
from mra.allocation.engine import read_scenario
from mra.allocation.engine.verify import faults_of
from mra.allocation.models import AllocationRun, Override
from mra.allocation.rules import NO_LONGER_WAITING, NoCar, OfferStatus, OverrideStatus
from mra.core import audit, clock
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.core.errors import Refused
from mra.vehicles.rules import Transmission
from tests import factories

from .test_services import plan_of
from .world import MORNING, World, at, counted_statements, pairs_of


def pin(world: World, car_request: object, car: object, reason: str = "通院の予定があるため") -> Override:
    return services.pin(world.activation, car_request, car, reason=reason, by=world.by)  # type: ignore[arg-type]


def forbid(world: World, car_request: object, car: object, reason: str = "車内の装備が合わないため") -> Override:
    return services.forbid(world.activation, car_request, car, reason=reason, by=world.by)  # type: ignore[arg-type]


def hold(world: World, car: object, reason: str = "点検のため") -> Override:
    return services.hold(world.activation, car, reason=reason, by=world.by)  # type: ignore[arg-type]


def reason_of(run: AllocationRun, request_id: int) -> str:
    return next(one["reason"] for one in run.reasons if one["request"] == request_id)


class TestPin:
    def test_a_pinned_person_gets_the_car_before_those_ahead(self, world: World) -> None:
        first, last, car = world.person(received_at=at(17, 9)), world.person(received_at=at(18, 9)), world.car()
        pin(world, last, car)
        run = world.propose()
        assert pairs_of(run) == [(last.id, car.id)]
        assert run.overtaken == [{"request": first.id, "way": "lost", "by": last.id}]

    def test_the_run_keeps_the_overrides_it_was_made_from(self, world: World) -> None:
        wish, car = world.person(), world.car()
        made = pin(world, wish, car)
        run = world.propose()
        services.lift(made, reason="予定がなくなったため", by=world.by)
        assert run.orders["overrides"] == [made.id]
        assert [(int(one["request"]), int(one["vehicle"])) for one in run.orders["pinned"]] == [(wish.id, car.id)]

    def test_a_person_whose_place_is_unknown_can_be_pinned(self, world: World) -> None:
        wish, car = world.person(place=None), world.car()
        factories.municipality().place = None
        assert reason_of(world.propose(), wish.id) == NoCar.PLACE_UNKNOWN
        pin(world, wish, car)
        run = world.propose()
        assert run.orders["pinned"][0]["distance_km"] is None
        assert pairs_of(run) == [(wish.id, car.id)]

    def test_a_pin_outside_the_wishes_is_kept_through_the_confirmation(self, world: World) -> None:
        wish, car = world.person(), world.car(seats=2)
        wish.seats = 4
        assert queries.look_at(world.activation, wish.id, car.id).concerns == ("seats",)
        pin(world, wish, car)
        [offer] = world.confirm_all(world.propose()).offers
        assert (offer.request_id, offer.vehicle_id) == (wish.id, car.id)

    def test_a_pin_has_done_its_work_when_the_pair_is_offered(self, world: World) -> None:
        made = pin(world, world.person(), world.car())
        world.confirm_all(world.propose())
        assert (made.status, made.lifted_at) == (OverrideStatus.FULFILLED, clock.now())

    def test_a_pin_waits_for_its_car_and_its_person_for_the_pin(self, world: World) -> None:
        wish, car = world.person(), world.car()
        pin(world, wish, car)
        world.car()
        car.base_id = factories.base(world.activation, name="上天草拠点").id
        db.session.flush()
        run = world.propose()
        assert (pairs_of(run), reason_of(run, wish.id)) == ([], NoCar.PIN_WAITS)

    def test_papers_that_end_in_the_middle_of_the_loan_refuse_it(self, world: World) -> None:
        with pytest.raises(Refused, match="pin_papers_end"):
            pin(world, world.person(), world.car(lawful_until=clock.today() + timedelta(days=10)))

    def test_a_manual_car_without_the_licence_is_refused(self, world: World) -> None:
        with pytest.raises(Refused, match="pin_manual"):
            pin(world, world.person(), world.car(transmission=Transmission.MT))

    def test_a_need_that_is_over_is_refused(self, world: World) -> None:
        wish = world.person()
        wish.needed_from, wish.needed_until = date(2026, 8, 1), date(2026, 8, 2)
        with pytest.raises(Refused, match="pin_need_over"):
            pin(world, wish, world.car())

    def test_a_car_that_is_offered_is_refused(self, world: World) -> None:
        car = world.car()
        world.offer(world.person(), car)
        with pytest.raises(Refused, match="override_vehicle_not_free"):
            pin(world, world.person(), car)

    def test_a_person_with_an_offer_is_refused(self, world: World) -> None:
        wish = world.person()
        world.offer(wish, world.car())
        with pytest.raises(Refused, match="override_request_not_waiting"):
            pin(world, wish, world.car())

    def test_somebody_of_another_support_is_refused(self, world: World) -> None:
        elsewhere = factories.application(factories.activation(slug="noto-2026")).requests[0]
        with pytest.raises(Refused, match="override_request_not_waiting"):
            pin(world, elsewhere, world.car())

    def test_one_car_and_one_person_have_one_pin(self, world: World) -> None:
        wish, car = world.person(), world.car()
        pin(world, wish, car)
        for code, person, other in (
            ("override_already_made", wish, car),
            ("vehicle_pinned", world.person(), car),
            ("request_pinned", wish, world.car()),
        ):
            with pytest.raises(Refused, match=code):
                pin(world, person, other)

    def test_the_pin_of_a_person_who_withdrew_does_not_stand_in_the_way(self, world: World) -> None:
        gone, car = world.person(), world.car()
        before = pin(world, gone, car)
        move(gone, "withdraw", by=SYSTEM)
        db.session.flush()
        pin(world, world.person(), car)
        assert (before.status, before.lift_reason) == (OverrideStatus.LIFTED, NO_LONGER_WAITING)

    def test_somebody_who_declined_a_car_may_be_given_it_after_all(self, world: World) -> None:
        wish, car = world.person(), world.car()
        services.decline(world.offer(wish, car), by=SYSTEM)
        assert queries.look_at(world.activation, wish.id, car.id).concerns == ("declined", "paused")
        pin(world, wish, car)
        assert pairs_of(world.propose()) == [(wish.id, car.id)]


class TestForbid:
    def test_a_forbidden_pair_is_no_pair_and_the_next_gets_the_car(self, world: World) -> None:
        first, second, car = world.person(received_at=at(17, 9)), world.person(received_at=at(18, 9)), world.car()
        forbid(world, first, car)
        run = world.propose()
        assert pairs_of(run) == [(second.id, car.id)]
        assert reason_of(run, first.id) == NoCar.BARRED
        assert run.overtaken == [{"request": first.id, "way": "lost", "by": second.id}]

    def test_any_other_car_is_as_possible_as_before(self, world: World) -> None:
        wish, car, other = world.person(), world.car(), world.car()
        forbid(world, wish, car)
        assert pairs_of(world.propose()) == [(wish.id, other.id)]

    def test_the_kept_plan_can_still_be_checked_against_the_kept_scenario(self, world: World) -> None:
        people, cars = [world.person() for _ in range(4)], [world.car() for _ in range(3)]
        forbid(world, people[0], cars[0])
        pin(world, people[3], cars[1])
        run = world.propose()
        assert faults_of(read_scenario(run.scenario), plan_of(run)) == []

    def test_a_pair_is_not_forbidden_and_pinned(self, world: World) -> None:
        wish, car = world.person(), world.car()
        forbid(world, wish, car)
        with pytest.raises(Refused, match="pair_forbidden"):
            pin(world, wish, car)
        with pytest.raises(Refused, match="override_already_made"):
            forbid(world, wish, car)
        other = world.car()
        pin(world, wish, other)
        with pytest.raises(Refused, match="request_pinned"):
            forbid(world, wish, other)

    def test_an_offer_that_stands_is_not_touched(self, world: World) -> None:
        wish, car = world.person(), world.car()
        offer = world.offer(wish, car)
        forbid(world, wish, car)
        assert services.take(offer, by=SYSTEM).status is OfferStatus.ACCEPTED

    def test_somebody_who_no_longer_waits_is_refused(self, world: World) -> None:
        wish = world.person()
        move(wish, "withdraw", by=SYSTEM)
        db.session.flush()
        with pytest.raises(Refused, match="override_request_not_waiting"):
            forbid(world, wish, world.car())


class TestHold:
    def test_a_held_car_is_given_to_nobody(self, world: World) -> None:
        wish, car = world.person(), world.car()
        hold(world, car)
        run = world.propose()
        assert (pairs_of(run), run.free_count, reason_of(run, wish.id)) == ([], 0, NoCar.HELD)
        assert run.overtaken == [{"request": wish.id, "way": "lost", "by": None}]

    def test_a_held_car_is_not_counted_as_free(self, world: World) -> None:
        world.car()
        hold(world, world.car())
        assert [one.count for one in queries.free_figures(world.activation.id)] == [1]

    def test_a_car_that_is_out_is_refused(self, world: World) -> None:
        car = world.car()
        factories.loan(world.person(), car)
        with pytest.raises(Refused, match="override_vehicle_not_free"):
            hold(world, car)

    def test_a_car_of_another_support_is_refused(self, world: World) -> None:
        elsewhere = factories.vehicle(factories.base(factories.activation(slug="noto-2026")))
        with pytest.raises(Refused, match="override_vehicle_elsewhere"):
            hold(world, elsewhere)

    def test_a_car_is_held_once_and_not_pinned_as_well(self, world: World) -> None:
        car = world.car()
        hold(world, car)
        with pytest.raises(Refused, match="override_already_made"):
            hold(world, car)
        with pytest.raises(Refused, match="vehicle_held"):
            pin(world, world.person(), car)
        pinned = world.car()
        pin(world, world.person(), pinned)
        with pytest.raises(Refused, match="vehicle_pinned"):
            hold(world, pinned)

    def test_a_hold_goes_with_its_car_to_another_support(self, world: World) -> None:
        car = world.car()
        made = hold(world, car)
        there = factories.activation(slug="noto-2026")
        car.base_id = factories.base(there).id
        db.session.flush()
        assert queries.overrides_in_force(there.id) == [made]

    def test_the_next_person_does_not_get_a_held_car(self, world: World) -> None:
        car = world.car()
        offer = services.decline(world.offer(world.person(), car), by=SYSTEM)
        world.person()
        hold(world, car)
        with pytest.raises(Refused, match="vehicle_held"):
            services.offer_next(offer, by=world.by)


class TestLift:
    def test_from_the_next_run_on_all_is_as_before(self, world: World) -> None:
        wish, car = world.person(), world.car()
        made = hold(world, car)
        services.lift(made, reason="点検が終わったため", by=world.by)
        run = world.propose()
        assert (pairs_of(run), run.overtaken, run.orders) == ([(wish.id, car.id)], [], {})
        assert (made.lifted_by_staff_id, made.lift_reason) == (world.by.id, "点検が終わったため")

    def test_reasons_are_needed_and_stay_out_of_the_audit(self, world: World) -> None:
        car = world.car()
        with pytest.raises(Refused, match="override_needs_reason"):
            hold(world, car, reason="　 ")
        made = hold(world, car, reason="山田さんに約束したため")
        with pytest.raises(Refused, match="lift_needs_reason"):
            services.lift(made, reason=" ", by=world.by)
        services.lift(made, reason="山田さんが取り下げたため", by=world.by)
        lifted, begun = audit.timeline(("override", [made.id]))
        assert (lifted.action, begun.action, begun.actor_id) == ("lift", "begin", world.by.id)
        assert begun.facts == {"kind": "hold", "vehicle_id": car.id}
        assert "山田" not in str(lifted.facts)

    def test_what_has_ended_is_not_lifted_again(self, world: World) -> None:
        made = hold(world, world.car())
        services.lift(made, reason="点検が終わったため", by=world.by)
        db.session.flush()
        with pytest.raises(Refused, match="override_ended"):
            services.lift(made, reason="もう一度", by=world.by)

    def test_every_override_stays_readable_newest_first(self, world: World) -> None:
        first = hold(world, world.car())
        services.lift(first, reason="点検が終わったため", by=world.by)
        second = hold(world, world.car())
        assert queries.overrides(world.activation.id) == [second, first]
        assert queries.overrides_in_force(world.activation.id) == [second]


class TestOrderedSinceTheProposal:
    """A proposal is thirty minutes old at most, and yet somebody may order something meanwhile."""

    def test_each_order_refuses_its_own_pair_and_the_others_go_through(self, world: World) -> None:
        for number in range(5):
            world.person(received_at=at(17, 9 + number))
            world.car()
        run = world.propose()
        (_, held), (barred, car), (pinned, _), (_, taken), _last = pairs_of(run)
        hold(world, world.car_by_id(held))
        requests = {one.id: one for one in db.session.scalars(select(type(world.person())))}
        forbid(world, requests[barred], world.car_by_id(car))
        pin(world, requests[pinned], world.car())
        pin(world, world.person(), world.car_by_id(taken))
        outcome = world.confirm_all(run)
        codes = [code for *_, code in outcome.refused]
        assert codes == ["vehicle_held", "pair_forbidden", "request_pinned", "vehicle_pinned"]
        assert [(one.request_id, one.vehicle_id) for one in outcome.offers] == [_last]

    def test_a_pin_lifted_since_no_longer_carries_its_pair_outside_the_wishes(self, world: World) -> None:
        wish, car = world.person(), world.car()
        wish.seats = 5
        made = pin(world, wish, car)
        run = world.propose()
        services.lift(made, reason="間違えたため", by=world.by)
        assert [code for *_, code in world.confirm_all(run).refused] == ["pair_no_longer_fits"]

    def test_papers_that_end_since_refuse_a_pinned_pair_as_well(self, world: World) -> None:
        wish, car = world.person(), world.car()
        pin(world, wish, car)
        run = world.propose()
        for paper in car.documents:
            paper.ends_on = paper.effective_ends_on = clock.today() + timedelta(days=5)
        db.session.flush()
        assert [code for *_, code in world.confirm_all(run).refused] == ["pair_no_longer_fits"]


def test_overrides_add_no_statement_each(world: World) -> None:
    assert selects_with_overrides(world, 1) == selects_with_overrides(world, 6)


def selects_with_overrides(world: World, size: int) -> int:
    """The statements of one proposal with so many overrides of each kind."""
    for _ in range(size):
        hold(world, world.car())
        forbid(world, world.person(), world.car())
        pin(world, world.person(), world.car())
    world.forget()
    with counted_statements() as seen, clock.stopped(MORNING + timedelta(minutes=1)):
        world.propose()
    return len(seen)
