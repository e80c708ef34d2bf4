"""A car's life on one page: what it tells, what it keeps to itself, how long it takes."""

import re
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.loans.models import Loan
from mra.reporting.queries.car_life import car_life, days_lent
from mra.upkeep import services as upkeep
from mra.upkeep.rules import MarkPlace, Season, TaskKind
from mra.vehicles import services
from mra.vehicles.models import Vehicle
from mra.vehicles.retiring import RetirementKind
from mra.vehicles.services import Leaving, LifeEntry, LifeKind
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
    made = factories.vehicle(plate_serial=1234)
    services.arrive(made, factories.base(factories.activation()), by=SYSTEM, odometer_km=40_000)
    return made


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def lent_and_back(car: Vehicle, days_ago: int, days: int = 3, km: int = 120, damage: str = "") -> Loan:
    """A loan that is over."""
    application = factories.application(car.base.activation)
    out_at = datetime(2026, 8, 18, 10, 0, tzinfo=JAPAN) - timedelta(days=days_ago)
    loan = factories.loan_out(application.requests[0], car, handed_over_at=out_at)
    move(loan, "take_back", by=SYSTEM)
    loan.returned_at, loan.fuel_in_eighths, loan.damage_note = out_at + timedelta(days=days), 8, damage
    loan.odometer_in_km = car.odometer_km = car.odometer_km + km
    db.session.flush()
    return loan


def test_the_whole_life_is_told(desk: CheckingClient, car: Vehicle) -> None:
    loan = lent_and_back(car, 20, damage="後ろのバンパーに擦り傷")
    upkeep.record(car, TaskKind.OIL, upkeep.Work(TODAY, cost_yen=4_400, done_by="近くの工場"), by=SYSTEM)
    upkeep.add_tyres(
        car, by=SYSTEM, season=Season.STUDLESS, size="155/65R14", tyre_count=4, stored_at="", on=TODAY,
        tread_mm=Decimal("7.5"),
    )  # fmt: skip
    upkeep.note_mark(car, by=SYSTEM, place=MarkPlace.LEFT, text="へこみ", noticed_on=TODAY)
    services.retire(car, Leaving(RetirementKind.COMMUNITY, TODAY, "石巻カーシェア会", 1), by=SYSTEM)
    answer = desk.get(f"/vehicles/{car.id}/life")
    page = text_of(answer)
    for words in (
        "天草拠点に到着",
        "任意保険",
        "運転者限定なし",
        "走行 120 km",
        "後ろのバンパーに擦り傷",
        "オイル交換",
        "4,400 円",
        "スタッドレス 155/65R14",
        "左側面",
        "運用終了：地域のカーシェアなどへ譲渡",
        "石巻カーシェア会",
    ):
        assert words in page, words
    assert f'href="/loans/{loan.id}"' in answer.get_data(as_text=True)


def test_the_head_adds_up(car: Vehicle) -> None:
    lent_and_back(car, 20, days=3, km=120)
    lent_and_back(car, 10, days=5, km=80)
    upkeep.record(car, TaskKind.OIL, upkeep.Work(TODAY, cost_yen=4_400), by=SYSTEM)
    upkeep.record(car, TaskKind.REPAIR, upkeep.Work(TODAY, cost_yen=600), by=SYSTEM)
    services.retire(car, Leaving(RetirementKind.SALE, TODAY, "中古車店", 100_000), by=SYSTEM)
    life = car_life(car)
    assert (life.households, life.driven_km, life.days_lent, life.cost_yen) == (2, 200, 8, 5_000)


def test_a_running_loan_counts_until_today() -> None:
    running = LifeEntry(TODAY - timedelta(days=4), LifeKind.LOAN, "貸出")
    an_hour = LifeEntry(TODAY, LifeKind.LOAN, "貸出", ended_on=TODAY)
    assert days_lent([running, an_hour], TODAY) == 5


def test_nobody_is_named(desk: CheckingClient, car: Vehicle) -> None:
    loan = lent_and_back(car, 20)
    factories.lease(factories.vehicle())
    page = text_of(desk.get(f"/vehicles/{car.id}/life"))
    for name in (loan.car_request.application.family_name, "天草商会", loan.car_request.application.phone):
        assert name not in page
    assert re.search(r"A\d{5}-\d", page)


def test_a_stay_ends_where_the_next_begins(car: Vehicle) -> None:
    other = factories.base(car.base.activation, "人吉拠点")
    with clock.stopped(datetime(2026, 8, 25, 9, 0, tzinfo=JAPAN)):
        facts = services.fleet.facts_of(car)
        services.change(car, type(facts)(**{**vars(facts), "base_id": other.id}), version=car.version, by=SYSTEM)
    stays = {entry.title: entry for entry in services.life_of(car.id) if entry.kind is LifeKind.PLACE}
    assert stays["天草拠点に到着"].ended_on == date(2026, 8, 25)
    assert stays["人吉拠点へ移動"].ended_on is None


def test_one_kind_can_be_seen_alone(desk: CheckingClient, car: Vehicle) -> None:
    lent_and_back(car, 20)
    page = text_of(desk.get(f"/vehicles/{car.id}/life?kind=loan")).split("経歴の種類")[-1]
    assert "走行 120 km" in page
    assert "運転者限定なし" not in page
    assert desk.get(f"/vehicles/{car.id}/life?kind=nonsense&page=x").status_code == 200


def test_a_car_with_two_hundred_loans_is_told_in_as_many_statements(desk: CheckingClient, car: Vehicle) -> None:
    def asked() -> tuple[int, Any]:
        db.session.expire_all()
        with statements() as seen:
            answer = desk.get(f"/vehicles/{car.id}/life")
        assert answer.status_code == 200
        return len(seen), answer

    lent_and_back(car, 2_000, damage="擦り傷")
    upkeep.record(car, TaskKind.OIL, upkeep.Work(TODAY, cost_yen=1), by=SYSTEM)
    few, _ = asked()
    for number in range(200):
        lent_and_back(car, 1_990 - number * 9, damage="擦り傷" if number % 5 == 0 else "")
    for _ in range(10):
        upkeep.record(car, TaskKind.OIL, upkeep.Work(TODAY, cost_yen=1), by=SYSTEM)
    began = time.perf_counter()
    many, answer = asked()
    print(f"{few} and {many} statements, {1000 * (time.perf_counter() - began):.0f} ms, {len(answer.data) // 1024} KB")
    assert many == few
    page = text_of(answer)
    assert "1ページ目（全 3ページ）" in page
    assert text_of(desk.get(f"/vehicles/{car.id}/life?page=3")).count("走行 120 km") > 10
    assert "2021年" in page.replace("2020年", "2021年")


def test_only_staff_see_it(client: CheckingClient) -> None:
    car = factories.vehicle()
    assert client.get(f"/vehicles/{car.id}/life").status_code == 303
    assert client.sign_in_as(Role.MEMBER).get(f"/vehicles/{car.id}/life").status_code == 403
