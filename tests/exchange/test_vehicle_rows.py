"""What is read from a row, and what people are told about each cell."""

from datetime import date
from typing import Any, NamedTuple

import pytest

from mra.core.spreadsheets import template
from mra.core.spreadsheets.files import read_file
from mra.core.spreadsheets.table import SheetRow, cell_name
from mra.core.text import word_key
from mra.core.vehicle_classes import VehicleClass
from mra.exchange.tables.vehicle_layout import LAYOUT
from mra.exchange.tables.vehicle_rows import Register, read_new
from mra.exchange.tables.vehicles import VEHICLES
from mra.vehicles.facts import Registration
from mra.vehicles.plates import parse_plate
from mra.vehicles.rules import DocumentKind, Drive, DriverScope, Transmission

from .sheets import csv_bytes, other, row, xlsx_bytes

TODAY = date(2026, 8, 18)


class Fault(NamedTuple):
    row: int
    cell: str
    column: str
    sentence: str


class Report(NamedTuple):
    good: list[tuple[SheetRow, Registration]]
    faults: list[Fault]


def checked(
    *rows: list[Any], register: Register | None = None, encoding: str = "utf-8", content: bytes = b""
) -> Report:
    table = read_file(content or csv_bytes(*rows, encoding=encoding), LAYOUT)
    doubles = VEHICLES.doubles([(one.number, one.cells) for one in table.rows])
    good, told = [], []
    for one in table.rows:
        registration, faults = read_new(one.cells, register or Register(TODAY))
        faults = doubles.get(one.number, {}) | one.faults | faults
        order = [column.name for column in LAYOUT.columns if column.name in faults]
        told += [
            Fault(one.number, cell_name(one.number, table.positions[name]), LAYOUT.by_name[name].heading, faults[name])
            for name in order
        ]
        if registration and not faults:
            good.append((one, registration))
    return Report(good, told)


def good(**changes: Any) -> Registration:
    report = checked(row(**changes), register=Register(TODAY, {word_key("天草拠点"): [7]}))
    assert not report.faults, report.faults
    return report.good[0][1]


def fault(**changes: Any) -> Fault:
    register = Register(TODAY, {word_key("天草拠点"): [7], word_key("本渡"): [8, 9]})
    report = checked(row(**changes), register=register)
    assert len(report.faults) == 1, report.faults
    assert not report.good
    return report.faults[0]


def test_a_good_row_becomes_a_car_with_its_papers() -> None:
    registration = good()
    assert registration.facts.plate == parse_plate("熊本 580 わ 12-34")
    assert registration.facts.vehicle_class is VehicleClass.KEI_PASSENGER
    assert {(paper.kind, paper.ends_on, paper.driver_scope) for paper in registration.papers} == {
        (DocumentKind.INSPECTION, date(2027, 3, 31), None),
        (DocumentKind.COMPULSORY_INSURANCE, date(2027, 4, 30), None),
        (DocumentKind.VOLUNTARY_INSURANCE, date(2027, 3, 31), DriverScope.UNLIMITED),
    }


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("軽乗用車", VehicleClass.KEI_PASSENGER),
        ("kei_truck", VehicleClass.KEI_TRUCK),
        ("軽トラ", VehicleClass.KEI_TRUCK),
        ("ｹｲﾊﾞﾝ", None),
        ("軽ﾊﾞﾝ", VehicleClass.KEI_VAN),
        ("ミニバン", VehicleClass.MINIVAN),
        ("ミニバン（７〜８人乗り）", VehicleClass.MINIVAN),
        ("ミニバン(7～8人乗り)", VehicleClass.MINIVAN),
        ("普通車", VehicleClass.PASSENGER),
    ],
)
def test_a_class_is_read_however_it_is_written(written: str, kind: VehicleClass | None) -> None:
    changes = {"車種区分": written, "ナンバー": "", "定員": "2"}
    if kind is None:
        assert fault(**changes).column == "車種区分"
    else:
        assert good(**changes).facts.vehicle_class is kind


@pytest.mark.parametrize("written", ["オートマ", "ＡＴ", "at", "CVT"])
def test_an_automatic_is_read_however_it_is_written(written: str) -> None:
    assert good(変速機=written).facts.transmission is Transmission.AT


@pytest.mark.parametrize("written", ["4wd", "４ＷＤ", "四駆", "四輪駆動"])
def test_four_driven_wheels_are_read_however_they_are_written(written: str) -> None:
    assert good(駆動=written).facts.drive is Drive.FOUR


@pytest.mark.parametrize(
    "written",
    ["2027/3/31", "2027年3月31日", "令和9年3月31日", "R9.3.31", "２０２７／０３／３１", "46477", "2027-3-31(水)"],
)
def test_a_date_is_read_however_it_is_written(written: str) -> None:
    papers = {paper.kind: paper.ends_on for paper in good(車検満了日=written).papers}
    assert papers[DocumentKind.INSPECTION] == date(2027, 3, 31)


def test_a_date_cell_of_excel_is_read() -> None:
    report = checked(content=xlsx_bytes(row(車検満了日=date(2027, 3, 31))))
    assert report.good[0][1].papers[0].ends_on == date(2027, 3, 31)


def test_features_are_read_by_word_or_code() -> None:
    assert good(装備="スタッドレス、ＥＴＣ/child_seat").facts.features == ("child_seat", "etc", "studless")
    assert good(装備="なし").facts.features == ()


def test_full_width_digits_and_units_are_read() -> None:
    facts = good(定員="４人", 走行距離="４２，０００km").facts
    assert (facts.seats, facts.odometer_km) == (4, 42_000)


def test_a_base_is_found_by_its_name() -> None:
    registration = good(拠点="天草 拠点", 到着状況="到着済")
    assert (registration.facts.base_id, registration.has_arrived) == (7, True)


def test_an_insurance_for_family_only_is_read_as_limited() -> None:
    scopes = {paper.driver_scope for paper in good(運転者限定="家族限定").papers}
    assert DriverScope.LIMITED in scopes


@pytest.mark.parametrize(
    ("changes", "cell", "column", "part"),
    [
        ({"ナンバー": "石巻 580 わ 12-34"}, "A2", "ナンバー", "「石巻」という地域名のナンバーはありません"),
        ({"ナンバー": "熊本 580 し 12-34"}, "A2", "ナンバー", "「し」はナンバーに使われない文字です"),
        ({"ナンバー": "熊本 500 わ 12-34"}, "A2", "ナンバー", "分類番号500は軽自動車のナンバーではありません"),
        ({"ナンバー": "2026-12-34"}, "A2", "ナンバー", "ナンバーの形が違います"),
        ({"車台番号": ""}, "B2", "車台番号", "車台番号を入力してください"),
        ({"車台番号": "東[41]12345東"}, "B2", "車台番号", "通常と異なります"),
        ({"車名": ""}, "C2", "車名", "車名を入力してください"),
        ({"車名": "あ" * 61}, "C2", "車名", "60文字まで"),
        ({"車種区分": "戦車"}, "D2", "車種区分", "「戦車」という車種区分はありません。「軽乗用車」"),
        ({"定員": "0"}, "E2", "定員", "1〜60"),
        ({"定員": "5"}, "E2", "定員", "軽自動車の定員は4人まで"),
        ({"変速機": "セミ"}, "F2", "変速機", "ATかMT"),
        ({"駆動": "6WD"}, "G2", "駆動", "2WDか4WD"),
        ({"走行距離": "4.2万"}, "H2", "走行距離", "整数"),
        ({"装備": "サンルーフ"}, "I2", "装備", "「サンルーフ」という装備はありません"),
        ({"装備": "4WD"}, "I2", "装備", "合いません"),
        ({"拠点": "石巻拠点"}, "J2", "拠点", "「石巻拠点」という拠点は登録されていません"),
        ({"拠点": "本渡"}, "J2", "拠点", "2つ以上"),
        ({"到着状況": "到着済"}, "J2", "拠点", "拠点が必要です"),
        ({"到着状況": "昨日"}, "K2", "到着状況", "「到着済」か「提供予定」"),
        ({"使用開始日": "2026年13月1日"}, "L2", "使用開始日", "暦にない日付"),
        ({"車検満了日": "令和9年"}, "M2", "車検満了日", "年だけでは"),
        ({"自賠責満了日": "2062/4/30"}, "N2", "自賠責満了日", "10年以上先"),
        ({"運転者限定": ""}, "P2", "運転者限定", "運転者の範囲"),
        ({"任意保険満了日": ""}, "O2", "任意保険満了日", "任意保険の満了日も"),
        ({"運転者限定": "たぶん"}, "P2", "運転者限定", "読み取れません"),
    ],
)
def test_what_is_wrong_is_named_by_cell_and_heading(changes: dict[str, str], cell: str, column: str, part: str) -> None:
    told = fault(**changes)
    assert (told.row, told.cell, told.column) == (2, cell, column)
    assert part in told.sentence


def test_everything_wrong_in_a_row_is_told_at_once() -> None:
    report = checked(row(車名="", 定員="", 車検満了日="?"))
    assert [told.cell for told in report.faults] == ["C2", "E2", "M2"]


def test_a_car_twice_in_a_file_is_told_on_both_rows() -> None:
    report = checked(row(), other(2), row(ナンバー="", 車台番号="ｈａ３６ｓ－１０５６７８"))
    assert [(told.row, told.column) for told in report.faults] == [(2, "車台番号"), (4, "車台番号")]
    assert "4行目と同じ車台番号" in report.faults[0].sentence
    assert [kept.number for kept, _ in report.good] == [3]


def test_a_plate_twice_in_a_file_is_told() -> None:
    report = checked(row(), row(車台番号="HA36S-105679"))
    assert [(told.row, told.column) for told in report.faults] == [(2, "ナンバー"), (3, "ナンバー")]


def test_a_car_that_is_registered_already_is_told() -> None:
    register = Register(TODAY, chassis_owners={"HA36S-105678": 4}, plate_owners={parse_plate("熊本580わ12-34"): 5})
    report = checked(row(), register=register)
    assert [told.column for told in report.faults] == ["ナンバー", "車台番号"]


def test_the_example_row_may_stay_in_the_file() -> None:
    for content in (template.workbook("車両", LAYOUT), template.csv_file(LAYOUT)):
        assert checked(content=content) == Report([], [])


def test_words_that_cp932_changes_are_read() -> None:
    report = checked(row(車種区分="ミニバン(7〜8人乗り)", ナンバー="", 定員="7"), encoding="cp932")
    assert not report.faults
