"""The pages of what ends and of disaster extensions: who may, what they show, what they refuse."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.disasters.models import Base
from mra.vehicles import services
from mra.vehicles.extending import ExtensionStatus
from mra.vehicles.models import InspectionExtension, Vehicle
from mra.vehicles.queries.expiring import PAGE_ROWS
from mra.vehicles.rules import DocumentKind
from tests import factories
from tests.conftest import CheckingClient
from tests.loans.world import World
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("story_time")
TODAY = date(2026, 8, 18)
NOTICE = {
    "title": "国土交通省告示第810号",
    "notice_on": "令和8年8月17日",
    "areas": "熊本県",
    "first_on": "2026/8/11",
    "last_on": "2026/9/10",
    "until_on": "2026/9/30",
    "insurance_waits": "yes",
    "covers_relief": "yes",
}


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def text_of(answer: Any) -> str:
    """The words of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


@pytest.fixture
def desk(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.DESK)


@pytest.fixture
def coordinator(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.COORDINATOR)


def car(ends_on: date, at: Base | None = None, kind: DocumentKind = DocumentKind.INSPECTION, **values: Any) -> Vehicle:
    made = factories.vehicle(at, lawful_until=None, **values)
    factories.papers(made, ends_on, (kind,))
    factories.papers(made, day(400), tuple(one for one in DocumentKind if one is not kind))
    return made


class TestWhatEnds:
    def test_each_row_tells_car_paper_days_and_place(self, desk: CheckingClient) -> None:
        base = factories.base(factories.activation())
        car(day(12), base, plate_serial=1234)
        car(day(-3), plate_serial=1235, kind=DocumentKind.VOLUNTARY_INSURANCE)
        page = text_of(desk.get("/vehicles/documents"))
        assert "熊本 580 わ 12-34 アルト 期限間近 車検 2026年8月30日(日) あと12日 天草拠点" in page
        assert "熊本 580 わ 12-35 アルト 期限切れ 任意保険 2026年8月15日(土) 3日前に満了 提供予定" in page

    def test_what_blocks_a_loan_is_told_and_leads_to_it(self, desk: CheckingClient) -> None:
        world = World()
        loan = world.reserve(world.offer(car(day(20), world.base)))
        answer = desk.get("/vehicles/documents")
        assert "届かない書類が1件あります" in text_of(answer)
        assert f'href="/loans/{loan.id}"' in answer.get_data(as_text=True)

    def test_the_filters_tell_how_many_rows_they_show(self, desk: CheckingClient) -> None:
        base = factories.base(factories.activation())
        for number in (-1, 7, 30, 60):
            car(day(number), base)
        page = text_of(desk.get("/vehicles/documents?days=30&kind=inspection"))
        assert "60日以内 4 件 30日以内 3 件 7日以内 2 件 期限切れ 1 件" in page
        assert "すべての書類 3 件 車検 3 件 自賠責保険 0 件 任意保険 0 件 リース契約 0 件" in page

    def test_an_extended_paper_tells_the_day_that_is_printed_on_it(self, coordinator: CheckingClient) -> None:
        made = car(day(5), factories.base(factories.activation()))
        coordinator.post("/vehicles/documents/extensions", data=NOTICE)
        assert "2026年9月30日(水) あと43日 券面は 2026年8月23日(日) 、特例で延長" in text_of(
            coordinator.get("/vehicles/documents")
        )
        page = text_of(coordinator.get(f"/vehicles/{made.id}"))
        assert "券面の満了日 2026年8月23日(日) → 特例で2026年9月30日(水)まで" in page

    def test_the_file_holds_all_rows_of_the_filter(self, desk: CheckingClient) -> None:
        for number in range(PAGE_ROWS + 5):
            car(day(number % 30))
        car(day(50))
        answer = desk.get("/vehicles/documents.csv?days=30")
        lines = answer.get_data(as_text=True).strip().splitlines()
        assert answer.mimetype == "text/csv"
        assert len(lines) == 1 + PAGE_ROWS + 5
        assert lines[0].startswith("\ufeffナンバー,車台番号")

    def test_nonsense_in_the_address_is_passed_over(self, desk: CheckingClient) -> None:
        query = "days=x&kind=boat&base=-1&after=1_2_3&before=9_2026-13-01_1_lease"
        assert desk.get(f"/vehicles/documents?{query}").status_code == 200

    def test_nothing_to_renew_is_said(self, desk: CheckingClient) -> None:
        assert "期限が近い書類や切れた書類はありません" in text_of(desk.get("/vehicles/documents"))

    def test_a_viewer_reads_and_is_offered_nothing_to_change(self, client: CheckingClient) -> None:
        car(day(3))
        factories.vehicle(name_change_pending=True)
        page = client.sign_in_as(Role.VIEWER).get("/vehicles/documents").get_data(as_text=True)
        assert "書類を登録" not in page
        assert "完了を記録" not in page

    def test_the_number_of_statements_does_not_grow_with_the_list(self, desk: CheckingClient) -> None:
        world = World()
        self.fill(world, 2)
        short = self.statements_of_a_page(desk)
        self.fill(world, 30)
        assert self.statements_of_a_page(desk) == short

    def fill(self, world: World, number: int) -> None:
        for place in range(number):
            world.offer(car(day(place), world.base))
            car(day(place), world.base, name_change_pending=True)
            factories.lease(factories.vehicle(), ends_on=day(place))

    def statements_of_a_page(self, client: CheckingClient) -> int:
        db.session.commit()
        db.session.expire_all()
        with statements() as seen:
            client.get("/vehicles/documents")
        return len(seen)


class TestNameChange:
    def test_a_car_in_anothers_name_says_why_it_is_not_lent(self, desk: CheckingClient) -> None:
        made = factories.vehicle(factories.base(factories.activation()), name_change_pending=True)
        assert "名義変更が終わるまで貸し出せません" in text_of(desk.get(f"/vehicles/{made.id}"))
        assert "名義変更待ち" in text_of(desk.get("/vehicles"))
        assert desk.post(f"/vehicles/{made.id}/name-change").status_code == 303
        page = text_of(desk.get(f"/vehicles/{made.id}"))
        assert "名義変更の完了を記録する" not in page
        assert "貸し出せます" in page

    def test_the_fifteen_days_run_from_the_arrival(self, desk: CheckingClient) -> None:
        factories.vehicle(factories.base(factories.activation()), name_change_pending=True)
        assert "名義変更待ち(1台)" in text_of(desk.get("/vehicles/documents"))
        assert "2026年9月2日(水) あと15日" in text_of(desk.get("/vehicles/documents"))


class TestExtensions:
    def test_a_preview_names_the_cars_and_stores_nothing(self, coordinator: CheckingClient) -> None:
        base = factories.base(factories.activation())
        car(day(-2), base, plate_serial=1234)
        car(day(100), base, plate_serial=1235)
        answer = coordinator.post("/vehicles/documents/extensions/preview", data=NOTICE)
        page = text_of(answer)
        assert "期限が延びる車両は1台です(車検 1件)。このうち1台は、券面の期限が切れています。" in page
        assert "熊本 580 わ 12-34" in page
        assert "12-35" not in page
        assert db.session.scalar(select(func.count()).select_from(InspectionExtension)) == 0

    def test_what_was_typed_comes_back_for_a_correction(self, coordinator: CheckingClient) -> None:
        page = coordinator.post("/vehicles/documents/extensions/revision", data=NOTICE).get_data(as_text=True)
        assert "国土交通省告示第810号" in page
        assert "令和8年8月17日" in page

    def test_a_notice_is_written_down_listed_and_cancelled(self, coordinator: CheckingClient) -> None:
        made = car(day(5), factories.base(factories.activation()))
        assert coordinator.post("/vehicles/documents/extensions", data=NOTICE).status_code == 303
        page = text_of(coordinator.get("/vehicles/documents/extensions"))
        assert "国土交通省告示第810号 2026年8月17日(月)告示 適用中 熊本県" in page
        assert " 1台" in page
        extension = db.session.scalars(select(InspectionExtension)).one()
        place = f"/vehicles/documents/extensions/{extension.id}/cancellation"
        assert "期限が元に戻る車両は1台です(車検 1件)。" in text_of(coordinator.get(place))
        assert coordinator.post(place).status_code == 303
        db.session.refresh(extension)
        assert extension.status is ExtensionStatus.CANCELLED
        db.session.expire_all()
        assert made.lawful_until() == day(5)
        assert "すでに取り消されています" in text_of(coordinator.get(place))

    def test_the_same_notice_twice_is_told(self, coordinator: CheckingClient) -> None:
        coordinator.post("/vehicles/documents/extensions", data=NOTICE)
        answer = coordinator.post("/vehicles/documents/extensions", data=NOTICE)
        assert "同じ内容の特例がすでに登録されています" in text_of(answer)

    @pytest.mark.parametrize(
        ("name", "typed", "told"),
        [
            ("title", "", "告示の番号か題名を入力してください"),
            ("title", "あ" * 201, "長すぎます"),
            ("notice_on", "きのう", "日付として読み取れません"),
            ("areas", "", "対象の地域を入力してください"),
            ("areas", "アトランティス", "見つかりません"),
            ("areas", "、", "対象の地域を読み取れません"),
            ("last_on", "2026/8/10", "対象となる満了日の範囲が逆になっています"),
            ("until_on", "2026/9/9", "対象となる満了日より前になっています"),
            ("until_on", "2036/9/30", "1年を超えています"),
        ],
    )
    def test_bad_input_gets_a_sentence_and_stores_nothing(
        self, coordinator: CheckingClient, name: str, typed: str, told: str
    ) -> None:
        for place in ("/vehicles/documents/extensions/preview", "/vehicles/documents/extensions"):
            answer = coordinator.post(place, data=NOTICE | {name: typed})
            assert answer.status_code == 422
            assert told in text_of(answer)
        assert db.session.scalar(select(func.count()).select_from(InspectionExtension)) == 0

    def test_the_whole_country_is_named_as_such(self, coordinator: CheckingClient) -> None:
        car(day(5))
        answer = coordinator.post("/vehicles/documents/extensions/preview", data=NOTICE | {"areas": "全国"})
        assert "対象の地域 全国" in text_of(answer)
        assert "期限が延びる車両は1台です" in text_of(answer)

    def test_the_desk_reads_and_does_not_change(self, desk: CheckingClient) -> None:
        assert desk.get("/vehicles/documents/extensions").status_code == 200
        assert desk.get("/vehicles/documents/extensions/new").status_code == 403
        assert desk.post("/vehicles/documents/extensions", data=NOTICE).status_code == 403

    def test_the_pages_take_as_many_statements_for_many_cars_as_for_few(self, coordinator: CheckingClient) -> None:
        base = factories.base(factories.activation())
        car(day(5), base)
        short = self.statements_of_a_preview(coordinator)
        for number in range(30):
            car(day(number % 20), base)
        assert self.statements_of_a_preview(coordinator) == short

    def statements_of_a_preview(self, client: CheckingClient) -> int:
        db.session.commit()
        db.session.expire_all()
        with statements() as seen:
            client.post("/vehicles/documents/extensions/preview", data=NOTICE)
        return len(seen)


class TestRegisteredIn:
    def test_the_town_is_given_by_name_and_the_month_in_an_era(self, desk: CheckingClient) -> None:
        factories.municipality()
        made = factories.vehicle()
        data = self.typed(made) | {"registered_in": "熊本県天草市", "first_registered_on": "令和３年４月"}
        assert desk.post(f"/vehicles/{made.id}", data=data).status_code == 303
        db.session.expire_all()
        assert (made.registered_in_code, made.first_registered_on) == ("43215", date(2021, 4, 1))
        page = text_of(desk.get(f"/vehicles/{made.id}"))
        assert "使用の本拠 熊本県天草市" in page
        assert "初度登録 2021年4月" in page

    @pytest.mark.parametrize(
        ("name", "typed", "told"),
        [
            ("registered_in", "アトランティス市", "という市区町村は見つかりません"),
            ("registered_in", "熊本県", "という市区町村は見つかりません"),
            ("first_registered_on", "令和30年4月", "先の月"),
            ("first_registered_on", "2021年", "年だけでは"),
        ],
    )
    def test_what_can_not_be_is_told(self, desk: CheckingClient, name: str, typed: str, told: str) -> None:
        factories.municipality()
        made = factories.vehicle()
        answer = desk.post(f"/vehicles/{made.id}", data=self.typed(made) | {name: typed})
        assert answer.status_code == 422
        assert told in text_of(answer)

    def typed(self, of: Vehicle) -> dict[str, str]:
        return {
            "version": str(of.version),
            "chassis_number": of.chassis_number,
            "plate": of.plate_text,
            "name": of.name,
            "vehicle_class": "kei_passenger",
            "seats": "4",
            "transmission": "AT",
            "drive": "2WD",
            "odometer_km": "40000",
        }


def test_cars_that_are_released_are_not_counted_in_a_preview(client: CheckingClient) -> None:
    services.release(car(day(5), factories.base(factories.activation())), by=SYSTEM)
    page = client.sign_in_as(Role.COORDINATOR).post("/vehicles/documents/extensions/preview", data=NOTICE)
    assert "期限が延びる車両は、今はありません" in text_of(page)
