"""What a register must be able to do so that it can be written out and read in again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from mra.core.actor import Actor
from mra.core.spreadsheets.layout import KEY, VERSION, Column, Layout

Cells = Mapping[str, str]
KEY_COLUMN = Column(
    KEY, "MRA番号", about="登録済みの行を見分ける番号です。変更しません。新しく追加する行では空欄にします。"
)
VERSION_COLUMN = Column(
    VERSION, "MRA版", about="書き出した後の変更を見分ける印です。変更しません。新しく追加する行では空欄にします。"
)


@dataclass(frozen=True)
class Present:
    """A record of the register as a row shows it: `texts` by the name of the column."""

    id: int
    name: str
    texts: dict[str, str]
    record: Any = None


@dataclass(frozen=True)
class Reading:
    """What was read from the cells of a row: the clean `value`, how a row would show it, or what is wrong by column."""

    value: Any
    texts: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)


class Bench(Protocol):
    """What the register knows about some rows, asked for in a few statements."""

    def by_id(self, number: int) -> Present | None:
        """The record of our number."""

    def known_as(self, cells: Cells) -> Present | None:
        """The record that a row without our number means: the car of a chassis number, the member of a name."""

    def read(self, cells: Cells, present: Present | None, edited: frozenset[str]) -> Reading:
        """The row by the rules of the form; `edited` are the cells that differ from what stands there."""


class Table(Protocol):
    """One register. `letter` begins its numbers, so that a row of one table is never taken for one of another.

    `notice` tells beforehand what else happens when new records are stored.
    """

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def letter(self) -> str: ...
    @property
    def layout(self) -> Layout: ...
    @property
    def refusals(self) -> Mapping[str, str]: ...
    @property
    def constraints(self) -> Mapping[str, str]: ...
    @property
    def notice(self) -> str: ...

    def count(self) -> int:
        """How many records there are."""

    def records(self) -> Iterator[Present]:
        """All records in the order of their numbers, read some hundred at a time."""

    def doubles(self, rows: Iterable[tuple[int, Cells]]) -> dict[int, dict[str, str]]:
        """By row and column what two rows of one file cannot both be."""

    def bench(self, rows: Sequence[Cells], *, others: Sequence[Cells] = ()) -> Bench:
        """What is known about these rows; `others` are the further rows of the file, which new ones may point at."""

    def add(self, readings: Sequence[Reading], *, by: Actor) -> list[int]:
        """Take new records into the register; returns their ids."""

    def change(self, present: Present, reading: Reading, *, by: Actor) -> None:
        """Write down what was edited, by the same use cases as the pages."""


def said_twice(rows: Iterable[tuple[int, str]], label: str) -> dict[int, str]:
    """A sentence for every row whose text another row has too."""
    rows_of: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in rows:
        if text:
            rows_of[text].append(number)
    sentences = {}
    for numbers in rows_of.values():
        for number in numbers if len(numbers) > 1 else []:
            other = next(one for one in numbers if one != number)
            sentences[number] = f"{other}行目と同じ{label}です。どちらかを直すか、消してください。"
    return sentences
