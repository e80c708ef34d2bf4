"""The pages on which a spreadsheet becomes cars."""

from io import BytesIO
from typing import Any

import pytest

from mra.core.access import Role
from mra.vehicles.models import Vehicle, VehicleImport
from tests import factories
from tests.conftest import CheckingClient

from .spreadsheets.sheets import csv_bytes, other, row, xlsx_bytes
from .test_views import count_of, text_of

pytestmark = pytest.mark.usefixtures("story_time")


@pytest.fixture
def desk(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.DESK)


@pytest.fixture
def coordinator(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.COORDINATOR)


class TestImport:
    def upload(self, client: CheckingClient, content: bytes, name: str = "車両.csv") -> Any:
        return client.post("/vehicles/imports", data={"file": (BytesIO(content), name)})

    def test_nothing_is_stored_before_the_confirmation(self, coordinator: CheckingClient) -> None:
        answer = self.upload(coordinator, csv_bytes(row(), other(2), encoding="cp932"))
        page = text_of(coordinator.get(answer.location))
        assert "2行すべてを登録できます。まだ何も登録していません。" in page
        assert count_of(Vehicle) == 0

    def test_the_report_names_row_column_and_reason(self, coordinator: CheckingClient) -> None:
        answer = self.upload(coordinator, xlsx_bytes(row(), other(2, 定員="多い")), "車両.xlsx")
        page = text_of(coordinator.get(answer.location))
        assert "3行目 定員(E3) 多い 定員は1〜60の数字で入力してください。" in page
        assert "1行は登録できます。1行は直すところがあります。" in page

    def test_the_good_rows_are_stored_once_however_often_they_are_confirmed(self, coordinator: CheckingClient) -> None:
        place = self.upload(coordinator, csv_bytes(row(), other(2), other(3, 車名=""))).location
        for _ in range(2):
            answer = coordinator.post(f"{place}/confirmation")
            assert answer.location == place
        assert count_of(Vehicle) == 2
        assert "2台の車両を登録しました。残りの1行は" in text_of(coordinator.get(place))

    def test_rows_that_went_bad_meanwhile_are_told_and_nothing_is_stored(self, coordinator: CheckingClient) -> None:
        place = self.upload(coordinator, csv_bytes(row(), other(2))).location
        factories.vehicle(chassis_number="HA36S-105678", plate_serial=9)
        coordinator.post(f"{place}/confirmation")
        assert count_of(Vehicle) == 1
        page = text_of(coordinator.get(place))
        assert "1行が登録できなくなりました" in page
        assert "2行目 車台番号(B2) HA36S-105678 この車台番号の車両はすでに登録されています" in page
        coordinator.post(f"{place}/confirmation")
        assert count_of(Vehicle) == 2

    def test_a_file_without_a_good_row_has_nothing_to_confirm(self, coordinator: CheckingClient) -> None:
        place = self.upload(coordinator, csv_bytes(row(車名=""))).location
        assert coordinator.post(f"{place}/confirmation").status_code == 409

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"", "ファイルが空です"),
            (b"\x89PNG\r\n\x1a\n\x00", "表計算のファイルとして読み取れません"),
            (csv_bytes(row(), encoding="cp932") + b"\x81", "3行目に読み取れない文字があります"),
            (csv_bytes(row(), headings=["色"] * 17), "使えない見出しがあります"),
        ],
    )
    def test_a_file_that_cannot_be_used_is_told_on_the_page(
        self, coordinator: CheckingClient, content: bytes, sentence: str
    ) -> None:
        answer = self.upload(coordinator, content)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert count_of(VehicleImport) == 0

    def test_no_file_at_all_is_told(self, coordinator: CheckingClient) -> None:
        assert "ファイルを選んでください" in text_of(coordinator.post("/vehicles/imports", data={}))

    def test_a_filled_form_of_ours_goes_all_the_way(self, coordinator: CheckingClient) -> None:
        for kind in ("xlsx", "csv"):
            form = coordinator.get(f"/vehicles/imports/template.{kind}")
            assert form.status_code == 200
            assert "attachment" in form.headers["Content-Disposition"]
            page = coordinator.get(self.upload(coordinator, form.data).location)
            assert "見本の行だけのファイルです" in text_of(page)

    def test_the_desk_registers_one_by_one_only(self, desk: CheckingClient) -> None:
        assert desk.get("/vehicles/imports/new").status_code == 403
        assert self.upload(desk, csv_bytes(row())).status_code == 403
        assert "表計算ファイルから登録する" not in text_of(desk.get("/vehicles"))
