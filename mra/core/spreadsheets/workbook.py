"""Workbooks (xlsx): looked over before they are read, since a small file can hide a very large table."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from xml.etree import ElementTree

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from python_calamine import CalamineError, CalamineWorkbook

from .faults import MOST_ROWS, SheetFault, cell_name, column_letter, some
from .sheet import Corners, Sheet

MOST_UNPACKED_BYTES = 200 * 1024 * 1024
# Headings may stand a few rows down; no known table is wider.
MOST_ROW_NUMBER = MOST_ROWS + 200
MOST_COLUMNS = 200
MOST_ROW_ELEMENTS = 100_000
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
BROKEN = (
    CalamineError,
    DefusedXmlException,
    ElementTree.ParseError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
)
NOT_WORKED_OUT = "数式の計算結果がファイルに入っていません。Excelで開いて保存し直すか、値として貼り付け直してください。"
ERROR_VALUE = "セルが「{value}」になっています。正しい値を入力してください。"


@dataclass
class _Found:
    """What the look over found in a sheet: cells by their places."""

    formulas: list[str] = field(default_factory=list)
    wrong: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_columns: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)


def read_workbook(content: bytes) -> Sheet:
    """The lines of the first visible sheet, each cell as the text that a person would type; line 0 is row 1."""
    try:
        name, others, found = _look_over(content)
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            sheet = book.get_sheet_by_name(name)
            merged: list[Corners] = list(sheet.merged_cell_ranges or [])
            lines = sheet.to_python(skip_empty_area=False)
    except BROKEN:
        raise SheetFault("not_a_spreadsheet") from None
    read = Sheet([[_text(value) for value in line] for line in lines], merged, found.wrong)
    read.notes += _told(name, others, found)
    return read


def _told(name: str, others: list[str], found: _Found) -> list[str]:
    """What people should know about how their file was read."""
    told = []
    if others:
        told.append(f"シート「{name}」だけを読みました。ほかのシート（{some(others, 3, '枚')}）は読んでいません。")
    if found.formulas:
        told.append(f"数式のセル（{some(found.formulas)}）は、Excelが計算した値を読みました。")
    if found.hidden_columns:
        told.append(f"非表示の列（{some(found.hidden_columns)}）も読みました。")
    if found.hidden_rows:
        rows = some([str(row) for row in found.hidden_rows], unit="行")
        told.append(f"非表示の行（{rows}行目）も読みました。フィルターで隠れた行もそのまま読み込みます。")
    return told


def _look_over(content: bytes) -> tuple[str, list[str], _Found]:
    """The first visible sheet, the names of the others, and what is odd in it; refuses what would fill the memory."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED_BYTES:
            raise SheetFault("too_large")
        if archive.testzip() is not None:
            raise SheetFault("not_a_spreadsheet")
        (name, part_name), *others = _sheets(archive)
        return name, [other for other, _ in others], _odd_cells(archive, part_name)


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The names of the visible sheets, and the parts of the archive that hold them."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _elements(archive, "xl/_rels/workbook.xml.rels", {"Relationship"})
        if relation.get("Type", "").endswith("/worksheet")
    }
    found = []
    for sheet in _elements(archive, "xl/workbook.xml", {"sheet"}):
        relation_id = next((value for name, value in sheet.items() if name.endswith("}id")), "")
        if sheet.get("state", "visible") == "visible" and relation_id in targets:
            target = targets[relation_id]
            found.append((sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"))
    if not found:
        raise SheetFault("empty")
    return found


def _elements(archive: zipfile.ZipFile, part_name: str, kinds: set[str]) -> Iterator[ElementTree.Element]:
    """The elements of some kinds, in order, each as it ends."""
    with archive.open(part_name) as part:
        for _, element in iterparse(part):
            if _local(element) in kinds:
                yield element


def _odd_cells(archive: zipfile.ZipFile, part_name: str) -> _Found:
    """Formulas, errors and what is hidden in one sheet; raises for cells that stand too far out."""
    found, rows = _Found(), 0
    for element in _elements(archive, part_name, {"col", "row"}):
        if _local(element) == "col":
            _note_hidden_columns(element, found)
            continue
        rows += 1
        if rows > MOST_ROW_ELEMENTS:
            raise SheetFault("too_many_rows")
        has_cells = False
        for cell in element:
            if len(cell):
                has_cells = True
                _look_at(cell, found)
        if has_cells and element.get("hidden") == "1":
            found.hidden_rows.append(int(element.get("r", rows)))
        element.clear()
    return found


def _note_hidden_columns(element: ElementTree.Element, found: _Found) -> None:
    first, last = int(element.get("min", 1)), int(element.get("max", 1))
    if element.get("hidden") == "1" and last <= MOST_COLUMNS:
        found.hidden_columns += [column_letter(place - 1) for place in range(first, last + 1)]


def _look_at(cell: ElementTree.Element, found: _Found) -> None:
    place = _place(cell.get("r", ""))
    if place is None:
        return
    _refuse_far(*place)
    children = {_local(child): child.text or "" for child in cell}
    value = children.get("v", "")
    if cell.get("t") == "e":
        found.wrong[place] = ERROR_VALUE.format(value=value[:10])
    elif "f" in children and not value:
        found.wrong[place] = NOT_WORKED_OUT
    elif "f" in children:
        found.formulas.append(cell.get("r", ""))


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _place(cell: str) -> tuple[int, int] | None:
    """Line and place (from 0) of a cell by its name."""
    found = CELL.fullmatch(cell)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _refuse_far(line: int, place: int) -> None:
    if line >= MOST_ROW_NUMBER and place < MOST_COLUMNS:
        raise SheetFault("too_many_rows")
    if place >= MOST_COLUMNS:
        raise SheetFault("far_cell", cell=cell_name(line + 1, place))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
