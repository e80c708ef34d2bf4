"""Work and tyres in words, for the list and for the page of one car."""

from typing import Any

from mra.core import clock, dates
from mra.upkeep.models import TyreSet, UpkeepTask
from mra.upkeep.rules import SEASON_WORDS, TASK_WORDS, TREAD_WORDS, Due, due, tread_of
from mra.vehicles.models import Vehicle

__all__ = ["SEASON_WORDS", "task_line", "tyre_line"]

DUE_WORDS = {Due.OVERDUE: ("期限超過", "danger"), Due.SOON: ("まもなく", "warning"), Due.LATER: ("予定", "info")}


def task_line(task: UpkeepTask, vehicle: Vehicle) -> dict[str, Any]:
    """A planned piece of work: what, by when, how long still, how pressing."""
    today = clock.today()
    state = due(task.planned_on, task.planned_km, today=today, odometer_km=vehicle.odometer_km)
    label, tone = DUE_WORDS[state]
    return {
        "kind": TASK_WORDS[task.kind],
        "label": label,
        "tone": tone,
        "is_late": state is Due.OVERDUE,
        "day": dates.japanese_date(task.planned_on) if task.planned_on else "",
        "days_left": _days_left((task.planned_on - today).days) if task.planned_on else "",
        "km": f"{task.planned_km:,}km" if task.planned_km is not None else "",
        "km_left": _km_left(task.planned_km - vehicle.odometer_km) if task.planned_km is not None else "",
    }


def _days_left(days: int) -> str:
    if days == 0:
        return "今日"
    return f"あと{days}日" if days > 0 else f"{-days}日超過"


def _km_left(km: int) -> str:
    return f"あと{km:,}km" if km > 0 else f"{-km:,}km超過"


def tyre_line(tyre_set: TyreSet) -> dict[str, Any]:
    """A set of tyres: season, where it is, the newest tread and what it means."""
    reading = tyre_set.last_reading
    word = TREAD_WORDS[tread_of(tyre_set.season, reading.tread_mm)] if reading else None
    return {
        "season": SEASON_WORDS[tyre_set.season],
        "place": tyre_set.stored_at or "車両に装着",
        "tread": f"{reading.tread_mm}mm" if reading else "",
        "measured_on": dates.japanese_date(reading.measured_on) if reading else "",
        "label": word.label if word else "",
        "tone": word.tone if word else "neutral",
    }
