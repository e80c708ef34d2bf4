"""Workbooks (xlsx): looked over before they are read, since a small file can hide a very large table."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from xml.etree import ElementTree

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from python_calamine import CalamineError, CalamineWorkbook

from .table import MOST_ROWS, SheetFault, cell_name, some

MOST_UNPACKED_BYTES = 100 * 1024 * 1024
# Headings may stand a few rows down; no known table is wider.
MOST_ROW_NUMBER = MOST_ROWS + 50
MOST_COLUMNS = 100
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


def read_workbook(content: bytes) -> list[list[str]]:
    """The lines of the first visible sheet, each cell as the text that a person would type; line 1 is row 1."""
    try:
        name = _look_over(content)
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            sheet = book.get_sheet_by_name(name)
            merged = [_range_name(cells) for cells in sheet.merged_cell_ranges or []]
            lines = sheet.to_python(skip_empty_area=False)
    except BROKEN:
        raise SheetFault("not_a_spreadsheet") from None
    if merged:
        raise SheetFault("merged_cells", cells=some(merged))
    return [[_text(value) for value in line] for line in lines]


def _look_over(content: bytes) -> str:
    """The name of the first visible sheet; refuses what would fill the memory when unpacked, and formulas."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED_BYTES:
            raise SheetFault("too_large")
        if archive.testzip() is not None:
            raise SheetFault("not_a_spreadsheet")
        name, part_name = _first_sheet(archive)
        formulas = list(_formulas(archive, part_name))
    if formulas:
        raise SheetFault("formulas", cells=some(formulas))
    return name


def _first_sheet(archive: zipfile.ZipFile) -> tuple[str, str]:
    """The name of the first visible sheet, and the part of the archive that holds it."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
        if relation.get("Type", "").endswith("/worksheet")
    }
    for sheet in _elements(archive, "xl/workbook.xml", "sheet"):
        relation_id = next((value for name, value in sheet.items() if name.endswith("}id")), "")
        if sheet.get("state", "visible") == "visible" and relation_id in targets:
            target = targets[relation_id]
            return sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise SheetFault("empty")


def _elements(archive: zipfile.ZipFile, part_name: str, kind: str) -> Iterator[ElementTree.Element]:
    """The elements of one kind, in order, each as it ends."""
    with archive.open(part_name) as part:
        for _, element in iterparse(part):
            if _local(element) == kind:
                yield element


def _formulas(archive: zipfile.ZipFile, part_name: str) -> Iterator[str]:
    """The names of the cells with formulas in one sheet; raises for cells that stand too far out."""
    for number, row in enumerate(_elements(archive, part_name, "row")):
        if number > MOST_ROW_ELEMENTS:
            raise SheetFault("too_many_rows")
        for cell in row:
            if len(cell):
                _refuse_far(cell.get("r", ""))
            if any(_local(child) == "f" for child in cell):
                yield cell.get("r", "")
        row.clear()


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _refuse_far(cell: str) -> None:
    found = CELL.fullmatch(cell)
    if found is None:
        return
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    if int(found[2]) > MOST_ROW_NUMBER and column <= MOST_COLUMNS:
        raise SheetFault("too_many_rows")
    if column > MOST_COLUMNS:
        raise SheetFault("far_cell", cell=cell)


def _range_name(corners: tuple[tuple[int, int], tuple[int, int]]) -> str:
    (top, left), (bottom, right) = corners
    return f"{cell_name(top + 1, left)}:{cell_name(bottom + 1, right)}"


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
