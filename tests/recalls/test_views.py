"""The pages of leases and recalls, as their people use them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mra.core import clock
from mra.core.access import Role
from mra.core.audit import timeline
from mra.core.db import db
from mra.core.geo import point
from mra.recalls import services
from mra.recalls.models import LeaseReturn, RecallCampaign
from mra.recalls.rules import ReturnStatus
from mra.vehicles import services as vehicles
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Lease
from mra.vehicles.rules import VehicleStatus
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

from .world import BY, campaign, leases, page_of, places, slots, told


def days(name: str, day: date) -> dict[str, Any]:
    return {f"{name}_year": day.year, f"{name}_month": day.month, f"{name}_day": day.day}


def contract(**values: Any) -> dict[str, Any]:
    """The form of a lease as it is filled in."""
    usual: dict[str, Any] = {
        "lessee_kind": "company",
        "lessee_name": "株式会社天草商会",
        "contact_name": "山下 恵",
        "lessee_phone": "090-1234-4321",
        "kept_in": "43215",
        "monthly_fee_yen": "１１，０００",
        "return_within_days": 10,
        "insurer": "東都損保",
    }
    return usual | days("starts_on", date(2026, 8, 18)) | days("ends_on", date(2027, 8, 17)) | values


class TestRegister:
    def test_a_lease_is_written_down_for_a_car_found_by_its_plate(self, coordinator: CheckingClient) -> None:
        factories.municipality()
        car = factories.vehicle()
        found = coordinator.get(f"/leases/new?search={car.plate_serial}").get_data(as_text=True)
        assert f"/leases/new?vehicle={car.id}" in found
        assert 'value="11000"' in coordinator.get(f"/leases/new?vehicle={car.id}").get_data(as_text=True)
        answer = coordinator.post("/leases", data=contract(vehicle=car.id))
        assert answer.status_code == 303, answer.get_data(as_text=True)
        [lease] = db.session.scalars(select(Lease))
        assert (lease.vehicle_id, lease.lessee_can_sms, lease.monthly_fee_yen) == (car.id, True, 11_000)
        assert "株式会社天草商会" in coordinator.get("/leases").get_data(as_text=True)

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            (days("ends_on", date(2026, 8, 1)), "契約の終了日が開始日より前"),
            ({"lessee_phone": ""}, "電話番号かメールアドレスのどちらか"),
            ({"kept_in": "ないない市"}, "という市区町村は見つかりません"),
            ({"lessee_phone": "12"}, "電話番号の形が違います"),
        ],
    )
    def test_what_cannot_be_is_told_and_nothing_is_written(
        self, coordinator: CheckingClient, values: dict[str, Any], sentence: str
    ) -> None:
        factories.municipality()
        answer = coordinator.post("/leases", data=contract(vehicle=factories.vehicle().id, **values))
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert db.session.scalars(select(Lease)).all() == []

    def test_a_car_that_is_leased_is_told_in_words(self, coordinator: CheckingClient) -> None:
        [lease] = leases(1)
        answer = coordinator.post("/leases", data=contract(vehicle=lease.vehicle_id))
        assert answer.status_code == 409
        assert "すでにリース中" in answer.get_data(as_text=True)

    def test_who_was_overtaken_sees_what_stands_there_now(self, coordinator: CheckingClient) -> None:
        [lease] = leases(1)
        seen = lease.version
        vehicles.renew(lease, until=date(2028, 3, 31), monthly_fee_yen=12_000, insured_until=None, version=seen, by=BY)
        answer = coordinator.post(f"/leases/{lease.id}", data=contract(version=seen))
        assert answer.status_code == 409
        assert "12,000円" in answer.get_data(as_text=True)

    def test_a_lease_is_renewed(self, coordinator: CheckingClient) -> None:
        [lease] = leases(1)
        assert "2028" in coordinator.get(f"/leases/{lease.id}/renewal").get_data(as_text=True)
        data = {"version": lease.version, "monthly_fee_yen": 12_000} | days("until", date(2028, 3, 31))
        assert coordinator.post(f"/leases/{lease.id}/renewal", data=data).status_code == 303
        assert lease.ends_on == date(2028, 3, 31)

    def test_what_ends_soon_stands_on_top(self, coordinator: CheckingClient) -> None:
        far, near = leases(2, insured_until=date(2027, 3, 31))
        near.lessee_name, near.insured_until = "熊本運送", clock.today() + timedelta(days=10)
        far.lessee_name = "遠い会社"
        page = coordinator.get("/leases").get_data(as_text=True)
        assert page.index("熊本運送") < page.index("遠い会社")
        assert "遠い会社" not in coordinator.get("/leases?show=ending").get_data(as_text=True)

    def test_the_desk_takes_a_leased_car_back(self, desk: CheckingClient) -> None:
        base, [lease] = factories.base(factories.activation()), leases(1)
        desk.get(f"/leases/{lease.id}/ending")
        assert desk.post(f"/leases/{lease.id}/ending", data={"base": base.id}).status_code == 303
        assert (lease.status, lease.vehicle.status) == (LeaseStatus.ENDED, VehicleStatus.READY)

    def test_a_lessee_buys_the_car(self, coordinator: CheckingClient) -> None:
        [lease] = leases(1)
        assert coordinator.post(f"/leases/{lease.id}/sale").status_code == 303
        assert lease.vehicle.status is VehicleStatus.RELEASED

    def test_viewers_read_and_change_nothing(self, client: CheckingClient, story_time: object) -> None:
        [lease] = leases(1)
        viewer = client.sign_in_as(Role.VIEWER)
        page = viewer.get(f"/leases/{lease.id}").get_data(as_text=True)
        assert "内容を変更する" not in page
        assert viewer.get(f"/leases/{lease.id}/edit").status_code == 403


class TestAsking:
    def ask(self, asked: list[Lease], **values: Any) -> Any:
        support = factories.activation()
        base = factories.base(support, closed_weekdays=[])
        data = {
            "activation": support.id,
            "chosen": [lease.id for lease in asked],
            "bases": base.id,
            "hours": ["10", "14"],
            "capacity": 1,
            "message": "ご協力をお願いします。",
        }
        data |= days("first_on", date(2026, 8, 19)) | days("last_on", date(2026, 8, 20)) | values
        return data

    def test_a_campaign_is_looked_at_before_anybody_is_told(self, coordinator: CheckingClient) -> None:
        by_text, by_voice = leases(2)
        by_voice.lessee_can_sms, by_voice.lessee_name = False, "声の会社"
        data = self.ask([by_text, by_voice])
        page = coordinator.get(f"/recalls/new?activation={data['activation']}").get_data(as_text=True)
        assert page.count("checked") >= 2
        preview = coordinator.post("/recalls/preview", data=data).get_data(as_text=True)
        assert "2件の返却を要請する" in preview
        assert "声の会社には、SMSもメールも届きません" in preview
        assert db.session.scalars(select(RecallCampaign)).all() == []
        answer = coordinator.post("/recalls", data=data)
        assert answer.status_code == 303
        assert {lease.status for lease in (by_text, by_voice)} == {LeaseStatus.RECALLED}

    def test_the_nearest_stand_first(self, coordinator: CheckingClient) -> None:
        factories.municipality("04202", "石巻市", "宮城県").place = point(38.43, 141.3)
        factories.municipality("43211", "宇土市").place = point(32.68, 130.66)
        [far] = leases(1, kept_in_code="04202", lessee_name="遠い会社")
        [near] = leases(1, kept_in_code="43211", lessee_name="近い会社")
        support = factories.activation()
        factories.base(support)
        page = coordinator.get(f"/recalls/new?activation={support.id}&number=1").get_data(as_text=True)
        assert page.index("近い会社") < page.index("遠い会社")
        assert f'value="{near.id}" checked' in page
        assert f'value="{far.id}" checked' not in page

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"chosen": []}, "返却を要請するリースが選ばれていません"),
            ({"hours": []}, "受付の時間を1つ以上"),
            ({"bases": ""}, "拠点を1か所以上"),
            ({"capacity": "x"}, "1〜50"),
            (days("first_on", date(2026, 8, 1)), "初日が過去"),
        ],
    )
    def test_what_is_missing_is_told(self, coordinator: CheckingClient, values: dict[str, Any], sentence: str) -> None:
        data = self.ask(leases(1), **values)
        answer = coordinator.post("/recalls/preview", data=data)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)

    def test_a_lease_asked_back_meanwhile_is_told(self, coordinator: CheckingClient) -> None:
        [lease] = leases(1)
        data = self.ask([lease])
        vehicles.recall(lease, by=BY)
        answer = coordinator.post("/recalls", data=data)
        assert answer.status_code == 422
        assert "すでに返却を要請している" in answer.get_data(as_text=True)


class TestCampaign:
    def test_the_page_counts_and_filters(self, desk: CheckingClient) -> None:
        silent, coming, back = campaign(3)
        silent.lease.lessee_name, coming.lease.lessee_name = "黙る会社", "来る会社"
        services.choose_slot(coming, slots(coming)[0], by=BY)
        services.take_back(back, coming.campaign.activation.bases[0], by=BY)
        page = desk.get(f"/recalls/{coming.campaign_id}").get_data(as_text=True)
        assert "明日" in page
        assert "黙る会社" in page
        only = desk.get(f"/recalls/{coming.campaign_id}?show=confirmed").get_data(as_text=True)
        assert "来る会社" in only
        assert "黙る会社" not in only.split('id="cars"')[1]
        assert desk.get("/recalls").status_code == 200

    def test_late_cars_are_to_be_rung(self, desk: CheckingClient) -> None:
        [one] = campaign()
        with clock.stopped(clock.now() + timedelta(days=11)):
            page = desk.get(f"/recalls/{one.campaign_id}?show=late").get_data(as_text=True)
            assert "is-late" in page
            answer = desk.post(f"/recalls/returns/{one.id}/attempts", data={"result": "no_answer"})
            assert answer.status_code == 303
            shown = desk.get(f"/recalls/{one.campaign_id}?show=ring").get_data(as_text=True)
        assert "つながらなかった" in shown

    def test_more_slots_and_an_end(self, coordinator: CheckingClient) -> None:
        [one] = campaign(days=1)
        base = one.campaign.activation.bases[0]
        data = {"bases": base.id, "hours": ["11"], "capacity": 2}
        data |= days("first_on", date(2026, 8, 20)) | days("last_on", date(2026, 8, 20))
        coordinator.get(f"/recalls/{one.campaign_id}/slots/new")
        assert coordinator.post(f"/recalls/{one.campaign_id}/slots", data=data).status_code == 303
        coordinator.get(f"/recalls/{one.campaign_id}/cancellation")
        assert coordinator.post(f"/recalls/{one.campaign_id}/cancellation", data={"reason": ""}).status_code == 422
        answer = coordinator.post(f"/recalls/{one.campaign_id}/cancellation", data={"reason": "足りました"})
        assert answer.status_code == 303
        assert one.status is ReturnStatus.SPARED

    def test_the_number_of_statements_does_not_grow(self, desk: CheckingClient) -> None:
        def asked(page: str) -> int:
            desk.get(page)
            with statements() as seen:
                desk.get(page)
            return len(seen)

        support = factories.activation()
        base = factories.base(support, closed_weekdays=[])
        few = campaign(2, support=support, at=base, days=6, capacity=9)
        many = campaign(30, support=support, at=base, days=6, capacity=9)
        for group in (few, many):
            for one in group[::2][:9]:
                services.choose_slot(one, slots(one)[0], by=BY)
        short, long = few[0].campaign_id, many[0].campaign_id
        assert asked(f"/recalls/{short}") == asked(f"/recalls/{long}") <= 20
        assert asked("/leases") <= 8
        assert asked("/recalls") <= 8


class TestReturn:
    def test_an_arrival_is_recorded_without_retyping(self, desk: CheckingClient) -> None:
        [one] = campaign()
        services.choose_slot(one, slots(one)[0], by=BY)
        base = one.campaign.activation.bases[0]
        form = desk.get(f"/recalls/returns/{one.id}/arrival").get_data(as_text=True)
        assert f'value="{base.id}" selected' in form
        fewer = desk.post(f"/recalls/returns/{one.id}/arrival", data={"base": base.id, "odometer_km": "100"})
        assert fewer.status_code == 422
        data = {"base": base.id, "odometer_km": "41,000"}
        assert desk.post(f"/recalls/returns/{one.id}/arrival", data=data).status_code == 303
        assert (one.status, one.lease.vehicle.status) == (ReturnStatus.RETURNED, VehicleStatus.READY)
        assert "書類もそろっています" in desk.get(f"/recalls/returns/{one.id}").get_data(as_text=True)

    def test_missing_papers_stand_beside_the_arrival(self, desk: CheckingClient) -> None:
        support = factories.activation()
        base = factories.base(support, closed_weekdays=[])
        lease = factories.lease(factories.vehicle(lawful_until=None))
        [(one, _)] = services.start(support, [lease], places(base), message="", by=BY)
        page = desk.get(f"/recalls/returns/{one.id}/arrival").get_data(as_text=True)
        assert "任意保険：登録がありません" in page

    def test_staff_write_down_answers(self, coordinator: CheckingClient) -> None:
        [one] = campaign()
        here = f"/recalls/returns/{one.id}"
        assert coordinator.post(f"{here}/slot", data={"slot": ""}).status_code == 422
        assert coordinator.post(f"{here}/slot", data={"slot": slots(one)[0].id}).status_code == 303
        assert coordinator.post(f"{here}/collection", data={"address": ""}).status_code == 422
        assert coordinator.post(f"{here}/collection", data={"address": "天草市1-1"}).status_code == 303
        assert coordinator.post(f"{here}/problem", data={}).status_code == 422
        assert coordinator.post(f"{here}/problem", data={"problem": "accident"}).status_code == 303
        assert "事故で動かせない" in coordinator.get(here).get_data(as_text=True)
        assert coordinator.post(f"{here}/sparing").status_code == 303
        assert one.status is ReturnStatus.SPARED

    def test_a_new_link_is_sent(self, desk: CheckingClient) -> None:
        [one] = campaign()
        with clock.stopped(clock.now() + timedelta(minutes=5)):
            assert desk.post(f"/recalls/returns/{one.id}/link").status_code == 303
        assert told(one)[-1] == "recall_link sms"


class TestByLink:
    def test_a_lessee_chooses_and_changes(self, client: CheckingClient, story_time: object) -> None:
        [one] = campaign()
        page = page_of(one)
        assert "リース車の返却のお願い" in client.get(page).get_data(as_text=True)
        assert client.post(f"{page}/slot", data={"slot": slots(one)[0].id}).status_code == 303
        shown = client.get(page).get_data(as_text=True)
        assert "返却の日時を承りました" in shown
        assert client.post(f"{page}/slot", data={"slot": slots(one)[2].id}).status_code == 303
        assert one.slot_id == slots(one)[2].id

    def test_every_free_slot_is_a_button_under_its_day(self, client: CheckingClient, story_time: object) -> None:
        first, second = campaign(2, days=10)
        services.choose_slot(first, slots(first)[0], by=BY)
        page = client.get(page_of(second)).get_data(as_text=True)
        assert page.count('name="slot"') == 19
        assert page.count('class="slots__day"') == 10

    def test_hours_after_the_last_day_are_offered_to_the_late_only(
        self, client: CheckingClient, story_time: object
    ) -> None:
        [one] = campaign(days=14)
        assert client.get(page_of(one)).get_data(as_text=True).count('class="slots__day"') == 10
        with clock.stopped(clock.now() + timedelta(days=11)):
            assert client.get(page_of(one)).get_data(as_text=True).count('class="slots__day"') == 4

    def test_a_slot_that_was_taken_meanwhile_is_told(self, client: CheckingClient, story_time: object) -> None:
        first, second = campaign(2)
        services.choose_slot(first, slots(first)[0], by=BY)
        answer = client.post(f"{page_of(second)}/slot", data={"slot": slots(first)[0].id})
        assert answer.status_code == 422
        assert "ほかの方で埋まりました" in answer.get_data(as_text=True)

    def test_a_car_that_cannot_come_is_told(self, client: CheckingClient, story_time: object) -> None:
        one, other = campaign(2)
        page = page_of(one)
        assert client.post(f"{page}/problem", data={}).status_code == 422
        assert client.post(f"{page}/problem", data={"problem": "in_repair"}).status_code == 303
        assert "修理・整備に出している" in client.get(page).get_data(as_text=True)
        elsewhere = page_of(other)
        assert client.post(f"{elsewhere}/collection", data={"address": "天草市本渡町1-1"}).status_code == 303
        assert "引取りのご希望を承りました" in client.get(elsewhere).get_data(as_text=True)

    def test_a_settled_return_says_so(self, client: CheckingClient, story_time: object) -> None:
        back, spared = campaign(2)
        services.take_back(back, back.campaign.activation.bases[0], by=BY)
        services.spare(spared, by=BY)
        assert "車を受け取りました" in client.get(page_of(back)).get_data(as_text=True)
        assert "返却は不要になりました" in client.get(page_of(spared)).get_data(as_text=True)
        answer = client.post(f"{page_of(spared)}/slot", data={"slot": slots(spared)[0].id})
        assert answer.status_code == 409
        assert "返却のお願いの画面に戻る" in answer.get_data(as_text=True)

    def test_the_page_names_nobody_in_its_address(self, client: CheckingClient, story_time: object) -> None:
        [one] = campaign()
        assert re.fullmatch(r"/recalls/[2-9A-Za-z]{12}", page_of(one))
        assert client.get("/recalls/xxxxxxxxxxxx").status_code == 404

    def test_the_history_holds_nothing_of_the_lessee(self, client: CheckingClient, story_time: object) -> None:
        [one] = campaign()
        client.post(f"{page_of(one)}/collection", data={"address": "天草市本渡町1-1", "collection_note": "午後に"})
        facts = str([event.facts for event in timeline(("lease_return", [one.id]), ("lease", [one.lease_id]))])
        assert "本渡" not in facts
        assert "天草商会" not in facts


def test_nobody_but_staff_sees_a_campaign(client: CheckingClient, story_time: object) -> None:
    [one] = campaign()
    assert client.get(f"/recalls/{one.campaign_id}").status_code == 303
    assert db.session.get(LeaseReturn, one.id) is one


def test_who_asked_for_a_fetch_is_not_told_to_ring_because_no_slot_is_free(client: CheckingClient) -> None:
    one, other = campaign(2, days=1, hours=(10,), capacity=1)
    services.ask_collection(one, address="天草市本町1-1", note_text="", by=BY)
    assert "返却の日時と場所を選ぶ" in client.get(page_of(one)).text
    services.choose_slot(other, slots(other)[0], by=BY)
    assert "下の番号へお電話ください" not in client.get(page_of(one)).text


def test_the_page_of_a_leased_car_leads_to_its_lease_and_offers_nothing_that_is_refused(desk: CheckingClient) -> None:
    lease = factories.lease(factories.vehicle())
    page = f"/vehicles/{lease.vehicle_id}"
    shown = desk.get(page).text
    assert f'href="/leases/{lease.id}"' in shown
    assert f"{page}/arrival" not in shown
    vehicles.end(lease, by=BY)
    assert f"{page}/arrival" in desk.get(page).text
