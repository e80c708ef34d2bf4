"""A file of cells becomes a table with known headings, or a sentence on why it cannot be used at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from mra.vehicles.words import key

from .columns import BY_HEADING, COLUMNS, ROW_NUMBERS, Column, heading_key

MOST_ROWS = 5_000
MOST_TITLE_LINES = 10
MOST_BYTES = 5 * 1024 * 1024

SENTENCES = {
    "empty": "ファイルが空です。登録用紙に車両を入力して、もう一度読み込んでください。",
    "no_rows": "見出しの下に車両の行がありません。車両を入力して、もう一度読み込んでください。",
    "too_large": "ファイルが大きすぎます。5MBまで、5,000行までのファイルに分けてください。",
    "too_many_rows": "行が多すぎます。5,000行までのファイルに分けてください。",
    "not_a_spreadsheet": "表計算のファイルとして読み取れません。Excel(.xlsx)かCSVで保存し直してください。",
    "old_workbook": "古い形式(.xls)か、パスワードの付いたファイルです。パスワードのないExcel(.xlsx)で保存し直してください。",
    "broken_text": "{line}行目に読み取れない文字があります。Excelで開いて「CSV UTF-8」で保存し直してください。",
    "broken_csv": '{line}行目の「"」の対応が取れていません。Excelで開いて保存し直してください。',
    "formulas": "数式の入ったセルがあります({cells})。値として貼り付け直してください。",
    "merged_cells": "結合されたセルがあります({cells})。結合を解除してください。",
    "far_cell": "表から離れたセル({cell})に値があります。そのセルを消してください。",
    "unknown_headings": "使えない見出しがあります：{headings}。登録用紙の見出しに合わせてください。",
    "repeated_headings": "同じ見出しが2つ以上あります：{headings}。1つにしてください。",
    "missing_headings": "必要な見出しがありません：{headings}。登録用紙の見出しに合わせてください。",
    "value_without_heading": "見出しのない列に値があります({cells})。見出しを付けるか、値を消してください。",
}


class SheetFault(Exception):
    """A file that cannot be used at all; `sentence` is for the person who chose it."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = SENTENCES[code].format(**facts)


@dataclass(frozen=True)
class SheetRow:
    """One row: its number as Excel shows it, and its texts by the name of the column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class SheetTable:
    """The rows of a file, and where each column stands (0 is A)."""

    positions: dict[str, int]
    rows: list[SheetRow]


def column_letter(position: int) -> str:
    """A, B, … Z, AA, … as Excel names its columns."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, position: int) -> str:
    """`B12`, as Excel names a cell."""
    return f"{column_letter(position)}{row}"


def some(names: Sequence[str], most: int = 5) -> str:
    """The first few of many names, and how many more there are."""
    rest = len(names) - most
    return "、".join(names[:most]) + (f" ほか{rest}か所" if rest > 0 else "")


def build_table(lines: Sequence[Sequence[str]]) -> SheetTable:
    """Find the line of headings, and name the cells below by them."""
    first = _line_of_headings(lines)
    columns = _columns(lines[first])
    rows = [
        SheetRow(number, {column.name: line[at] for at, column in columns.items() if at < len(line)})
        for number, line in enumerate(lines[first + 1 :], first + 2)
        if any(line)
    ]
    if not rows:
        raise SheetFault("no_rows")
    if len(rows) > MOST_ROWS:
        raise SheetFault("too_many_rows")
    _refuse_cells_beside(lines, first, columns)
    return SheetTable({column.name: at for at, column in columns.items()}, rows)


def _line_of_headings(lines: Sequence[Sequence[str]]) -> int:
    """The first line that is not blank; below a title and a date, where a list that is kept by hand has them."""
    filled = [index for index, line in enumerate(lines[:MOST_TITLE_LINES]) if any(line)]
    filled = filled or [index for index, line in enumerate(lines) if any(line)][:1]
    if not filled:
        raise SheetFault("empty")
    known = (index for index in filled if sum(heading_key(cell) in BY_HEADING for cell in lines[index]) >= 3)
    return next(known, filled[0])


def _columns(headings: Sequence[str]) -> dict[int, Column]:
    """Which column of ours stands at which place."""
    found = {at: BY_HEADING.get(heading_key(heading)) for at, heading in enumerate(headings) if heading}
    unknown = [headings[at][:30] for at, column in found.items() if column is None and not _counts_rows(headings[at])]
    columns = {at: column for at, column in found.items() if column}
    names = [column.heading for column in columns.values()]
    if unknown:
        raise SheetFault("unknown_headings", headings=_quoted(unknown))
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise SheetFault("repeated_headings", headings=_quoted(repeated))
    if missing := [column.heading for column in COLUMNS if column.is_required and column.heading not in names]:
        raise SheetFault("missing_headings", headings=_quoted(missing))
    return columns


def _refuse_cells_beside(lines: Sequence[Sequence[str]], first: int, columns: dict[int, Column]) -> None:
    counted = {at for at, heading in enumerate(lines[first]) if _counts_rows(heading)}
    beside = [
        cell_name(number, at)
        for number, line in enumerate(lines[first + 1 :], first + 2)
        for at, text in enumerate(line)
        if text and at not in columns and at not in counted
    ]
    if beside:
        raise SheetFault("value_without_heading", cells=some(beside))


def _counts_rows(heading: str) -> bool:
    return bool(heading) and key(heading) in ROW_NUMBERS


def _quoted(headings: Sequence[str]) -> str:
    return some([f"「{heading}」" for heading in headings], 8)
