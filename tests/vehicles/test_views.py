"""The pages of the fleet: who may, what they show, what they refuse."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.vehicles import services
from mra.vehicles.models import Vehicle, VehicleDocument
from mra.vehicles.queries import PAGE_ROWS
from mra.vehicles.rules import DocumentKind, OutReason, VehicleStatus
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("story_time")

ALTO = {
    "plate": "熊本 580 わ 12-34",
    "chassis_number": "HA36S-105678",
    "name": "アルト",
    "vehicle_class": "kei_passenger",
    "seats": "4",
    "transmission": "AT",
    "drive": "2WD",
    "odometer_km": "42,000",
    "features": ["etc"],
}


@pytest.fixture
def desk(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.DESK)


def only_vehicle() -> Vehicle:
    return db.session.scalars(select(Vehicle)).one()


def text_of(answer: Any) -> str:
    """The words of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def count_of(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


class TestList:
    def test_cars_whose_papers_end_stand_on_top(self, desk: CheckingClient) -> None:
        base = factories.base(factories.activation())
        for ends_on, serial in [(date(2027, 6, 30), 1), (date(2026, 9, 1), 2), (date(2026, 8, 17), 3), (None, 4)]:
            factories.vehicle(base, lawful_until=ends_on, plate_serial=serial)
        plates = re.findall(r"熊本 580 わ ・・・\d", desk.get("/vehicles").get_data(as_text=True))
        assert plates == ["熊本 580 わ ・・・4", "熊本 580 わ ・・・3", "熊本 580 わ ・・・2", "熊本 580 わ ・・・1"]

    def test_the_filters_tell_how_many_cars_they_show(self, desk: CheckingClient) -> None:
        base = factories.base(factories.activation())
        factories.vehicle(base, lawful_until=date(2026, 9, 1))
        factories.vehicle(base)
        factories.vehicle()
        page = text_of(desk.get("/vehicles"))
        assert "すべて 3 件 書類の期限切れ・間近 1 件 提供予定 1 件 回送中 0 件 使用可 2 件" in page

    def test_a_released_car_shows_only_when_asked_for(self, desk: CheckingClient) -> None:
        services.release(factories.vehicle(plate_serial=1234), by=SYSTEM)
        assert "12-34" not in desk.get("/vehicles").get_data(as_text=True).split("<table")[-1].split("検索する")[-1]
        assert "熊本 580 わ 12-34" in text_of(desk.get("/vehicles?status=released"))

    @pytest.mark.parametrize("search", ["熊本５８０わ１２－３４", "12-34", "1234", "ha36s-10", "ＨＡ３６Ｓ"])
    def test_a_car_is_found_by_its_plate_or_chassis_number(self, desk: CheckingClient, search: str) -> None:
        factories.vehicle(plate_serial=1234, chassis_number="HA36S-105678")
        factories.vehicle(plate_serial=999, chassis_number="DA16T-400001")
        page = text_of(desk.get("/vehicles", query_string={"q": search}))
        assert "HA36S-105678" in page
        assert "DA16T-400001" not in page

    def test_a_search_takes_signs_of_the_database_for_what_they_are(self, desk: CheckingClient) -> None:
        factories.vehicle(chassis_number="HA36S-105678")
        assert "HA36S-105678" not in text_of(desk.get("/vehicles", query_string={"q": "%"}))

    def test_pages_go_forth_and_back_by_key(self, desk: CheckingClient) -> None:
        for number in range(PAGE_ROWS + 3):
            factories.vehicle(lawful_until=None if number else date(2026, 9, 1), plate_serial=1000 + number)
        first = desk.get("/vehicles").get_data(as_text=True)
        onward = re.search(r'href="([^"]+)" rel="next"', first)
        assert onward
        second = desk.get(onward[1].replace("&amp;", "&")).get_data(as_text=True)
        back = re.search(r'href="([^"]+)" rel="prev"', second)
        assert back
        again = desk.get(back[1].replace("&amp;", "&")).get_data(as_text=True)
        plates = [re.findall(r"わ (\d\d-\d\d)<", page) for page in (first, second, again)]
        assert [len(page) for page in plates] == [PAGE_ROWS, 3, PAGE_ROWS]
        assert plates[0] == plates[2]
        assert not set(plates[0]) & set(plates[1])

    def test_nonsense_in_the_address_is_passed_over(self, desk: CheckingClient) -> None:
        answer = desk.get("/vehicles?status=flying&base=x&class=tank&after=yesterday_9&before=2026-01-01_")
        assert answer.status_code == 200

    def test_an_empty_fleet_says_what_would_fill_it(self, desk: CheckingClient) -> None:
        assert "車両はまだ登録されていません" in text_of(desk.get("/vehicles"))

    def test_the_number_of_statements_does_not_grow_with_the_list(self, desk: CheckingClient) -> None:
        base = factories.base(factories.activation())
        factories.vehicle(base)
        short = self.statements_of_a_page(desk)
        for number in range(30):
            factories.vehicle(base, lawful_until=date(2026, 8, 1 + number % 30))
        assert self.statements_of_a_page(desk) == short

    def statements_of_a_page(self, client: CheckingClient) -> int:
        db.session.commit()
        db.session.expire_all()
        with statements() as seen:
            client.get("/vehicles")
        return len(seen)


class TestRegister:
    def test_a_car_is_registered_with_its_papers(self, desk: CheckingClient) -> None:
        papers = {
            "inspection_ends_on": "令和9年3月31日",
            "compulsory_ends_on": "2027/4/30",
            "voluntary_ends_on": "2027-05-31",
            "driver_scope": "unlimited",
        }
        answer = desk.post("/vehicles", data=ALTO | papers)
        vehicle = only_vehicle()
        assert answer.location == f"/vehicles/{vehicle.id}"
        assert vehicle.lawful_until() == date(2027, 3, 31)
        assert vehicle.features == ["etc"]

    def test_a_car_at_its_base_is_ready_at_once(self, desk: CheckingClient) -> None:
        base = factories.base(factories.activation())
        desk.post("/vehicles", data=ALTO | {"base": str(base.id), "arrived": "到着済"})
        assert only_vehicle().status is VehicleStatus.READY

    def test_what_is_wrong_is_told_and_what_was_typed_stays(self, desk: CheckingClient) -> None:
        answer = desk.post("/vehicles", data=ALTO | {"plate": "石巻 580 わ 12-34"})
        assert answer.status_code == 422
        assert "「石巻」という地域名のナンバーはありません" in text_of(answer)
        assert 'value="石巻 580 わ 12-34"' in answer.get_data(as_text=True)
        assert count_of(Vehicle) == 0

    def test_a_known_chassis_number_is_told_at_the_field(self, desk: CheckingClient) -> None:
        factories.vehicle(chassis_number="HA36S-105678")
        answer = desk.post("/vehicles", data=ALTO)
        assert answer.status_code == 422
        assert "この車台番号の車両はすでに登録されています" in text_of(answer)

    def test_an_odd_chassis_number_needs_a_second_look(self, desk: CheckingClient) -> None:
        odd = ALTO | {"chassis_number": "東[41]12345東"}
        answer = desk.post("/vehicles", data=odd)
        assert answer.status_code == 422
        assert "この車台番号で正しいことを確かめました" in text_of(answer)
        assert desk.post("/vehicles", data=odd | {"odd_chassis_seen": "yes"}).status_code == 303


class TestChange:
    def test_the_form_shows_the_facts_and_takes_the_change(self, desk: CheckingClient) -> None:
        desk.post("/vehicles", data=ALTO)
        vehicle = only_vehicle()
        page = desk.get(f"/vehicles/{vehicle.id}/edit").get_data(as_text=True)
        assert 'value="熊本 580 わ 12-34"' in page
        data = ALTO | {"version": str(vehicle.version), "odometer_km": "43000"}
        assert desk.post(f"/vehicles/{vehicle.id}", data=data).status_code == 303
        assert "走行距離 42,000km → 43,000km" in text_of(desk.get(f"/vehicles/{vehicle.id}"))

    def test_who_was_overtaken_sees_both_and_decides(self, desk: CheckingClient) -> None:
        desk.post("/vehicles", data=ALTO)
        vehicle = only_vehicle()
        opened = str(vehicle.version)
        desk.post(f"/vehicles/{vehicle.id}", data=ALTO | {"version": opened, "odometer_km": "43000"})
        answer = desk.post(f"/vehicles/{vehicle.id}", data=ALTO | {"version": opened, "seats": "2"})
        assert answer.status_code == 409
        assert "先に変更されています" in text_of(answer)
        assert "走行距離 43000 定員 4" in text_of(answer).replace("定員 4 走行距離 43000", "走行距離 43000 定員 4")
        assert only_vehicle().seats == 4
        version = re.search(r'name="version" value="(\d+)"', answer.get_data(as_text=True))
        assert version
        assert (
            desk.post(f"/vehicles/{vehicle.id}", data=ALTO | {"version": version[1], "seats": "2"}).status_code == 303
        )
        db.session.expire_all()
        assert only_vehicle().seats == 2

    def test_an_odd_chassis_number_that_is_registered_is_not_asked_about_again(self, desk: CheckingClient) -> None:
        vehicle = factories.vehicle(chassis_number="東[41]12345東")
        data = ALTO | {"chassis_number": "東[41]12345東", "version": str(vehicle.version)}
        assert desk.post(f"/vehicles/{vehicle.id}", data=data).status_code == 303


class TestOneCar:
    def test_the_buttons_come_from_the_table_of_moves(self, desk: CheckingClient) -> None:
        promised = text_of(desk.get(f"/vehicles/{factories.vehicle().id}"))
        assert "到着を記録する" in promised
        assert "使用停止にする" not in promised

    def test_a_viewer_sees_the_car_without_buttons(self, client: CheckingClient) -> None:
        vehicle = factories.vehicle()
        page = text_of(client.sign_in_as(Role.VIEWER).get(f"/vehicles/{vehicle.id}"))
        assert "アルト" in page
        assert "到着を記録する" not in page
        assert "内容を変更する" not in page

    def test_a_car_in_use_can_not_be_taken_out(self, desk: CheckingClient) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()))

        def check(vehicle_ids: object) -> dict[int, str]:
            return {vehicle.id: "貸出中"}

        services.in_use_checks.append(check)
        try:
            page = text_of(desk.get(f"/vehicles/{vehicle.id}/suspension"))
            answer = desk.post(f"/vehicles/{vehicle.id}/suspension", data={"reason": "breakdown"})
        finally:
            services.in_use_checks.remove(check)
        assert "この車両は「貸出中」です" in page
        assert "使用停止の理由" not in page
        assert answer.status_code == 409
        assert "この車両は「貸出中」です" in text_of(answer)
        db.session.expire_all()
        assert only_vehicle().status is VehicleStatus.READY

    def test_a_car_goes_all_the_way_by_its_buttons(self, desk: CheckingClient) -> None:
        base = factories.base(factories.activation())
        vehicle = factories.vehicle()
        place = f"/vehicles/{vehicle.id}"
        desk.post(f"{place}/departure")
        assert "天草拠点" in text_of(desk.get(f"{place}/arrival"))
        desk.post(f"{place}/arrival", data={"base": str(base.id), "odometer_km": "40500"})
        assert "故障・修理" in text_of(desk.get(f"{place}/suspension"))
        desk.post(f"{place}/suspension", data={"reason": "breakdown", "note": "右前タイヤのパンク"})
        assert "右前タイヤのパンク" in text_of(desk.get(place))
        desk.post(f"{place}/reinstatement")
        leaving = {"kind": "hand_back", "retired_on": "2026/8/18", "to_whom": "東北オート"}
        desk.post(f"{place}/retirement", data=leaving)
        desk.post(f"{place}/readmission")
        timeline = text_of(desk.get(place)).partition("経過")[2]
        words = ["再受け入れ", "運用の終了", "使用停止の解除", "使用停止", "到着 回送中", "回送の開始", "車両の登録"]
        places = [timeline.index(word) for word in words]
        assert places == sorted(places)
        assert "天草拠点、40,500km" in timeline

    def test_an_arrival_without_a_base_is_shown_again(self, desk: CheckingClient) -> None:
        vehicle = factories.vehicle()
        answer = desk.post(f"/vehicles/{vehicle.id}/arrival", data={"odometer_km": "many"})
        assert answer.status_code == 422
        assert "到着した拠点を選んでください" in text_of(answer)

    def test_a_suspension_without_a_reason_is_shown_again(self, desk: CheckingClient) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()))
        assert desk.post(f"/vehicles/{vehicle.id}/suspension", data={}).status_code == 422

    def test_a_second_arrival_comes_too_late(self, desk: CheckingClient) -> None:
        base = factories.base(factories.activation())
        vehicle = factories.vehicle(base)
        assert desk.post(f"/vehicles/{vehicle.id}/arrival", data={"base": str(base.id)}).status_code == 409


class TestPapers:
    def test_a_paper_shows_its_end_and_the_days_left(self, desk: CheckingClient) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()), lawful_until=date(2026, 8, 30))
        page = text_of(desk.get(f"/vehicles/{vehicle.id}"))
        assert "2026年8月30日(日) あと12日" in page
        assert "貸し出せます。書類の期限は2026年8月30日(日)です。" in page

    def test_a_car_that_lacks_a_paper_says_so_first(self, desk: CheckingClient) -> None:
        vehicle = factories.vehicle(factories.base(factories.activation()), lawful_until=None)
        assert "書類がそろっていないため、貸し出せません" in text_of(desk.get(f"/vehicles/{vehicle.id}"))

    def test_a_newer_paper_is_written_down_beside_the_older(self, desk: CheckingClient) -> None:
        vehicle = factories.vehicle(lawful_until=date(2026, 8, 30))
        data = {"kind": "inspection", "starts_on": "R8.8.31", "ends_on": "R10.8.30"}
        assert desk.post(f"/vehicles/{vehicle.id}/documents", data=data).status_code == 303
        assert count_of(VehicleDocument) == 4
        assert "2028年8月30日(水) あと743日" in text_of(desk.get(f"/vehicles/{vehicle.id}"))

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"kind": "inspection", "starts_on": "2027/1/2", "ends_on": "2027/1/1"}, "満了日が開始日より前"),
            ({"kind": "voluntary_insurance", "ends_on": "2027/1/1"}, "運転者の範囲を選んでください"),
            ({"kind": "inspection", "ends_on": "来年"}, "日付として読み取れません"),
            ({"kind": "inspection"}, "満了日を入力してください"),
            ({"ends_on": "2027/1/1"}, "書類の種類を選んでください"),
        ],
    )
    def test_a_paper_that_cannot_be_is_told_on_the_page(
        self, desk: CheckingClient, data: dict[str, str], sentence: str
    ) -> None:
        vehicle = factories.vehicle(lawful_until=None)
        answer = desk.post(f"/vehicles/{vehicle.id}/documents", data=data)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert count_of(VehicleDocument) == 0

    def test_a_paper_typed_wrongly_is_cancelled_and_stays_on_the_page(self, desk: CheckingClient) -> None:
        vehicle = factories.vehicle(lawful_until=None)
        desk.post(f"/vehicles/{vehicle.id}/documents", data={"kind": "inspection", "ends_on": "2029/1/1"})
        document = db.session.scalars(select(VehicleDocument)).one()
        desk.post(f"/vehicles/{vehicle.id}/documents/{document.id}/cancellation")
        page = text_of(desk.get(f"/vehicles/{vehicle.id}"))
        assert "2029年1月1日(月) 取消" in page
        assert "書類の取消" in page

    def test_a_paper_of_another_car_is_not_found(self, desk: CheckingClient) -> None:
        vehicle, another = factories.vehicle(lawful_until=None), factories.vehicle()
        document = another.documents[0]
        assert desk.post(f"/vehicles/{vehicle.id}/documents/{document.id}/cancellation").status_code == 404


@pytest.mark.parametrize("path", ["", "/arrival", "/suspension", "/departure", "/retirement", "/documents"])
def test_a_viewer_changes_nothing(client: CheckingClient, path: str) -> None:
    vehicle = factories.vehicle()
    viewer = client.sign_in_as(Role.VIEWER)
    assert viewer.post(f"/vehicles/{vehicle.id}{path}", data=ALTO).status_code == 403


def test_who_is_not_signed_in_sees_no_car(client: CheckingClient) -> None:
    vehicle = factories.vehicle()
    for path in ("/vehicles", f"/vehicles/{vehicle.id}"):
        assert "/sign-in" in client.get(path).location


def test_a_reason_has_its_word_on_the_timeline(desk: CheckingClient) -> None:
    vehicle = factories.vehicle(factories.base(factories.activation()))
    services.take_out(vehicle, by=SYSTEM, reason=OutReason.ACCIDENT)
    assert "使用停止 使用可 → から 使用停止 事故" in text_of(desk.get(f"/vehicles/{vehicle.id}"))


def test_every_kind_of_paper_has_a_word(desk: CheckingClient) -> None:
    page = text_of(desk.get(f"/vehicles/{factories.vehicle().id}"))
    assert all(word in page for word in ("車検", "自賠責保険", "任意保険"))
    assert len(DocumentKind) == 3


def test_a_drive_that_changed_the_kilometres_is_told_on_the_timeline(desk: CheckingClient) -> None:
    vehicle = factories.vehicle(odometer_km=64_802)
    services.read_odometer(vehicle, odometer_km=64_932, by=SYSTEM)
    assert "64,802km → 64,932km" in text_of(desk.get(f"/vehicles/{vehicle.id}"))
