"""A fleet that goes out and comes back: what was not edited stays as it is, what was edited changes."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.exchange.rules import FileFormat, ImportStatus, Outcome
from mra.exchange.tables.vehicles import VEHICLES
from mra.vehicles import services as vehicles
from mra.vehicles.facts import facts_of
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import DocumentKind
from tests import factories

from .trips import Line, came_back, changes, confirmed, faults, file_of, handed_in, lines_of, outcomes

pytestmark = pytest.mark.usefixtures("session", "story_time")


@pytest.fixture
def fleet() -> list[Vehicle]:
    here = factories.base(factories.activation(), name="天草拠点")
    first = factories.vehicle(here, name="アルト", plate_serial=1, remarks="=1+1 を計算しない")
    factories.municipality()
    first.registered_in_code, first.first_registered_on = "43215", date(2020, 4, 1)
    second = factories.vehicle(here, name="𠮷野家号〜−", plate_serial=2, features=["etc", "studless"])
    third = factories.vehicle(None, name="ハイゼット", plate_area=None, lawful_until=None)
    db.session.flush()
    return [first, second, third]


def events() -> int:
    return (
        db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.subject_kind == "vehicle")) or 0
    )


@pytest.mark.parametrize("file_format", list(FileFormat))
def test_a_table_that_nobody_edited_changes_nothing(fleet: list[Vehicle], file_format: FileFormat) -> None:
    before = events()
    made = came_back(VEHICLES, file_format=file_format)
    assert outcomes(made) == [Outcome.UNCHANGED] * 3
    assert events() == before


@pytest.mark.parametrize("file_format", list(FileFormat))
def test_just_what_was_edited_changes(fleet: list[Vehicle], file_format: FileFormat) -> None:
    def work(lines: list[Line]) -> None:
        lines[0]["車名"], lines[0]["走行距離"] = "アルト・ラパン", "５５，０００"
        lines[2]["定員"] = "2"

    made = came_back(VEHICLES, work, file_format)
    assert outcomes(made) == [Outcome.CHANGED, Outcome.UNCHANGED, Outcome.CHANGED]
    assert changes(made) == [
        ("name", "アルト", "アルト・ラパン"),
        ("odometer_km", "40000", "55000"),
        ("seats", "4", "2"),
    ]
    confirmed(made)
    assert (made.status, made.stored_new, made.stored_changed) == (ImportStatus.STORED, 0, 2)
    assert (fleet[0].name, fleet[0].odometer_km, fleet[0].remarks) == ("アルト・ラパン", 55_000, "=1+1 を計算しない")
    assert (fleet[0].registered_in_code, fleet[0].first_registered_on) == ("43215", date(2020, 4, 1))
    assert fleet[1].name == "𠮷野家号〜−"
    assert fleet[2].seats == 2


def test_another_change_meanwhile_is_kept(fleet: list[Vehicle]) -> None:
    def work(lines: list[Line]) -> None:
        lines[0]["備考"] = "鍵は2本"
        vehicles.change(fleet[0], replace(facts_of(fleet[0]), name="ワゴンR"), version=fleet[0].version, by=SYSTEM)

    made = came_back(VEHICLES, work)
    assert changes(made) == [("remarks", "=1+1 を計算しない", "鍵は2本")]
    confirmed(made)
    assert (fleet[0].name, fleet[0].remarks) == ("ワゴンR", "鍵は2本")


def test_a_cell_that_somebody_else_changed_too_is_told_and_not_overwritten(fleet: list[Vehicle]) -> None:
    def work(lines: list[Line]) -> None:
        lines[0]["車名"] = "ラパン"
        vehicles.change(fleet[0], replace(facts_of(fleet[0]), name="ワゴンR"), version=fleet[0].version, by=SYSTEM)

    made = came_back(VEHICLES, work)
    assert outcomes(made)[0] is Outcome.CONFLICT
    [(row, name, sentence)] = faults(made)
    assert (row, name) == (2, "name")
    assert "「ワゴンR」に変更しています" in sentence
    confirmed_nothing = pytest.raises(Exception, match="import_has_no_good_row")
    with confirmed_nothing:
        confirmed(made)
    assert fleet[0].name == "ワゴンR"


def test_both_having_written_the_same_is_no_conflict(fleet: list[Vehicle]) -> None:
    def work(lines: list[Line]) -> None:
        lines[0]["車名"] = "ワゴンR"
        vehicles.change(fleet[0], replace(facts_of(fleet[0]), name="ワゴンR"), version=fleet[0].version, by=SYSTEM)

    assert outcomes(came_back(VEHICLES, work)) == [Outcome.UNCHANGED] * 3


def test_a_row_that_is_missing_from_the_file_stays_in_the_register(fleet: list[Vehicle]) -> None:
    made = came_back(VEHICLES, lambda lines: lines.pop(1) and None)
    assert outcomes(made) == [Outcome.UNCHANGED] * 2
    assert db.session.get(Vehicle, fleet[1].id) is not None


def test_an_emptied_cell_empties_what_may_be_empty(fleet: list[Vehicle]) -> None:
    def work(lines: list[Line]) -> None:
        lines[0]["備考"] = lines[1]["車名"] = ""

    made = came_back(VEHICLES, work)
    assert changes(made) == [("remarks", "=1+1 を計算しない", "")]
    assert faults(made) == [(3, "name", "車名を入力してください。例：アルト")]


def test_a_new_row_becomes_a_car_and_a_known_one_changes_in_one_go(fleet: list[Vehicle]) -> None:
    def work(lines: list[Line]) -> None:
        lines[0]["装備"] = "ETC"
        lines.append(
            lines[0] | {"MRA番号": "", "MRA版": "", "車台番号": "HA36S-777777", "ナンバー": "", "到着状況": "到着済"}
        )

    made = confirmed(came_back(VEHICLES, work))
    assert (made.stored_new, made.stored_changed) == (1, 1)
    new = db.session.scalars(select(Vehicle).where(Vehicle.chassis_number == "HA36S-777777")).one()
    assert (new.base_id, new.features, new.registered_in_code) == (fleet[0].base_id, ["etc"], "43215")


def test_a_paper_is_carried_on_and_never_cut_short(fleet: list[Vehicle]) -> None:
    def work(lines: list[Line]) -> None:
        lines[0]["車検満了日"] = "令和11年6月30日"
        lines[1]["車検満了日"] = "2026/12/31"
        lines[2]["任意保険満了日"] = "2027/3/31"

    made = came_back(VEHICLES, work)
    assert changes(made) == [("inspection_ends_on", "2027/6/30", "2029/6/30")]
    assert [(row, name) for row, name, _ in faults(made)] == [(3, "inspection_ends_on"), (4, "driver_scope")]
    confirmed(made)
    ends = [paper.ends_on for paper in fleet[0].papers if paper.kind is DocumentKind.INSPECTION]
    assert ends == [date(2029, 6, 30), date(2027, 6, 30)]


def test_what_belongs_to_a_page_is_not_changed_by_a_table(fleet: list[Vehicle]) -> None:
    def work(lines: list[Line]) -> None:
        lines[0]["到着状況"] = "運用終了"
        lines[1]["走行距離"] = "1"

    told = faults(came_back(VEHICLES, work))
    assert [(row, name) for row, name, _ in told] == [(2, "arrived"), (3, "odometer_km")]


def test_a_number_of_another_table_is_told(fleet: list[Vehicle]) -> None:
    made = came_back(VEHICLES, lambda lines: lines[0].update({"MRA番号": "M1"}))
    assert faults(made)[0] == (
        2,
        "key",
        "「M1」というMRA番号の車両はありません。新しい車両のときは空欄にしてください。",
    )


def test_two_rows_with_one_number_are_told(fleet: list[Vehicle]) -> None:
    made = came_back(VEHICLES, lambda lines: lines.append(lines[0] | {"車台番号": "HA36S-111111", "ナンバー": ""}))
    assert [(row, name) for row, name, _ in faults(made)] == [(2, "key"), (5, "key")]


def test_the_plate_of_another_car_is_told(fleet: list[Vehicle]) -> None:
    lines = lines_of(VEHICLES)
    lines[2]["ナンバー"] = lines[0]["ナンバー"]
    made = handed_in(VEHICLES, file_of(VEHICLES, lines[2:]))
    assert [(row, name) for row, name, _ in faults(made)] == [(2, "plate")]


def test_a_list_of_ones_own_changes_a_known_car_and_empty_cells_say_nothing(fleet: list[Vehicle]) -> None:
    lines = lines_of(VEHICLES)
    own = {name: text for name, text in lines[0].items() if not name.startswith("MRA")} | {"車名": "ラパン", "備考": ""}
    made = handed_in(VEHICLES, file_of(VEHICLES, [own]))
    assert changes(made) == [("name", "アルト", "ラパン")]


def test_a_sign_that_an_old_program_lost_does_not_overwrite_the_name(fleet: list[Vehicle]) -> None:
    def work(lines: list[Line]) -> None:
        assert lines[1]["車名"].startswith("〓野家号")
        lines[1]["車名"] += "2"

    made = came_back(VEHICLES, work, FileFormat.CP932)
    [(row, name, sentence)] = faults(made)
    assert (row, name) == (3, "name")
    assert "書き出したときに表せなかった文字" in sentence


def test_a_change_between_the_report_and_the_confirmation_is_shown_first(fleet: list[Vehicle]) -> None:
    made = came_back(VEHICLES, lambda lines: lines[0].update({"車名": "ラパン"}))
    vehicles.change(fleet[0], replace(facts_of(fleet[0]), name="ワゴンR"), version=fleet[0].version, by=SYSTEM)
    confirmed(made)
    assert (made.status, fleet[0].name) == (ImportStatus.CHECKED, "ワゴンR")
    assert made.sentence.startswith("確認した後に登録内容が変わったため、1行の結果が変わりました。")
    assert outcomes(made)[0] is Outcome.CONFLICT


def test_an_imported_change_is_on_the_history_of_the_car_without_free_text(fleet: list[Vehicle]) -> None:
    confirmed(came_back(VEHICLES, lambda lines: lines[0].update({"備考": "髙橋様より"})))
    told = db.session.scalars(
        select(AuditEvent.facts).where(AuditEvent.subject_kind == "vehicle", AuditEvent.action == "change")
    ).all()
    assert told == [{"changes": {"remarks": None}}]
