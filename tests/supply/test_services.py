"""Needs, calls, answers, deliveries: what each verb does, and what it refuses."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.actor import SYSTEM, Actor, ActorKind
from mra.core.audit import AuditEvent, move
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation
from mra.messaging import services as messaging
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus
from mra.supply import queries, services
from mra.supply.models import Call, Need
from mra.supply.rules.calls import AttemptResult, CallStatus
from mra.supply.rules.needs import Entry, Item
from mra.supply.services.telling import still_holds
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.rules import VehicleStatus
from tests import factories

from .world import BY, agreed, call, need, told, tomorrow, umbrella

MEMBER = Actor(ActorKind.MEMBER, 1)
pytestmark = pytest.mark.usefixtures("session", "story_time")


@pytest.fixture
def support() -> Activation:
    return factories.activation()


@pytest.fixture
def needed(support: Activation) -> Need:
    return need(support, factories.base(support))


def refused(code: str) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, match=f"^{code}$")


class TestChangingNeeds:
    def entry(self, of: Need, **values: object) -> Entry:
        return Entry(**(vars(of.entry) | values))  # type: ignore[arg-type]

    def test_a_line_is_added_and_told_with_numbers_only(self, support: Activation) -> None:
        item = Item(*(factories.SupplyKind.TYRE, None, "本"))
        added = Entry(None, item, "155/65R14", 40, date(2026, 8, 20), "至急")
        assert services.change_needs(support, [added], by=BY) == []
        [held] = queries.needs_of(support.id)
        assert (held.quantity, held.detail, held.unit) == (40, "155/65R14", "本")
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "change_need")).one()
        assert event.facts == {"need_id": held.id, "kind": "tyre", "unit": "本", "quantity": [0, 40]}

    def test_a_change_raises_the_version_and_nothing_else_moves(self, support: Activation, needed: Need) -> None:
        other = need(support, quantity=3)
        services.change_needs(support, [self.entry(needed, quantity=12), other.entry], by=BY)
        assert (needed.quantity, needed.version, other.version) == (12, 2, 1)

    def test_two_people_do_not_overwrite_each_other(self, support: Activation, needed: Need) -> None:
        opened = needed.entry
        services.change_needs(support, [self.entry(needed, quantity=12)], by=BY)
        mine = Entry(**(vars(opened) | {"quantity": 8}))
        [conflict] = services.change_needs(support, [mine], by=BY)
        assert conflict.need.quantity == 12
        assert conflict.typed.quantity == 8

    def test_an_old_page_with_the_same_wish_is_no_conflict(self, support: Activation, needed: Need) -> None:
        opened = needed.entry
        services.change_needs(support, [self.entry(needed, quantity=12)], by=BY)
        assert services.change_needs(support, [Entry(**(vars(opened) | {"quantity": 12}))], by=BY) == []

    def test_one_item_stands_once_per_base(self, support: Activation, needed: Need) -> None:
        again = Entry(**(vars(needed.entry) | {"need_id": None}))
        with refused("need_twice"):
            services.change_needs(support, [needed.entry, again], by=BY)

    def test_the_needs_of_a_closed_support_stay(self, support: Activation, needed: Need) -> None:
        move(support, "wind_down", by=SYSTEM)
        db.session.flush()
        move(support, "close", by=SYSTEM)
        db.session.flush()
        with refused("needs_of_closed_support"):
            services.change_needs(support, [needed.entry], by=BY)


class TestCalling:
    def test_a_member_is_asked_by_text_and_by_mail(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        assert made.status is CallStatus.ASKED
        assert told(made.id) == ["call_made sms", "call_made email"]

    def test_two_contacts_with_one_mailbox_get_one_mail(self, needed: Need) -> None:
        member = factories.member(with_contact=False)
        factories.contact(member, phone="+819000000001", email="office@example.jp")
        factories.contact(member, phone="+819000000002", email="office@example.jp")
        made = call(needed, factories.pledge(member))
        assert sorted(told(made.id)) == ["call_made email", "call_made sms", "call_made sms"]

    def test_a_member_without_a_contact_is_asked_nevertheless_and_must_be_rung(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member(with_contact=False)))
        assert told(made.id) == []
        [silent] = queries.silent_calls(needed.activation_id, clock.now())
        assert (silent.call, silent.is_overdue, silent.channels) == (made, False, [])

    def test_a_deadline_in_the_past_is_refused(self, needed: Need) -> None:
        with refused("deadline_in_the_past"):
            call(needed, factories.pledge(factories.member()), deadline_at=clock.now())

    @pytest.mark.parametrize("quantity", [0, -3])
    def test_nothing_cannot_be_asked_for(self, needed: Need, quantity: int) -> None:
        with refused("call_quantity"):
            call(needed, factories.pledge(factories.member()), quantity)

    def test_the_same_question_within_minutes_is_a_slip(self, needed: Need) -> None:
        pledge = factories.pledge(factories.member())
        call(needed, pledge)
        with refused("already_called"):
            call(needed, pledge)

    def test_more_than_is_left_may_be_asked(self, needed: Need) -> None:
        assert call(needed, factories.pledge(factories.member(), quantity=2), 9).quantity == 9

    def test_a_pledge_of_another_unit_or_out_of_time_is_not_called(self, needed: Need) -> None:
        over = factories.pledge(factories.member(), valid_until=date(2026, 8, 1))
        with refused("pledge_not_in_force"):
            call(needed, over)
        oil = factories.pledge(factories.member(), kind=factories.SupplyKind.ENGINE_OIL, unit="L")
        with refused("unit_differs"):
            call(needed, oil)

    def test_a_leased_car_is_called_back_and_let_be(self, needed: Need) -> None:
        lease = factories.lease(factories.vehicle())
        wish = services.Wish(1, lease=lease)
        [(made, messages)] = services.make_calls(needed, [wish], deadline_at=tomorrow(), message="", by=BY)
        assert (lease.status, messages) == (LeaseStatus.RECALLED, 1)
        services.cancel(made, by=BY, reason="足りました")
        assert lease.status is LeaseStatus.RUNNING
        assert told(made.id) == ["call_made sms", "call_cancelled sms"]

    def test_a_leased_car_is_called_back_once(self, needed: Need) -> None:
        lease = factories.lease(factories.vehicle())
        services.make_calls(needed, [services.Wish(1, lease=lease)], deadline_at=tomorrow(), message="", by=BY)
        with refused("lease_not_running"):
            services.make_calls(needed, [services.Wish(1, lease=lease)], deadline_at=tomorrow(), message="", by=BY)


class TestAnswering:
    def answer(self, of: Call, quantity: int, reason: str = "") -> None:
        ready_on = clock.today() + timedelta(days=3) if quantity else None
        services.answer_by_link(of, quantity=quantity, ready_on=ready_on, reason=reason, by=MEMBER)

    def test_in_full_in_part_or_not_at_all(self, needed: Need) -> None:
        calls = [call(needed, factories.pledge(factories.member())) for _ in range(3)]
        self.answer(calls[0], 5)
        self.answer(calls[1], 2)
        self.answer(calls[2], 0, "出払っています")
        assert [one.status for one in calls] == [CallStatus.AGREED, CallStatus.AGREED, CallStatus.REFUSED]
        assert [one.agreed_quantity for one in calls] == [5, 2, None]

    def test_a_second_answer_changes_nothing(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        self.answer(made, 5)
        with refused("call_answered"):
            self.answer(made, 2)

    def test_an_answer_after_the_deadline_is_for_the_telephone(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        with clock.stopped(made.deadline_at):
            with refused("call_deadline_passed"):
                self.answer(made, 5)
            services.agree_or_refuse(made, quantity=4, ready_on=clock.today(), reason="", by=BY)
        assert made.agreed_quantity == 4

    @pytest.mark.parametrize("quantity", [-1, 6])
    def test_more_than_asked_or_less_than_nothing_is_no_answer(self, needed: Need, quantity: int) -> None:
        made = call(needed, factories.pledge(factories.member()))
        with refused("answer_out_of_range"):
            self.answer(made, quantity)

    def test_a_cancelled_call_needs_no_answer(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        services.cancel(made, by=BY, reason="足りました")
        with refused("call_cancelled"):
            self.answer(made, 5)

    def test_a_lessee_who_says_no_keeps_the_car(self, needed: Need) -> None:
        lease = factories.lease(factories.vehicle())
        wish = services.Wish(1, lease=lease)
        [(made, _)] = services.make_calls(needed, [wish], deadline_at=tomorrow(), message="", by=BY)
        self.answer(made, 0, "故障中")
        assert lease.status is LeaseStatus.RUNNING


class TestPassingOn:
    @pytest.fixture
    def asked(self, needed: Need) -> Call:
        above, _firms = umbrella()
        return call(needed, factories.pledge(above, quantity=8), 8)

    def firms(self, of: Call) -> list:
        return queries.firms_of(of.member_id)

    def pass_on(self, of: Call, *quantities: int) -> list[Call]:
        chosen = dict(zip(self.firms(of), quantities, strict=False))
        made = services.pass_on(of, chosen, deadline_at=of.deadline_at, message="", by=MEMBER)
        return [part for part, _ in made]

    def yes(self, of: Call, quantity: int) -> None:
        services.answer_by_link(of, quantity=quantity, ready_on=clock.today(), reason="", by=MEMBER)

    def no(self, of: Call) -> None:
        services.answer_by_link(of, quantity=0, ready_on=None, reason="車がありません", by=MEMBER)

    def test_the_firms_are_asked_by_links_of_their_own(self, asked: Call) -> None:
        first, second = self.pass_on(asked, 5, 3)
        assert (first.parent_id, second.quantity) == (asked.id, 3)
        assert told(first.id) == ["call_made sms", "call_made email"]
        assert accounts.newest_link("call", first.id) is not None

    def test_answers_roll_up_when_the_last_has_answered(self, asked: Call) -> None:
        first, second = self.pass_on(asked, 5, 3)
        self.yes(first, 4)
        assert asked.status is CallStatus.ASKED
        self.no(second)
        assert (asked.status, asked.agreed_quantity) == (CallStatus.AGREED, 4)

    def test_only_refusals_are_a_refusal(self, asked: Call) -> None:
        for part in self.pass_on(asked, 5, 3):
            self.no(part)
        assert asked.status is CallStatus.REFUSED

    def test_what_was_passed_on_is_not_answered_by_the_umbrella_too(self, asked: Call) -> None:
        self.pass_on(asked, 5)
        with refused("call_passed_on"):
            self.yes(asked, 8)

    def test_no_more_is_passed_on_than_was_asked(self, asked: Call) -> None:
        with refused("passed_on_too_much"):
            self.pass_on(asked, 5, 4)
        self.pass_on(asked, 5)
        with refused("passed_on_too_much"):
            services.pass_on(asked, {self.firms(asked)[1]: 4}, deadline_at=asked.deadline_at, message="", by=MEMBER)

    def test_the_firms_answer_before_the_umbrella_has_to(self, asked: Call) -> None:
        late = asked.deadline_at + timedelta(minutes=1)
        with refused("deadline_after_parent"):
            services.pass_on(asked, {self.firms(asked)[0]: 1}, deadline_at=late, message="", by=MEMBER)

    def test_nobody_elses_firms_are_asked(self, asked: Call) -> None:
        with refused("not_own_firm"):
            services.pass_on(asked, {factories.member(): 1}, deadline_at=asked.deadline_at, message="", by=MEMBER)

    def test_cancelling_reaches_the_firms(self, asked: Call) -> None:
        first, second = self.pass_on(asked, 5, 3)
        self.yes(first, 5)
        services.cancel(asked, by=BY, reason="足りました")
        assert {one.status for one in (asked, first, second)} == {CallStatus.CANCELLED}
        assert told(second.id)[-1] == "call_cancelled email"

    def test_a_firm_that_is_asked_no_more_does_not_hold_up_the_others(self, asked: Call) -> None:
        first, second = self.pass_on(asked, 5, 3)
        self.yes(first, 5)
        services.cancel(second, by=BY, reason="宛先の間違い")
        assert (asked.status, asked.agreed_quantity) == (CallStatus.AGREED, 5)

    def test_what_a_firm_need_not_give_any_more_is_not_the_umbrellas_either(self, asked: Call) -> None:
        first, second = self.pass_on(asked, 5, 3)
        self.yes(first, 5)
        self.yes(second, 3)
        services.cancel(second, by=BY, reason="足りました")
        assert asked.agreed_quantity == 5

    def test_an_umbrella_whose_firms_are_all_let_go_refused_nothing(self, asked: Call) -> None:
        for part in self.pass_on(asked, 5, 3):
            services.cancel(part, by=BY, reason="足りました")
        assert (asked.status, asked.reason) == (CallStatus.CANCELLED, "足りました")

    def test_a_firm_whose_delivery_is_closed_by_hand_closes_its_umbrella(self, asked: Call) -> None:
        [only] = self.pass_on(asked, 8)
        self.yes(only, 8)
        services.meet(only, by=BY, reason="6台で足りました")
        assert asked.status is CallStatus.MET

    def test_the_umbrella_has_kept_its_word_when_the_firms_have(self, asked: Call) -> None:
        first, second = self.pass_on(asked, 5, 3)
        self.yes(first, 1)
        self.no(second)
        base = queries.board_of(asked.activation).bases[asked.need.base_id]
        brought = services.depart(first, quantity=1, base=base, departed_on=clock.today(), expected_on=None, by=BY)
        services.deliver(brought, quantity=1, at=clock.now(), by=BY)
        assert (first.status, asked.status) == (CallStatus.MET, CallStatus.MET)


class TestSilence:
    def test_nobody_is_on_the_list_who_still_has_time(self, needed: Need) -> None:
        call(needed, factories.pledge(factories.member()))
        assert queries.silent_calls(needed.activation_id, clock.now()) == []

    def test_after_the_deadline_somebody_rings(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        [silent] = queries.silent_calls(needed.activation_id, made.deadline_at)
        assert (silent.is_overdue, silent.channels[0].phone) == (True, "+819000005678")

    def test_a_text_that_did_not_arrive_puts_the_call_on_the_list(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        for message in db.session.scalars(select(Message)):
            move(message, "claim", by=SYSTEM)
            message.claimed_at = clock.now()
            db.session.flush()
            move(message, "lose_track", by=SYSTEM)
            db.session.flush()
            assert message.status is MessageStatus.UNKNOWN
        assert [one.call for one in queries.silent_calls(needed.activation_id, clock.now())] == [made]

    def test_what_came_of_ringing_is_kept(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        person = factories.staff_member()
        services.ring(made, result=AttemptResult.RING_AGAIN, note_text="15時以降", staff_id=person.id, by=person.actor)
        assert [attempt.result for attempt in made.attempts] == [AttemptResult.RING_AGAIN]

    def test_the_reminder_comes_once_at_half_time(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        assert services.remind_silent() == 0
        with clock.stopped(clock.now() + timedelta(hours=13)):
            assert services.remind_silent() == 1
            assert services.remind_silent() == 0
        assert told(made.id).count("call_reminder sms") == 1

    def test_who_has_answered_is_not_reminded(self, needed: Need) -> None:
        agreed(needed, factories.pledge(factories.member()))
        with clock.stopped(clock.now() + timedelta(hours=13)):
            assert services.remind_silent() == 0


class TestTheMomentOfSending:
    def claimed(self, call_id: int, template: str) -> set[bool]:
        wanted = select(Message).where(Message.subject_id == call_id, Message.template == template)
        return {messaging.claim(message.id) is not None for message in db.session.scalars(wanted)}

    def test_a_reminder_that_waits_for_the_morning_is_dropped_once_the_call_is_answered(self, needed: Need) -> None:
        made, silent = (call(needed, factories.pledge(factories.member(name=name))) for name in ("答", "黙"))
        with clock.stopped(clock.now() + timedelta(hours=13)):
            assert services.remind_silent() == 2
            services.agree_or_refuse(made, quantity=0, ready_on=None, reason="在庫なし", by=BY)
            assert self.claimed(made.id, "call_reminder") == {False}
            assert self.claimed(silent.id, "call_reminder") == {True}
        with clock.stopped(silent.deadline_at):
            assert not still_holds("call_reminder", silent.id)

    def test_a_call_that_was_cancelled_is_not_asked_any_more(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        services.cancel(made, by=BY, reason="足りた")
        assert self.claimed(made.id, "call_made") == {False}
        assert self.claimed(made.id, "call_cancelled") == {True}


class TestSendingAgain:
    def test_a_new_link_is_sent_and_the_old_one_works_no_more(self, needed: Need) -> None:
        made = call(needed, factories.pledge(factories.member()))
        old = accounts.newest_link("call", made.id)
        with clock.stopped(clock.now() + timedelta(minutes=5)):
            assert services.send_again(made, by=BY) == 2
            with refused("sent_just_now"):
                services.send_again(made, by=BY)
        new = accounts.newest_link("call", made.id)
        assert old is not None
        assert new is not None
        assert old.revoked_at
        assert told(made.id).count("call_made sms") == 2

    def test_who_has_answered_needs_no_link(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        with refused("call_answered"):
            services.send_again(made, by=BY)


class TestDelivering:
    def depart(self, of: Call, quantity: int, **values: object):
        facts = {"base": of.need.base, "departed_on": clock.today(), "expected_on": None} | values
        return services.depart(of, quantity=quantity, by=BY, **facts)

    def test_in_parts_until_met(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        services.deliver(self.depart(made, 2), quantity=2, at=clock.now(), by=BY)
        assert made.status is CallStatus.AGREED
        services.deliver(self.depart(made, 3), quantity=3, at=clock.now(), by=BY)
        assert made.status is CallStatus.MET

    def test_fewer_than_left_leave_the_rest_open(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        services.deliver(self.depart(made, 5), quantity=4, at=clock.now(), by=BY)
        assert (made.status, made.still_to_come) == (CallStatus.AGREED, 1)

    def test_less_is_enough_with_a_reason(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        services.deliver(self.depart(made, 4), quantity=4, at=clock.now(), by=BY)
        with refused("meet_needs_reason"):
            services.meet(made, by=BY)
        services.meet(made, by=BY, reason="4台で足りています")
        assert made.status is CallStatus.MET

    def test_nothing_is_met_while_something_is_on_the_road(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        self.depart(made, 5)
        with refused("deliveries_under_way"):
            services.meet(made, by=BY, reason="足りています")

    def test_only_what_was_agreed_departs(self, needed: Need) -> None:
        with refused("delivery_needs_agreed_call"):
            self.depart(call(needed, factories.pledge(factories.member())), 1)

    @pytest.mark.parametrize("quantity", [0, -1])
    def test_nothing_cannot_depart(self, needed: Need, quantity: int) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        with refused("delivery_quantity"):
            self.depart(made, quantity)

    def test_a_registered_car_drives_and_arrives_with_its_delivery(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        car = factories.vehicle()
        brought = self.depart(made, 2, cars=[car])
        assert (car.status, car.base_id) == (VehicleStatus.IN_TRANSIT, needed.base_id)
        services.deliver(brought, quantity=2, at=clock.now(), by=BY)
        assert (car.status, car.base_id) == (VehicleStatus.READY, needed.base_id)

    def test_a_car_is_on_one_delivery(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        car = factories.vehicle()
        self.depart(made, 1, cars=[car])
        with refused("car_on_another_delivery"):
            self.depart(made, 1, cars=[car])

    def test_more_cars_than_the_delivery_has_are_refused(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        with refused("more_cars_than_delivered"):
            self.depart(made, 1, cars=[factories.vehicle(), factories.vehicle()])

    def test_a_cancelled_delivery_is_still_to_come(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        services.cancel_delivery(self.depart(made, 5), by=BY)
        db.session.expire(made, ["deliveries"])
        assert made.still_to_come == 5

    def test_the_cars_of_a_cancelled_delivery_are_promised_as_before(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        car = factories.vehicle()
        car.base_id = needed.base_id
        db.session.flush()
        services.cancel_delivery(self.depart(made, 1, cars=[car]), by=BY)
        [line] = [one.line for one in queries.board_of(needed.activation).lines]
        assert car.status is VehicleStatus.PROMISED
        assert (line.committed, line.in_transit) == (5, 0)

    def test_a_named_car_that_did_not_come_is_taken_off_the_delivery(self, needed: Need) -> None:
        made = agreed(needed, factories.pledge(factories.member()))
        came, broke_down = factories.vehicle(), factories.vehicle()
        brought = self.depart(made, 2, cars=[came, broke_down])
        services.deliver(brought, quantity=1, at=clock.now(), missing=[broke_down], by=BY)
        assert (came.status, broke_down.status) == (VehicleStatus.READY, VehicleStatus.PROMISED)
        assert (brought.vehicles, made.still_to_come) == ([came], 4)


class TestCandidates:
    def test_the_fastest_first_doubtful_and_called_last(self, needed: Need) -> None:
        old = factories.pledge(factories.member("忘れた社"), is_confirmed=False, lead_time_days=1)
        slow = factories.pledge(factories.member("遅い社"), lead_time_days=10)
        fast = factories.pledge(factories.member("速い社"), lead_time_days=2)
        called = factories.pledge(factories.member("要請済み社"), lead_time_days=1)
        call(needed, called)
        found = queries.candidates_for(needed, clock.now())
        assert [one.pledge for one in found] == [fast, slow, old, called]

    def test_what_other_calls_take_is_not_left(self, support: Activation, needed: Need) -> None:
        pledge = factories.pledge(factories.member(), quantity=9)
        call(needed, pledge, 2)
        agreed(need(support, quantity=4), pledge, 3)
        [found] = queries.candidates_for(needed, clock.now())
        assert found.offer.left == 4

    def test_pledges_for_elsewhere_or_something_else_do_not_fit(self, needed: Need) -> None:
        factories.pledge(factories.member(), area=["13"])
        factories.pledge(factories.member(), vehicle_class=VehicleClass.KEI_TRUCK)
        here = factories.pledge(factories.member(), area=["43215"])
        assert [one.pledge for one in queries.candidates_for(needed, clock.now())] == [here]

    def test_running_leases_of_the_class_are_listed(self, needed: Need) -> None:
        factories.municipality("13101", "千代田区", "東京都")
        far = factories.lease(factories.vehicle(), kept_in_code="13101")
        struck = factories.lease(factories.vehicle())
        factories.lease(factories.vehicle(vehicle_class=VehicleClass.KEI_TRUCK))
        found = queries.candidates_for(needed, clock.now())
        assert [one.lease for one in found] == [far, struck]
        assert found[1].doubts
