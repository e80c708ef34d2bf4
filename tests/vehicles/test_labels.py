"""Labels: asked for, drawn once, really readable, and leading where they should."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image

from mra.core.access import Role
from mra.core.db import db
from mra.core.outbox import JOBS, OutboxRow
from mra.vehicles import services
from mra.vehicles.label_drawing import Label, label_of, pdf_of, qr_image
from mra.vehicles.models import LabelSheet, Vehicle
from tests import factories
from tests.conftest import CheckingClient
from tests.vehicles.test_views import text_of

pytestmark = pytest.mark.usefixtures("story_time")


@pytest.fixture
def car(session: None) -> Vehicle:
    return factories.vehicle(factories.base(factories.activation()), plate_serial=1234)


def a_label(plate: str, address: str) -> Label:
    return Label(plate, "エブリイ", "天草拠点", "0969-00-0000", qr_image(address))


def printed(pdf: bytes, folder: Path, dpi: int = 150) -> list[Image.Image]:
    """The pages as an office printer would show them."""
    (folder / "labels.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", "labels.pdf", "page"], cwd=folder, check=True, timeout=60)
    return [Image.open(path) for path in sorted(folder.glob("page*.png"))]


def test_every_printed_code_can_be_read(app: Flask, car: Vehicle, tmp_path: Path) -> None:
    addresses = [f"https://mra.example.jp/q/{number:012x}" for number in range(11)]
    pdf = pdf_of([a_label(f"熊本 580 わ 10-{number:02}", address) for number, address in enumerate(addresses)])
    pages = printed(pdf, tmp_path)
    read = [sorted({code.text for code in zxingcpp.read_barcodes(page)}) for page in pages]
    assert read == [sorted(addresses[:10]), addresses[10:]]


def test_a_label_tells_the_car_and_whom_to_ring(car: Vehicle) -> None:
    label = label_of(car, "https://mra.example.jp", "0225-00-0000")
    assert (label.plate, label.base, label.phone) == ("熊本 580 わ 12-34", "天草拠点", "0960-00-0000")
    assert label_of(factories.vehicle(), "https://mra.example.jp", "0225-00-0000").phone == "0225-00-0000"


def test_every_car_has_a_code_of_its_own_that_is_not_its_number(car: Vehicle) -> None:
    codes = {car.label_code, *(factories.vehicle().label_code for _ in range(5))}
    assert len(codes) == 6
    assert all(len(code) == 12 for code in codes)


class TestSheet:
    def test_the_worker_draws_a_sheet_once(self, client: CheckingClient, car: Vehicle, app: Flask) -> None:
        desk = client.sign_in_as(Role.DESK)
        place = desk.post(f"/vehicles/{car.id}/labels").headers["Location"]
        waiting = desk.get(place)
        assert waiting.headers["Refresh"]
        assert "1台分のラベルを作っています" in text_of(waiting)
        assert desk.get(f"{place}.pdf").status_code == 404
        row = db.session.query(OutboxRow).filter_by(job="vehicles.draw_labels").one()
        assert JOBS[row.job].run(**row.args) is True
        assert JOBS[row.job].run(**row.args) is False
        ready = desk.get(place)
        assert "Refresh" not in ready.headers
        assert "ラベルができました" in text_of(ready)
        assert desk.get(f"{place}.pdf").data.startswith(b"%PDF")

    def test_the_list_is_labelled_as_it_is_narrowed(self, client: CheckingClient, car: Vehicle) -> None:
        desk = client.sign_in_as(Role.DESK)
        factories.vehicle(factories.base(car.base.activation, "人吉拠点"))
        gone = factories.vehicle(car.base)
        services.release(gone, by=factories.SYSTEM)
        desk.post("/vehicles/labels", data={"base": str(car.base_id)})
        assert db.session.query(LabelSheet).one().vehicle_ids == [car.id]

    def test_a_list_without_cars_has_no_labels(self, client: CheckingClient, session: None) -> None:
        answer = client.sign_in_as(Role.DESK).post("/vehicles/labels", data={})
        assert answer.status_code == 409
        assert "ラベルを印刷する車両がありません" in text_of(answer)


class TestScanning:
    def scan(self, client: CheckingClient, car: Vehicle) -> Any:
        return client.get(f"/q/{car.label_code}")

    def test_anybody_is_told_whom_to_ring_and_nothing_else(self, client: CheckingClient, car: Vehicle) -> None:
        answer = self.scan(client, car)
        page = text_of(answer)
        assert answer.status_code == 200
        assert "この車は、災害支援の車です" in page
        assert "0960-00-0000" in page
        for secret in ("12-34", "アルト", car.chassis_number, "天草拠点"):
            assert secret not in page

    @pytest.mark.parametrize("role", [Role.DESK, Role.VIEWER])
    def test_staff_land_on_the_page_of_the_car(self, client: CheckingClient, car: Vehicle, role: Role) -> None:
        answer = self.scan(client.sign_in_as(role), car)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/vehicles/{car.id}")

    def test_people_of_a_member_are_anybody(self, client: CheckingClient, car: Vehicle) -> None:
        assert self.scan(client.sign_in_as(Role.MEMBER), car).status_code == 200

    def test_staff_who_are_not_signed_in_are_asked_to(self, client: CheckingClient, car: Vehicle) -> None:
        answer = client.get(f"/q/{car.label_code}/vehicle")
        assert answer.status_code == 303
        assert "/sign-in?next=/q/" in answer.headers["Location"]

    def test_a_code_of_no_car_is_not_found(self, client: CheckingClient, session: None) -> None:
        assert client.get("/q/000000000000").status_code == 404
