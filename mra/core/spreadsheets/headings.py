"""Where the headings of a table stand: below a title and a date, in one row or in two (車検 over 満了日)."""

from collections.abc import Sequence
from dataclasses import dataclass

from mra.core.text import word_key

from .faults import SheetFault, some
from .layout import KEY, ROW_NUMBERS, Column, Layout, heading_key
from .sheet import Sheet

MOST_TITLE_LINES = 15
FEWEST_KNOWN = 2


@dataclass(frozen=True)
class Headings:
    """Which column stands at which place; `first` is the first line below. `unused` are headings that we do not know."""

    first: int
    columns: dict[int, Column]
    unused: dict[int, str]
    row_numbers: frozenset[int]


def find_headings(sheet: Sheet, layout: Layout) -> Headings:
    """The line (or the two lines) that name most columns of ours."""
    filled = [at for at, line in enumerate(sheet.lines) if any(line)]
    if not filled:
        raise SheetFault("empty")
    best = max((_read_at(sheet, at, layout) for at in filled[:MOST_TITLE_LINES]), key=_score)
    if _score(best) < min(FEWEST_KNOWN, len(layout.required)):
        wanted = [f"「{column.heading}」" for column in layout.required[:3]]
        raise SheetFault("no_headings", headings="、".join(wanted))
    _refuse_doubtful(best, layout)
    return best


def _score(headings: Headings) -> int:
    return len({column.name for column in headings.columns.values()})


def _read_at(sheet: Sheet, at: int, layout: Layout) -> Headings:
    single = _named(at + 1, [[text] for text in sheet.lines[at]], layout)
    if at + 1 >= len(sheet.lines):
        return single
    upper, lower = sheet.lines[at], sheet.lines[at + 1]
    groups = _groups(sheet, at)
    width = max(len(upper), len(lower))
    ways = []
    for place in range(width):
        own, below = sheet.text(at, place), sheet.text(at + 1, place)
        group = groups[place] if place < len(groups) else ""
        ways.append([group + below, below] if below else [own])
    double = _named(at + 2, ways, layout)
    return double if _score(double) > _score(single) else single


def _groups(sheet: Sheet, at: int) -> list[str]:
    """The heading above each place of the line below: its own, or that of the merged or empty cells to its left."""
    width = max(len(sheet.lines[at]), len(sheet.lines[at + 1]))
    groups: list[str] = []
    for place in range(width):
        own = sheet.text(at, place)
        groups.append(own or (groups[-1] if groups else ""))
    return groups


def _named(first: int, ways: Sequence[Sequence[str]], layout: Layout) -> Headings:
    """Name each place by the first of its possible headings that is known."""
    columns: dict[int, Column] = {}
    unused: dict[int, str] = {}
    counted = set()
    for place, possible in enumerate(ways):
        known = next((found for text in possible if text and (found := layout.by_heading.get(heading_key(text)))), None)
        if known:
            columns[place] = known
        elif any(word_key(text) in ROW_NUMBERS for text in possible if text):
            counted.add(place)
        elif possible[-1]:
            unused[place] = possible[0]
    return Headings(first, columns, unused, frozenset(counted))


def _refuse_doubtful(headings: Headings, layout: Layout) -> None:
    names = [column.heading for column in headings.columns.values()]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise SheetFault("repeated_headings", headings=_quoted(repeated))
    # Rows that carry our number are known already: a file may hold just the columns that were worked on.
    known = {column.name for column in headings.columns.values()}
    missing = [column.heading for column in layout.required if column.name not in known]
    if missing and KEY not in known:
        raise SheetFault("missing_headings", headings=_quoted(missing))


def _quoted(headings: Sequence[str]) -> str:
    return some([f"「{heading[:30]}」" for heading in headings], 8, "個")
