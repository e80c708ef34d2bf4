"""What happened to a car, in words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from mra.alliance import queries as alliance
from mra.core import audit, dates, timeline
from mra.core.actor import ActorKind
from mra.core.audit import AuditEvent
from mra.core.timeline import Line
from mra.core.vehicle_classes import FEATURE_WORDS, VEHICLE_CLASS_WORDS
from mra.vehicles import queries
from mra.vehicles.forms import month_words
from mra.vehicles.models import Vehicle
from mra.vehicles.retiring import RETIREMENT_WORDS
from mra.vehicles.rules import DOCUMENT_WORDS, DRIVER_SCOPE_WORDS, OUT_REASON_WORDS, VEHICLE

FACT_WORDS = {
    "chassis_number": "車台番号",
    "plate": "ナンバー",
    "name": "車名",
    "vehicle_class": "車種区分",
    "seats": "定員",
    "transmission": "変速機",
    "drive": "駆動",
    "features": "装備",
    "base_id": "拠点",
    "odometer_km": "走行距離",
    "available_from": "使用開始日",
    "registered_in_code": "使用の本拠",
    "first_registered_on": "初度登録年月",
    "remarks": "備考",
}


def timeline_of(vehicle: Vehicle) -> list[Line]:
    """The events of a car, newest first, with what was said along with them."""
    events = audit.timeline((VEHICLE.subject, [vehicle.id]))
    people = queries.staff_names({e.actor_id for e in events if e.actor_kind is ActorKind.STAFF and e.actor_id})
    names = dict[Any, str](queries.base_names({base_id for event in events for base_id in _base_ids(event)})) | _towns(
        events
    )
    return [
        replace(line, note=_note(event.facts, names))
        for line, event in zip(timeline.lines(events, people), events, strict=True)
    ]


def _base_ids(event: AuditEvent) -> list[int]:
    changed = event.facts.get("changes", {}).get("base_id", [])
    return [base_id for base_id in [event.facts.get("base_id"), *changed] if base_id]


def _towns(events: list[AuditEvent]) -> dict[Any, str]:
    """The names of municipalities by code, if any event tells of one."""
    codes = {code for event in events for code in event.facts.get("changes", {}).get("registered_in_code", []) if code}
    return dict(alliance.names_of_keys(codes))


def _note(facts: Mapping[str, Any], names: Mapping[Any, str]) -> str:
    """What was said along with an event."""
    parts = []
    if base_id := facts.get("base_id"):
        parts.append(names.get(base_id, ""))
    if reason := facts.get("reason"):
        parts.append(OUT_REASON_WORDS.get(reason, ""))
    if leaves_for := facts.get("leaves_for"):
        parts.append(RETIREMENT_WORDS[leaves_for])
    if kind := facts.get("kind"):
        parts.append(f"{DOCUMENT_WORDS[kind]} {dates.japanese_date(date.fromisoformat(facts['ends_on']))}まで")
    if scope := facts.get("driver_scope"):
        parts.append(DRIVER_SCOPE_WORDS[scope])
    if (kilometres := facts.get("odometer_km")) is not None:
        parts.append(_kilometres(kilometres))
    parts += [_change(name, pair, names) for name, pair in facts.get("changes", {}).items()]
    return "、".join(part for part in parts if part)


def _kilometres(told: int | list[int]) -> str:
    """One reading, or the one before and the one after."""
    return " → ".join(f"{reading:,}km" for reading in (told if isinstance(told, list) else [told]))


def _change(name: str, pair: list[Any] | None, names: Mapping[Any, str]) -> str:
    """走行距離 42,000km → 43,000km. Free texts are told without their words."""
    label = FACT_WORDS.get(name, name)
    if pair is None:
        return label
    before, after = (_value(name, value, names) for value in pair)
    return f"{label} {before} → {after}"


def _value(name: str, value: Any, names: Mapping[Any, str]) -> str:
    if value is None or value == []:
        return "なし"
    match name:
        case "vehicle_class":
            return VEHICLE_CLASS_WORDS[value]
        case "features":
            return "・".join(FEATURE_WORDS.get(feature, feature) for feature in value)
        case "base_id":
            return names.get(value, "別の拠点")
        case "odometer_km":
            return f"{value:,}km"
        case "seats":
            return f"{value}人"
        case "registered_in_code":
            return names.get(value, value)
        case "first_registered_on":
            return month_words(date.fromisoformat(value))
        case "available_from":
            return dates.japanese_date(date.fromisoformat(value))
        case _:
            return str(value)
