"""What a table looks like to people: its columns, their headings, and other words for them."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from mra.core.text import word_key

BESIDE_A_HEADING = re.compile(r"[(（\[［【].*?[)）\]］】]|※.*|[＊*●]")
KEY, VERSION = "key", "version"


class Holds(StrEnum):
    """What stands in a column; it decides how two writings of one value are seen to be the same."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"


@dataclass(frozen=True)
class Column:
    """One column: the name of the fact, its heading, and what people are told about it."""

    name: str
    heading: str
    is_required: bool = False
    example: str = ""
    about: str = ""
    other_headings: tuple[str, ...] = ()
    holds: Holds = Holds.TEXT
    # Told on export and not taken from a file: a change of status is made on the page, with what belongs to it.
    is_told_only: bool = False


def heading_key(text: str) -> str:
    """A heading without units and marks beside it: 走行距離（km）※必須 is 走行距離."""
    return word_key(BESIDE_A_HEADING.sub("", text))


# A list that people keep for themselves counts its rows; we count them ourselves.
ROW_NUMBERS = frozenset(word_key(text) for text in ("No", "No.", "NO.", "№", "番号", "項番", "連番", "通し番号", "#"))


@dataclass(frozen=True)
class Layout:
    """The columns of a table. `identity`: a row that fills one of these columns is no remark beside the table."""

    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    example: dict[str, str] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by the name of their fact."""
        return {column.name: column for column in self.columns}

    @cached_property
    def by_heading(self) -> dict[str, Column]:
        """The columns by every heading that they are known under; where two claim one, the earlier has it."""
        known: dict[str, Column] = {}
        for column in self.columns:
            known.setdefault(heading_key(column.heading), column)
        for column in self.columns:
            for heading in column.other_headings:
                known.setdefault(heading_key(heading), column)
        return known

    @property
    def required(self) -> list[Column]:
        """The columns that every new row fills."""
        return [column for column in self.columns if column.is_required]

    @property
    def own(self) -> list[Column]:
        """The columns that hold facts: all but our number and the mark of the version."""
        return [column for column in self.columns if column.name not in {KEY, VERSION}]
