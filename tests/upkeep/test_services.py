"""Work, tyres, damage and the odometer of a car."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.audit import begin, timeline
from mra.core.db import db
from mra.core.errors import Refused
from mra.upkeep import queries, services
from mra.upkeep.models import TyreSet, UpkeepTask
from mra.upkeep.rules import MarkPlace, MarkStatus, Season, TaskKind, TaskStatus, TyreStatus
from mra.upkeep.services import Plan, Work
from mra.vehicles import services as vehicles
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import OutReason, VehicleStatus
from tests import factories

pytestmark = pytest.mark.usefixtures("session", "story_time")

TODAY = date(2026, 8, 18)


@pytest.fixture
def car() -> Vehicle:
    return factories.vehicle(factories.base(factories.activation()))


def planned(car: Vehicle, kind: TaskKind = TaskKind.OIL, **values: object) -> UpkeepTask:
    return services.plan(car, Plan(kind, date(2026, 9, 1), **values), by=SYSTEM)  # type: ignore[arg-type]


class TestWork:
    def test_work_needs_a_day_or_kilometres(self, car: Vehicle) -> None:
        with pytest.raises(Refused, match="upkeep_without_due"):
            services.plan(car, Plan(TaskKind.OIL, None), by=SYSTEM)

    def test_a_car_stands_still_for_a_repair_and_comes_back_with_it(self, car: Vehicle) -> None:
        task = planned(car, TaskKind.REPAIR, note="右前のブレーキ", keeps_off_road=True)
        assert (car.status, car.out_reason, car.out_note) == (
            VehicleStatus.OUT_OF_SERVICE,
            OutReason.BREAKDOWN,
            "右前のブレーキ",
        )
        services.finish(task, Work(TODAY, 40_010, cost_yen=12_000, puts_back=True), by=SYSTEM)
        assert (car.status, car.odometer_km, task.cost_yen) == (VehicleStatus.READY, 40_010, 12_000)

    def test_a_car_that_is_offered_does_not_stand_still_unnoticed(self, car: Vehicle) -> None:
        application = factories.application(car.base.activation)
        factories.offer(application.requests[0], car)
        with pytest.raises(Refused, match="vehicle_in_use"):
            planned(car, TaskKind.REPAIR, keeps_off_road=True)
        assert [booking.word for booking in vehicles.bookings_of(car.id)] == ["案内中"]

    def test_work_for_which_the_car_goes_on_is_planned_in_any_case(self, car: Vehicle) -> None:
        factories.offer(factories.application(car.base.activation).requests[0], car)
        assert planned(car).keeps_off_road is False

    def test_an_oil_change_plans_the_next_one(self, car: Vehicle) -> None:
        services.finish(planned(car), Work(TODAY, 41_000, next_on=date(2027, 2, 16), next_km=46_000), by=SYSTEM)
        following = queries.tasks_of(car.id)[0]
        assert (following.status, following.planned_km) == (TaskStatus.PLANNED, 46_000)

    def test_a_garage_of_the_alliance_is_known_by_its_name(self, car: Vehicle) -> None:
        garage = factories.member("石巻整備")
        done = services.record(car, TaskKind.REPAIR, Work(TODAY, done_by="石巻整備"), by=SYSTEM)
        assert (done.member_id, done.worker) == (garage.id, "石巻整備")
        other = services.record(car, TaskKind.REPAIR, Work(TODAY, done_by="近くの工場"), by=SYSTEM)
        assert (other.member_id, other.worker) == (None, "近くの工場")

    def test_work_is_finished_once(self, car: Vehicle) -> None:
        task = planned(car)
        services.finish(task, Work(TODAY), by=SYSTEM)
        with pytest.raises(Refused, match="upkeep_not_planned"):
            services.finish(task, Work(TODAY), by=SYSTEM)

    def test_work_is_not_done_tomorrow(self, car: Vehicle) -> None:
        with pytest.raises(Refused, match="upkeep_in_future"):
            services.record(car, TaskKind.OIL, Work(date(2026, 8, 19)), by=SYSTEM)

    def test_the_cost_of_a_car_is_the_sum_of_what_was_done(self, car: Vehicle) -> None:
        services.record(car, TaskKind.OIL, Work(TODAY, cost_yen=4_400), by=SYSTEM)
        services.record(car, TaskKind.CLEANING, Work(TODAY, cost_yen=3_000), by=SYSTEM)
        services.cancel(planned(car), by=SYSTEM)
        assert queries.cost_of(car.id) == 7_400

    def test_a_car_that_is_gone_needs_nothing(self, car: Vehicle) -> None:
        task = planned(car)
        vehicles.release(car, by=SYSTEM)
        services.cancel_all(car)
        assert task.status is TaskStatus.CANCELLED
        with pytest.raises(Refused, match="upkeep_car_is_gone"):
            planned(car)

    def test_a_repair_mends_damage(self, car: Vehicle) -> None:
        mark = services.note_mark(car, by=SYSTEM, place=MarkPlace.LEFT, text="へこみ", noticed_on=TODAY)
        services.record(car, TaskKind.REPAIR, Work(TODAY, repaired=[mark]), by=SYSTEM)
        assert (mark.status, mark.repaired_on) == (MarkStatus.REPAIRED, TODAY)


class TestDueList:
    def test_the_most_pressing_work_stands_on_top(self, car: Vehicle) -> None:
        for day, km in [(date(2026, 10, 1), None), (None, 40_900), (None, 39_000), (date(2026, 8, 1), None)]:
            services.plan(car, Plan(TaskKind.OIL, day, km), by=SYSTEM)
        services.plan(car, Plan(TaskKind.OIL, date(2027, 8, 1), 90_000), by=SYSTEM)
        shown = [(task.planned_on, task.planned_km) for task in queries.due_page().tasks]
        assert shown == [(date(2026, 8, 1), None), (None, 39_000), (None, 40_900), (date(2026, 10, 1), None)]
        assert (queries.due_counts().due, queries.due_counts().overdue) == (4, 2)

    def test_pages_go_on_and_back_without_a_gap(self, car: Vehicle, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queries, "PAGE_ROWS", 2)
        tasks = [planned(car) for _ in range(5)]
        first = queries.due_page()
        second = queries.due_page(after=first.after)
        third = queries.due_page(after=second.after)
        assert [task.id for page in (first, second, third) for task in page.tasks] == [task.id for task in tasks]
        assert third.after is None
        assert [t.id for t in queries.due_page(before=third.before).tasks] == [t.id for t in second.tasks]

    def test_a_car_that_is_gone_is_not_in_the_list(self, car: Vehicle) -> None:
        planned(car)
        vehicles.release(car, by=SYSTEM)
        assert queries.due_page().tasks == []


class TestTyres:
    def add(self, car: Vehicle, season: Season, stored_at: str = "", tread: str = "7.0") -> TyreSet:
        return services.add_tyres(
            car,
            by=SYSTEM,
            season=season,
            size="155/65R14",
            tyre_count=4,
            stored_at=stored_at,
            tread_mm=Decimal(tread),
            on=TODAY,
        )

    def test_winter_tyres_go_on_and_the_others_into_store(self, car: Vehicle) -> None:
        summer = self.add(car, Season.SUMMER)
        winter = self.add(car, Season.STUDLESS, "石巻倉庫 A-12")
        assert "studless" not in car.features
        services.change_tyres(winter, by=SYSTEM, on=TODAY, stored_at="天草拠点の倉庫")
        assert (winter.status, winter.stored_at) == (TyreStatus.MOUNTED, "")
        assert (summer.status, summer.stored_at) == (TyreStatus.STORED, "天草拠点の倉庫")
        assert "studless" in car.features
        services.change_tyres(summer, by=SYSTEM, on=TODAY, stored_at="石巻倉庫")
        assert "studless" not in car.features

    def test_tyres_that_come_off_need_a_place(self, car: Vehicle) -> None:
        self.add(car, Season.SUMMER)
        winter = self.add(car, Season.STUDLESS, "石巻倉庫")
        with pytest.raises(Refused, match="tyres_need_a_place"):
            services.change_tyres(winter, by=SYSTEM, on=TODAY)

    def test_worn_tyres_on_cars_are_found(self, car: Vehicle) -> None:
        self.add(car, Season.STUDLESS, tread="8.0")
        assert queries.due_counts().worn == 0
        [mounted] = queries.tyre_sets_of(car.id)
        services.measure(mounted, by=SYSTEM, on=TODAY, tread_mm=Decimal("3.5"))
        assert queries.due_counts().worn == 1
        assert [one.id for one in queries.worn_page()[0]] == [mounted.id]

    def test_an_older_measurement_does_not_count_as_the_newest(self, car: Vehicle) -> None:
        mounted = self.add(car, Season.STUDLESS, tread="8.0")
        services.measure(mounted, by=SYSTEM, on=date(2026, 1, 10), tread_mm=Decimal("1.0"))
        assert mounted.last_reading is not None
        assert mounted.last_reading.tread_mm == Decimal("8.0")
        assert queries.due_counts().worn == 0

    def test_the_database_lets_one_set_be_on_a_car(self, car: Vehicle) -> None:
        self.add(car, Season.SUMMER)
        second = TyreSet(
            vehicle_id=car.id, season=Season.SUMMER, size="1", tyre_count=4, stored_at="x", moved_on=TODAY,
            created_at=car.created_at,
        )  # fmt: skip
        begin(second, by=SYSTEM)
        with pytest.raises(Exception, match="uq_tyre_sets_one_mounted_per_vehicle"):
            db.session.execute(TyreSet.__table__.update().values(status="mounted", stored_at=""))


class TestOdometer:
    def test_the_present_kilometres_follow_the_newest_reading(self, car: Vehicle) -> None:
        services.record_odometer(car, by=SYSTEM, on=TODAY, odometer_km=40_200)
        assert car.odometer_km == 40_200

    def test_an_older_reading_is_kept_in_order_and_lowers_nothing(self, car: Vehicle) -> None:
        services.record_odometer(car, by=SYSTEM, on=date(2026, 7, 1), odometer_km=39_000)
        assert car.odometer_km == 40_000
        assert [one.odometer_km for one in queries.known_readings(car)] == [39_000]

    def test_a_lower_reading_is_looked_at_again(self, car: Vehicle) -> None:
        with pytest.raises(Refused, match="odometer_below_earlier"):
            services.record_odometer(car, by=SYSTEM, on=TODAY, odometer_km=39_000)
        assert car.odometer_km == 40_000
        made = services.record_odometer(car, by=SYSTEM, on=TODAY, odometer_km=39_000, is_confirmed=True)
        assert (car.odometer_km, made.is_confirmed) == (39_000, True)

    def test_a_reading_of_earlier_days_does_not_exceed_the_later_ones(self, car: Vehicle) -> None:
        with pytest.raises(Refused, match="odometer_above_later"):
            services.record_odometer(car, by=SYSTEM, on=date(2026, 7, 1), odometer_km=41_000)

    def test_readings_of_loans_count_too(self, car: Vehicle) -> None:
        request = factories.application(car.base.activation).requests[0]
        factories.loan_out(request, car, handed_over_at=clock.now() - timedelta(days=3))
        assert [(one.on, one.odometer_km) for one in queries.known_readings(car)] == [(date(2026, 8, 15), 40_000)]

    def test_who_read_the_odometer_stands_in_the_history(self, car: Vehicle) -> None:
        services.record_odometer(car, by=SYSTEM, on=TODAY, odometer_km=40_200)
        newest = timeline(("vehicle", [car.id]))[0]
        assert (newest.action, newest.facts["odometer_km"]) == ("read_odometer", 40_200)


class TestDamage:
    def test_a_mark_that_was_a_mistake_is_shown_no_more(self, car: Vehicle) -> None:
        mark = services.note_mark(car, by=SYSTEM, place=MarkPlace.REAR, text="擦り傷", noticed_on=TODAY)
        services.strike(mark, by=SYSTEM)
        assert queries.marks_of(car.id) == []
        assert db.session.scalars(select(type(mark))).one().status is MarkStatus.STRUCK
