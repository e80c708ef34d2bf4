"""What somebody edited in a table that went out and came back: cell by cell, beside what others changed meanwhile.

Every exported row carries a mark of each of its cells. A cell that still has its mark was not edited, and keeps what
stands in the register now; one that was edited here and elsewhere is told to a person.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from mra.core.spreadsheets.cp932 import GETA, twins_made_one, writable
from mra.core.spreadsheets.layout import Column, Holds, Layout
from mra.core.text import whole_number

from .days import day_in

EDITION = "v1."
MARK_LETTERS = 4
LOST_SIGN = "「〓」は、書き出したときに表せなかった文字です。正しい文字を入力してください。"


@dataclass
class Merged:
    """The cells of a row as they would be stored; by name which were edited, and which collide with another change."""

    cells: dict[str, str]
    edited: set[str] = field(default_factory=set)
    collisions: set[str] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)


def plain(column: Column, text: str) -> str:
    """One writing for all that mean the same: a day, a number, a text with the signs that encodings mix up."""
    if column.holds is Holds.DAY and (day := day_in(text)):
        return day.isoformat()
    if column.holds is Holds.NUMBER and (number := whole_number(text)) is not None:
        return str(number)
    return twins_made_one(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def version_of(key: str, layout: Layout, texts: Mapping[str, str]) -> str:
    """The marks of all cells of a row, in the order of the columns."""
    return EDITION + "".join(_mark(key, column, texts[column.name]) for column in layout.own)


def marks_in(version: str, layout: Layout) -> dict[str, str] | None:
    """The mark of each column; None where the version was not written by this edition of the table."""
    marks = version.removeprefix(EDITION)
    if marks == version or len(marks) != MARK_LETTERS * len(layout.own):
        return None
    places = range(0, len(marks), MARK_LETTERS)
    return {column.name: marks[at : at + MARK_LETTERS] for column, at in zip(layout.own, places, strict=True)}


def _mark(key: str, column: Column, text: str) -> str:
    told = f"{key}\n{column.name}\n{plain(column, text)}"
    return base64.urlsafe_b64encode(
        hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=3).digest()
    ).decode()


def merge(layout: Layout, key: str, now: Mapping[str, str], typed: Mapping[str, str], version: str) -> Merged:
    """What a row would make of a record: the cells that were edited in the file, the others as they stand now.

    Without a version (a list that people keep for themselves) an empty cell says nothing.
    """
    marks = marks_in(version, layout)
    merged = Merged(dict(now))
    for column in layout.own:
        name = column.name
        if name not in typed or _is_same(column, typed[name], now[name]):
            continue
        if marks is None:
            was_edited, has_moved = bool(typed[name]), False
        else:
            was_edited = _mark(key, column, typed[name]) != marks[name]
            has_moved = marks[name] not in {_mark(key, column, text) for text in (now[name], writable(now[name]))}
        if not was_edited:
            continue
        merged.cells[name] = typed[name]
        merged.edited.add(name)
        if has_moved:
            merged.collisions.add(name)
        elif GETA in typed[name] and GETA not in now[name]:
            merged.faults[name] = LOST_SIGN
    return merged


def _is_same(column: Column, typed: str, now: str) -> bool:
    wanted = plain(column, typed)
    return wanted in {plain(column, now), plain(column, writable(now))}
