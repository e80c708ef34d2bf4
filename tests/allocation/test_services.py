"""Proposing, confirming, answering, running out, taking back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mra.accounts import services as accounts
from mra.allocation import services
from mra.allocation.engine import Plan, read_scenario
from mra.allocation.engine.plan import Assignment, ContestedSet, Unserved
from mra.allocation.engine.verify import faults_of
from mra.allocation.models import AllocationRun, Offer
from mra.allocation.rules import NO_LONGER_WAITING, AfterIntake, OfferStatus
from mra.core import audit, clock
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.outbox import OutboxRow
from mra.core.vehicle_classes import VehicleClass
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus
from tests import factories

from .world import MORNING, World, at, counted_statements, pairs_of


def texts(template: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.template == template).order_by(Message.id)))


def plan_of(run: AllocationRun) -> Plan:
    return Plan(
        tuple(Assignment(**one) for one in run.plan["assignments"]),
        tuple(Unserved(**one) for one in run.plan["unserved"]),
        tuple(
            ContestedSet(one["id"], tuple(one["vehicles"]), tuple(one["holders"]), tuple(one["includes"]))
            for one in run.plan["contested_sets"]
        ),
        run.plan["total_cost"],
    )


class TestPropose:
    def test_the_first_in_the_queue_gets_the_only_car(self, world: World) -> None:
        world.person(received_at=at(18, 9))
        first, car = world.person(received_at=at(17, 9)), world.car()
        assert pairs_of(world.propose()) == [(first.id, car.id)]

    def test_those_without_a_car_are_told_why(self, world: World) -> None:
        world.car()
        world.person(received_at=at(17, 9))
        outranked = world.person(received_at=at(18, 9))
        van = world.person(received_at=at(18, 10))
        van.classes = [VehicleClass.KEI_VAN.value]
        over = world.person(received_at=at(18, 11))
        over.needed_from, over.needed_until = date(2026, 8, 1), date(2026, 8, 2)
        assert world.propose().reasons == [
            {"request": over.id, "reason": "need_over", "cars": 0},
            {"request": outranked.id, "reason": "outranked", "cars": 1},
            {"request": van.id, "reason": "class", "cars": 0},
        ]

    def test_the_kept_plan_can_be_checked_against_the_kept_scenario(self, world: World) -> None:
        for number in range(4):
            world.person(received_at=at(17, 9 + number))
        world.car()
        world.car()
        run = world.propose()
        assert faults_of(read_scenario(run.scenario), plan_of(run)) == []

    def test_figures_of_a_run_are_kept_beside_it(self, world: World) -> None:
        world.car()
        world.person()
        world.person()
        run = world.propose()
        assert (run.waiting_count, run.free_count, run.assigned_count) == (2, 1, 1)

    def test_no_name_or_number_of_a_person_is_kept(self, world: World) -> None:
        application = world.person().application
        world.car()
        run = world.propose()
        kept = str(run.scenario) + str(run.plan) + str(run.reasons)
        for secret in (application.family_name, application.phone, application.address, application.postal_code):
            assert secret not in kept

    def test_nothing_is_offered_yet(self, world: World) -> None:
        world.person()
        world.car()
        world.propose()
        assert db.session.scalars(select(Offer)).all() == []
        assert texts("offer_made") == []

    def test_nothing_free_and_nobody_waiting_is_a_proposal_too(self, world: World) -> None:
        assert world.propose().plan["assignments"] == []

    def test_a_support_that_has_ended_allocates_nothing(self, world: World) -> None:
        for step in ("wind_down", "close"):
            move(world.activation, step, by=SYSTEM)
            db.session.flush()
        with pytest.raises(Refused, match="activation_not_open"):
            world.propose()

    def test_no_base_is_no_proposal(self, world: World) -> None:
        with pytest.raises(Refused, match="no_base_chosen"):
            services.propose(world.activation, base_ids=[], by=world.by)

    def test_the_base_of_another_support_is_refused(self, world: World) -> None:
        elsewhere = factories.base(factories.activation(slug="noto-2026"))
        with pytest.raises(Refused, match="no_base_chosen"):
            services.propose(world.activation, base_ids=[elsewhere.id], by=world.by)


class TestConfirm:
    def test_a_confirmed_pair_becomes_an_offer_with_a_deadline(self, world: World) -> None:
        car_request, car = world.person(), world.car()
        run = world.propose()
        [offer] = world.confirm_all(run).offers
        assert (offer.request_id, offer.vehicle_id, offer.base_id, offer.run_id) == (
            car_request.id,
            car.id,
            world.base.id,
            run.id,
        )
        assert offer.status is OfferStatus.MADE
        assert offer.deadline_at == at(21, 10)

    def test_the_applicant_gets_one_text_with_deadline_and_link(self, world: World) -> None:
        world.person()
        world.car()
        world.confirm_all(world.propose())
        [text] = texts("offer_made")
        assert "21日" in text.body
        assert "{link}" in text.body
        assert text.link_id is not None
        jobs = db.session.scalars(select(OutboxRow.job)).all()
        assert jobs == ["messaging.send_text"]

    def test_the_text_carries_the_newest_link_that_still_works(self, world: World) -> None:
        application = world.person().application
        links = [accounts.make_link("application", application.id) for _ in range(3)]
        db.session.flush()
        links[2].revoked_at = clock.now()
        world.car()
        world.confirm_all(world.propose())
        assert texts("offer_made")[0].link_id == links[1].id

    def test_a_person_without_a_mobile_phone_gets_an_offer_and_no_text(self, world: World) -> None:
        world.person(can_sms=False, phone="+81969221111")
        world.car()
        assert len(world.confirm_all(world.propose()).offers) == 1
        assert [(text.status, text.error_code) for text in texts("offer_made")] == [(MessageStatus.DROPPED, "landline")]

    def test_only_the_chosen_pairs_are_offered(self, world: World) -> None:
        for _ in range(3):
            world.person()
            world.car()
        run = world.propose()
        chosen = pairs_of(run)[1:2]
        outcome = services.confirm(run, pairs=chosen, by=world.by)
        assert [(offer.request_id, offer.vehicle_id) for offer in outcome.offers] == chosen

    def test_the_event_names_the_coordinator_and_ids_only(self, world: World) -> None:
        car_request, car = world.person(), world.car()
        run = world.propose()
        [offer] = world.confirm_all(run).offers
        [event] = audit.timeline(("offer", [offer.id]))
        assert event.actor_id == world.by.id
        assert event.facts == {"vehicle_id": car.id, "request_id": car_request.id, "run_id": run.id}

    def test_an_impossible_pair_is_refused_and_the_others_go_through(self, world: World) -> None:
        for _ in range(2):
            world.person()
            world.car()
        run = world.propose()
        (first_request, first_car), second = pairs_of(run)
        factories.offer(world.person(), world.car_by_id(first_car))
        outcome = world.confirm_all(run)
        assert outcome.refused == [(first_request, first_car, "vehicle_not_free")]
        assert [(offer.request_id, offer.vehicle_id) for offer in outcome.offers] == [second]

    def test_a_pair_that_a_colleague_offered_is_told_as_offered(self, world: World) -> None:
        """Both look at the same proposal; the second reads that this person has the car, not that somebody else has it."""
        world.person()
        world.car()
        run = world.propose()
        assert len(world.confirm_all(run).offers) == 1
        assert [code for *_, code in world.confirm_all(run).refused] == ["pair_already_offered"]

    def test_a_car_on_loan_since_is_refused(self, world: World) -> None:
        world.person()
        car = world.car()
        run = world.propose()
        factories.loan(world.person(), car)
        assert [code for *_, code in world.confirm_all(run).refused] == ["vehicle_not_free"]

    def test_a_person_who_withdrew_since_is_refused(self, world: World) -> None:
        car_request = world.person()
        world.car()
        run = world.propose()
        move(car_request, "withdraw", by=SYSTEM)
        assert [code for *_, code in world.confirm_all(run).refused] == ["request_not_waiting"]

    def test_a_person_with_another_offer_since_is_refused(self, world: World) -> None:
        car_request = world.person()
        world.car()
        run = world.propose()
        world.offer(car_request, world.car())
        assert [code for *_, code in world.confirm_all(run).refused] == ["request_not_waiting"]

    def test_a_pair_that_no_longer_fits_is_refused(self, world: World) -> None:
        car_request = world.person()
        world.car()
        run = world.propose()
        car_request.seats = 5
        assert [code for *_, code in world.confirm_all(run).refused] == ["pair_no_longer_fits"]

    def test_a_car_moved_to_another_base_since_is_refused(self, world: World) -> None:
        world.person()
        car = world.car()
        run = world.propose()
        car.base_id = factories.base(world.activation, name="上天草拠点").id
        assert [code for *_, code in world.confirm_all(run).refused] == ["vehicle_not_free"]

    def test_a_pair_that_nobody_proposed_is_refused(self, world: World) -> None:
        world.person(received_at=at(17, 9))
        overtaker, car = world.person(received_at=at(18, 9)), world.car()
        outcome = services.confirm(world.propose(), pairs=[(overtaker.id, car.id)], by=world.by)
        assert outcome.refused == [(overtaker.id, car.id, "pair_not_proposed")]

    def test_a_pair_chosen_twice_is_offered_once(self, world: World) -> None:
        world.person()
        world.car()
        run = world.propose()
        outcome = services.confirm(run, pairs=pairs_of(run) * 2, by=world.by)
        assert len(outcome.offers) == 1
        assert [code for *_, code in outcome.refused] in (["vehicle_not_free"], ["request_not_waiting"])

    def test_no_offer_is_made_whose_deadline_lies_after_an_end(self, world: World) -> None:
        world.person()
        world.car()
        services.choose_after_intake(world.activation, AfterIntake.GO_ON, by=world.by)
        world.activation.intake_until, world.activation.ends_on = at(20, 17), date(2026, 8, 26)  # a closed Wednesday
        with clock.stopped(at(25, 10)):
            run = world.propose()
            assert [code for *_, code in world.confirm_all(run).refused] == ["offer_too_late"]

    def test_an_old_proposal_is_refused_as_a_whole(self, world: World) -> None:
        world.person()
        world.car()
        run = world.propose()
        with clock.stopped(MORNING + timedelta(minutes=31)), pytest.raises(Refused, match="run_is_old"):
            world.confirm_all(run)

    def test_an_offer_that_ran_out_does_not_stand_in_the_way(self, world: World) -> None:
        car = world.car()
        before = world.offer(world.person(received_at=at(17, 9)), car, hours=1)
        following = world.person(received_at=at(18, 9))
        with clock.stopped(at(20, 12)):
            [offer] = world.confirm_all(world.propose()).offers
        assert (offer.request_id, offer.vehicle_id) == (following.id, car.id)
        assert before.status is OfferStatus.EXPIRED

    def test_the_offer_of_a_person_who_withdrew_does_not_stand_in_the_way(self, world: World) -> None:
        car, gone = world.car(), world.person()
        before = world.offer(gone, car)
        move(gone, "withdraw", by=SYSTEM)
        following = world.person()
        [offer] = world.confirm_all(world.propose()).offers
        assert offer.request_id == following.id
        assert (before.status, before.retract_reason) == (OfferStatus.RETRACTED, NO_LONGER_WAITING)
        assert texts("offer_retracted") == []

    def test_looking_again_takes_as_many_statements_for_many_pairs_as_for_few(self, world: World) -> None:
        assert selects_of_confirming(world, 1) == selects_of_confirming(world, 6)


def selects_of_confirming(world: World, size: int) -> int:
    """The reading statements of one confirmation."""
    for _ in range(size):
        world.person()
        world.car()
    world.forget()
    run = world.propose()
    with counted_statements() as seen:
        world.confirm_all(run)
    return sum(1 for statement in seen if statement.startswith("SELECT"))


class TestAnswers:
    def test_a_taken_offer_is_accepted(self, world: World) -> None:
        offer = services.take(world.offer(world.person(), world.car()), by=SYSTEM)
        assert (offer.status, offer.ended_at) == (OfferStatus.ACCEPTED, clock.now())

    def test_a_declined_offer_frees_its_car_for_the_next_person(self, world: World) -> None:
        car = world.car()
        services.decline(world.offer(world.person(received_at=at(17, 9)), car), by=SYSTEM)
        following = world.person(received_at=at(18, 9))
        assert pairs_of(world.propose()) == [(following.id, car.id)]

    def test_who_declined_is_asked_again_after_a_day_and_not_with_the_same_car(self, world: World) -> None:
        car_request, car = world.person(), world.car()
        services.decline(world.offer(car_request, car), by=SYSTEM)
        assert world.propose().reasons == [{"request": car_request.id, "reason": "paused", "cars": 0}]
        with clock.stopped(MORNING + timedelta(hours=24)):
            assert world.propose().reasons == [{"request": car_request.id, "reason": "barred", "cars": 0}]
            other = world.car()
            assert pairs_of(world.propose()) == [(car_request.id, other.id)]

    def test_who_did_not_answer_is_asked_again_after_a_day(self, world: World) -> None:
        car_request, car = world.person(), world.car()
        world.offer(car_request, car, hours=1)
        with clock.stopped(MORNING + timedelta(hours=2)):
            assert pairs_of(world.propose()) == []
        with clock.stopped(MORNING + timedelta(hours=25)):
            assert pairs_of(world.propose()) == [(car_request.id, car.id)]

    @pytest.mark.parametrize("verb", [services.take, services.decline])
    def test_no_answer_counts_after_the_deadline(self, world: World, verb: object) -> None:
        offer = world.offer(world.person(), world.car(), hours=1)
        db.session.flush()
        with clock.stopped(at(20, 11)), pytest.raises(Refused, match="offer_expired"):
            verb(offer, by=SYSTEM)  # type: ignore[operator]

    @pytest.mark.parametrize("verb", [services.take, services.decline, services.expire])
    def test_an_ended_offer_takes_no_answer(self, world: World, verb: object) -> None:
        offer = services.decline(world.offer(world.person(), world.car()), by=SYSTEM)
        db.session.flush()
        with pytest.raises(Refused, match="offer_closed"):
            verb(offer, by=SYSTEM)  # type: ignore[operator]

    def test_who_withdrew_cannot_take_an_offer(self, world: World) -> None:
        car_request = world.person()
        offer = world.offer(car_request, world.car())
        move(car_request, "withdraw", by=SYSTEM)
        db.session.flush()
        with pytest.raises(Refused, match="request_not_waiting"):
            services.take(offer, by=SYSTEM)


class TestTextsThatWaited:
    def test_nobody_is_offered_a_car_that_was_taken_back_meanwhile(self, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        assert services.still_holds("offer_made", offer.id)
        services.retract(offer, by=world.by, reason="故障が見つかった")
        assert not services.still_holds("offer_made", offer.id)
        assert services.still_holds("offer_retracted", offer.id)

    def test_nobody_is_offered_a_car_after_the_deadline(self, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        with clock.stopped(offer.deadline_at):
            assert not services.still_holds("offer_made", offer.id)


class TestRetract:
    def test_the_applicant_is_told_that_the_car_is_gone(self, world: World) -> None:
        offer = services.retract(world.offer(world.person(), world.car()), by=world.by, reason="故障が見つかった")
        assert (offer.status, offer.retract_reason) == (OfferStatus.RETRACTED, "故障が見つかった")
        assert len(texts("offer_retracted")) == 1

    def test_the_reason_stays_out_of_the_audit(self, world: World) -> None:
        offer = services.retract(world.offer(world.person(), world.car()), by=world.by, reason="山田さんの都合")
        assert "山田" not in str([event.facts for event in audit.timeline(("offer", [offer.id]))])

    def test_the_applicant_loses_no_time(self, world: World) -> None:
        car_request, car = world.person(), world.car()
        services.retract(world.offer(car_request, car), by=world.by, reason="別の車にするため")
        assert pairs_of(world.propose()) == [(car_request.id, car.id)]

    def test_a_reason_is_needed(self, world: World) -> None:
        with pytest.raises(Refused, match="retraction_needs_reason"):
            services.retract(world.offer(world.person(), world.car()), by=world.by, reason="　 ")

    def test_an_offer_that_ran_out_is_not_taken_back(self, world: World) -> None:
        offer = world.offer(world.person(), world.car(), hours=1)
        with clock.stopped(at(20, 12)), pytest.raises(Refused, match="offer_expired"):
            services.retract(offer, by=world.by, reason="故障")


class TestExpire:
    def test_the_applicant_is_told_once(self, world: World) -> None:
        offer = world.offer(world.person(), world.car(), hours=1)
        with clock.stopped(at(20, 12)):
            services.expire(offer, by=SYSTEM)
        assert (offer.status, offer.ended_at) == (OfferStatus.EXPIRED, at(20, 12))
        assert len(texts("offer_expired")) == 1

    def test_an_offer_does_not_run_out_before_its_deadline(self, world: World) -> None:
        offer = world.offer(world.person(), world.car())
        with pytest.raises(Refused, match="offer_still_open"):
            services.expire(offer, by=SYSTEM)
