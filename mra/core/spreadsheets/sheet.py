"""The cells of a file as texts, with what was found about them while reading."""

from dataclasses import dataclass, field

Corners = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Sheet:
    """Line 0 is row 1. `wrong` names cells (line, place) that hold nothing usable, with the reason."""

    lines: list[list[str]]
    merged: list[Corners] = field(default_factory=list)
    wrong: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def text(self, line: int, place: int) -> str:
        """What stands in a cell; nothing beyond the end of a line."""
        return self.lines[line][place] if line < len(self.lines) and place < len(self.lines[line]) else ""

    def put(self, line: int, place: int, text: str) -> None:
        """Write into a cell, whether the line is long enough or not."""
        row = self.lines[line]
        row.extend([""] * (place + 1 - len(row)))
        row[place] = text
