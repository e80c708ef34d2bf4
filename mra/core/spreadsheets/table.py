"""A file of cells becomes a table with known columns; what is beside it (titles, totals, remarks) is left out and told."""

from collections import Counter
from dataclasses import dataclass, field

import jaconv

from .faults import MOST_ROWS, SheetFault, cell_name, column_letter, some
from .headings import Headings, find_headings
from .layout import KEY, Layout
from .rows import DITTO, beside_the_table, is_example, repeats_headings
from .sheet import Sheet

EMPTY = frozenset("-－―ー–—‐−")
NOTHING_ABOVE = "「{mark}」の上の行に値がありません。値を入力してください。"
LONGEST_SHOWN = 40


@dataclass(frozen=True)
class SheetRow:
    """One row: its number as Excel shows it, its texts by the name of the column, and what is wrong with its cells."""

    number: int
    cells: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LeftOut:
    """A row that is no row of the table, and why."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True)
class SheetTable:
    """The rows of a file, where each column stands (0 is A), and what people should know about how it was read."""

    positions: dict[str, int]
    rows: list[SheetRow]
    notes: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def build_table(sheet: Sheet, layout: Layout) -> SheetTable:
    """Find the headings, and name the cells below by them."""
    headings = find_headings(sheet, layout)
    filled_down = _fill_merged(sheet, headings)
    rows, left_out = _rows(sheet, headings, layout)
    if not rows and not any(layout.example and one.reason == "example" for one in left_out):
        raise SheetFault("no_rows")
    if KEY not in {column.name for column in headings.columns.values()}:
        rows = [
            SheetRow(row.number, {name: _as_kept(text) for name, text in row.cells.items()}, row.faults) for row in rows
        ]
    rows, dittos = _above_for_dittos(rows)
    notes = [*sheet.notes, *_unused(sheet, headings)]
    if filled_down:
        notes.append(f"縦に結合されたセル（{some(filled_down)}）は、すべての行に同じ値があるものとして読みました。")
    if dittos:
        notes.append(f"「〃」「同上」など{dittos:,}か所は、上の行と同じ値として読みました。")
    positions = {column.name: at for at, column in headings.columns.items()}
    return SheetTable(positions, rows, notes, [one for one in left_out if one.reason != "example"])


def _as_kept(text: str) -> str:
    """A cell of a list that people keep for themselves: a dash is an empty cell, half-width kana are a habit.

    In a table of ours every sign is what somebody wrote.
    """
    return "" if text in EMPTY else jaconv.h2z(text, kana=True, ascii=False, digit=False)


def _fill_merged(sheet: Sheet, headings: Headings) -> list[str]:
    """One cell over several rows holds for each of them: 拠点 is often written so. Sideways it is a title or a remark."""
    filled = []
    for (top, left), (bottom, right) in sheet.merged:
        text = sheet.text(top, left)
        if bottom <= top or top < headings.first or left != right or left not in headings.columns or not text:
            continue
        for line in range(top + 1, min(bottom + 1, len(sheet.lines))):
            sheet.put(line, left, text)
        filled.append(f"{cell_name(top + 1, left)}:{cell_name(bottom + 1, right)}")
    return filled


def _rows(sheet: Sheet, headings: Headings, layout: Layout) -> tuple[list[SheetRow], list[LeftOut]]:
    rows: list[SheetRow] = []
    left_out: list[LeftOut] = []
    as_headed = {column.name: sheet.text(headings.first - 1, place) for place, column in headings.columns.items()}
    for at in range(headings.first, len(sheet.lines)):
        line = sheet.lines[at]
        if not any(line):
            continue
        cells = {column.name: sheet.text(at, place) for place, column in headings.columns.items()}
        counted = [text for place, text in enumerate(line) if text and place not in headings.row_numbers]
        reason = beside_the_table(counted, cells, layout)
        if repeats_headings(cells, as_headed):
            reason = "見出しのくり返し"
        if is_example(cells, layout):
            reason = "example"
        if reason:
            left_out.append(LeftOut(at + 1, " ".join(filter(None, line))[:LONGEST_SHOWN], reason))
        elif any(cells.values()):
            wrong = {
                column.name: sheet.wrong[at, place]
                for place, column in headings.columns.items()
                if (at, place) in sheet.wrong
            }
            rows.append(SheetRow(at + 1, cells, wrong))
        if len(rows) > MOST_ROWS:
            raise SheetFault("too_many_rows")
    return rows, left_out


def _above_for_dittos(rows: list[SheetRow]) -> tuple[list[SheetRow], int]:
    """〃 stands for what is written above it, however many of them follow each other."""
    above: dict[str, str] = {}
    replaced, count = [], 0
    for row in rows:
        cells, faults = dict(row.cells), dict(row.faults)
        # In a row that we wrote out, such a mark is what somebody once wrote.
        is_ours = bool(row.cells.get(KEY))
        for name, text in row.cells.items():
            if text in DITTO and not is_ours:
                cells[name], count = above.get(name, ""), count + 1
                if not cells[name]:
                    faults[name] = NOTHING_ABOVE.format(mark=text)
        above = cells
        replaced.append(SheetRow(row.number, cells, faults))
    return replaced, count


def _unused(sheet: Sheet, headings: Headings) -> list[str]:
    """Columns that are not ours are passed over, and people are told so."""
    told = []
    if headings.unused:
        names = some([f"「{''.join(text.split())[:20]}」" for text in headings.unused.values()], 8, "列")
        told.append(f"{names}の列は使わないため、読んでいません。")
    known = headings.columns.keys() | headings.unused.keys() | headings.row_numbers
    beside = Counter(
        place
        for line in sheet.lines[headings.first :]
        for place, text in enumerate(line)
        if text and place not in known
    )
    if beside:
        letters = some([column_letter(place) for place in sorted(beside)], unit="列")
        told.append(f"見出しのない列（{letters}）の値は読んでいません。")
    return told
