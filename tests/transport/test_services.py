"""Planning, asking, driving, paying: what each does, and what it refuses."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from mra.accounts import services as accounts
from mra.alliance.rules.pledges import SupplyKind
from mra.core import clock
from mra.core.access import Role
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.sealed import unseal
from mra.messaging.models import Message
from mra.transport import queries, services
from mra.transport.models import TransportDriver
from mra.transport.plans import Origin, Place
from mra.transport.rules.drivers import Channel, DriverStatus
from mra.transport.rules.drives import JobStatus, Means, WayHome
from mra.transport.rules.expenses import ExpenseKind, ExpenseStatus
from mra.transport.rules.licences import LicenceClass
from mra.transport.rules.offers import CloseReason, OfferStatus, RefusalReason
from mra.transport.services import origins
from mra.vehicles import services as vehicles
from mra.vehicles.rules import Transmission, VehicleStatus
from tests import factories

from .world import (
    BY,
    DRIVER,
    SATURDAY,
    asked,
    driver,
    facts,
    job,
    on_the_day,
    place_of,
    plan,
    taken,
    to_base,
    under_way,
)

pytestmark = pytest.mark.usefixtures("session", "story_time")


def told(template: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.template == template).order_by(Message.id)))


class TestPlanning:
    def test_a_job_is_planned_with_what_the_car_usually_needs(self) -> None:
        made = job()
        assert made.status is JobStatus.OPEN
        assert made.licence_needed is LicenceClass.STANDARD
        assert made.due_at > made.leaves_at
        assert made.activation_id == made.to_base.activation_id  # type: ignore[union-attr]

    def test_a_car_has_one_unfinished_job(self) -> None:
        car, base = factories.vehicle(), to_base()
        first = job(car, base)
        with pytest.raises(Exception, match="uq_transport_jobs_one_unfinished_per_vehicle"), db.session.begin_nested():
            job(car, base)
        services.cancel_job(first, by=BY, reason="日が変わった")
        assert job(car, base).status is JobStatus.OPEN

    def test_the_same_form_sent_twice_is_one_job(self) -> None:
        car, key, base = factories.vehicle(), uuid4(), to_base()
        first = services.plan_job(car, plan(base), by=BY, submission_key=key)
        assert services.plan_job(car, plan(base), by=BY, submission_key=key) is first

    def test_a_car_whose_inspection_has_ended_is_carried(self) -> None:
        car = factories.vehicle(lawful_until=SATURDAY - timedelta(days=1))
        with pytest.raises(Refused, match="car_may_not_be_driven"):
            job(car)
        assert job(car, means=Means.CARRIER).means is Means.CARRIER
        assert not services.may_be_driven(car, plan())

    def test_a_ready_car_goes_from_its_base_to_another(self) -> None:
        base = to_base()
        car = factories.vehicle(base)
        with pytest.raises(Refused, match="car_starts_elsewhere"):
            job(car)
        made = job(car, start=Place.of_base(base))
        assert made.from_base is base

    def test_the_history_names_nobody(self) -> None:
        made = job()
        events = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "transport_job")).all()
        assert "寄付者宅" not in str([event.facts for event in events])
        assert made.from_name == "寄付者宅"

    def test_donations_and_recalls_tell_where_a_car_stands(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(origins, "_providers", [])
        assert services.origin_of(7) is None
        services.on_origin(lambda _number: None)
        services.on_origin(lambda number: Origin("寄付者宅", "天草市本町1-1") if number == 7 else None)
        assert services.origin_of(7) == Origin("寄付者宅", "天草市本町1-1")
        assert services.origin_of(8) is None


class TestChanging:
    def test_whoever_drives_is_told_of_a_change(self) -> None:
        offer = taken()
        base = offer.job.to_base
        assert services.change_job(offer.job, plan(base, starts_on=date(2026, 8, 23)), version=1, by=BY)
        assert {message.subject_id for message in told("transport_changed")} == {offer.id}
        assert offer.job.version == 2

    def test_who_comes_second_is_told_so(self) -> None:
        made = job()
        services.change_job(made, plan(made.to_base, note="窓口で鍵を受け取る"), version=1, by=BY)
        with pytest.raises(Refused, match="job_changed"):
            services.change_job(made, plan(made.to_base, note="別の内容"), version=1, by=BY)

    def test_nothing_changed_is_nothing_told(self) -> None:
        made = job()
        assert not services.change_job(made, plan(made.to_base), version=1, by=BY)
        assert made.version == 1

    def test_a_job_that_has_departed_stays_as_it_is(self) -> None:
        made = under_way()
        with pytest.raises(Refused, match="job_not_changeable"):
            services.change_job(made, plan(made.to_base), version=1, by=BY)


class TestAsking:
    def test_several_are_asked_by_sms_and_mail_each_with_a_link_of_their_own(self) -> None:
        made, first, second = job(), driver(), driver()
        offers = asked(made, first, second)
        messages = told("transport_asked")
        assert len(messages) == 4
        assert len({message.link_id for message in messages}) == 2
        assert [offer.status for offer in offers] == [OfferStatus.ASKED] * 2
        assert made.status is JobStatus.OPEN

    def test_the_text_fits_one_sms_with_the_real_address(self) -> None:
        asked(job(), driver())
        (text,) = [message for message in told("transport_asked") if message.phone]
        address = accounts.link_address(text.link_id or 0)
        assert len(text.body.replace("{link}", address or "")) <= 70

    def test_nobody_is_asked_twice_for_the_same_job(self) -> None:
        made, person = job(), driver()
        asked(made, person)
        with pytest.raises(Refused, match="already_asked"):
            asked(made, person)

    def test_nobody_is_asked_to_drive_what_the_law_forbids(self) -> None:
        manual = job(factories.vehicle(transmission=Transmission.MT))
        with pytest.raises(Refused, match="driver_automatic_only"):
            asked(manual, driver(is_automatic_only=True))
        with pytest.raises(Refused, match="driver_licence_too_small"):
            asked(job(licence_needed=LicenceClass.MEDIUM), driver())
        with pytest.raises(Refused, match="driver_licence_expired"):
            asked(job(), driver(licence_expires_on=SATURDAY - timedelta(days=1)))
        with pytest.raises(Refused, match="driver_not_active"):
            asked(job(), driver(is_approved=False))
        with pytest.raises(Refused, match="carrier_needs_firm"):
            asked(job(means=Means.CARRIER), driver())

    def test_the_deadline_lies_before_the_drive(self) -> None:
        made = job()
        with pytest.raises(Refused, match="offer_deadline_after_job"):
            asked(made, driver(), deadline_at=made.leaves_at + timedelta(hours=1))
        with pytest.raises(Refused, match="no_driver_chosen"):
            asked(made)

    def test_a_firm_is_asked_through_its_contacts(self) -> None:
        firm = factories.member("天草運送")
        (offer,) = asked(job(means=Means.CARRIER), firm)
        assert offer.asked_name == "天草運送"
        assert len(told("transport_asked")) == 2
        services.take(offer, by=DRIVER)
        assert offer.job.taker_name == "天草運送"


class TestAnswers:
    def test_the_first_who_says_yes_drives_and_the_others_are_told(self) -> None:
        made, first, second = job(), driver(), driver()
        one, other = asked(made, first, second)
        services.take(other, by=DRIVER)
        assert (made.status, made.driver_id) == (JobStatus.TAKEN, second.id)
        assert (one.status, one.close_reason) == (OfferStatus.CLOSED, CloseReason.TAKEN_BY_OTHER)
        assert {message.subject_id for message in told("transport_gone")} == {one.id}
        assert {message.subject_id for message in told("transport_taken")} == {other.id}
        with pytest.raises(Refused, match="job_taken"):
            services.take(one, by=DRIVER)

    def test_after_the_deadline_only_the_telephone_helps(self) -> None:
        made, person = job(), driver()
        (offer,) = asked(made, person)
        with clock.stopped(offer.deadline_at), pytest.raises(Refused, match="offer_late"):
            services.take(offer, by=DRIVER)
        with clock.stopped(offer.deadline_at):
            services.assign(made, person, by=BY)
        assert offer.status is OfferStatus.TAKEN

    def test_somebody_who_was_never_asked_may_say_yes_on_the_phone(self) -> None:
        offer = taken()
        assert offer.job.status is JobStatus.TAKEN
        assert told("transport_taken")
        assert not told("transport_asked")

    def test_a_refusal_says_why_and_leaves_the_job_open(self) -> None:
        made = job()
        (offer,) = asked(made, driver())
        with pytest.raises(Refused, match="offer_needs_reason"):
            services.refuse(offer, why=None, by=DRIVER)
        services.refuse(offer, why=RefusalReason.DISTANCE, by=DRIVER)
        assert (offer.status, made.status) == (OfferStatus.REFUSED, JobStatus.OPEN)
        with pytest.raises(Refused, match="offer_answered"):
            services.take(offer, by=DRIVER)

    def test_a_job_that_is_given_back_is_open_again_and_staff_hear_of_it(self) -> None:
        coordinator = factories.staff_member(Role.COORDINATOR)
        offer = taken()
        services.give_back(offer.job, by=DRIVER, reason="熱が出た")
        assert (offer.job.status, offer.job.driver_id) == (JobStatus.OPEN, None)
        assert offer.status is OfferStatus.GIVEN_BACK
        assert [message.email for message in told("transport_given_back")] == [coordinator.email]
        assert "熱" not in told("transport_given_back")[0].body

    def test_after_departure_a_job_is_not_given_back(self) -> None:
        made = under_way()
        with pytest.raises(Refused, match="job_has_departed"):
            services.give_back(made, by=DRIVER, reason="つかれた")

    def test_a_new_link_makes_the_old_one_useless(self) -> None:
        (offer,) = asked(job(), driver())
        old = accounts.newest_link("transport", offer.id)
        with pytest.raises(Refused, match="driver_link_sent_just_now"):
            services.send_again(offer, by=BY)
        with clock.stopped(clock.now() + timedelta(minutes=3)):
            assert services.send_again(offer, by=BY) == 2
        assert old is not None
        assert accounts.link_address(old.id) is None

    def test_staff_take_a_question_back(self) -> None:
        (offer,) = asked(job(), driver())
        services.take_back(offer, by=BY)
        with pytest.raises(Refused, match="transport_offer_over"):
            services.take(offer, by=DRIVER)


class TestDriving:
    def test_a_promised_car_is_on_its_way_and_then_ready_at_the_base(self) -> None:
        made = under_way()
        car = made.vehicle
        assert (car.status, car.base_id) == (VehicleStatus.IN_TRANSIT, made.to_base_id)
        with on_the_day(13):
            services.arrive(made, by=DRIVER, odometer_km=40_118)
        assert (car.status, car.odometer_km, made.driven_km) == (VehicleStatus.READY, 40_118, 118)

    def test_a_ready_car_drives_from_base_to_base(self) -> None:
        here, there = to_base(), to_base()
        car = factories.vehicle(here)
        made = under_way(job(car, there, start=Place.of_base(here)))
        assert (car.status, car.base_id) == (VehicleStatus.IN_TRANSIT, there.id)
        with on_the_day(13):
            services.arrive(made, by=BY, odometer_km=40_300)
        assert (car.status, car.base_id) == (VehicleStatus.READY, there.id)

    def test_a_car_out_of_service_is_brought_to_a_garage_without_becoming_ready(self) -> None:
        base = to_base()
        car = factories.out_of_service(factories.vehicle(base))
        made = services.plan_job(car, plan(start=Place.of_base(base)), by=BY)
        under_way(made)
        with on_the_day(13):
            services.arrive(made, by=BY, odometer_km=40_010)
        assert (car.status, car.base_id, car.odometer_km) == (VehicleStatus.OUT_OF_SERVICE, base.id, 40_010)

    def test_a_car_out_of_service_that_is_brought_to_another_base_stands_there(self) -> None:
        here, there = to_base(), to_base()
        car = factories.out_of_service(factories.vehicle(here))
        made = under_way(job(car, there, start=Place.of_base(here)))
        with on_the_day(13):
            services.arrive(made, by=BY, odometer_km=40_010)
        assert (car.status, car.base_id) == (VehicleStatus.OUT_OF_SERVICE, there.id)

    def test_fewer_kilometres_are_looked_at_again(self) -> None:
        made = taken().job
        with on_the_day(), pytest.raises(Refused, match="leaves_with_fewer_km"), db.session.begin_nested():
            services.depart(made, by=DRIVER, odometer_km=39_000)
        with on_the_day():
            services.depart(made, by=DRIVER, odometer_km=39_000, accept_lower_odometer=True)
        assert made.vehicle.odometer_km == 39_000
        with on_the_day(13), pytest.raises(Refused, match="arrives_with_fewer_km"), db.session.begin_nested():
            services.arrive(made, by=DRIVER, odometer_km=38_000)
        with on_the_day(13):
            services.arrive(made, by=DRIVER, odometer_km=38_000, accept_lower_odometer=True)
        assert (made.vehicle.odometer_km, made.is_odometer_confirmed) == (38_000, True)

    def test_nobody_departs_before_the_day_or_without_a_driver(self) -> None:
        with pytest.raises(Refused, match="departs_too_early"):
            services.depart(taken().job, by=DRIVER, odometer_km=40_000)
        with on_the_day(), pytest.raises(Refused, match="job_without_driver"):
            services.depart(job(), by=BY, odometer_km=40_000)

    def test_nobody_is_sent_for_a_leased_car_that_was_not_asked_back(self) -> None:
        vehicle = factories.vehicle()
        lease = factories.lease(vehicle)
        with pytest.raises(Refused, match="car_is_leased"):
            job(vehicle)
        vehicles.recall(lease, by=BY)
        offer = taken(job(vehicle))
        vehicles.spare(lease, by=BY)
        with on_the_day(), pytest.raises(Refused, match="car_is_leased"):
            services.depart(offer.job, by=BY, odometer_km=40_000)

    def test_a_car_for_which_somebody_comes_does_not_leave_the_register(self) -> None:
        made = job()
        with pytest.raises(Refused, match="car_has_job"):
            vehicles.release(made.vehicle, by=BY)
        db.session.expire_all()

    def test_a_job_called_off_after_departure_turns_the_car_back(self) -> None:
        made = under_way()
        services.cancel_job(made, by=BY, reason="道路が通れない")
        assert made.vehicle.status is VehicleStatus.PROMISED
        assert [message.subject_id for message in told("transport_cancelled")] == [made.offers[0].id] * 2
        with pytest.raises(Refused, match="job_cancelled"):
            services.arrive(made, by=DRIVER, odometer_km=40_100)

    def test_a_ready_car_that_turns_back_stands_ready_at_its_base_again(self) -> None:
        here, there = to_base(), to_base()
        car = factories.vehicle(here)
        made = under_way(job(car, there, start=Place.of_base(here)))
        services.cancel_job(made, by=BY, reason="道路が通れない")
        assert (car.status, car.base_id) == (VehicleStatus.READY, here.id)

    def test_a_car_that_the_desk_has_already_taken_in_arrives_all_the_same(self) -> None:
        made = under_way()
        vehicles.arrive(made.vehicle, made.to_base, by=BY, odometer_km=40_100)
        with on_the_day(13):
            services.arrive(made, by=DRIVER, odometer_km=40_120)
        assert (made.status, made.vehicle.odometer_km) == (JobStatus.ARRIVED, 40_120)


class TestExpenses:
    def test_what_was_paid_is_claimed_and_settled(self) -> None:
        made = under_way()
        expense = services.claim(made, kind=ExpenseKind.FUEL, yen=3_000, has_receipt=True, by=DRIVER)
        services.settle(expense, by=BY)
        assert expense.status is ExpenseStatus.SETTLED
        assert expense.decided_at is not None

    def test_more_than_was_agreed_needs_a_word_first(self) -> None:
        made = under_way()
        first = services.claim(made, kind=ExpenseKind.FUEL, yen=9_000, has_receipt=True, by=DRIVER)
        with pytest.raises(Refused, match="expenses_over_limit"):
            services.claim(made, kind=ExpenseKind.FARE, yen=2_000, has_receipt=True, by=DRIVER)
        services.turn_down(first, by=BY)
        services.claim(made, kind=ExpenseKind.FARE, yen=2_000, has_receipt=True, by=DRIVER)
        services.claim(made, kind=ExpenseKind.LODGING, yen=9_000, has_receipt=True, by=BY, is_agreed=True)
        assert queries.claimed_yen(made.id) == 11_000

    def test_without_a_driver_nobody_paid_anything(self) -> None:
        with pytest.raises(Refused, match="expenses_need_driver"):
            services.claim(job(), kind=ExpenseKind.FUEL, yen=1, has_receipt=False, by=BY)


class TestDrivers:
    def test_the_licence_number_is_sealed_and_its_end_is_shown(self) -> None:
        made = driver()
        assert made.licence_number is not None
        assert b"3090" not in made.licence_number
        assert unseal(made.licence_number).endswith(made.licence_last_four)
        assert len(made.licence_last_four) == 4

    def test_the_same_person_registers_once(self) -> None:
        told_twice = facts()
        first = services.register(told_twice, submission_key=uuid4(), channel=Channel.WEB, by=BY)
        again = services.register(told_twice, submission_key=uuid4(), channel=Channel.WEB, by=BY)
        assert again is first
        assert len(db.session.scalars(select(TransportDriver)).all()) == 1

    def test_nobody_is_approved_without_a_licence_that_holds(self) -> None:
        made = driver(is_approved=False, licence_number=None)
        seen = {"licence_class": LicenceClass.STANDARD, "is_automatic_only": False, "staff_id": 1, "by": BY}
        with pytest.raises(Refused, match="licence_check_incomplete"), db.session.begin_nested():
            services.approve(made, licence_number=None, licence_expires_on=date(2029, 1, 1), **seen)  # type: ignore[arg-type]
        db.session.expire_all()
        with pytest.raises(Refused, match="licence_already_expired"), db.session.begin_nested():
            services.approve(made, licence_number="309012345620", licence_expires_on=date(2026, 1, 1), **seen)  # type: ignore[arg-type]

    def test_who_leaves_is_asked_no_more_and_the_number_is_erased(self) -> None:
        person = driver()
        (offer,) = asked(job(), person)
        services.withdraw(person, by=DRIVER)
        assert (person.status, person.licence_number, person.licence_last_four) == (DriverStatus.LEFT, None, "")
        assert offer.close_reason is CloseReason.DRIVER_LEFT

    def test_who_has_taken_a_job_gives_it_back_before_leaving(self) -> None:
        person = driver()
        taken(by=person)
        with pytest.raises(Refused, match="driver_has_a_job"):
            services.withdraw(person, by=DRIVER)

    def test_staff_let_somebody_rest_and_come_back(self) -> None:
        person = driver()
        services.pause(person, by=BY)
        with pytest.raises(Refused, match="driver_not_active"):
            asked(job(), person)
        services.resume(person, by=BY)
        assert asked(job(), person)


class TestReminding:
    def test_whoever_drives_tomorrow_is_reminded_once(self) -> None:
        offer = taken()
        taken(job(starts_on=date(2026, 8, 29)))
        with clock.stopped(clock.now() + timedelta(days=3, hours=2)):
            assert services.remind_tomorrow() == 1
            assert services.remind_tomorrow() == 0
        assert {message.subject_id for message in told("transport_reminder")} == {offer.id}

    def test_nobody_is_reminded_at_night(self) -> None:
        taken()
        with clock.stopped(clock.now() + timedelta(days=3, hours=13)):
            assert services.remind_tomorrow() == 0

    def test_a_text_about_a_job_that_was_called_off_is_dropped(self) -> None:
        offer = taken()
        assert services.still_holds("transport_reminder", offer.id)
        services.cancel_job(offer.job, by=BY, reason="雨")
        assert not services.still_holds("transport_reminder", offer.id)
        assert services.still_holds("transport_cancelled", offer.id)
        assert not services.still_holds("transport_asked", 0)


class TestQueries:
    def test_the_newest_job_of_each_car_is_found(self) -> None:
        base = to_base()
        first, second = job(goal=base), job(goal=base)
        services.cancel_job(second, by=BY, reason="別の車にした")
        newest = job(second.vehicle, base)
        found = queries.jobs_of_vehicles([first.vehicle_id, second.vehicle_id, 0])
        assert found == {first.vehicle_id: first, second.vehicle_id: newest}
        assert queries.jobs_of_vehicles([]) == {}

    def test_the_life_of_a_car_tells_the_drive_without_names(self) -> None:
        made = under_way()
        with on_the_day(13):
            services.arrive(made, by=DRIVER, odometer_km=40_118)
        services.settle(services.claim(made, kind=ExpenseKind.FUEL, yen=3_000, has_receipt=True, by=DRIVER), by=BY)
        (entry,) = queries.life_of(made.vehicle_id)
        assert (entry.on, entry.km, entry.yen, entry.odometer_km) == (SATURDAY, 118, 3_000, 40_118)
        assert "松本" not in entry.title + entry.detail
        assert "寄付者" not in entry.title

    def test_the_nearest_who_fits_is_proposed_first(self) -> None:
        place_of(at=(32.4586, 130.1930))
        place_of("43100", "熊本市", at=(32.8031, 130.7079))
        far = driver(municipality_code="43100")
        near = driver()
        busy = driver(busy_on=(SATURDAY,))
        found = queries.suitable_drivers(job())
        assert [one.driver.id for one in found.shown] == [near.id, far.id, busy.id]
        assert found.shown[0].distance_km == 0
        assert 55 < (found.shown[1].distance_km or 0) < 70

    def test_firms_that_pledged_to_carry_are_proposed(self) -> None:
        firm = factories.member("天草運送")
        factories.pledge(firm, kind=SupplyKind.TRANSPORT, unit="台", lead_time_days=2)
        factories.pledge(factories.member("タイヤ店"), kind=SupplyKind.TYRE, unit="本")
        made = queries.job_in_full(job().id)
        assert made is not None
        (carrier,) = queries.carriers_for(made)
        assert (carrier.member.name, carrier.phone, carrier.is_asked) == ("天草運送", "+819000005678", False)

    def test_seats_home_are_counted_on_the_board(self) -> None:
        base = to_base()
        job(goal=base, way_home=WayHome.SEAT)
        job(goal=base, way_home=WayHome.UNDECIDED)
        (convoy,) = queries.convoys_of(SATURDAY, SATURDAY)
        assert convoy.sentence == "帰りの席が2つ足りません"
        assert queries.convoys_of(date(2026, 8, 23), date(2026, 8, 23)) == []

    def test_what_is_urgent_stands_on_top_the_worst_first(self) -> None:
        late, waiting, far = under_way(), taken().job, job(starts_on=date(2026, 9, 20))
        open_one = job()
        with clock.stopped(late.due_at + timedelta(hours=1)):
            found = queries.urgent_jobs(clock.now())
        assert [one.id for one in found] == [late.id, waiting.id, open_one.id]
        assert far not in found
