"""Asking back, answering, bringing, and letting be."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.messaging import texts
from mra.messaging.models import Message
from mra.messaging.segments import segments
from mra.recalls import queries, services
from mra.recalls.rules import CampaignStatus, Problem, ReturnStatus, RingResult
from mra.supply import queries as supply_queries
from mra.supply import services as supply
from mra.transport.rules.drives import JobStatus
from mra.vehicles import services as vehicles
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.rules import VehicleStatus
from tests import factories
from tests.supply.world import need, tomorrow
from tests.transport import world as transport

from .world import BY, campaign, leases, lessee, places, slots, told

pytestmark = pytest.mark.usefixtures("session", "story_time")


class TestStarting:
    def test_each_lessee_is_asked_until_ten_days_from_now(self) -> None:
        first, second = campaign(2, lease={"lessee_email": "a@example.jp"})
        assert first.due_on == second.due_on == clock.today() + timedelta(days=10)
        assert first.lease.status is LeaseStatus.RECALLED
        assert told(first) == ["recall_made sms", "recall_made email"]

    def test_a_lessee_with_a_voice_only_is_told_by_nobody_else(self) -> None:
        support = factories.activation()
        asked = services.start(
            support, leases(1, lessee_can_sms=False), places(factories.base(support)), message="", by=BY
        )
        assert [messages for _, messages in asked] == [0]

    def test_a_car_that_a_call_asked_back_is_not_asked_twice(self) -> None:
        support = factories.activation()
        base, [lease] = factories.base(support), leases(1)
        wish = supply.Wish(1, lease=lease)
        supply.make_calls(need(support, base), [wish], deadline_at=tomorrow(), message="", by=BY)
        with pytest.raises(Refused, match="lease_asked_back"):
            services.start(support, [lease], places(base), message="", by=BY)

    def test_a_call_does_not_ask_back_a_car_of_a_campaign(self) -> None:
        [one] = campaign()
        wanted = need(one.campaign.activation)
        wish = supply.Wish(1, lease=one.lease)
        with pytest.raises(Refused, match="lease_not_running"):
            supply.make_calls(wanted, [wish], deadline_at=tomorrow(), message="", by=BY)

    def test_slots_leave_out_the_days_on_which_a_base_is_closed(self) -> None:
        support = factories.activation()
        base = factories.base(support, closed_weekdays=[(clock.today() + timedelta(days=2)).weekday()])
        assert len(services.planned_slots(places(base, days=3), clock.now())) == 4

    def test_a_campaign_without_a_slot_is_refused(self) -> None:
        support = factories.activation()
        with pytest.raises(Refused, match="recall_needs_slots"):
            services.start(support, leases(1), places(factories.base(support), hours=(23,)), message="", by=BY)

    def test_a_base_of_another_support_takes_no_car(self) -> None:
        elsewhere = factories.base(factories.activation(slug="elsewhere-2026"))
        with pytest.raises(Refused, match="recall_base_elsewhere"):
            services.start(factories.activation(), leases(1), places(elsewhere), message="", by=BY)

    def test_more_slots_are_added_and_none_twice(self) -> None:
        [one] = campaign(days=1)
        base = one.campaign.activation.bases[0]
        assert services.add_slots(one.campaign, places(base, days=2), by=BY) == 2
        assert len(slots(one)) == 4

    def test_a_car_asked_back_is_promised_to_nobody_else(self) -> None:
        [one] = campaign()
        wanted = need(one.campaign.activation)
        assert supply_queries.candidates_for(wanted, clock.now()) == []
        assert vehicles.uses_of([one.lease.vehicle_id]) == {one.lease.vehicle_id: "返却要請中"}

    def test_a_call_on_a_lease_that_arrives_ends_it_without_a_return(self) -> None:
        support = factories.activation()
        base, [lease] = factories.base(support), leases(1)
        wish = supply.Wish(1, lease=lease)
        supply.make_calls(need(support, base), [wish], deadline_at=tomorrow(), message="", by=BY)
        vehicles.arrive(lease.vehicle, base, by=BY)
        assert (lease.status, lease.vehicle.base_id) == (LeaseStatus.ENDED, base.id)


class TestAnswering:
    def test_a_slot_is_kept_and_confirmed(self) -> None:
        [one] = campaign()
        services.choose_slot_by_link(one, slots(one)[0], by=lessee(one.id))
        assert (one.status, one.slot_id) == (ReturnStatus.CONFIRMED, slots(one)[0].id)
        assert told(one) == ["recall_made sms", "recall_confirmed sms"]

    def test_the_last_place_is_given_once(self) -> None:
        first, second = campaign(2)
        services.choose_slot(first, slots(first)[0], by=lessee())
        with pytest.raises(Refused, match="return_slot_full"):
            services.choose_slot(second, slots(first)[0], by=lessee())

    def test_a_changed_slot_is_free_for_the_next(self) -> None:
        first, second = campaign(2)
        services.choose_slot(first, slots(first)[0], by=lessee())
        services.choose_slot_by_link(first, slots(first)[1], by=lessee())
        services.choose_slot(second, slots(first)[0], by=lessee())
        assert (first.slot_id, second.slot_id) == (slots(first)[1].id, slots(first)[0].id)

    def test_the_same_slot_again_changes_nothing(self) -> None:
        [one] = campaign()
        services.choose_slot(one, slots(one)[0], by=lessee())
        services.choose_slot(one, slots(one)[0], by=lessee())
        assert told(one).count("recall_confirmed sms") == 1

    def test_on_the_day_itself_the_base_must_be_rung(self) -> None:
        [one] = campaign()
        services.choose_slot(one, slots(one)[0], by=lessee())
        with clock.stopped(slots(one)[0].starts_at - timedelta(hours=2)), pytest.raises(Refused, match="slot_fixed"):
            services.choose_slot_by_link(one, slots(one)[2], by=lessee())

    def test_who_missed_a_slot_may_choose_another(self) -> None:
        [one] = campaign()
        services.choose_slot(one, slots(one)[0], by=lessee())
        with clock.stopped(slots(one)[0].starts_at + timedelta(days=1)):
            services.choose_slot_by_link(one, slots(one)[-1], by=lessee())
        assert one.slot_id == slots(one)[-1].id

    def test_a_slot_of_another_campaign_is_gone(self) -> None:
        [one] = campaign()
        [other] = campaign(support=one.campaign.activation, at=one.campaign.activation.bases[0])
        with pytest.raises(Refused, match="slot_gone"):
            services.choose_slot(one, slots(other)[0], by=lessee())

    def test_a_problem_frees_the_slot_and_keeps_the_request(self) -> None:
        first, second = campaign(2)
        services.choose_slot(first, slots(first)[0], by=lessee())
        services.tell_problem(first, problem=Problem.ACCIDENT, note_text="修理中", by=lessee())
        services.choose_slot(second, slots(first)[0], by=lessee())
        assert (first.status, first.slot_id, first.lease.status) == (
            ReturnStatus.PROBLEM,
            None,
            LeaseStatus.RECALLED,
        )

    def test_a_wish_to_be_fetched_needs_an_address(self) -> None:
        [one] = campaign()
        with pytest.raises(Refused, match="collection_needs_address"):
            services.ask_collection(one, address=" ", note_text="", by=lessee())
        services.ask_collection(one, address="天草市本渡町1-1", note_text="平日の午後", by=lessee())
        assert one.status is ReturnStatus.COLLECTION


class TestArriving:
    def test_an_arrived_car_is_stock_in_one_step(self) -> None:
        [one] = campaign()
        base = one.campaign.activation.bases[0]
        services.take_back(one, base, odometer_km=80_000, by=BY)
        car = one.lease.vehicle
        assert (one.status, one.returned_to_id, one.lease.status) == (
            ReturnStatus.RETURNED,
            base.id,
            LeaseStatus.ENDED,
        )
        assert (car.status, car.base_id, car.odometer_km) == (VehicleStatus.READY, base.id, 80_000)

    def test_a_car_comes_early_and_to_another_base(self) -> None:
        [one] = campaign()
        services.choose_slot(one, slots(one)[-1], by=lessee())
        other = factories.base(one.campaign.activation, "本渡拠点")
        services.take_back(one, other, by=BY)
        assert (one.status, one.returned_to_id) == (ReturnStatus.RETURNED, other.id)

    def test_a_car_that_came_frees_its_slot(self) -> None:
        first, second = campaign(2)
        services.choose_slot(first, slots(first)[0], by=lessee())
        services.take_back(first, first.campaign.activation.bases[0], by=BY)
        services.choose_slot(second, slots(first)[0], by=lessee())
        assert second.status is ReturnStatus.CONFIRMED

    def test_fewer_kilometres_are_looked_at_again(self) -> None:
        [one] = campaign()
        base = one.campaign.activation.bases[0]
        with pytest.raises(Refused, match="arrives_with_fewer_km"):
            services.take_back(one, base, odometer_km=1, by=BY)

    def test_fewer_kilometres_that_were_looked_at_count(self) -> None:
        [one] = campaign()
        base = one.campaign.activation.bases[0]
        services.take_back(one, base, odometer_km=1, accept_lower_odometer=True, by=BY)
        assert one.lease.vehicle.odometer_km == 1

    def test_an_arrival_written_down_elsewhere_settles_the_return(self) -> None:
        [one] = campaign()
        vehicles.arrive(one.lease.vehicle, one.campaign.activation.bases[0], by=BY)
        assert (one.status, one.returned_to_id) == (ReturnStatus.RETURNED, one.campaign.activation.bases[0].id)

    def test_a_car_arrives_once(self) -> None:
        [one] = campaign()
        base = one.campaign.activation.bases[0]
        services.take_back(one, base, by=BY)
        with pytest.raises((Refused, MoveNotAllowed)):
            services.take_back(one, base, by=BY)


class TestLettingBe:
    def test_a_cancelled_campaign_spares_those_who_have_not_come(self) -> None:
        back, out = campaign(2)
        services.take_back(back, back.campaign.activation.bases[0], by=BY)
        spared = services.cancel(back.campaign, reason="足りました", by=BY)
        assert [one.id for one, _ in spared] == [out.id]
        assert (out.status, out.lease.status) == (ReturnStatus.SPARED, LeaseStatus.RUNNING)
        assert told(out)[-1] == "recall_cancelled sms"
        assert back.status is ReturnStatus.RETURNED
        assert back.campaign.status is CampaignStatus.CANCELLED

    def test_a_campaign_is_cancelled_with_a_reason(self) -> None:
        [one] = campaign()
        with pytest.raises(Refused, match="recall_cancel_needs_reason"):
            services.cancel(one.campaign, reason=" ", by=BY)

    def test_nobody_drives_to_fetch_a_car_that_is_spared(self) -> None:
        [one] = campaign()
        services.ask_collection(one, address="天草市本渡町1-1", note_text="", by=lessee())
        drive = transport.taken(transport.job(one.lease.vehicle)).job
        services.spare(one, by=BY)
        assert drive.status is JobStatus.CANCELLED
        assert "transport_cancelled" in db.session.scalars(select(Message.template)).all()

    def test_a_spared_lessee_answers_no_more(self) -> None:
        [one] = campaign()
        services.spare(one, by=BY)
        with pytest.raises(Refused, match="recall_over"):
            services.choose_slot_by_link(one, slots(one)[0], by=lessee())

    def test_a_spared_car_can_be_asked_back_again(self) -> None:
        [one] = campaign()
        services.spare(one, by=BY)
        base = one.campaign.activation.bases[0]
        [(again, _)] = services.start(one.campaign.activation, [one.lease], places(base), message="", by=BY)
        assert again.status is ReturnStatus.ASKED

    def test_a_text_that_has_not_gone_out_is_not_true_any_more(self) -> None:
        [one] = campaign()
        assert services.still_holds("recall_made", one.id)
        services.spare(one, by=BY)
        assert not services.still_holds("recall_made", one.id)
        assert services.still_holds("recall_cancelled", one.id)


class TestReminding:
    def test_the_silent_are_reminded_once_at_half_time(self) -> None:
        [one] = campaign()
        assert services.remind_silent() == 0
        with clock.stopped(clock.now() + timedelta(days=5)):
            assert (services.remind_silent(), services.remind_silent()) == (1, 0)
        assert told(one) == ["recall_made sms", "recall_reminder sms"]

    def test_who_comes_tomorrow_is_reminded_once_for_each_slot(self) -> None:
        [one] = campaign(days=6)
        services.choose_slot(one, slots(one)[4], by=lessee())
        with clock.stopped(slots(one)[4].starts_at - timedelta(days=1)):
            assert (services.remind_slots(), services.remind_slots()) == (1, 0)
            services.choose_slot(one, slots(one)[6], by=lessee())
        with clock.stopped(slots(one)[6].starts_at - timedelta(days=1)):
            assert services.remind_slots() == 1
        assert told(one).count("recall_tomorrow sms") == 2

    def test_a_new_link_ends_the_old_one(self) -> None:
        [one] = campaign()
        with pytest.raises(Refused, match="link_sent_just_now"):
            services.send_again(one, by=BY)
        with clock.stopped(clock.now() + timedelta(minutes=5)):
            assert services.send_again(one, by=SYSTEM) == 1
        assert told(one)[-1] == "recall_link sms"

    def test_a_telephone_call_is_written_down(self) -> None:
        [one] = campaign()
        person = factories.staff_member()
        services.ring(one, result=RingResult.NO_ANSWER, note_text="", staff_id=person.id, by=BY)
        db.session.expire(one, ["attempts"])
        assert [attempt.result for attempt in one.attempts] == [RingResult.NO_ANSWER]


@pytest.mark.parametrize("template", ["made", "reminder", "confirmed", "tomorrow", "link", "cancelled"])
def test_the_texts_fit_one_segment_with_their_own_link(app: Flask, template: str) -> None:
    values = {
        "due": date(2026, 12, 25),
        "when": datetime(2026, 12, 25, 10, tzinfo=JAPAN),
        "help_phone": "+815057994740",
    }
    body = texts.render(f"recall_{template}", "ja", values).body
    assert segments(texts.with_link(body, "https://mra.example.jp/recalls/xxxxxxxxxxxx")) == 1


def test_a_cars_life_tells_its_lease_and_its_return_without_a_name() -> None:
    [one] = campaign()
    services.take_back(one, one.campaign.activation.bases[0], by=BY)
    lease, back = queries.life_of(one.lease.vehicle_id)
    assert "返却カーリース（企業・団体）" in lease.title
    assert "天草拠点に返却" in back.detail
    assert "天草商会" not in str((lease, back))


def test_a_drive_is_told_where_a_car_is_fetched() -> None:
    [one] = campaign()
    services.ask_collection(one, address="天草市本渡町1-1", note_text="午後", by=lessee())
    found = queries.origin_of(one.lease.vehicle_id)
    assert found is not None
    assert (found.address, found.municipality_code) == ("天草市本渡町1-1", "43215")
    services.spare(one, by=BY)
    assert queries.origin_of(one.lease.vehicle_id) is None
