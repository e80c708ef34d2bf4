"""The empty spreadsheet to fill in, with one example row and what may stand in each column."""

import codecs
import csv
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .columns import COLUMNS

HEADING_FILL = PatternFill("solid", fgColor="F0F9FF")


def workbook() -> bytes:
    """The form as an Excel file: first the sheet to fill in, then a sheet that explains the columns."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    _fill_in(sheet)
    _explain(book.create_sheet("書き方"))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_file() -> bytes:
    """The form as CSV, in UTF-8 with the mark by which Excel knows it."""
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow([column.heading for column in COLUMNS])
    writer.writerow([column.example for column in COLUMNS])
    return codecs.BOM_UTF8 + stream.getvalue().encode()


def _fill_in(sheet: Worksheet) -> None:
    sheet.title = "車両"
    sheet.append([column.heading for column in COLUMNS])
    sheet.append([column.example for column in COLUMNS])
    for number, column in enumerate(COLUMNS, 1):
        heading = sheet.cell(1, number)
        heading.font, heading.fill = Font(bold=True), HEADING_FILL
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = max(12, 2 * len(column.heading) + 2, len(column.example) + 6)
        # Text, or Excel makes a date of the plate's 12-34.
        for row in range(2, 502):
            sheet.cell(row, number).number_format = "@"
    sheet.freeze_panes = "A2"


def _explain(sheet: Worksheet) -> None:
    sheet.append(["見出し", "必須", "例", "書き方"])
    for column in COLUMNS:
        sheet.append([column.heading, "必須" if column.is_required else "任意", column.example, column.about])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), HEADING_FILL
    for letter, width in {"A": 18, "B": 8, "C": 24, "D": 80}.items():
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2, min_col=4, max_col=4):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append([])
    sheet.append(["2行目は見本です。消さずに残しても、登録されません。"])
