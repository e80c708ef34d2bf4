"""A car's upkeep as its life tells it: work and its cost, tyres, damage, readings of the odometer."""

from collections.abc import Iterator
from datetime import date

from mra.core import audit
from mra.upkeep import queries
from mra.upkeep.models import DamageMark, OdometerReading, TyreSet, UpkeepTask
from mra.upkeep.rules import PLACE_WORDS, SEASON_WORDS, TASK_WORDS, TYRE_SET, TaskStatus
from mra.vehicles.services import LifeEntry, LifeKind

# A car lives for twenty years at most; nobody works on it more often than weekly.
MOST_TASKS = 1_000


def life_of(vehicle_id: int) -> list[LifeEntry]:
    """All that was done to a car, in six statements."""
    page = f"/vehicles/{vehicle_id}/upkeep"
    sets = queries.tyre_sets_of(vehicle_id)
    return [
        *(_work(task, page) for task in queries.tasks_of(vehicle_id, MOST_TASKS) if task.status is TaskStatus.DONE),
        *_tyres(sets, page),
        *(_mark(mark, page) for mark in queries.marks_of(vehicle_id)),
        *(_reading(reading, page) for reading in queries.odometer_readings_of(vehicle_id)),
    ]


def _work(task: UpkeepTask, page: str) -> LifeEntry:
    assert task.done_on is not None
    return LifeEntry(
        on=task.done_on,
        kind=LifeKind.UPKEEP,
        title=TASK_WORDS[task.kind],
        detail="　".join(part for part in (task.worker, task.note) if part),
        odometer_km=task.odometer_km,
        yen=task.cost_yen,
        path=page,
    )


def _tyres(sets: list[TyreSet], page: str) -> Iterator[LifeEntry]:
    names = {one.id: f"{SEASON_WORDS[one.season]} {one.size}" for one in sets}
    if names:
        for event in audit.timeline((TYRE_SET.subject, list(names))):
            if event.action == "mount":
                on = date.fromisoformat(event.facts["on"])
                yield LifeEntry(on, LifeKind.UPKEEP, "タイヤの装着", names[event.subject_id], path=page)
    for one in sets:
        for reading in one.readings:
            detail = f"{names[one.id]}　{reading.tread_mm}mm"
            yield LifeEntry(reading.measured_on, LifeKind.UPKEEP, "タイヤの溝の測定", detail, path=page)


def _mark(mark: DamageMark, page: str) -> LifeEntry:
    title = f"傷・不具合：{PLACE_WORDS[mark.place]}"
    return LifeEntry(
        mark.noticed_on, LifeKind.DAMAGE, title, mark.note, ended_on=mark.repaired_on, path=f"{page}#damage"
    )


def _reading(reading: OdometerReading, page: str) -> LifeEntry:
    return LifeEntry(
        reading.read_on,
        LifeKind.UPKEEP,
        "走行距離の記録",
        "確認済み" if reading.is_confirmed else "",
        odometer_km=reading.odometer_km,
        path=page,
    )
