"""The empty form of a table: one example row to overwrite, and what may stand in each column."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from .layout import Column, Layout
from .writing import HEADING_FILL, csv_lines, style_headings

TYPED_ROWS = 500


def workbook(title: str, layout: Layout) -> bytes:
    """The form as an Excel file: first the sheet to fill in, then a sheet that explains the columns."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    columns = typed_columns(layout)
    sheet.append([column.heading for column in columns])
    sheet.append([column.example for column in columns])
    style_headings(sheet, columns)
    for place in range(1, len(columns) + 1):
        # Text, or Excel makes a date of the plate's 12-34.
        for row in range(2, TYPED_ROWS + 2):
            sheet.cell(row, place).number_format = "@"
    _explain(book.create_sheet("書き方"), columns)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_file(layout: Layout) -> bytes:
    """The form as CSV, in UTF-8 with the mark by which Excel knows it."""
    columns = typed_columns(layout)
    rows = ([column.heading for column in columns], [column.example for column in columns])
    return "\ufeff".encode() + "".join(csv_lines(rows)).encode()


def typed_columns(layout: Layout) -> list[Column]:
    """What people fill in: not our numbers, and not what only pages can change."""
    return [column for column in layout.own if not column.is_told_only]


def _explain(sheet: Worksheet, columns: list[Column]) -> None:
    sheet.append(["見出し", "必須", "例", "書き方"])
    for column in columns:
        sheet.append([column.heading, "必須" if column.is_required else "任意", column.example, column.about])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), HEADING_FILL
    for letter, width in {"A": 18, "B": 8, "C": 24, "D": 80}.items():
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2, min_col=4, max_col=4):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append([])
    sheet.append(["2行目は見本です。消さずに残しても、登録されません。"])
