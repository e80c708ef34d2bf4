"""Every row of a spreadsheet is read like the form; what is wrong is named by row and column."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from mra.core.text import FormatFault
from mra.vehicles.chassis import parse_chassis_number
from mra.vehicles.facts import Registration
from mra.vehicles.plates import Plate, parse_plate
from mra.vehicles.reading import Cells, Unreadable, read_registration
from mra.vehicles.words import key

from .columns import BY_NAME, EXAMPLE_CHASSIS
from .table import SheetRow, SheetTable, cell_name

LONGEST_SHOWN = 40
Identity = TypeVar("Identity", bound=Hashable)


@dataclass(frozen=True)
class Register:
    """What the register knows already: the bases by the key of their name, and what is taken."""

    bases: Mapping[str, list[int]] = field(default_factory=dict)
    chassis_numbers: frozenset[str] = frozenset()
    plates: frozenset[Plate] = frozenset()
    places: Mapping[str, list[str]] = field(default_factory=dict)

    def keys_of(self, place: str) -> list[str]:
        """The keys of a municipality that was looked up beforehand."""
        return self.places.get(place, [])

    def base(self, name: str) -> int:
        """The id of the base of that name."""
        found = self.bases.get(key(name), [])
        if not found:
            raise Unreadable(
                f"「{name[:20]}」という拠点は登録されていません。支援のページで拠点の名前を確認してください。"
            )
        if len(found) > 1:
            raise Unreadable(f"「{name[:20]}」という拠点が2つ以上あります。車両の登録画面から1台ずつ登録してください。")
        return found[0]


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell: the row and the cell as Excel shows them, the heading, the text, the reason."""

    row: int
    cell: str
    column: str
    value: str
    sentence: str


@dataclass(frozen=True)
class GoodRow:
    """A row that can be registered."""

    row: SheetRow
    registration: Registration


@dataclass(frozen=True)
class Report:
    """What came out of checking a file."""

    row_count: int
    good: list[GoodRow]
    faults: list[Fault]


def identities(rows: Iterable[SheetRow]) -> tuple[dict[int, str], dict[int, Plate]]:
    """The chassis numbers and plates that can be read, by row."""
    chassis: dict[int, str] = {}
    plates: dict[int, Plate] = {}
    for row in rows:
        with suppress(FormatFault):
            chassis[row.number] = parse_chassis_number(row.cells.get("chassis_number", "")).number
        with suppress(FormatFault):
            plates[row.number] = parse_plate(row.cells.get("plate", ""))
    return chassis, plates


def check(table: SheetTable, register: Register, *, today: date) -> Report:
    """Read all rows, find what is there twice, in the file or in the register. The example row is passed over."""
    rows = [row for row in table.rows if not _is_example(row)]
    chassis, plates = identities(rows)
    doubles = {
        "chassis_number": _doubles(chassis, register.chassis_numbers, "車台番号"),
        "plate": _doubles(plates, register.plates, "ナンバー"),
    }
    good, faults = [], []
    for row in rows:
        cells = Cells(row.cells)
        registration = read_registration(cells, today=today, base=register.base, keys_of=register.keys_of)
        for name, found in doubles.items():
            if row.number in found:
                cells.wrong(name, found[row.number])
        if cells.faults or registration is None:
            faults += [_fault(table, row, name, sentence) for name, sentence in cells.faults.items()]
        else:
            good.append(GoodRow(row, registration))
    return Report(len(rows), good, faults)


def _is_example(row: SheetRow) -> bool:
    return row.cells.get("chassis_number") == EXAMPLE_CHASSIS


def _doubles(by_row: Mapping[int, Identity], taken: Iterable[Identity], label: str) -> dict[int, str]:
    """A sentence for each row whose identity another row or a registered car has too."""
    rows_of: defaultdict[Identity, list[int]] = defaultdict(list)
    for row, identity in by_row.items():
        rows_of[identity].append(row)
    sentences = {}
    for rows in rows_of.values():
        for row in rows if len(rows) > 1 else []:
            other = next(number for number in rows if number != row)
            sentences[row] = f"{other}行目と同じ{label}です。どちらかを直すか、消してください。"
    known = frozenset(taken)
    for row, identity in by_row.items():
        if identity in known:
            sentences[row] = f"この{label}の車両はすでに登録されています。行を消すか、{label}を確認してください。"
    return sentences


def _fault(table: SheetTable, row: SheetRow, name: str, sentence: str) -> Fault:
    place = table.positions.get(name)
    return Fault(
        row=row.number,
        cell=cell_name(row.number, place) if place is not None else "",
        column=BY_NAME[name].heading,
        value=row.cells.get(name, "")[:LONGEST_SHOWN],
        sentence=sentence,
    )
