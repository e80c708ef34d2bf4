"""Reserving, handing over, taking back, cancelling, extending: what the desk can and cannot do."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mra.allocation.rules import OfferStatus
from mra.applications.rules import LicenceKind, RequestStatus
from mra.core import clock, sealed
from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent, move
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.core.vehicle_classes import VehicleClass
from mra.disasters import services as disasters
from mra.disasters.rules import ActivationStatus
from mra.loans import services
from mra.loans.models import LicenceCheck
from mra.loans.rules import CancelReason, FamilyConsent, LoanStatus
from mra.messaging import services as messaging
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus
from mra.vehicles import services as vehicles
from mra.vehicles.extending import Notice
from mra.vehicles.rules import DocumentKind, OutReason, Transmission, VehicleStatus
from tests import factories
from tests.loans.world import NUMBER, THURSDAY_TEN, WRONG_CHECK_DIGIT, World

pytestmark = pytest.mark.usefixtures("session", "story_time")


@pytest.fixture
def world(session: None, story_time: object) -> World:
    return World()


def refusal(verb: Any, *args: Any, **facts: Any) -> str:
    with pytest.raises(Refused) as refused, db.session.begin_nested():
        verb(*args, **facts)
    return refused.value.code


def texts() -> list[str]:
    return list(db.session.scalars(select(Message.template).order_by(Message.id)))


class TestReservation:
    def test_an_accepted_offer_becomes_a_reservation(self, world: World) -> None:
        offer = world.offer()
        loan = world.reserve(offer)
        assert loan.status is LoanStatus.RESERVED
        assert offer.status is OfferStatus.ACCEPTED
        assert offer.car_request.status is RequestStatus.RESERVED
        assert loan.due_at == datetime(2026, 9, 18, 16, 0, tzinfo=JAPAN), "what Hanako asked for, at closing hour"
        assert texts() == ["reservation_made"]

    def test_a_loan_keeps_the_terms_it_was_made_under(self, world: World) -> None:
        before = world.reserve()
        factories.terms(world.activation, 2, kei_passenger=14)
        after = world.reserve()
        assert after.terms_version_id != before.terms_version_id
        assert clock.in_japan(after.due_at).date() == date(2026, 9, 3)
        world.hand_over(before)
        assert clock.in_japan(before.due_at).date() == date(2026, 9, 18)

    def test_a_truck_goes_out_for_three_days(self, world: World) -> None:
        truck = factories.vehicle(world.base, vehicle_class=VehicleClass.KEI_TRUCK)
        loan = world.reserve(world.offer(truck))
        assert clock.in_japan(loan.due_at).date() == date(2026, 8, 23)

    def test_an_offer_past_its_deadline_is_refused_before_the_job_has_tidied_up(self, world: World) -> None:
        offer = world.offer()
        with clock.stopped(clock.now() + timedelta(hours=24)):
            assert refusal(world.reserve, offer) == "offer_expired"

    def test_an_offer_is_accepted_once(self, world: World) -> None:
        offer = world.offer()
        world.reserve(offer)
        assert refusal(world.reserve, offer) == "offer_closed"

    @pytest.mark.parametrize(
        ("at", "code"),
        [
            (datetime(2026, 8, 19, 10, 0, tzinfo=JAPAN), "slot_not_open"),
            (datetime(2026, 8, 20, 9, 0, tzinfo=JAPAN), "slot_not_open"),
            (datetime(2026, 8, 20, 16, 0, tzinfo=JAPAN), "slot_not_open"),
            (datetime(2026, 8, 18, 9, 0, tzinfo=JAPAN), "slot_not_open"),
            (datetime(2026, 9, 17, 10, 0, tzinfo=JAPAN), "slot_too_far"),
        ],
    )
    def test_a_handover_is_booked_within_opening_hours(self, world: World, at: datetime, code: str) -> None:
        assert refusal(world.reserve, at=at) == code

    def test_a_half_hour_takes_as_many_handovers_as_the_desk_can_manage(self, world: World) -> None:
        first = world.reserve()
        world.reserve()
        assert refusal(world.reserve) == "slot_full"
        services.cancel(first, by=world.desk, reason=CancelReason.APPLICANT)
        world.reserve()

    def test_a_car_that_went_out_of_service_meanwhile_is_not_reserved(self, world: World) -> None:
        offer = world.offer()
        move(offer.vehicle, "take_out", by=SYSTEM)
        offer.vehicle.out_reason = OutReason.BREAKDOWN
        db.session.flush()
        assert refusal(world.reserve, offer) == "vehicle_not_free"

    def test_a_request_that_was_withdrawn_gets_no_car(self, world: World) -> None:
        offer = world.offer()
        move(offer.car_request, "withdraw", by=SYSTEM)
        assert refusal(world.reserve, offer) == "request_not_waiting"


class TestCancellation:
    def test_a_cancelled_request_waits_at_its_old_place(self, world: World) -> None:
        loan = world.reserve()
        submitted_at = loan.car_request.submitted_at
        services.cancel(loan, by=world.desk, reason=CancelReason.VEHICLE)
        assert loan.status is LoanStatus.CANCELLED
        assert loan.cancel_reason == "車両の不具合"
        assert (loan.car_request.status, loan.car_request.submitted_at) == (RequestStatus.WAITING, submitted_at)

    def test_the_car_can_be_offered_and_reserved_again(self, world: World) -> None:
        loan = world.reserve()
        services.cancel(loan, by=world.desk, reason=CancelReason.APPLICANT)
        again = world.reserve(factories.offer(loan.car_request, loan.vehicle))
        assert again.vehicle_id == loan.vehicle_id

    def test_a_cancellation_needs_a_reason(self, world: World) -> None:
        assert refusal(services.cancel, world.reserve(), by=world.desk, reason=" ") == "reason_missing"

    def test_words_of_staff_stay_out_of_the_history(self, world: World) -> None:
        loan = services.cancel(world.reserve(), by=world.desk, reason="山田さんが入院された")
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "cancel")).one()
        assert loan.cancel_reason == "山田さんが入院された"
        assert event.facts == {}

    def test_a_car_that_is_out_is_not_cancelled(self, world: World) -> None:
        with pytest.raises(MoveNotAllowed), db.session.begin_nested():
            services.cancel(world.out(), by=world.desk, reason=CancelReason.MISTAKE)


class TestHandover:
    def test_the_keys_change_hands(self, world: World) -> None:
        loan = world.out()
        assert loan.status is LoanStatus.ON_LOAN
        assert loan.car_request.status is RequestStatus.SERVED
        assert (loan.odometer_out_km, loan.fuel_out_eighths, loan.vehicle.odometer_km) == (40_012, 6, 40_012)

    def test_a_licence_number_is_kept_sealed_with_its_last_four(self, world: World) -> None:
        loan = world.out()
        driver = loan.car_request.application.drivers[0]
        assert driver.licence_number is not None
        assert NUMBER.encode() not in driver.licence_number
        assert (sealed.unseal(driver.licence_number), driver.licence_last_four) == (NUMBER, "5620")
        check = db.session.scalars(select(LicenceCheck).where(LicenceCheck.loan_id == loan.id)).one()
        assert (check.driver_id, check.staff_id, check.check_digit_matches) == (driver.id, world.desk.id, True)

    def test_no_number_reaches_the_history(self, world: World) -> None:
        world.out()
        for event in db.session.scalars(select(AuditEvent)):
            assert NUMBER not in str(event.facts)
            assert "5620" not in str(event.facts)

    def test_a_wrong_check_digit_does_not_block(self, world: World) -> None:
        loan = world.reserve()
        licences = world.licences(loan.car_request.application, number=WRONG_CHECK_DIGIT)
        world.hand_over(loan, licences=licences)
        assert [check.check_digit_matches for check in loan.licence_checks] == [False]

    def test_a_foreign_licence_has_no_check_digit(self, world: World) -> None:
        loan = world.reserve()
        loan.car_request.application.drivers[0].licence_kind = LicenceKind.FOREIGN
        db.session.flush()
        world.hand_over(loan, licences=world.licences(loan.car_request.application, number="B-TW 12345"))
        assert [check.check_digit_matches for check in loan.licence_checks] == [None]

    def test_every_driver_shows_a_licence(self, world: World) -> None:
        loan = world.reserve()
        licences = world.licences(loan.car_request.application)
        factories.driver(loan.car_request.application, position=2, name="山田 太郎")
        db.session.expire_all()
        assert refusal(world.hand_over, loan, licences=licences) == "licence_not_seen"

    def test_what_the_card_says_replaces_what_was_told(self, world: World) -> None:
        loan = world.reserve()
        application = loan.car_request.application
        seen = world.licences(application, expires_on=date(2028, 1, 5), is_automatic_only=True)
        world.hand_over(loan, licences=seen)
        driver = application.drivers[0]
        assert (driver.licence_expires_on, driver.is_automatic_only) == (date(2028, 1, 5), True)

    def test_an_expired_licence_stops_the_handover(self, world: World) -> None:
        loan = world.reserve()
        seen = world.licences(loan.car_request.application, expires_on=date(2026, 8, 1))
        assert refusal(world.hand_over, loan, licences=seen) == "licence_expired"

    def test_an_automatic_only_driver_gets_no_manual_truck(self, world: World) -> None:
        truck = factories.vehicle(world.base, transmission=Transmission.MT)
        loan = world.reserve(world.offer(truck))
        seen = world.licences(loan.car_request.application, is_automatic_only=True)
        assert refusal(world.hand_over, loan, licences=seen) == "automatic_only"

    @pytest.mark.parametrize("kind", list(DocumentKind))
    def test_a_paper_that_ends_before_the_return_closes_the_gate(self, world: World, kind: DocumentKind) -> None:
        car = factories.vehicle(world.base, lawful_until=None)
        others = tuple(one for one in DocumentKind if one is not kind)
        factories.papers(car, date(2027, 6, 30), others)
        factories.papers(car, date(2026, 9, 17), (kind,))
        loan = world.reserve(world.offer(car))
        assert clock.in_japan(loan.due_at).date() == date(2026, 9, 18)
        assert refusal(world.hand_over, loan) == "papers_missing"

    def test_a_disaster_extension_opens_the_gate_again(self, world: World) -> None:
        car = factories.vehicle(world.base, lawful_until=date(2027, 6, 30))
        for paper in car.documents:
            if paper.kind is DocumentKind.INSPECTION:
                paper.ends_on = paper.effective_ends_on = date(2026, 9, 17)
        loan = world.reserve(world.offer(car))
        assert refusal(world.hand_over, loan) == "papers_missing"
        days = (date(2026, 8, 11), date(2026, 9, 30), date(2026, 10, 31))
        notice = Notice(frozenset({"43"}), *days, insurance_waits=False, covers_relief=True)
        vehicles.extend_inspections(vehicles.ExtensionFacts(date(2026, 8, 17), "特例", notice), by=SYSTEM)
        assert world.hand_over(loan).status is LoanStatus.ON_LOAN

    def test_a_car_in_anothers_name_is_neither_reserved_nor_handed_over(self, world: World) -> None:
        car = factories.vehicle(world.base)
        offer = world.offer(car)
        loan = world.reserve()
        car.name_change_pending = loan.vehicle.name_change_pending = True
        db.session.flush()
        assert refusal(world.reserve, offer) == "name_change_pending"
        assert refusal(world.hand_over, loan) == "name_change_pending"
        vehicles.finish_name_change(loan.vehicle, by=SYSTEM)
        assert world.hand_over(loan).status is LoanStatus.ON_LOAN

    def test_a_driver_of_75_needs_the_family(self, world: World) -> None:
        loan = world.reserve(world.offer(born_on=date(1951, 8, 20)))
        assert refusal(world.hand_over, loan) == "family_consent_missing"
        world.hand_over(loan, family_consent=FamilyConsent("山田 一郎", "長男", "+819011112222"))
        assert loan.car_request.application.family_consent_name == "山田 一郎"

    def test_the_day_before_the_75th_birthday_needs_nobody(self, world: World) -> None:
        loan = world.reserve(world.offer(born_on=date(1951, 8, 21)))
        assert world.hand_over(loan).status is LoanStatus.ON_LOAN

    def test_a_lower_odometer_is_confirmed_not_blocked(self, world: World) -> None:
        loan = world.reserve()
        assert refusal(world.hand_over, loan, odometer_km=39_990) == "odometer_lower"
        world.hand_over(loan, odometer_km=39_990, accept_lower_odometer=True)
        assert loan.vehicle.odometer_km == 39_990

    def test_three_days_count_from_the_real_handover(self, world: World) -> None:
        truck = factories.vehicle(world.base, vehicle_class=VehicleClass.KEI_TRUCK)
        loan = world.reserve(world.offer(truck))
        world.hand_over(loan, at=THURSDAY_TEN + timedelta(days=5))
        assert loan.due_at == datetime(2026, 8, 28, 16, 0, tzinfo=JAPAN)

    def test_a_car_is_handed_over_once(self, world: World) -> None:
        loan = world.out()
        with pytest.raises(MoveNotAllowed):
            world.hand_over(loan)


class TestReturn:
    def test_a_fit_car_is_free_again(self, world: World) -> None:
        loan = world.take_back(world.out())
        assert loan.status is LoanStatus.RETURNED
        assert (loan.vehicle.status, loan.vehicle.odometer_km) == (VehicleStatus.READY, 41_200)
        again = factories.application(world.activation).requests[0]
        with clock.stopped(datetime(2026, 9, 10, 9, 0, tzinfo=JAPAN)):
            offer = factories.offer(again, loan.vehicle)
            world.reserve(offer, at=datetime(2026, 9, 11, 10, 0, tzinfo=JAPAN))

    def test_a_damaged_car_goes_out_of_service_with_a_reason(self, world: World) -> None:
        loan = world.take_back(world.out(), is_fit=False, out_reason=OutReason.ACCIDENT, damage_note="左前バンパーに傷")
        assert loan.vehicle.status is VehicleStatus.OUT_OF_SERVICE
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "take_out")).one()
        assert event.facts == {"reason": "accident"}
        assert (loan.vehicle.out_reason, loan.vehicle.out_note) == (OutReason.ACCIDENT, "左前バンパーに傷")

    def test_a_car_that_is_out_or_reserved_is_not_taken_out_of_service(self, world: World) -> None:
        for loan in (world.out(), world.reserve()):
            facts = {"by": world.desk, "reason": OutReason.CLEANING}
            assert refusal(vehicles.take_out, loan.vehicle, **facts) == "vehicle_in_use"

    def test_a_lower_odometer_is_confirmed_not_blocked(self, world: World) -> None:
        loan = world.out()
        assert refusal(world.take_back, loan, odometer_km=40_000) == "odometer_lower"
        world.take_back(loan, odometer_km=40_000, accept_lower_odometer=True)
        assert (loan.is_odometer_confirmed, loan.vehicle.odometer_km) == (True, 40_000)

    def test_a_reservation_cannot_come_back(self, world: World) -> None:
        loan = world.reserve()
        with pytest.raises(MoveNotAllowed):
            services.take_back(
                loan,
                by=world.desk,
                at=clock.now(),
                odometer_km=1,
                fuel_eighths=1,
                damage_note="",
                is_fit=True,
                accept_lower_odometer=True,
            )


class TestExtension:
    def test_a_month_more_is_kept_with_what_was_before(self, world: World) -> None:
        loan = world.out()
        made = services.extend(loan, by=world.desk, due_on=date(2026, 10, 16), reason="自宅の修理が続いている")
        assert loan.due_at == datetime(2026, 10, 16, 16, 0, tzinfo=JAPAN)
        assert clock.in_japan(made.due_before).date() == date(2026, 9, 18)
        assert texts() == ["reservation_made", "loan_extended"]

    def test_a_truck_is_not_extended(self, world: World) -> None:
        truck = factories.vehicle(world.base, vehicle_class=VehicleClass.KEI_TRUCK)
        loan = world.hand_over(world.reserve(world.offer(truck)))
        due_on = date(2026, 8, 25)
        assert refusal(services.extend, loan, by=world.desk, due_on=due_on, reason="片付け") == "not_renewable"
        assert services.longest_extension(loan) is None

    def test_an_extension_stops_at_the_papers(self, world: World) -> None:
        car = factories.vehicle(world.base, lawful_until=date(2026, 10, 1))
        loan = world.hand_over(world.reserve(world.offer(car)))
        due_on = date(2026, 10, 2)
        assert refusal(services.extend, loan, by=world.desk, due_on=due_on, reason="修理") == "papers_missing"
        assert services.longest_extension(loan) == date(2026, 10, 1)

    def test_the_longest_extension_is_always_granted(self, world: World) -> None:
        loan = world.out()
        day = services.longest_extension(loan)
        assert day == date(2026, 10, 18)
        services.extend(loan, by=world.desk, due_on=day, reason="修理")

    def test_only_a_car_that_is_out_is_extended(self, world: World) -> None:
        loan = world.reserve()
        due_on = date(2026, 10, 16)
        assert refusal(services.extend, loan, by=world.desk, due_on=due_on, reason="修理") == "somebody_was_faster"


class TestReminder:
    def remind_on(self, day: date, hour: int = 10) -> int:
        with clock.stopped(datetime.combine(day, time(hour), JAPAN)):
            return services.remind_due()

    def test_a_borrower_is_reminded_once_three_days_before(self, world: World) -> None:
        world.out()
        assert self.remind_on(date(2026, 9, 15)) == 0
        self.remind_on(date(2026, 9, 16))
        self.remind_on(date(2026, 9, 17))
        assert texts().count("due_soon") == 1

    def test_no_reminder_goes_out_for_a_car_that_came_back_meanwhile(self, world: World) -> None:
        loan = world.out()
        self.remind_on(date(2026, 9, 16))
        reminder = db.session.scalars(select(Message).where(Message.template == "due_soon")).one()
        world.take_back(loan)
        with clock.stopped(datetime(2026, 9, 16, 10, 1, tzinfo=JAPAN)):
            assert messaging.claim(reminder.id) is None
        assert (reminder.status, reminder.error_code) == (MessageStatus.DROPPED, "case_changed")

    def test_a_reminder_goes_out_while_the_car_is_out(self, world: World) -> None:
        world.out()
        self.remind_on(date(2026, 9, 16))
        reminder = db.session.scalars(select(Message).where(Message.template == "due_soon")).one()
        with clock.stopped(datetime(2026, 9, 16, 10, 1, tzinfo=JAPAN)):
            assert messaging.claim(reminder.id) is not None

    def test_nobody_is_reminded_at_night(self, world: World) -> None:
        world.out()
        assert self.remind_on(date(2026, 9, 16), hour=22) == 0

    def test_an_extended_loan_is_reminded_of_its_new_date(self, world: World) -> None:
        loan = world.out()
        self.remind_on(date(2026, 9, 16))
        services.extend(loan, by=world.desk, due_on=date(2026, 10, 16), reason="修理")
        self.remind_on(date(2026, 9, 17))
        self.remind_on(date(2026, 10, 14))
        assert texts().count("due_soon") == 2

    def test_a_late_borrower_is_told_once(self, world: World) -> None:
        loan = world.out()
        late_on = clock.in_japan(loan.due_at).date() + timedelta(days=1)
        self.remind_on(late_on)
        self.remind_on(late_on + timedelta(days=1))
        assert texts().count("overdue") == 1

    def test_a_borrower_in_time_is_not_called_late(self, world: World) -> None:
        loan = world.out()
        self.remind_on(clock.in_japan(loan.due_at).date())
        assert "overdue" not in texts()

    def test_a_car_that_came_back_is_not_asked_for(self, world: World) -> None:
        world.take_back(world.out())
        self.remind_on(date(2026, 9, 17))
        assert "due_soon" not in texts()


class TestClosingASupport:
    def test_an_offer_left_open_when_the_support_was_closed_reserves_nothing(self, world: World) -> None:
        offer = world.offer()
        move(world.activation, "wind_down", by=SYSTEM)
        db.session.flush()
        disasters.close(world.activation, by=SYSTEM)
        db.session.flush()
        assert refusal(world.reserve, offer) == "activation_not_open"

    def test_a_support_is_not_closed_while_a_car_is_out(self, world: World) -> None:
        loan = world.out()
        activation = loan.base.activation
        move(activation, "wind_down", by=SYSTEM)
        db.session.flush()
        assert refusal(disasters.close, activation, by=SYSTEM) == "cars_still_out"

    def test_a_support_whose_cars_are_back_is_closed(self, world: World) -> None:
        loan = world.take_back(world.out())
        activation = loan.base.activation
        move(activation, "wind_down", by=SYSTEM)
        db.session.flush()
        disasters.close(activation, by=SYSTEM)
        assert activation.status is ActivationStatus.CLOSED
