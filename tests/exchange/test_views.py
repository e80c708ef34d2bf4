"""The pages on which tables come in and go out."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from mra.core import clock
from mra.core.access import Role
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.core.outbox import JOBS, OutboxRow
from mra.exchange import services
from mra.exchange.models import ImportRow, TableImport
from mra.exchange.services import checking, storing
from mra.vehicles.models import Vehicle
from tests import factories
from tests.conftest import CheckingClient
from tests.statements import statements
from tests.vehicles.test_views import count_of, text_of

from .sheets import csv_bytes, other, row, xlsx_bytes

pytestmark = pytest.mark.usefixtures("story_time")


@pytest.fixture
def desk(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.DESK)


@pytest.fixture
def coordinator(client: CheckingClient) -> CheckingClient:
    return client.sign_in_as(Role.COORDINATOR)


class TestImport:
    def upload(self, client: CheckingClient, content: bytes, name: str = "車両.csv") -> Any:
        return client.post("/exchange/vehicles/imports", data={"file": (BytesIO(content), name)})

    def test_nothing_is_stored_before_the_confirmation(self, coordinator: CheckingClient) -> None:
        answer = self.upload(coordinator, csv_bytes(row(), other(2), encoding="cp932"))
        page = text_of(coordinator.get(answer.location))
        assert "新しく2台を登録できます。まだ何も登録していません。" in page
        assert count_of(Vehicle) == 0

    def test_the_report_names_row_column_and_reason(self, coordinator: CheckingClient) -> None:
        answer = self.upload(coordinator, xlsx_bytes(row(), other(2, 定員="多い")), "車両.xlsx")
        page = text_of(coordinator.get(answer.location))
        assert "3行目 定員(E3) 多い 定員は1〜60の数字で入力してください。" in page
        assert "新しく1台を登録できます。1行は直すところがあります。" in page

    def test_the_good_rows_are_stored_once_however_often_they_are_confirmed(self, coordinator: CheckingClient) -> None:
        place = self.upload(coordinator, csv_bytes(row(), other(2), other(3, 車名=""))).location
        for _ in range(2):
            answer = coordinator.post(f"{place}/confirmation")
            assert answer.location == place
        assert count_of(Vehicle) == 2
        assert "新しく2台を登録しました。残りの1行は" in text_of(coordinator.get(place))

    def test_rows_that_went_bad_meanwhile_are_told_and_nothing_is_stored(self, coordinator: CheckingClient) -> None:
        place = self.upload(coordinator, csv_bytes(row(), other(2))).location
        factories.vehicle(chassis_number="HA36S-105678", plate_serial=9, lawful_until=None)
        coordinator.post(f"{place}/confirmation")
        assert count_of(Vehicle) == 1
        page = text_of(coordinator.get(place))
        assert "1行の結果が変わりました" in page
        page = text_of(coordinator.get(f"{place}?show=changed"))
        assert "2行目 熊本 580 わ ・・・9 ナンバー 熊本 580 わ ・・・9 熊本 580 わ 12-34" in page
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
            (csv_bytes(row(), headings=["色"] * 19), "見出しの行が見つかりません"),
        ],
    )
    def test_a_file_that_cannot_be_used_is_told_on_the_page(
        self, coordinator: CheckingClient, content: bytes, sentence: str
    ) -> None:
        answer = self.upload(coordinator, content)
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert count_of(TableImport) == 0

    def test_no_file_at_all_is_told(self, coordinator: CheckingClient) -> None:
        assert "ファイルを選んでください" in text_of(coordinator.post("/exchange/vehicles/imports", data={}))

    def test_a_filled_form_of_ours_goes_all_the_way(self, coordinator: CheckingClient) -> None:
        for kind in ("xlsx", "csv"):
            form = coordinator.get(f"/exchange/vehicles/template.{kind}")
            assert form.status_code == 200
            assert "attachment" in form.headers["Content-Disposition"]
            page = coordinator.get(self.upload(coordinator, form.data).location)
            assert "見本の行だけのファイルです" in text_of(page)

    def test_the_desk_registers_one_by_one_only(self, desk: CheckingClient) -> None:
        assert desk.get("/exchange/vehicles/imports/new").status_code == 403
        assert self.upload(desk, csv_bytes(row())).status_code == 403
        assert "表から読み込む" not in text_of(desk.get("/vehicles"))

    def test_the_old_address_leads_to_the_new_one(self, coordinator: CheckingClient) -> None:
        answer = coordinator.get("/vehicles/imports/new")
        assert (answer.status_code, answer.location) == (301, "/exchange/vehicles/imports/new")

    def test_a_table_that_nobody_wants_is_cancelled(self, coordinator: CheckingClient) -> None:
        place = self.upload(coordinator, csv_bytes(row())).location
        assert coordinator.post(f"{place}/cancellation").location == "/exchange"
        assert "取りやめました。何も登録していません。" in text_of(coordinator.get(place))
        assert coordinator.post(f"{place}/confirmation").status_code == 409

    def test_a_report_is_told_in_as_many_statements_however_long_it_is(self, coordinator: CheckingClient) -> None:
        def read(count: int) -> int:
            place = self.upload(coordinator, csv_bytes(*(other(number) for number in range(1, count + 1)))).location
            with statements() as seen:
                assert coordinator.get(place).status_code == 200
            return len(seen)

        assert read(2) == read(60)

    def test_a_long_report_goes_on_on_the_next_page(self, coordinator: CheckingClient) -> None:
        place = self.upload(coordinator, csv_bytes(*(other(number) for number in range(1, 61)))).location
        assert "HA36S-200051" not in text_of(coordinator.get(place))
        assert "HA36S-200051" in text_of(coordinator.get(f"{place}?show=new&after=51"))


class TestLongTables:
    def test_a_long_table_is_checked_by_jobs_with_its_progress(
        self, coordinator: CheckingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checking, "AT_ONCE_BYTES", 0)
        monkeypatch.setattr(checking, "SLICE_ROWS", 2)
        monkeypatch.setattr(storing, "AT_ONCE_ROWS", 0)
        place = TestImport().upload(coordinator, csv_bytes(*(other(number) for number in range(1, 6)))).location
        seen = []
        while "ただいま確認しています" in (page := text_of(answer := coordinator.get(place))):
            assert answer.headers["Refresh"] == "2"
            seen.append(page.split("確認した行")[1].split("行")[0].strip())
            keep_next_promise()
        assert seen == ["0", "0", "2", "4"]
        assert "新しく5台を登録できます" in page
        coordinator.post(f"{place}/confirmation")
        assert "5行をまとめて登録しています" in text_of(coordinator.get(place))
        keep_next_promise()
        assert "新しく5台を登録しました" in text_of(coordinator.get(place))
        assert count_of(Vehicle) == 5

    def test_a_long_file_that_cannot_be_used_is_told_on_its_page(
        self, coordinator: CheckingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checking, "AT_ONCE_BYTES", 0)
        place = TestImport().upload(coordinator, b"PK\x03\x04 no archive", "車両.xlsx").location
        keep_next_promise()
        assert "表計算のファイルとして読み取れません" in text_of(coordinator.get(place))

    def test_a_job_that_runs_twice_checks_once(
        self, coordinator: CheckingClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(checking, "AT_ONCE_BYTES", 0)
        TestImport().upload(coordinator, csv_bytes(row()))
        made = db.session.scalars(select(TableImport)).one()
        for _ in range(2):
            services.check_slice(made.id, 0)
        assert (made.slices, made.row_count, count_of(ImportRow)) == (1, 1, 1)


class TestExport:
    @pytest.fixture(autouse=True)
    def car(self, session: None) -> None:
        factories.vehicle(name="𠮷野号", remarks="=cmd|'/c calc'!A1")

    def fetched(self, client: CheckingClient, file_format: str) -> Any:
        answer = client.post("/exchange/vehicles/exports", data={"format": file_format})
        assert answer.status_code == 303
        return client.get(answer.location)

    @pytest.mark.parametrize("file_format", ["xlsx", "csv"])
    def test_the_name_of_the_file_can_be_sent_by_every_server(
        self, coordinator: CheckingClient, file_format: str
    ) -> None:
        headers = self.fetched(coordinator, file_format).headers
        assert headers["Content-Disposition"].isascii()
        assert "filename*=UTF-8''%E8%BB%8A%E4%B8%A1" in headers["Content-Disposition"]

    def test_a_workbook_holds_texts_only(self, coordinator: CheckingClient) -> None:
        answer = self.fetched(coordinator, "xlsx")
        assert "%E8%BB%8A%E4%B8%A1%E4%B8%80%E8%A6%A7" in answer.headers["Content-Disposition"]
        sheet = load_workbook(BytesIO(answer.data)).active
        assert sheet is not None
        cells = {cell.value: cell for cell in next(sheet.iter_rows(min_row=2))}
        assert cells["=cmd|'/c calc'!A1"].data_type == "s"

    def test_a_csv_file_keeps_formulas_asleep(self, coordinator: CheckingClient) -> None:
        text = self.fetched(coordinator, "csv").data.decode("utf-8-sig")
        assert "'=cmd|'/c calc'!A1" in text
        assert "𠮷野号" in text

    def test_what_an_older_encoding_cannot_hold_is_listed_first(self, coordinator: CheckingClient) -> None:
        page = self.fetched(coordinator, "cp932")
        assert "2行目 車名 𠮷 𠮷野号" in text_of(page)
        place = next(part for part in page.get_data(as_text=True).split('"') if part.endswith("/file"))
        assert "〓野号".encode("cp932") in coordinator.get(place).data

    def test_who_took_what_is_noted_and_nothing_of_it(self, coordinator: CheckingClient) -> None:
        self.fetched(coordinator, "csv")
        event = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "table_export")).one()
        assert event.facts == {"kind": "vehicles", "file_format": "csv", "rows": 1}
        assert event.actor_id is not None

    def test_a_file_is_fetched_by_whoever_asked_for_it_and_soon(
        self, client: CheckingClient, story_time: datetime
    ) -> None:
        client.sign_in_as(Role.COORDINATOR)
        place = client.post("/exchange/vehicles/exports", data={"format": "csv"}).location
        with clock.stopped(story_time + timedelta(minutes=16)):
            answer = client.get(place)
        assert answer.status_code == 409
        assert "もう一度書き出してください" in text_of(answer)
        client.post("/sign-out")
        client.sign_in_as(Role.ADMIN)
        assert client.get(place).status_code == 404

    def test_the_desk_takes_no_table_out(self, desk: CheckingClient) -> None:
        assert desk.get("/exchange").status_code == 403
        assert desk.post("/exchange/vehicles/exports", data={"format": "csv"}).status_code == 403

    def test_a_table_that_does_not_exist_is_not_found(self, coordinator: CheckingClient) -> None:
        assert coordinator.post("/exchange/people/exports").status_code == 404


def test_the_page_of_tables_offers_each_of_them(coordinator: CheckingClient) -> None:
    page = text_of(coordinator.get("/exchange"))
    assert "車両を読み込む" in page
    assert "まだ読み込みはありません" in page


def keep_next_promise() -> None:
    """The next job of tables, run as a worker does."""
    db.session.flush()
    waiting = select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.job.startswith("exchange."))
    promise = db.session.scalars(waiting.order_by(OutboxRow.id)).first()
    assert promise is not None
    JOBS[promise.job].run(**promise.args)
    promise.done_at = clock.now()
    db.session.flush()
