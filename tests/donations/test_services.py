"""A donation from the form to the thanks: once, by the rules, told to the donor at each step."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.actor import SYSTEM, Actor, ActorKind
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.core.phone import parse_phone
from mra.donations import queries, services
from mra.donations.models import Donation, DonationPaper
from mra.donations.rules import Condition, DonationStatus, Limits, Owner, PaperKind, PaperStatus, Use
from mra.donations.rules.next_steps import CarPlace
from mra.donations.rules.papers import Expiry
from mra.donations.services import AppealDetails
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus
from mra.supply.rules.stories import VehicleStory
from mra.vehicles import services as vehicles
from mra.vehicles.rules import DocumentKind, VehicleStatus
from tests import factories
from tests.donations import world

DESK = Actor(ActorKind.STAFF, 1)


@pytest.fixture(autouse=True)
def _world(session: None, story_time: object) -> None:
    """A stopped clock and a transaction of its own."""


def templates_of(donation: Donation) -> list[str]:
    told = select(Message.template).where(Message.subject_kind == "donation", Message.subject_id == donation.id)
    return list(db.session.scalars(told.order_by(Message.id)))


def paper(donation: Donation, kind: PaperKind) -> DonationPaper:
    found = queries.paper_of(donation.id, kind.value)
    assert found is not None
    return found


def receive_everything(donation: Donation) -> None:
    services.receive_all(world.again(donation).papers, received_on=clock.today(), by=DESK)


def accepted(**changes: object) -> Donation:
    donation = world.donation(world.car(**changes))
    services.send_papers(donation, by=DESK)
    services.accept(donation, by=DESK)
    return world.again(donation)


class TestComingIn:
    def test_a_good_car_is_taken_for_lending_and_told_by_sms_and_mail(self) -> None:
        donation = world.donation()
        assert (donation.status, donation.use, donation.reasons) == (DonationStatus.RECEIVED, Use.LENDING, [])
        assert donation.number.startswith("Y")
        assert templates_of(donation) == ["donation_received", "donation_received"]

    def test_an_old_car_is_taken_for_recycling_with_its_reasons(self) -> None:
        donation = world.donation(world.car(odometer_km=150_001, condition=Condition.NOT_RUNNING))
        assert donation.use is Use.RECYCLING
        assert donation.reasons == [
            "動かない車は、貸し出しに使えません。",
            "走行距離が150,000kmを超えています。",
        ]

    def test_the_same_form_twice_is_one_donation(self) -> None:
        key, submission = uuid4(), world.car()
        first = world.donation(submission, key=key)
        assert world.donation(submission, key=key).id == first.id
        assert len(templates_of(first)) == 2

    def test_one_car_is_not_given_twice_at_the_same_time(self) -> None:
        same = world.car()
        world.donation(same)
        with pytest.raises(Refused, match="donated_already"):
            world.donation(same)

    def test_a_car_whose_donation_was_withdrawn_can_be_given_again(self) -> None:
        same = world.car()
        services.withdraw(world.donation(same), by=DESK)
        db.session.flush()
        assert world.donation(same).status is DonationStatus.RECEIVED

    def test_the_checklist_follows_car_and_owner(self) -> None:
        kei = {one.kind for one in world.donation().papers}
        loan = {
            one.kind
            for one in world.donation(world.registered_car(owner=Owner.LOAN_COMPANY, address_changed=True)).papers
        }
        assert PaperKind.SEAL_CERTIFICATE not in kei
        assert {PaperKind.SEAL_CERTIFICATE, PaperKind.OWNERSHIP_RELEASE, PaperKind.ADDRESS_HISTORY} <= loan

    def test_a_landline_without_mail_is_told_by_nobody_but_people(self) -> None:
        donation = world.donation(phone=parse_phone("0969-00-0000"), email=None)
        told = select(Message.status).where(Message.subject_kind == "donation", Message.subject_id == donation.id)
        assert db.session.scalars(told).all() == [MessageStatus.DROPPED]

    def test_no_event_holds_personal_data(self) -> None:
        donation = world.donation()
        events = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == donation.id)).all()
        assert events
        assert not any(word in str(event.facts) for event in events for word in ("山田", "hanako", "今釜"))


class TestCalls:
    def test_an_emergency_call_takes_a_car_that_the_standing_call_would_recycle(self) -> None:
        short = {"inspection_ends_on": clock.today() + timedelta(days=100)}
        emergency = services.make_appeal(
            AppealDetails("熊本豪雨 車の緊急募集", "", clock.today()), Limits(least_inspection_months=3), by=DESK
        )
        assert world.donation(world.car(**short)).use is Use.RECYCLING
        assert world.donation(world.car(**short), appeal=emergency).use is Use.LENDING

    def test_a_donation_keeps_the_limits_by_which_it_was_judged(self) -> None:
        appeal = services.standing_appeal()
        before = world.donation(world.car(odometer_km=140_000), appeal=appeal)
        services.change_limits(appeal, Limits(most_km=100_000), reason="車が足りているため", number=1, by=DESK)
        after = world.donation(world.car(odometer_km=140_000), appeal=appeal)
        assert (before.use, before.limits_version.number) == (Use.LENDING, 1)
        assert after.reasons == ["走行距離が100,000kmを超えています。"]

    def test_who_comes_second_to_the_limits_looks_again(self) -> None:
        appeal = services.standing_appeal()
        services.change_limits(appeal, Limits(most_km=100_000), reason="1人目", number=1, by=DESK)
        with pytest.raises(Refused, match="appeal_changed"):
            services.change_limits(appeal, Limits(most_km=90_000), reason="2人目", number=1, by=DESK)

    def test_the_standing_call_is_never_closed_and_made_only_once(self) -> None:
        appeal = services.standing_appeal()
        assert services.standing_appeal().id == appeal.id
        with pytest.raises(Refused, match="appeal_is_standing"):
            services.close_appeal(appeal, by=DESK)

    def test_a_closed_or_ended_call_takes_no_car(self) -> None:
        today = clock.today()
        ended = services.make_appeal(AppealDetails("終わった募集", "", today, today), Limits(), by=DESK)
        closed = services.make_appeal(AppealDetails("閉じた募集", "", today), Limits(), by=DESK)
        services.close_appeal(closed, by=DESK)
        with pytest.raises(Refused, match="appeal_closed"):
            world.donation(appeal=closed)
        with clock.stopped(clock.now() + timedelta(days=1)), pytest.raises(Refused, match="appeal_closed"):
            world.donation(appeal=ended)
        standing = services.standing_appeal()
        assert queries.open_appeals()[-1] is standing


class TestBecomingACar:
    def test_an_accepted_donation_is_a_car_without_retyping(self) -> None:
        donation = accepted()
        car = donation.vehicle
        assert car is not None
        assert (car.chassis_number, str(car.plate)) == (donation.chassis_number, str(donation.plate))
        assert (car.status, car.name_change_pending, car.odometer_km) == (VehicleStatus.PROMISED, True, 62_000)
        assert (car.registered_in_code, car.first_registered_on) == ("43215", date(2019, 6, 1))
        assert {one.kind for one in car.documents} == {DocumentKind.INSPECTION, DocumentKind.COMPULSORY_INSURANCE}

    def test_the_register_tells_nothing_about_the_donor(self) -> None:
        car = accepted().vehicle
        assert car is not None
        assert "山田" not in car.remarks

    def test_where_the_donor_moved_the_certificate_still_tells_the_old_place(self) -> None:
        car = accepted(address_changed=True).vehicle
        assert car is not None
        assert car.registered_in_code is None

    def test_a_car_that_stands_in_the_register_is_not_registered_again(self) -> None:
        factories.vehicle(chassis_number="S510P-777777")
        donation = world.donation(world.car(chassis_number="S510P-777777"))
        with pytest.raises(Refused, match="car_in_register"):
            services.accept(donation, by=DESK)

    def test_a_car_that_left_comes_back_with_its_history(self) -> None:
        old = factories.vehicle(chassis_number="S510P-888888")
        vehicles.release(old, by=SYSTEM)
        donation = world.donation(world.car(chassis_number="S510P-888888", odometer_km=70_000))
        services.accept(donation, by=DESK)
        car = world.again(donation).vehicle
        assert car is not None
        assert (car.id, car.status, car.odometer_km) == (old.id, VehicleStatus.PROMISED, 70_000)
        assert car.name_change_pending

    def test_the_name_change_waits_for_the_car(self) -> None:
        donation = accepted()
        assert donation.place is CarPlace.WITH_DONOR
        with pytest.raises(Refused, match="car_not_arrived"):
            services.complete(donation, name_changed_on=clock.today(), by=DESK)

    def test_the_name_change_ends_the_donation_and_thanks_the_donor(self) -> None:
        donation = accepted()
        assert donation.vehicle is not None
        vehicles.arrive(donation.vehicle, factories.base(factories.activation()), by=DESK)
        assert donation.place is CarPlace.WITH_US
        services.complete(donation, name_changed_on=clock.today(), by=DESK)
        done = world.again(donation)
        assert (done.status, done.name_changed_on) == (DonationStatus.COMPLETED, clock.today())
        assert done.vehicle is not None
        assert not done.vehicle.name_change_pending
        assert templates_of(done)[-1] == "donation_completed"

    def test_a_name_is_not_changed_tomorrow(self) -> None:
        donation = accepted()
        with pytest.raises(Refused, match="name_change_in_future"):
            services.complete(donation, name_changed_on=clock.today() + timedelta(days=1), by=DESK)

    def test_an_accepted_car_is_no_longer_withdrawn_by_its_donor(self) -> None:
        with pytest.raises(MoveNotAllowed):
            services.withdraw(accepted(), by=DESK)

    def test_a_car_we_do_not_take_after_all_leaves_the_register(self) -> None:
        donation = accepted()
        assert donation.vehicle is not None
        vehicles.dispatch(donation.vehicle, by=DESK)
        with pytest.raises(Refused, match="car_on_the_road"):
            services.give_back(donation, reason="ブレーキの故障", by=DESK)
        db.session.rollback()

    def test_the_donation_ends_with_the_car_that_is_not_taken(self) -> None:
        donation = accepted()
        services.give_back(donation, reason="ブレーキの故障", by=DESK)
        ended = world.again(donation)
        assert ended.vehicle is not None
        assert (ended.status, ended.vehicle.status) == (DonationStatus.WITHDRAWN, VehicleStatus.RELEASED)

    def test_whoever_fetches_it_is_told_where_it_stands(self) -> None:
        donation = accepted()
        assert donation.vehicle_id is not None
        origin = queries.origin_of(donation.vehicle_id)
        assert origin is not None
        assert (origin.name, origin.address, origin.municipality_code) == (
            "山田 花子",
            "熊本県天草市今釜新町1-1",
            "43215",
        )
        assert queries.origin_of(factories.vehicle().id) is None

    def test_its_life_begins_with_the_gift_and_names_nobody(self) -> None:
        donation = accepted()
        assert donation.vehicle_id is not None
        (entry,) = queries.life_of(donation.vehicle_id)
        assert entry.title == f"個人からの寄付（{donation.number}）"
        assert "山田" not in entry.title + entry.detail


class TestRecycling:
    def test_the_amount_becomes_the_gift(self) -> None:
        donation = world.donation(world.car(odometer_km=210_000))
        services.hand_to_recycler(donation, recycler="石巻自動車リサイクル", by=DESK)
        services.finish_recycling(donation, appraised_yen=42_000, by=DESK)
        assert (donation.status, donation.appraised_yen) == (DonationStatus.RECYCLED, 42_000)
        assert templates_of(donation)[-1] == "donation_recycled"
        mail = db.session.scalar(
            select(Message).where(Message.template == "donation_recycled", Message.phone.is_(None))
        )
        assert mail is not None
        assert "42,000円" in mail.body

    def test_staff_may_decide_otherwise_and_the_checklist_grows(self) -> None:
        donation = world.donation(world.registered_car(odometer_km=151_000))
        assert PaperKind.OUR_GARAGE_CERTIFICATE not in {one.kind for one in donation.papers}
        services.change_use(donation, Use.LENDING, reason="状態がとてもよい", by=DESK)
        assert PaperKind.OUR_GARAGE_CERTIFICATE in {one.kind for one in world.again(donation).papers}
        with pytest.raises(Refused, match="use_unchanged"):
            services.change_use(donation, Use.LENDING, reason="もう一度", by=DESK)

    def test_a_refusal_tells_its_reason_to_the_donor(self) -> None:
        donation = world.donation()
        services.decline(donation, reason="離島のため、運ぶことができません。", by=DESK)
        db.session.flush()
        assert templates_of(donation)[-1] == "donation_declined"


class TestPapers:
    def test_a_seal_certificate_is_held_against_the_planned_name_change(self) -> None:
        donation = world.donation(world.registered_car())
        seal = paper(donation, PaperKind.SEAL_CERTIFICATE)
        today = clock.today()
        services.record_paper(
            seal, PaperStatus.RECEIVED, received_on=today, issued_on=today - timedelta(days=10), remark="", by=DESK
        )
        assert seal.expiry is Expiry.HOLDS
        services.plan_name_change(donation, on=today + timedelta(days=90), by=DESK)
        assert seal.expiry is Expiry.TOO_SHORT
        db.session.flush()
        assert queries.counts()["running_out"] == 1

    def test_the_list_and_the_rules_agree_on_what_runs_out(self) -> None:
        today = clock.today()
        for issued_on in (today - timedelta(days=day) for day in (1, 60, 69, 70, 71, 72, 90, 95)):
            donation = world.donation(world.registered_car())
            services.record_paper(
                paper(donation, PaperKind.SEAL_CERTIFICATE),
                PaperStatus.RECEIVED,
                received_on=today,
                issued_on=issued_on,
                remark="",
                by=DESK,
            )
        db.session.flush()
        everyone = db.session.scalars(select(Donation)).all()
        warned = {one.id for one in everyone if any(p.expiry is not Expiry.HOLDS for p in one.papers)}
        assert warned == set(db.session.scalars(select(Donation.id).where(queries.runs_out())))
        assert 0 < len(warned) < 8

    def test_what_went_back_is_waited_for_again(self) -> None:
        donation = world.donation()
        services.send_papers(donation, by=DESK)
        receive_everything(donation)
        assert world.again(donation).outstanding == []
        services.record_paper(
            paper(donation, PaperKind.APPLICATION_REQUEST),
            PaperStatus.SENT_BACK,
            received_on=None,
            issued_on=None,
            remark="印影がうすい",
            by=DESK,
        )
        back = world.again(donation)
        assert back.outstanding == [PaperKind.APPLICATION_REQUEST]
        assert back.next_for_staff.title == "書類を待っています（あと1点）"

    def test_when_all_is_here_the_next_step_is_to_register(self) -> None:
        donation = world.donation()
        services.send_papers(donation, by=DESK)
        receive_everything(donation)
        assert world.again(donation).next_for_staff.title == "車両として登録します"


class TestStories:
    @pytest.fixture
    def told(self) -> Callable[[Donation], None]:
        def finish(donation: Donation) -> None:
            assert donation.vehicle is not None
            vehicles.arrive(donation.vehicle, factories.base(factories.activation()), by=DESK)
            services.complete(donation, name_changed_on=clock.today(), by=DESK)

        return finish

    def test_the_donor_of_a_retired_car_is_told_once_what_it_did(
        self, told: Callable[[Donation], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        donation = accepted()
        told(donation)
        assert donation.vehicle is not None
        monkeypatch.setattr(services.stories, "_tellers", [lambda ids: {i: VehicleStory(7, 4120) for i in ids}])
        for _ in range(2):
            services.tell_of_retirement(donation.vehicle)
        assert templates_of(donation).count("donation_retired") == 2  # one text, one mail
        mail = db.session.scalar(select(Message).where(Message.template == "donation_retired", Message.phone.is_(None)))
        assert mail is not None
        assert "7の世帯・団体" in mail.body
        assert "4,120km" in mail.body

    def test_the_end_of_a_car_that_nobody_gave_tells_nobody(self) -> None:
        services.tell_of_retirement(factories.vehicle())
        assert db.session.scalar(select(func.count()).where(Message.template == "donation_retired")) == 0


class TestLinks:
    def test_a_new_link_ends_the_old_one(self) -> None:
        donation = world.donation()
        old = accounts.newest_link("donation", donation.id)
        assert old is not None
        token = accounts.token_of(old)
        services.renew_link(donation, by=DESK)
        assert accounts.subject_of_token("donation", token) is None

    def test_a_partner_counts_its_cars(self) -> None:
        partner = factories.member()
        for donation in (world.donation(), world.donation()):
            services.link_member(donation, partner, by=DESK)
        services.withdraw(donation, by=DESK)
        db.session.flush()
        assert queries.donations_of_members([partner.id]) == {partner.id: 1}
