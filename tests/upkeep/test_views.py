"""The pages of the upkeep: who may, what they show, what they ask again."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.upkeep import queries, services
from mra.upkeep.models import DamageMark, TyreSet, UpkeepTask
from mra.upkeep.rules import Season, TaskKind, TaskStatus, TyreStatus
from mra.upkeep.services import Plan, Work
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VehicleStatus
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("story_time")

TODAY = date(2026, 8, 18)


@pytest.fixture
def desk(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.DESK)


@pytest.fixture
def car(desk: CheckingClient) -> Vehicle:
    return factories.vehicle(factories.base(factories.activation()), plate_serial=1234)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def only(model: type) -> Any:
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


def plan(car: Vehicle, on: date | None = date(2026, 8, 1), km: int | None = None) -> UpkeepTask:
    return services.plan(car, Plan(TaskKind.OIL, on, km), by=SYSTEM)


class TestFleet:
    def test_what_is_overdue_stands_on_top_with_how_long(self, desk: CheckingClient, car: Vehicle) -> None:
        plan(car, date(2026, 10, 1))
        plan(car, date(2026, 8, 1))
        plan(car, None, 40_500)
        page = text_of(desk.get("/upkeep"))
        assert "整備の予定 3 件" in page
        assert page.index("17日超過") < page.index("あと500km") < page.index("あと44日")

    def test_worn_tyres_have_a_list_of_their_own(self, desk: CheckingClient, car: Vehicle) -> None:
        services.add_tyres(
            car, by=SYSTEM, season=Season.STUDLESS, size="155/65R14", tyre_count=4, stored_at="", on=TODAY,
            tread_mm=Decimal("3.9"),
        )  # fmt: skip
        page = text_of(desk.get("/upkeep?show=tyres"))
        assert "雪道には不足" in page
        assert "熊本 580 わ 12-34" in page

    def test_a_base_shows_its_own_cars(self, desk: CheckingClient, car: Vehicle) -> None:
        plan(car)
        elsewhere = factories.vehicle(factories.base(car.base.activation, "人吉拠点"), plate_serial=99)
        plan(elsewhere)
        page = text_of(desk.get(f"/upkeep?base={elsewhere.base_id}")).split("絞り込む")[1]
        assert "・・99" in page
        assert "12-34" not in page

    @pytest.mark.parametrize("query", ["after=x", "after=2026-08-01_", "base=9x", "before=2026-13-01_1", "show=?"])
    def test_an_address_that_makes_no_sense_shows_the_list(self, desk: CheckingClient, query: str) -> None:
        assert desk.get(f"/upkeep?{query}").status_code == 200

    @pytest.mark.parametrize("path", ["/upkeep", "/upkeep?show=tyres"])
    def test_the_number_of_statements_does_not_grow(self, desk: CheckingClient, car: Vehicle, path: str) -> None:
        def asked() -> int:
            with statements() as seen:
                assert desk.get(path).status_code == 200
            return len(seen)

        def one_more(vehicle: Vehicle) -> None:
            plan(vehicle)
            services.add_tyres(
                vehicle, by=SYSTEM, season=Season.STUDLESS, size="1", tyre_count=4, stored_at="", on=TODAY,
                tread_mm=Decimal("1.0"),
            )  # fmt: skip

        one_more(car)
        few = asked()
        for _ in range(12):
            one_more(factories.vehicle(car.base))
        assert asked() == few


class TestWork:
    def test_a_repair_takes_the_car_off_the_road_and_brings_it_back(self, desk: CheckingClient, car: Vehicle) -> None:
        planned = {"kind": "repair", "planned_on": "2026/8/20", "note": "ブレーキ", "keeps_off_road": "yes"}
        assert desk.post(f"/vehicles/{car.id}/upkeep/tasks", data=planned).status_code == 303
        task = only(UpkeepTask)
        assert task.vehicle.status is VehicleStatus.OUT_OF_SERVICE
        assert 'name="puts_back" value="yes" checked' in desk.get(
            f"/upkeep/tasks/{task.id}/completion"
        ).get_data(as_text=True)  # fmt: skip
        done = {"done_on": "2026/8/18", "odometer_km": "40,020", "cost_yen": "１２，０００", "puts_back": "yes"}
        assert desk.post(f"/upkeep/tasks/{task.id}/completion", data=done).status_code == 303
        task = only(UpkeepTask)
        assert (task.vehicle.status, task.cost_yen, task.vehicle.odometer_km) == (VehicleStatus.READY, 12_000, 40_020)
        page = text_of(desk.get(f"/vehicles/{car.id}/upkeep"))
        assert "整備費用の合計 12,000 円" in page

    def test_who_has_booked_the_car_is_shown_before_it_stands_still(self, desk: CheckingClient, car: Vehicle) -> None:
        offer = factories.offer(factories.application(car.base.activation).requests[0], car)
        page = desk.get(f"/vehicles/{car.id}/upkeep/tasks/new").get_data(as_text=True)
        assert f'href="/offers/{offer.id}"' in page
        assert "keeps_off_road" not in page
        assert "山田" not in page

    def test_an_oil_change_suggests_the_next_one(self, desk: CheckingClient, car: Vehicle) -> None:
        page = desk.get(f"/upkeep/tasks/{plan(car).id}/completion").get_data(as_text=True)
        assert 'value="2027-02-16"' in page
        assert 'value="45000"' in page

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"kind": "", "planned_on": "2026/9/1"}, "整備の種類を選んでください"),
            ({"kind": "oil"}, "予定日か、予定の走行距離"),
            ({"kind": "oil", "planned_on": "来週"}, "日付として読み取れません"),
            ({"kind": "oil", "planned_km": "たくさん"}, "走行距離はキロメートル単位"),
        ],
    )
    def test_a_plan_that_cannot_be_read_is_shown_again(
        self, desk: CheckingClient, car: Vehicle, values: dict[str, str], sentence: str
    ) -> None:
        answer = desk.post(f"/vehicles/{car.id}/upkeep/tasks", data=values)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert db.session.scalar(select(UpkeepTask)) is None

    def test_work_of_tomorrow_is_not_done(self, desk: CheckingClient, car: Vehicle) -> None:
        answer = desk.post(f"/vehicles/{car.id}/upkeep/records", data={"kind": "oil", "done_on": "2026/8/19"})
        assert answer.status_code == 422
        assert "済んだ日が今日より後" in text_of(answer)

    def test_work_that_nobody_planned_is_written_down(self, desk: CheckingClient, car: Vehicle) -> None:
        data = {"kind": "cleaning", "done_on": "2026/8/17", "done_by": "近くの工場", "cost_yen": "0"}
        desk.post(f"/vehicles/{car.id}/upkeep/records", data=data)
        assert (only(UpkeepTask).status, only(UpkeepTask).cost_yen) == (TaskStatus.DONE, 0)

    def test_a_cancelled_plan_gives_the_car_back(self, desk: CheckingClient, car: Vehicle) -> None:
        task = services.plan(car, Plan(TaskKind.REPAIR, TODAY, keeps_off_road=True), by=SYSTEM)
        desk.post(f"/upkeep/tasks/{task.id}/cancellation")
        assert only(UpkeepTask).vehicle.status is VehicleStatus.READY

    def test_who_is_late_is_told(self, desk: CheckingClient, car: Vehicle) -> None:
        task = plan(car)
        services.finish(task, Work(TODAY), by=SYSTEM)
        answer = desk.post(f"/upkeep/tasks/{task.id}/cancellation")
        assert answer.status_code == 409
        assert "すでに済んだか取り消されています" in text_of(answer)


class TestOdometer:
    def test_a_lower_reading_is_confirmed_by_a_tick(self, desk: CheckingClient, car: Vehicle) -> None:
        place = f"/vehicles/{car.id}/upkeep/odometer"
        asked = desk.post(place, data={"odometer_km": "39000", "read_on": "2026/8/18"})
        assert asked.status_code == 422
        assert "40,000km）より少なくなっています" in text_of(asked)
        assert "メーターを確認しました" in text_of(asked)
        confirmed = {"odometer_km": "39000", "read_on": "2026/8/18", "odometer_seen": "yes"}
        assert desk.post(place, data=confirmed).status_code == 303
        db.session.expire_all()
        assert car.odometer_km == 39_000

    def test_an_older_reading_stands_in_its_place(self, desk: CheckingClient, car: Vehicle) -> None:
        desk.post(f"/vehicles/{car.id}/upkeep/odometer", data={"odometer_km": "38000", "read_on": "2026/6/1"})
        db.session.expire_all()
        assert car.odometer_km == 40_000
        assert "2026年6月1日(月) 走行距離の記録 38,000 km" in text_of(desk.get(f"/vehicles/{car.id}/upkeep"))


class TestTyres:
    NEW = {"season": "summer", "size": "155/65R14", "tyre_count": "4", "place": "mounted", "on": "2026/8/18"}

    def test_the_season_changes(self, desk: CheckingClient, car: Vehicle) -> None:
        place = f"/vehicles/{car.id}/upkeep/tyres"
        desk.post(place, data=self.NEW)
        winter = self.NEW | {"season": "studless", "place": "stored", "stored_at": "石巻倉庫", "tread_mm": "３．５"}
        desk.post(place, data=winter)
        winter_id = queries.tyre_sets_of(car.id)[1].id
        refused = desk.post(f"/upkeep/tyres/{winter_id}/mounting", data={"on": "2026/8/18"})
        assert refused.status_code == 422
        assert "保管する場所を入力してください" in text_of(refused)
        desk.post(f"/upkeep/tyres/{winter_id}/mounting", data={"on": "2026/8/18", "stored_at": "天草拠点"})
        mounted, stored = queries.tyre_sets_of(car.id)
        assert (mounted.season, mounted.status) == (Season.STUDLESS, TyreStatus.MOUNTED)
        assert (stored.season, stored.stored_at) == (Season.SUMMER, "天草拠点")
        assert "雪道には不足" in text_of(desk.get(f"/vehicles/{car.id}/upkeep"))

    def test_a_second_set_is_not_on_the_car_too(self, desk: CheckingClient, car: Vehicle) -> None:
        desk.post(f"/vehicles/{car.id}/upkeep/tyres", data=self.NEW)
        answer = desk.post(f"/vehicles/{car.id}/upkeep/tyres", data=self.NEW)
        assert answer.status_code == 422
        assert "別の組が装着されています" in text_of(answer)

    @pytest.mark.parametrize("typed", ["", "深い", "-1", "25", "NaN", "1e9"])
    def test_a_tread_that_cannot_be_is_told(self, desk: CheckingClient, car: Vehicle, typed: str) -> None:
        desk.post(f"/vehicles/{car.id}/upkeep/tyres", data=self.NEW)
        data = {"tread_mm": typed, "on": "2026/8/18"}
        answer = desk.post(f"/upkeep/tyres/{only(TyreSet).id}/tread", data=data)
        assert answer.status_code == 422
        assert "溝の深さはミリメートル" in text_of(answer)


class TestDamage:
    def test_a_damage_is_noted_and_mended(self, desk: CheckingClient, car: Vehicle) -> None:
        data = {"place": "left", "text": "長さ20cmの擦り傷", "noticed_on": "2026/8/10"}
        desk.post(f"/vehicles/{car.id}/upkeep/damage", data=data)
        assert "左側面 長さ20cmの擦り傷" in text_of(desk.get(f"/vehicles/{car.id}/upkeep"))
        desk.post(f"/upkeep/damage/{only(DamageMark).id}/repair")
        assert only(DamageMark).repaired_on == clock.today()

    def test_a_damage_needs_its_place_and_words(self, desk: CheckingClient, car: Vehicle) -> None:
        answer = desk.post(f"/vehicles/{car.id}/upkeep/damage", data={})
        assert answer.status_code == 422
        assert "場所を選んでください" in text_of(answer)


PAGES = ("", "/tasks/new", "/records/new", "/tyres/new", "/odometer", "/damage/new")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_can_be_seen_by_the_desk(desk: CheckingClient, car: Vehicle, path: str) -> None:
    assert desk.get(f"/vehicles/{car.id}/upkeep{path}").status_code == 200


def test_a_viewer_sees_the_upkeep_without_buttons(client: CheckingClient) -> None:
    viewer = client.sign_in_as(Role.VIEWER)
    car = factories.vehicle(factories.base(factories.activation()))
    plan(car)
    page = viewer.get(f"/vehicles/{car.id}/upkeep").get_data(as_text=True)
    assert "済みにする" not in page.split("</nav>")[-1].replace("終わったら「済みにする」を押してください", "")
    assert "/upkeep/tasks/new" not in page
    assert viewer.get(f"/vehicles/{car.id}/upkeep/tasks/new").status_code == 403


def test_the_page_of_a_car_takes_the_same_statements_however_much_was_done(desk: CheckingClient, car: Vehicle) -> None:
    def asked() -> int:
        with statements() as seen:
            assert desk.get(f"/vehicles/{car.id}/upkeep").status_code == 200
        return len(seen)

    def some() -> None:
        plan(car)
        services.record(car, TaskKind.OIL, Work(TODAY, cost_yen=1, done_by="東北"), by=SYSTEM)
        stored = services.add_tyres(
            car, by=SYSTEM, season=Season.SUMMER, size="1", tyre_count=4, stored_at="倉庫", on=TODAY,
            tread_mm=Decimal("5"),
        )  # fmt: skip
        services.change_tyres(stored, by=SYSTEM, on=TODAY, stored_at="倉庫")

    factories.member("東北")
    some()
    few = asked()
    for _ in range(6):
        some()
    assert asked() == few
