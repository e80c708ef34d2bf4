"""How a car leaves: where to, with which proof, and what stops it."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from mra.core import proofs
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.db import db
from mra.core.errors import Refused
from mra.upkeep import services as upkeep
from mra.upkeep.models import UpkeepTask
from mra.upkeep.rules import TaskKind, TaskStatus
from mra.vehicles import queries, services
from mra.vehicles.models import Retirement, Vehicle
from mra.vehicles.retiring import RetirementKind, RetirementStep, steps_of
from mra.vehicles.rules import VehicleStatus
from mra.vehicles.services import Leaving, retired
from tests import factories
from tests.conftest import CheckingClient
from tests.vehicles.test_views import text_of

pytestmark = pytest.mark.usefixtures("story_time")

TODAY = date(2026, 8, 18)
LEAVING = {
    "kind": "recycling",
    "retired_on": "令和8年8月18日",
    "to_whom": "石巻リサイクルセンター",
    "yen": "３０，０００",
}
JPEG = b"\xff\xd8\xff\xe0 a photograph \xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n a picture IEND\xaeB`\x82"


@pytest.fixture
def desk(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.DESK)


@pytest.fixture
def car(session: None) -> Vehicle:
    return factories.vehicle(factories.base(factories.activation()))


def leave(car: Vehicle, **values: Any) -> Retirement:
    facts = {"kind": RetirementKind.SALE, "retired_on": TODAY, "to_whom": "中古車センター"} | values
    return services.retire(car, Leaving(**facts), by=SYSTEM)


class TestLeaving:
    def test_a_car_leaves_with_its_record(self, car: Vehicle) -> None:
        made = leave(car, yen=250_000, done_steps=[RetirementStep.KEYS, RetirementStep.PLATES])
        assert car.status is VehicleStatus.RELEASED
        assert (made.yen, made.done_steps) == (250_000, ["keys"])  # A sold car keeps its plates.

    def test_what_was_planned_for_it_is_cancelled(self, car: Vehicle) -> None:
        task = upkeep.plan(car, upkeep.Plan(TaskKind.OIL, TODAY), by=SYSTEM)
        leave(car)
        assert db.session.get_one(UpkeepTask, task.id).status is TaskStatus.CANCELLED

    def test_who_asked_to_be_told_is_told_once(self, car: Vehicle) -> None:
        told: list[int] = []

        def listen(vehicle: Vehicle) -> None:
            told.append(vehicle.id)

        services.after_retirement(listen)
        try:
            leave(car)
        finally:
            retired._listeners.remove(listen)
        assert told == [car.id]

    def test_a_car_that_somebody_waits_for_stays(self, car: Vehicle) -> None:
        factories.offer(factories.application(car.base.activation).requests[0], car)
        with pytest.raises(Refused, match="vehicle_in_use"):
            leave(car)

    def test_a_leased_car_stays(self, session: None) -> None:
        car = factories.vehicle()
        factories.lease(car)
        with pytest.raises(Refused, match="lease_still_runs"):
            leave(car)

    def test_a_car_does_not_leave_tomorrow(self, car: Vehicle) -> None:
        with pytest.raises(Refused, match="retired_in_future"):
            leave(car, retired_on=date(2026, 8, 19))

    def test_a_car_that_comes_back_keeps_both_stories(self, car: Vehicle) -> None:
        leave(car)
        services.readmit(car, by=SYSTEM)
        assert queries.retirement_of(car.id) is None
        leave(car, to_whom="次の買い手")
        now = queries.retirement_of(car.id)
        assert now is not None
        assert now.to_whom == "次の買い手"
        assert db.session.scalar(select(func.count()).select_from(Retirement)) == 2

    def test_a_car_leaves_once(self, car: Vehicle) -> None:
        leave(car)
        db.session.add(
            Retirement(
                vehicle_id=car.id, kind=RetirementKind.SALE, retired_on=TODAY, to_whom="x", done_steps=[],
                created_at=car.created_at,
            )
        )  # fmt: skip
        with pytest.raises(Exception, match="uq_vehicle_retirements_one_in_force"):
            db.session.flush()

    def test_a_scrapped_car_gives_back_its_plates_and_a_sold_one_its_name(self) -> None:
        assert RetirementStep.PLATES in steps_of(RetirementKind.RECYCLING)
        assert RetirementStep.RENAMED in steps_of(RetirementKind.SALE)
        assert RetirementStep.RENAMED not in steps_of(RetirementKind.RECYCLING)


class TestPage:
    def test_a_car_leaves_by_the_form_with_its_proof(self, desk: CheckingClient, car: Vehicle) -> None:
        place = f"/vehicles/{car.id}/retirement"
        data = LEAVING | {"steps": ["keys"], "file": (BytesIO(JPEG), "C:\\証明\\引取証明書.JPG")}
        assert desk.post(place, data=data, content_type="multipart/form-data").status_code == 303
        page = text_of(desk.get(place))
        assert "石巻リサイクルセンター" in page
        assert "リサイクルの査定額 30,000 円" in page
        assert "残っている手続き：抹消登録（軽自動車は解体返納）、リサイクル券の引渡し" in page
        proof = desk.get(f"{place}/proof")
        assert (proof.data, proof.mimetype) == (JPEG, "image/jpeg")
        assert "attachment" in proof.headers["Content-Disposition"]

    def test_what_is_left_is_done_later(self, desk: CheckingClient, car: Vehicle) -> None:
        leave(car)
        place = f"/vehicles/{car.id}/retirement"
        steps = [step.value for step in steps_of(RetirementKind.SALE)]
        data = {"steps": steps, "file": (BytesIO(PNG), "受領書")}
        desk.post(f"{place}/steps", data=data, content_type="multipart/form-data")
        page = text_of(desk.get(place))
        assert "手続きはすべて済んでいます" in page
        assert "受領書.png" in page

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("kind", "", "行き先を選んでください"),
            ("retired_on", "2026/8/19", "運用を終えた日が今日より後"),
            ("retired_on", "いつか", "日付として読み取れません"),
            ("to_whom", " ", "引き渡した先を入力してください"),
            ("yen", "高値", "金額は円単位の整数"),
        ],
    )
    def test_what_cannot_be_read_is_told_and_nothing_happens(
        self, desk: CheckingClient, car: Vehicle, field: str, value: str, sentence: str
    ) -> None:
        answer = desk.post(f"/vehicles/{car.id}/retirement", data=LEAVING | {field: value})
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        db.session.expire_all()
        assert car.status is VehicleStatus.READY

    def test_a_file_that_is_something_else_is_told(self, desk: CheckingClient, car: Vehicle) -> None:
        data = LEAVING | {"file": (BytesIO(b"MZ not a paper"), "証明.pdf")}
        answer = desk.post(f"/vehicles/{car.id}/retirement", data=data, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "PDF・JPEG・PNGのどれでもない" in text_of(answer)

    def test_who_waits_for_the_car_is_shown_instead_of_the_form(self, desk: CheckingClient, car: Vehicle) -> None:
        factories.offer(factories.application(car.base.activation).requests[0], car)
        page = desk.get(f"/vehicles/{car.id}/retirement").get_data(as_text=True)
        assert "案内中" in page
        assert 'name="to_whom"' not in page
        assert "山田" not in page

    def test_a_viewer_sees_the_record_and_changes_nothing(self, client: CheckingClient, car: Vehicle) -> None:
        leave(car)
        viewer = client.sign_in_as(Role.VIEWER)
        page = viewer.get(f"/vehicles/{car.id}/retirement")
        assert "中古車センター" in text_of(page)
        assert "手続きの状況を記録する" not in text_of(page)
        assert viewer.post(f"/vehicles/{car.id}/retirement/steps").status_code == 403


class TestProofs:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b" ", "empty"),
            (JPEG[:-2], "cut_off"),
            (PNG[:-8], "cut_off"),
            (b"GIF89a", "other_kind"),
            (b"PK\x03\x04", "other_kind"),
            (b"%PDF-1.7", "cut_off"),
            (b"\xff\xd8\xff" + b" " * proofs.MOST_BYTES, "too_large"),
        ],
    )
    def test_a_file_is_judged_by_its_content(self, content: bytes, code: str) -> None:
        with pytest.raises(proofs.ProofFault) as fault:
            proofs.kind_of(content)
        assert fault.value.code == code
        assert fault.value.sentence

    def test_pictures_are_known(self) -> None:
        assert (proofs.kind_of(JPEG), proofs.kind_of(PNG)) == ("image/jpeg", "image/png")
