"""What each row of a file would do to the register, seen now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mra.core.spreadsheets.layout import KEY, VERSION
from mra.core.text import fold_width

from .comparing import merge
from .rules import Outcome
from .tables import Bench, Present, Reading, Table

LONGEST_KEY = 12


@dataclass(frozen=True)
class Judged:
    """One row: its outcome, the record that it means, what is wrong by column, what would change by column."""

    outcome: Outcome
    present: Present | None = None
    reading: Reading | None = None
    faults: dict[str, str] = field(default_factory=dict)
    changes: list[dict[str, str]] = field(default_factory=list)


def judge(table: Table, bench: Bench, cells: Mapping[str, str], early_faults: Mapping[str, str]) -> Judged:
    """Find the record that a row means, what was edited of it, and whether that may be stored."""
    present, fault = _find(table, bench, cells)
    faults = dict(early_faults) | ({KEY: fault} if fault else {})
    if present is None:
        return _judge_new(table, bench, cells, faults)
    key = f"{table.letter}{present.id}"
    merged = merge(table.layout, key, present.texts, cells, cells.get(VERSION, ""))
    faults |= {name: sentence for name, sentence in merged.faults.items() if name not in faults}
    # A row that changes nothing harms nobody, whatever else is wrong with the file.
    if not merged.edited and not faults:
        return Judged(Outcome.UNCHANGED, present)
    if merged.collisions:
        return Judged(Outcome.CONFLICT, present, faults=_collisions(merged.collisions, present, merged.cells))
    reading = bench.read(merged.cells, present, frozenset(merged.edited))
    faults |= {name: sentence for name, sentence in reading.faults.items() if name not in faults}
    if faults:
        return Judged(Outcome.WRONG, present, faults=faults)
    changes = _changes(table, present, reading)
    outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    return Judged(outcome, present, reading if changes else None, changes=changes)


def _judge_new(table: Table, bench: Bench, cells: Mapping[str, str], faults: dict[str, str]) -> Judged:
    typed = {column.name: cells.get(column.name, "") for column in table.layout.own}
    reading = bench.read(typed, None, frozenset(typed))
    faults |= {name: sentence for name, sentence in reading.faults.items() if name not in faults}
    return Judged(Outcome.WRONG, faults=faults) if faults else Judged(Outcome.NEW, reading=reading)


def _find(table: Table, bench: Bench, cells: Mapping[str, str]) -> tuple[Present | None, str]:
    typed = fold_width(cells.get(KEY, "")).upper()
    if not typed:
        return bench.known_as(cells), ""
    number = number_in(table, typed)
    present = bench.by_id(number) if number else None
    if present:
        return present, ""
    return None, (
        f"「{typed[:LONGEST_KEY]}」というMRA番号の{table.label}はありません。新しい{table.label}のときは空欄にしてください。"
    )


def number_in(table: Table, key: str) -> int | None:
    """The number behind `V12`; None for the number of another register or something else."""
    digits = fold_width(key).upper().removeprefix(table.letter)
    is_ours = digits != fold_width(key).upper() and digits.isascii() and digits.isdigit() and len(digits) < LONGEST_KEY
    return int(digits) if is_ours else None


def _collisions(names: set[str], present: Present, cells: Mapping[str, str]) -> dict[str, str]:
    return {
        name: (
            f"書き出した後に、ほかの人が「{present.texts[name] or '空欄'}」に変更しています。"
            f"どちらが正しいか確認し、「{cells[name] or '空欄'}」にする場合は、書き出し直してから入力してください。"
        )
        for name in names
    }


def _changes(table: Table, present: Present, reading: Reading) -> list[dict[str, str]]:
    return [
        {"name": column.name, "before": present.texts[column.name], "after": reading.texts[column.name]}
        for column in table.layout.own
        if present.texts[column.name] != reading.texts[column.name]
    ]


def judge_all(
    table: Table, rows: Sequence[tuple[Mapping[str, str], Mapping[str, str]]], others: Sequence[Mapping[str, str]] = ()
) -> list[Judged]:
    """Many rows (cells and early faults), with one look at the register."""
    bench = table.bench([cells for cells, _ in rows], others=others)
    return [judge(table, bench, cells, early) for cells, early in rows]
