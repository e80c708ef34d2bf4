"""What a run answers: who gets which car, who gets none, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct
from msgspec.json import Encoder


class Assignment(Struct, frozen=True, gc=False):
    """One request gets one vehicle."""

    request: str
    vehicle: str
    cost: int
    distance_km: float


class Unserved(Struct, frozen=True, gc=False, omit_defaults=True):
    """One request gets nothing. `contested_set` names the proof when others rank above it."""

    request: str
    reason: Literal["no_suitable_vehicle", "outranked"]
    contested_set: str | None = None


class ContestedSet(Struct, frozen=True, gc=False):
    """Vehicles that better ranked people hold, and that no exchange among them could free.

    The full set is this one and, in turn, those it includes.
    """

    id: str
    vehicles: tuple[str, ...]
    holders: tuple[str, ...]
    includes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer to a scenario; requests in rank order throughout."""

    assignments: tuple[Assignment, ...]
    unserved: tuple[Unserved, ...]
    contested_sets: tuple[ContestedSet, ...]
    total_cost: int

    def to_json(self) -> str:
        """The plan as JSON, one record a line, so that two plans can be compared by eye."""
        return (
            "{\n"
            f'"assignments": {_lines(self.assignments)},\n'
            f'"unserved": {_lines(self.unserved)},\n'
            f'"contested_sets": {_lines(self.contested_sets)},\n'
            f'"total_cost": {self.total_cost}\n'
            "}\n"
        )


def _lines(records: Sequence[Struct]) -> str:
    """A JSON list with a line for each record. Line breaks within texts are escaped, so that none is mistaken."""
    lines = Encoder().encode_lines(records).decode().rstrip("\n").replace("\n", ",\n")
    return f"[\n{lines}\n]" if lines else "[]"
