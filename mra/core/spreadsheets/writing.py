"""Tables as files: xlsx and CSV. Whatever a cell says, opening the file works nothing out."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .cp932 import writable
from .layout import KEY, VERSION, Column, Layout

HEADING_FILL = PatternFill("solid", fgColor="F0F9FF")
# Cells that begin so are formulas for Excel and others: "=cmd|…" in a name would run on the secretariat's machine.
FORMULA_START = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
NOT_IN_A_FILE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
LINES_AT_ONCE = 500


def write_workbook(stream: IO[bytes], title: str, layout: Layout, rows: Iterable[Sequence[str]]) -> None:
    """Write a table row by row: the memory does not grow with it. Every cell is a text, and typed into as a text."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(layout.columns, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _width(column)
        sheet.column_dimensions[letter].hidden = column.name == VERSION
    heading_cells = [WriteOnlyCell(sheet, column.heading) for column in layout.columns]
    for cell in heading_cells:
        cell.font, cell.fill = Font(bold=True), HEADING_FILL
    sheet.append(heading_cells)
    for row in rows:
        sheet.append([_text_cell(sheet, text) for text in row])
    book.save(stream)


def _text_cell(sheet: Any, text: str) -> Cell | None:
    if not text:
        return None
    cell = WriteOnlyCell(sheet, NOT_IN_A_FILE.sub(" ", text))
    # openpyxl takes "=…" for a formula and "#N/A" for a fault; here both are what somebody typed.
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def style_headings(sheet: Worksheet, columns: Sequence[Column]) -> None:
    """Bold headings that stay in sight, and columns wide enough to read."""
    for number, column in enumerate(columns, 1):
        heading = sheet.cell(1, number)
        heading.font, heading.fill = Font(bold=True), HEADING_FILL
        sheet.column_dimensions[get_column_letter(number)].width = _width(column)
    sheet.freeze_panes = "A2"


def _width(column: Column) -> int:
    return 10 if column.name == KEY else max(12, 2 * len(column.heading) + 2, len(column.example) + 6)


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a CSV file, some hundred at a time; texts that look like formulas are kept from being worked out."""
    stream = StringIO()
    writer = csv.writer(stream)
    for number, row in enumerate(rows, 1):
        writer.writerow([guarded(text) for text in row])
        if number % LINES_AT_ONCE == 0:
            yield stream.getvalue()
            stream.seek(0)
            stream.truncate()
    yield stream.getvalue()


def cp932_lines(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The same lines for older programs, with 〓 for what they cannot show."""
    for text in csv_lines(rows):
        yield writable(text).encode("cp932")


def guarded(text: str) -> str:
    """A text that no program takes for a formula: an apostrophe before it, as Excel itself writes it."""
    plain = NOT_IN_A_FILE.sub(" ", text)
    return f"'{plain}" if FORMULA_START.match(plain) else plain
