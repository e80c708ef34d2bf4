"""Which files can be read, and what people are told about the others."""

import codecs
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest

from mra.core.spreadsheets import files, template
from mra.core.spreadsheets.faults import MOST_BYTES, MOST_ROWS, SheetFault, column_letter
from mra.core.spreadsheets.table import SheetTable
from mra.exchange.tables.vehicle_layout import LAYOUT
from tests.exchange.sheets import HEADINGS, book, csv_bytes, other, row, saved, xlsx_bytes

NAMES = "髙﨑①㈱"


def read_file(content: bytes) -> SheetTable:
    return files.read_file(content, LAYOUT)


def refusal(content: bytes) -> SheetFault:
    with pytest.raises(SheetFault) as told:
        read_file(content)
    return told.value


@pytest.mark.parametrize(
    "content",
    [
        xlsx_bytes(row(車名=NAMES)),
        csv_bytes(row(車名=NAMES)),
        csv_bytes(row(車名=NAMES), encoding="utf-8-sig"),
        csv_bytes(row(車名=NAMES), encoding="cp932"),
        csv_bytes(row(車名=NAMES), encoding="utf-16"),
    ],
    ids=["xlsx", "utf-8", "utf-8 with a mark", "cp932", "utf-16"],
)
def test_a_file_keeps_its_names_whatever_its_encoding(content: bytes) -> None:
    table = read_file(content)
    assert [(line.number, line.cells["name"]) for line in table.rows] == [(2, NAMES)]


def test_cp932_bytes_are_what_japanese_excel_writes() -> None:
    assert "髙".encode("cp932") in csv_bytes(row(車名=NAMES), encoding="cp932")


def test_rows_keep_the_numbers_that_excel_shows() -> None:
    blank = [None] * len(HEADINGS)
    for content in (xlsx_bytes(blank, row(), blank, other(2)), csv_bytes(blank, row(), blank, other(2))):
        assert [line.number for line in read_file(content).rows] == [3, 5]


def test_a_line_break_within_a_cell_does_not_shift_the_rows() -> None:
    table = read_file(csv_bytes(row(備考="一行目\n二行目"), other(2)))
    assert [line.number for line in table.rows] == [2, 3]


def test_dates_and_numbers_of_excel_become_what_a_person_would_type() -> None:
    noon = datetime(2027, 4, 30, 12, 0)  # noqa: DTZ001
    cells = row(定員=4, 走行距離=42000.0, 車検満了日=date(2027, 3, 31), 自賠責満了日=noon)
    read = read_file(xlsx_bytes(cells)).rows[0].cells
    assert (read["seats"], read["odometer_km"]) == ("4", "42000")
    assert (read["inspection_ends_on"], read["compulsory_ends_on"]) == ("2027-03-31", "2027-04-30")


def test_headings_may_carry_units_marks_and_other_names() -> None:
    headings = [
        "登録番号",
        "車台番号※必須",
        "車名",
        "車種区分",
        "乗車定員(人)",
        "AT/MT",
        "駆動方式",
        "走行距離（ｋｍ）",
    ]
    table = read_file(csv_bytes(["", "HA36S-1", "アルト", "軽", "4", "AT", "2WD", "1"], headings=headings))
    assert table.rows[0].cells["odometer_km"] == "1"


def test_hidden_sheets_are_passed_over() -> None:
    workbook, sheet = book(row())
    hidden = workbook.create_sheet("以前の一覧", 0)
    hidden["A1"] = "=1+1"
    hidden.sheet_state = "hidden"
    workbook.active = sheet  # type: ignore[assignment]
    assert len(read_file(saved(workbook)).rows) == 1


@pytest.mark.parametrize("content", [b"", b" \r\n", csv_bytes(headings=[]), saved(book(headings=[])[0])])
def test_an_empty_file_is_told(content: bytes) -> None:
    assert refusal(content).code == "empty"


def test_headings_without_rows_are_told() -> None:
    assert refusal(csv_bytes()).code == "no_rows"
    assert refusal(xlsx_bytes()).code == "no_rows"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"PK\x03\x04 this is not an archive",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01",
    ],
)
def test_something_else_is_not_a_spreadsheet(content: bytes) -> None:
    assert refusal(content).code == "not_a_spreadsheet"


def test_an_archive_that_is_no_workbook_is_not_a_spreadsheet() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("読んでください.txt", "こんにちは")
    assert refusal(stream.getvalue()).code == "not_a_spreadsheet"


def test_a_damaged_workbook_is_not_a_spreadsheet() -> None:
    content = xlsx_bytes(row())
    assert refusal(content[: len(content) // 2]).code == "not_a_spreadsheet"
    middle = len(content) // 3
    assert refusal(content[:middle] + b"\xff" * 40 + content[middle + 40 :]).code == "not_a_spreadsheet"


def test_old_and_locked_workbooks_are_told_what_to_do() -> None:
    fault = refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
    assert ".xlsx" in fault.sentence


def test_broken_cp932_names_the_line() -> None:
    content = csv_bytes(row(車名=NAMES), other(2), encoding="cp932").rstrip() + b"\r\n\x81"
    assert refusal(content).sentence.startswith("4行目に読み取れない文字があります。")


def test_broken_utf8_with_a_mark_is_not_taken_for_cp932() -> None:
    content = codecs.BOM_UTF8 + csv_bytes(row()) + "髙".encode("cp932")
    assert refusal(content).sentence.startswith("3行目に読み取れない文字があります。")


def test_a_quote_without_its_end_is_told() -> None:
    assert refusal(csv_bytes(row()) + b'"HA36S').code == "broken_csv"


def test_columns_that_we_do_not_know_are_told_and_passed_over() -> None:
    table = read_file(csv_bytes([*row(), "赤", "×"], headings=[*HEADINGS, "色", ""]))
    assert table.notes == ["「色」の列は使わないため、読んでいません。", "見出しのない列（U）の値は読んでいません。"]


def test_missing_headings_are_named() -> None:
    fault = refusal(csv_bytes(["HA36S-1", "アルト"], headings=["車台番号", "車名"]))
    assert "「車種区分」、「定員」、「変速機」、「駆動」、「走行距離」" in fault.sentence


def test_a_table_without_any_heading_of_ours_is_told() -> None:
    fault = refusal(csv_bytes(["赤", "青"], headings=["色", "好み"]))
    assert fault.sentence.startswith("見出しの行が見つかりません。「車台番号」、「車名」、「車種区分」などの見出し")


def test_a_file_with_our_numbers_needs_no_other_headings() -> None:
    table = read_file(csv_bytes(["V1", "アルト"], headings=["MRA番号", "車名"]))
    assert table.rows[0].cells == {"key": "V1", "name": "アルト"}


def test_repeated_headings_are_named() -> None:
    assert "「ナンバー」" in refusal(csv_bytes([*row(), ""], headings=[*HEADINGS, "登録番号"])).sentence


def test_a_formula_without_its_value_is_named_at_its_cell() -> None:
    workbook, sheet = book(row(), other(2))
    sheet["H2"], sheet["M3"] = "=40000+2000", "=TODAY()+365"
    first, second = read_file(saved(workbook)).rows
    assert first.faults.keys() == {"odometer_km"}
    assert "Excelで開いて保存し直すか" in second.faults["inspection_ends_on"]
    assert "計算した後の値" in read_file(csv_bytes(row(走行距離="=1+1"))).rows[0].faults["odometer_km"]


def test_the_value_of_a_formula_is_read_and_told() -> None:
    content = with_part(
        xlsx_bytes(row()), 'r="H2" t="inlineStr"><is><t>42000</t></is>', 'r="H2"><f>40000+2000</f><v>42000</v>'
    )
    table = read_file(content)
    assert table.rows[0].cells["odometer_km"] == "42000"
    assert table.notes == ["数式のセル（H2）は、Excelが計算した値を読みました。"]


def test_the_fault_of_a_formula_is_named_at_its_cell() -> None:
    content = with_part(
        xlsx_bytes(row()), 'r="H2" t="inlineStr"><is><t>42000</t></is>', 'r="H2" t="e"><f>1/0</f><v>#DIV/0!</v>'
    )
    assert "「#DIV/0!」" in read_file(content).rows[0].faults["odometer_km"]


def test_one_cell_over_several_rows_holds_for_each() -> None:
    workbook, sheet = book(row(拠点="天草拠点"), other(2), other(3))
    sheet.merge_cells("J2:J3")
    table = read_file(saved(workbook))
    assert [one.cells["base"] for one in table.rows] == ["天草拠点", "天草拠点", ""]
    assert table.notes == ["縦に結合されたセル（J2:J3）は、すべての行に同じ値があるものとして読みました。"]


def test_a_cell_far_from_the_table_is_named_and_does_not_fill_the_memory() -> None:
    workbook, sheet = book(row())
    sheet["XFD1048576"] = "x"
    assert refusal(saved(workbook)).sentence.startswith("表から離れたセル(XFD1048576)")


def test_a_hundred_thousand_rows_are_told() -> None:
    line = (",".join(str(text or "") for text in row()) + "\r\n").encode()
    content = csv_bytes() + line * (MOST_ROWS + 1)
    assert len(content) < MOST_BYTES
    assert refusal(content).code == "too_many_rows"
    assert refusal(csv_bytes() + b"V1\r\n" * 100_000).code == "too_many_rows"


def test_a_workbook_with_too_many_rows_is_told() -> None:
    workbook, sheet = book(row())
    sheet["A100000"] = "熊本 580 わ 1"
    assert refusal(saved(workbook)).code == "too_many_rows"


def test_a_file_that_is_too_large_is_told() -> None:
    assert refusal(b"a" * (MOST_BYTES + 1)).code == "too_large"


def test_a_small_file_that_unpacks_to_a_large_one_is_told() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 201 * 1024 * 1024)
    assert len(stream.getvalue()) < MOST_BYTES
    assert refusal(stream.getvalue()).code == "too_large"


@pytest.mark.parametrize("content", [template.workbook("車両", LAYOUT), template.csv_file(LAYOUT)], ids=["xlsx", "csv"])
def test_our_own_form_can_be_read_back(content: bytes) -> None:
    table = read_file(content)
    assert list(table.positions) == [column.name for column in template.typed_columns(LAYOUT)]
    assert table.rows == []


@pytest.mark.parametrize(("position", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_excel_names_them(position: int, letter: str) -> None:
    assert column_letter(position) == letter


def test_a_title_above_the_headings_and_a_count_of_rows_do_no_harm() -> None:
    """2026-11-22: the list of a secretariat begins with its title, and its first column counts the cars."""
    workbook, sheet = book([1, *row()], [2, *other(5)], headings=["No.", *HEADINGS])
    sheet.insert_rows(1, 2)
    sheet["A1"] = "令和8年 熊本豪雨　寄付車一覧（11/22現在）"
    read = read_file(saved(workbook))
    assert [one.number for one in read.rows] == [4, 5]
    assert read.rows[0].cells["chassis_number"] == "HA36S-105678"


def with_part(content: bytes, before: str, after: str) -> bytes:
    """A workbook whose first sheet was written by another program."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                assert before.encode() in text, text[:3000].decode()
                text = text.replace(before.encode(), after.encode())
            new.writestr(part, text)
    return stream.getvalue()
