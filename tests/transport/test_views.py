"""The pages of staff: the board, a job from plan to money, drivers."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from mra.alliance.rules.pledges import SupplyKind
from mra.core import clock
from mra.core.access import Role
from mra.core.db import db
from mra.transport import services
from mra.transport.models import TransportDriver, TransportJob
from mra.transport.plans import Origin
from mra.transport.rules.drivers import DriverStatus
from mra.transport.rules.drives import JobStatus, WayHome
from mra.transport.rules.expenses import ExpenseKind
from mra.transport.services import origins
from mra.vehicles import services as vehicles
from mra.vehicles.rules import VehicleStatus
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements

from .world import BY, DRIVER, SATURDAY, asked, driver, job, on_the_day, taken, to_base, under_way


def text_of(client: CheckingClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.get_data(as_text=True)[:400]
    return answer.get_data(as_text=True)


def planned(car_id: int, base_id: int, **values: str) -> dict[str, str]:
    """The form of a job as somebody types it."""
    return {
        "vehicle": str(car_id),
        "from_base": "elsewhere",
        "from_name": "寄付者宅",
        "from_municipality": "熊本県天草市",
        "from_address": "本町1-1",
        "from_phone": "090-1234-9999",
        "to_base": str(base_id),
        "starts_on": "８／２２",
        "departs_from": "9:00",
        "departs_until": "11時00分",
        "expected_km": "１２０",
        "licence_needed": "standard",
        "means": "driven",
        "insurance": "alliance",
        "way_home": "train",
        "expenses_limit_yen": "10,000",
    } | values


class TestPlanning:
    def test_a_job_is_planned_from_the_page_of_a_car(self, desk: CheckingClient) -> None:
        car, base = factories.vehicle(), to_base()
        assert f"/transport/jobs/new?vehicle={car.id}" in text_of(desk, f"/vehicles/{car.id}")
        page = text_of(desk, f"/transport/jobs/new?vehicle={car.id}")
        assert "回送を手配する" in page
        answer = desk.post("/transport/jobs", data=planned(car.id, base.id))
        made = db.session.scalars(select(TransportJob)).one()
        assert answer.headers["Location"] == f"/transport/jobs/{made.id}"
        assert (made.starts_on, made.expected_km, made.expenses_limit_yen) == (SATURDAY, 120, 10_000)
        page = text_of(desk, f"/transport/jobs/{made.id}")
        assert "運転者を探す" in page
        assert "090-1234-9999" in page

    def test_what_is_wrong_is_said_at_the_field_and_nothing_is_kept(self, desk: CheckingClient) -> None:
        car, base = factories.vehicle(), to_base()
        wrong = planned(car.id, base.id, starts_on="2026/8/1", from_municipality="どこか", expected_km="-5")
        answer = desk.post("/transport/jobs", data=wrong)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "市区町村が見つかりません" in page
        assert "距離は1から3,000まで" in page
        assert db.session.scalars(select(TransportJob)).all() == []
        past = desk.post("/transport/jobs", data=planned(car.id, base.id, starts_on="2026/8/1"))
        assert "回送の日が過去になっています" in past.get_data(as_text=True)

    def test_a_car_without_inspection_needs_another_way(self, desk: CheckingClient) -> None:
        car, base = factories.vehicle(lawful_until=date(2026, 8, 20)), to_base()
        refused = desk.post("/transport/jobs", data=planned(car.id, base.id, note="鍵は玄関"))
        page = refused.get_data(as_text=True)
        assert refused.status_code == 422
        assert "積載車" in page
        assert "鍵は玄関" in page
        assert desk.post("/transport/jobs", data=planned(car.id, base.id, means="carrier")).status_code == 303

    def test_the_form_is_filled_from_who_knows_where_the_car_is(
        self, desk: CheckingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        factories.municipality()
        origin = Origin("山田さんのご自宅", "本町1-1", "43215", "+819000009999", "鍵は玄関")
        monkeypatch.setattr(origins, "_providers", [lambda _number: origin])
        page = text_of(desk, f"/transport/jobs/new?vehicle={factories.vehicle().id}")
        assert "山田さんのご自宅" in page
        assert "熊本県天草市" in page
        assert 'value="090-0000-9999"' in page

    def test_the_phone_that_came_with_the_car_is_taken_as_it_stands(
        self, desk: CheckingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        factories.municipality()
        origin = Origin("山田さんのご自宅", "本町1-1", "43215", "+819000009999", "鍵は玄関")
        monkeypatch.setattr(origins, "_providers", [lambda _number: origin])
        data = planned(factories.vehicle().id, to_base().id, from_phone="090-0000-9999")
        assert desk.post("/transport/jobs", data=data).status_code == 303
        made = db.session.scalars(select(TransportJob)).one()
        assert made.from_phone == "+819000009999"
        assert desk.post(f"/transport/jobs/{made.id}/edit", data=data | {"version": "1"}).status_code == 303

    def test_without_a_car_the_list_of_cars_is_shown(self, desk: CheckingClient) -> None:
        assert desk.get("/transport/jobs/new").headers["Location"] == "/vehicles"
        assert desk.get("/transport/jobs/new?vehicle=999999").status_code == 404

    def test_a_change_is_told_and_the_second_hears_so(self, desk: CheckingClient) -> None:
        made = taken().job
        assert "引き受けています" in text_of(desk, f"/transport/jobs/{made.id}/edit")
        data = planned(made.vehicle_id, made.to_base_id or 0, starts_on="8/23", version="1")
        assert desk.post(f"/transport/jobs/{made.id}/edit", data=data).status_code == 303
        late = desk.post(f"/transport/jobs/{made.id}/edit", data=data | {"starts_on": "8/24"})
        assert late.status_code == 409
        assert "先に変更しました" in late.get_data(as_text=True)


class TestAsking:
    def test_the_desk_sees_who_fits_and_asks_two(self, desk: CheckingClient) -> None:
        made, first, second = job(), driver(), driver()
        driver(is_automatic_only=True, licence_expires_on=SATURDAY - timedelta(days=1))
        firm = factories.member("天草運送")
        factories.pledge(firm, kind=SupplyKind.TRANSPORT, unit="台")
        page = text_of(desk, f"/transport/jobs/{made.id}/offers/new")
        assert "合っています" in page
        assert "免許証の期限が切れます" in page
        assert "天草運送" in page
        data = {
            "driver": [str(first.id), str(second.id)],
            "member": [str(firm.id)],
            "deadline_on": "2026/8/19",
            "deadline_time": "9:00",
        }
        assert desk.post(f"/transport/jobs/{made.id}/offers", data=data).status_code == 303
        page = text_of(desk, f"/transport/jobs/{made.id}")
        assert "3人の回答を待っています" in page
        assert "（本人用リンク）" in page

    def test_nobody_ticked_is_nobody_asked(self, desk: CheckingClient) -> None:
        made = job()
        answer = desk.post(f"/transport/jobs/{made.id}/offers", data={"deadline_on": "8/19", "deadline_time": "9:00"})
        assert answer.status_code == 422
        assert "打診する相手が選ばれていません" in answer.get_data(as_text=True)

    def test_answers_on_the_phone_are_written_down(self, desk: CheckingClient) -> None:
        made, first, second = job(), driver(), driver()
        refusing, _ = asked(made, first, second)
        assert desk.post(f"/transport/offers/{refusing.id}/refusal", data={"why": "day"}).status_code == 303
        assert desk.post(f"/transport/jobs/{made.id}/assignment", data={"driver": str(second.id)}).status_code == 303
        page = text_of(desk, f"/transport/jobs/{made.id}")
        assert "その日の都合がつかない" in page
        assert "出発を記録する" in page
        assert desk.post(f"/transport/jobs/{made.id}/handback", data={"reason": ""}).status_code == 422
        assert desk.post(f"/transport/jobs/{made.id}/handback", data={"reason": "熱が出た"}).status_code == 303
        assert db.session.get_one(TransportJob, made.id).status is JobStatus.OPEN

    def test_a_question_is_taken_back_or_sent_again(self, desk: CheckingClient) -> None:
        (offer,) = asked(job(), driver())
        assert desk.post(f"/transport/offers/{offer.id}/link").status_code == 409
        with clock.stopped(clock.now() + timedelta(minutes=5)):
            assert desk.post(f"/transport/offers/{offer.id}/link").status_code == 303
        assert desk.post(f"/transport/offers/{offer.id}/closing").status_code == 303
        assert desk.get(f"/transport/offers/{offer.id}").headers["Location"] == f"/transport/jobs/{offer.job_id}"


class TestDriving:
    def test_the_desk_writes_down_the_whole_drive(self, desk: CheckingClient) -> None:
        made = taken().job
        path = f"/transport/jobs/{made.id}"
        with on_the_day():
            doubted = desk.post(f"{path}/departure", data={"odometer_km": "39,000"})
            assert doubted.status_code == 422
            assert "メーターを確認しました" in doubted.get_data(as_text=True)
            assert desk.post(f"{path}/departure", data={"odometer_km": "４０，０１０"}).status_code == 303
            assert desk.post(f"{path}/arrival", data={"odometer_km": "まだ"}).status_code == 422
            lower = desk.post(f"{path}/arrival", data={"odometer_km": "39000"})
            assert "前回の記録（40,010km）より少なく" in lower.get_data(as_text=True)
            arrived = desk.post(f"{path}/arrival", data={"odometer_km": "40130", "remark": "給油が必要"})
            assert arrived.status_code == 303
            assert "120km" in text_of(desk, path)
        assert db.session.get_one(TransportJob, made.id).vehicle.status is VehicleStatus.READY
        assert "走行距離 40,000km → 40,010km" in text_of(desk, f"/vehicles/{made.vehicle_id}")

    def test_a_car_that_was_brought_elsewhere_tells_so(self, desk: CheckingClient) -> None:
        car, goal = factories.vehicle(), to_base()
        vehicles.stand_at(car, goal, by=BY)
        assert f"→ {goal.name}" in text_of(desk, f"/vehicles/{car.id}")

    def test_expenses_are_written_down_and_settled(self, desk: CheckingClient) -> None:
        made = under_way()
        path = f"/transport/jobs/{made.id}/expenses"
        assert desk.post(path, data={"kind": "fuel", "yen": "0"}).status_code == 422
        assert desk.post(path, data={"kind": "fuel", "yen": "12,000", "has_receipt": "yes"}).status_code == 303
        assert desk.post(path, data={"kind": "toll", "yen": "300"}).status_code == 303
        first, second = db.session.get_one(TransportJob, made.id).expenses
        assert "上限を超えています" in text_of(desk, f"/transport/jobs/{made.id}")
        assert desk.post(f"{path}/{first.id}/settlement").status_code == 303
        assert desk.post(f"{path}/{second.id}/rejection").status_code == 303
        assert desk.post(f"{path}/{first.id}/settlement").status_code == 409
        assert desk.post("/transport/jobs/999/expenses/1/settlement").status_code == 404

    def test_a_job_is_called_off_for_a_reason(self, desk: CheckingClient) -> None:
        made = under_way()
        assert desk.post(f"/transport/jobs/{made.id}/cancellation", data={"reason": " "}).status_code == 422
        assert desk.post(f"/transport/jobs/{made.id}/cancellation", data={"reason": "通行止め"}).status_code == 303
        page = text_of(desk, f"/transport/jobs/{made.id}")
        assert "通行止め" in page
        assert db.session.get_one(TransportJob, made.id).vehicle.status is VehicleStatus.PROMISED


class TestBoard:
    def test_what_is_urgent_stands_on_top_and_seats_home_are_counted(self, desk: CheckingClient) -> None:
        base = to_base()
        job(goal=base, way_home=WayHome.SEAT)
        job(goal=base, way_home=WayHome.UNDECIDED)
        late = under_way(job(goal=base))
        with clock.stopped(late.due_at + timedelta(hours=1)):
            page = text_of(desk, "/transport")
        assert "いま対応が必要な回送" in page
        assert "到着予定を過ぎています" in page
        assert "回送の日が近づいています" in page
        assert "帰りの席が3つ足りません" in page

    def test_each_filter_shows_its_jobs_with_their_number(self, desk: CheckingClient) -> None:
        made = under_way()
        services.claim(made, kind=ExpenseKind.FUEL, yen=100, has_receipt=True, by=DRIVER)
        services.cancel_job(job(), by=BY, reason="雨")
        for shelf in ("open", "taken", "under_way", "arrived", "cancelled", "unsettled", "なにか"):
            assert "日ごとの回送" in text_of(desk, f"/transport?show={shelf}&after=x_1")
        assert made.vehicle.plate_text in text_of(desk, "/transport?show=unsettled")

    def test_the_next_page_begins_where_the_first_ended(self, desk: CheckingClient) -> None:
        base = to_base()
        for _ in range(52):
            job(goal=base)
        page = text_of(desk, "/transport?show=open")
        last = db.session.scalars(select(TransportJob.id).order_by(TransportJob.id)).all()[49]
        assert f"after=2026-08-22_{last}" in page
        assert text_of(desk, f"/transport?show=open&after=2026-08-22_{last}").count("row-link") == 2

    def test_an_empty_board_says_what_to_do(self, desk: CheckingClient) -> None:
        assert "回送を手配する" in text_of(desk, "/transport")


class TestStatements:
    def test_the_board_asks_the_database_as_often_for_fifty_jobs_as_for_two(self, desk: CheckingClient) -> None:
        base, person = to_base(), driver()
        taken(job(goal=base), person)
        asked(job(goal=base), person)
        with statements() as few:
            text_of(desk, "/transport")
        for _ in range(20):
            asked(job(goal=base), person)
        with statements() as many:
            text_of(desk, "/transport")
        assert len(many) == len(few), [one for one in many if many.count(one) > few.count(one)]

    def test_a_job_and_the_choice_of_drivers_stay_constant_too(self, desk: CheckingClient) -> None:
        made = job()
        asked(made, driver())
        with statements() as few_offers:
            text_of(desk, f"/transport/jobs/{made.id}")
        with statements() as few_drivers:
            text_of(desk, f"/transport/jobs/{made.id}/offers/new")
        asked(made, *(driver() for _ in range(10)))
        for _ in range(10):
            driver()
        with statements() as many_offers:
            text_of(desk, f"/transport/jobs/{made.id}")
        with statements() as many_drivers:
            text_of(desk, f"/transport/jobs/{made.id}/offers/new")
        assert len(many_offers) == len(few_offers)
        assert len(many_drivers) == len(few_drivers)

    def test_the_list_of_drivers_stays_constant(self, desk: CheckingClient) -> None:
        driver()
        with statements() as few:
            text_of(desk, "/transport/drivers?show=active")
        for _ in range(10):
            driver()
        with statements() as many:
            text_of(desk, "/transport/drivers?show=active")
        assert len(many) == len(few)


class TestDrivers:
    FORM = {
        "name": "松本 健",
        "kana": "まつもと けん",
        "phone": "０９０ー１２３４ー７７７７",
        "email": "ken@example.jp",
        "home": "熊本県天草市",
        "licence_class": "standard",
        "licence_expires_on": "令和11年5月2日",
        "licence_number": "3090 1234 5620",
        "weekday": ["5", "6"],
        "free_on": "8/25、8/30",
        "farthest_km": "400",
        "has_own_car": "yes",
        "companion_seats": "3",
        "consent": "yes",
    }

    def test_somebody_who_rings_is_registered_and_approved(self, desk: CheckingClient) -> None:
        factories.municipality()
        assert "読み上げ" in text_of(desk, "/transport/drivers/new")
        assert desk.post("/transport/drivers", data={}).status_code == 422
        assert desk.post("/transport/drivers", data=self.FORM).status_code == 303
        person = db.session.scalars(select(TransportDriver)).one()
        assert (person.kana, person.free_weekdays, person.companion_seats) == ("マツモト ケン", [5, 6], 3)
        assert person.free_on == [date(2026, 8, 25), date(2026, 8, 30)]
        page = text_of(desk, f"/transport/drivers/{person.id}")
        assert "下4けた 5620" in page
        assert "309012345620" not in page
        seen = {"licence_class": "standard", "licence_expires_on": "2029/5/2"}
        assert desk.post(f"/transport/drivers/{person.id}/approval", data=seen).status_code == 303
        assert db.session.get_one(TransportDriver, person.id).status is DriverStatus.ACTIVE

    def test_a_doubtful_licence_number_is_looked_at_again(self, desk: CheckingClient) -> None:
        person = driver(is_approved=False, licence_number=None)
        seen = {"licence_class": "standard", "licence_expires_on": "2029/5/2", "licence_number": "309012345610"}
        doubted = desk.post(f"/transport/drivers/{person.id}/approval", data=seen)
        assert doubted.status_code == 422
        assert "番号を確認しました" in doubted.get_data(as_text=True)
        sure = desk.post(f"/transport/drivers/{person.id}/approval", data=seen | {"number_seen": "yes"})
        assert sure.status_code == 303
        renewed = desk.post(f"/transport/drivers/{person.id}/licence", data=seen | {"licence_number": ""})
        assert renewed.status_code == 303

    def test_people_are_found_without_a_name_in_the_address(self, desk: CheckingClient) -> None:
        person = driver(name="髙橋 花", kana="タカハシ ハナ")
        driver(name="佐藤 明", kana="サトウ アキラ")
        for search in ("たかはし", "髙橋", person.phone[-4:]):
            answer = desk.post("/transport/drivers/search", data={"q": search})
            assert answer.headers["Location"] == "/transport/drivers?show=found"
            page = text_of(desk, answer.headers["Location"])
            assert "髙橋 花" in page
            assert "佐藤 明" not in page
        desk.post("/transport/drivers/search", data={"q": "・"})
        assert "あてはまる方はいません" in text_of(desk, "/transport/drivers?show=found")

    def test_the_list_begins_with_those_who_wait_for_a_look(self, desk: CheckingClient) -> None:
        driver(name="確認 済", kana="カクニン スミ")
        assert "確認 済" in text_of(desk, "/transport/drivers")
        driver(name="新規 登録", kana="シンキ トウロク", is_approved=False)
        page = text_of(desk, "/transport/drivers")
        assert "新規 登録" in page
        assert "確認 済" not in page
        assert "確認 済" in text_of(desk, "/transport/drivers?show=all")

    def test_staff_change_pause_and_remove(self, desk: CheckingClient) -> None:
        factories.municipality()
        person = driver()
        path = f"/transport/drivers/{person.id}"
        assert person.name in text_of(desk, f"{path}/edit")
        changed = {name: value for name, value in self.FORM.items() if name != "licence_number"}
        assert desk.post(f"{path}/edit", data=changed | {"version": "1"}).status_code == 303
        assert desk.post(f"{path}/edit", data=changed | {"version": "1"}).status_code == 409
        assert desk.post(f"{path}/edit", data=changed | {"name": "", "version": "2"}).status_code == 422
        assert desk.post(f"{path}/pause").status_code == 303
        assert desk.post(f"{path}/resumption").status_code == 303
        with clock.stopped(clock.now() + timedelta(minutes=5)):
            assert desk.post(f"{path}/link").status_code == 303
        assert desk.post(f"{path}/removal", data={}).status_code == 422
        assert desk.post(f"{path}/removal", data={"reason": "本人の希望"}).status_code == 303
        assert "本人の希望" in text_of(desk, path)


class TestAccess:
    def test_who_only_reads_sees_no_buttons_and_changes_nothing(
        self, client: CheckingClient, story_time: object
    ) -> None:
        made = taken().job
        client.sign_in_as(Role.VIEWER)
        page = text_of(client, f"/transport/jobs/{made.id}")
        assert "出発を記録する" not in page
        assert "回送を取りやめる" not in page
        assert client.post(f"/transport/jobs/{made.id}/departure", data={"odometer_km": "1"}).status_code == 403
        assert client.get(f"/transport/jobs/new?vehicle={made.vehicle_id}").status_code == 403
        assert "電話の登録を入力する" not in text_of(client, "/transport/drivers")
        assert "登録を終える" not in text_of(client, f"/transport/drivers/{made.driver_id}")

    def test_people_of_members_see_nothing_here(self, client: CheckingClient) -> None:
        client.sign_in_as(Role.MEMBER)
        assert client.get("/transport").status_code == 403
