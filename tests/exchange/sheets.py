"""Files as people really send them, made for the tests of spreadsheets."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from mra.core.spreadsheets.template import typed_columns
from mra.exchange.tables.vehicle_layout import LAYOUT

HEADINGS = [column.heading for column in typed_columns(LAYOUT)]
GOOD: dict[str, Any] = {
    "ナンバー": "熊本 580 わ 12-34",
    "車台番号": "HA36S-105678",
    "車名": "アルト",
    "車種区分": "軽乗用車",
    "定員": "4",
    "変速機": "AT",
    "駆動": "2WD",
    "走行距離": "42000",
    "車検満了日": "2027/3/31",
    "自賠責満了日": "令和9年4月30日",
    "任意保険満了日": "2027-03-31",
    "運転者限定": "限定なし",
}


def row(**changes: Any) -> list[Any]:
    """A good row with changes; None leaves a cell empty."""
    cells = GOOD | changes
    return [cells.get(heading) for heading in HEADINGS]


def other(number: int, **changes: Any) -> list[Any]:
    """Another good car."""
    return row(**({"ナンバー": f"熊本 580 わ {number}", "車台番号": f"HA36S-{200000 + number}"} | changes))


def csv_bytes(*rows: Sequence[Any], encoding: str = "utf-8", headings: Sequence[str] = HEADINGS) -> bytes:
    """A CSV file as Excel writes it."""
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerows([headings, *rows])
    return stream.getvalue().encode(encoding)


def book(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> tuple[Workbook, Worksheet]:
    """A workbook to be spoiled before it is saved."""
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for line in [headings, *rows]:
        sheet.append(list(line))
    return made, sheet


def saved(workbook: Workbook) -> bytes:
    """The bytes of a workbook."""
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def xlsx_bytes(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> bytes:
    """An Excel file."""
    return saved(book(*rows, headings=headings)[0])
