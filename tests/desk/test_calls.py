"""Calls: none without a result, one caller per person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from mra.core import clock
from mra.core.audit import AuditEvent
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.errors import Refused
from mra.desk import call_rules as rules
from mra.desk import services
from mra.desk.call_rules import CallResult
from mra.desk.queries import call_list
from mra.messaging.inbound.rules import InboundStatus
from tests import factories
from tests.conftest import STORY_NOW
from tests.desk.call_world import World, landline, said

WAIT_SECONDS = 20


class TestResults:
    def test_who_was_told_is_off_the_list_and_the_case_says_so(self, world: World) -> None:
        world.offer(**landline())
        world.call(CallResult.TOLD)
        assert world.matters() == []
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "call")).one()
        assert event.facts == {"result": "話せた・伝えた"}

    def test_who_was_not_there_comes_back_in_an_hour(self, world: World) -> None:
        world.offer(**landline())
        world.call(CallResult.ABSENT)
        assert [person.is_callable for person in world.persons()] == [False]
        assert call_list.count(world.activation.id) == 0
        with clock.stopped(clock.now() + timedelta(minutes=61)):
            assert call_list.count(world.activation.id) == 1

    def test_who_asked_for_later_comes_back_then(self, world: World) -> None:
        world.offer(**landline())
        at = clock.now() + timedelta(hours=5)
        world.call(CallResult.LATER, again_at=at)
        assert [person.again_at for person in world.persons()] == [at]

    def test_a_wrong_number_stays_for_somebody_to_look_at(self, world: World) -> None:
        world.offer(**landline())
        world.call(CallResult.WRONG_NUMBER)
        assert [(one.is_callable, one.is_wrong_number) for one in world.persons()] == [(False, True)]

    def test_a_late_car_comes_back_the_next_day(self, world: World) -> None:
        application = factories.application(world.activation)
        loan = factories.loan_out(application.requests[0], factories.vehicle(world.base), handed_over_at=clock.now())
        with clock.stopped(loan.due_at + timedelta(hours=25)):
            world.call(CallResult.TOLD)
            assert call_list.count(world.activation.id) == 0
        with clock.stopped(loan.due_at + timedelta(hours=50)):
            assert call_list.count(world.activation.id) == 1

    def test_talking_settles_what_was_written(self, world: World) -> None:
        message = said(factories.application(world.activation).phone, "もしもし")
        world.call(CallResult.TOLD)
        assert message.status is InboundStatus.SETTLED
        assert world.matters() == []

    def test_not_reaching_somebody_leaves_what_was_written_open(self, world: World) -> None:
        message = said(factories.application(world.activation).phone, "もしもし")
        world.call(CallResult.ABSENT)
        assert message.status is InboundStatus.OPEN

    def test_what_came_in_during_the_call_stays(self, world: World) -> None:
        application = factories.application(world.activation)
        first = said(application.phone, "もしもし")
        claim = services.claim_next(world.activation.id, staff_id=world.staff.id)
        assert claim is not None
        shown = [row.code for row in world.persons()[0].rows]
        second = said(application.phone, "もう一つあります")
        services.record_call(claim, world.persons()[0], codes=shown, result=CallResult.TOLD, by=world.staff.actor)
        assert (first.status, second.status) == (InboundStatus.SETTLED, InboundStatus.OPEN)
        assert [row.code for row in world.persons()[0].rows] == [f"reply-{second.id}"]
        assert world.persons()[0].is_callable

    def test_what_another_number_wrote_is_not_settled_by_this_call(self, world: World) -> None:
        other = said("+819011112222", "もしもし")
        said(factories.application(world.activation).phone, "もしもし")
        mine = next(one for one in world.persons() if one.phone != other.phone)
        claim = services.claim_one(world.activation.id, mine.rows[0].code, staff_id=world.staff.id)
        with pytest.raises(Refused, match="call_solved"):
            services.record_call(claim, mine, codes=[f"reply-{other.id}"], result=CallResult.TOLD, by=world.staff.actor)

    def test_who_lost_the_claim_records_nothing(self, world: World) -> None:
        world.offer(**landline())
        claim = services.claim_next(world.activation.id, staff_id=world.staff.id)
        assert claim is not None
        with clock.stopped(clock.now() + rules.CLAIM_LASTS), pytest.raises(Refused, match="call_taken"):
            services.record_call(claim, world.persons()[0], codes=["x"], result=CallResult.TOLD, by=world.staff.actor)


def test_a_time_that_has_passed_is_tomorrows() -> None:
    noon = datetime(2026, 8, 18, 12, 0, tzinfo=JAPAN)
    assert rules.next_moment(time(14, 0), noon) == noon.replace(hour=14)
    assert rules.next_moment(time(9, 0), noon) == noon.replace(day=19, hour=9)


class TestTwoCallers:
    def test_a_colleague_gets_the_next_person(self, world: World) -> None:
        world.offer(hours=5, **landline(1))
        world.offer(hours=9, **landline(2))
        colleague = factories.staff_member(name="鈴木 愛").id
        first = services.claim_next(world.activation.id, staff_id=world.staff.id)
        second = services.claim_next(world.activation.id, staff_id=colleague)
        assert first is not None
        assert second is not None
        assert first.phone != second.phone
        assert services.claim_next(world.activation.id, staff_id=factories.staff_member().id) is None

    def test_a_person_whose_caller_went_home_is_free_again(self, world: World) -> None:
        world.offer(**landline())
        services.claim_next(world.activation.id, staff_id=world.staff.id)
        with clock.stopped(clock.now() + rules.CLAIM_LASTS):
            assert services.claim_next(world.activation.id, staff_id=factories.staff_member().id) is not None

    def test_the_person_of_a_row_is_refused_while_a_colleague_rings(self, world: World) -> None:
        world.offer(**landline())
        services.claim_next(world.activation.id, staff_id=world.staff.id)
        code = world.persons()[0].rows[0].code
        with pytest.raises(Refused, match="call_taken"):
            services.claim_one(world.activation.id, code, staff_id=factories.staff_member().id)

    def test_four_callers_at_once_get_four_people(self, app: Flask, committed: None) -> None:
        with clock.stopped(STORY_NOW):
            world = World()
            for number in range(1, 7):
                world.offer(hours=5 + number, **landline(number))
            callers = [factories.staff_member().id for _ in range(4)]
            activation_id = world.activation.id
            db.session.commit()
        start = Barrier(len(callers))

        def take(staff_id: int) -> str | None:
            with app.app_context(), clock.stopped(STORY_NOW):
                db.session.execute(select(1))
                start.wait(WAIT_SECONDS)
                try:
                    claim = services.claim_next(activation_id, staff_id=staff_id)
                    phone = claim.phone if claim else None
                    db.session.commit()
                    return phone
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(len(callers)) as pool:
            phones = [future.result(WAIT_SECONDS) for future in [pool.submit(take, one) for one in callers]]
        assert None not in phones
        assert len(set(phones)) == len(callers)
