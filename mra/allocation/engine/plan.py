"""What a run answers: who gets which car, who gets none, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Assignment:
    """One request gets one vehicle."""

    request: str
    vehicle: str
    cost: int
    distance_km: float


@dataclass(frozen=True, slots=True)
class Unserved:
    """One request gets nothing. `contested_set` names the proof when others rank above it."""

    request: str
    reason: Literal["no_suitable_vehicle", "outranked"]
    contested_set: str | None = None


@dataclass(frozen=True, slots=True)
class ContestedSet:
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
            f'"assignments": {_lines(map(_assignment, self.assignments))},\n'
            f'"unserved": {_lines(map(_unserved, self.unserved))},\n'
            f'"contested_sets": {_lines(map(_contested_set, self.contested_sets))},\n'
            f'"total_cost": {self.total_cost}\n'
            "}\n"
        )


def _lines(records: Iterable[dict[str, Any]]) -> str:
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    return f"[\n{lines}\n]" if lines else "[]"


def _assignment(assignment: Assignment) -> dict[str, Any]:
    return {
        "request": assignment.request,
        "vehicle": assignment.vehicle,
        "cost": assignment.cost,
        "distance_km": assignment.distance_km,
    }


def _unserved(unserved: Unserved) -> dict[str, Any]:
    record = {"request": unserved.request, "reason": unserved.reason}
    if unserved.contested_set is not None:
        record["contested_set"] = unserved.contested_set
    return record


def _contested_set(contested: ContestedSet) -> dict[str, Any]:
    return {
        "id": contested.id,
        "vehicles": list(contested.vehicles),
        "holders": list(contested.holders),
        "includes": list(contested.includes),
    }
