"""What happened to a car, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mra.core import audit, dates
from mra.core.actor import ActorKind
from mra.core.audit import AuditEvent
from mra.core.vehicle_classes import FEATURE_WORDS, VEHICLE_CLASS_WORDS
from mra.vehicles import queries
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import DOCUMENT_WORDS, DRIVER_SCOPE_WORDS, OUT_REASON_WORDS, VEHICLE

ACTION_WORDS = {
    "begin": "車両の登録",
    "dispatch": "回送の開始",
    "arrive": "到着の記録",
    "take_out": "使用停止",
    "put_back": "使用停止の解除",
    "release": "運用の終了",
    "readmit": "再受け入れ",
    "change": "内容の変更",
    "add_document": "書類の登録",
    "cancel_document": "書類の取消",
}
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
    "remarks": "備考",
}
NOBODYS_NAMES = {ActorKind.APPLICANT: "申込者", ActorKind.PUBLIC: "一般の方", ActorKind.SYSTEM: "システム"}


def timeline_of(vehicle: Vehicle) -> list[dict[str, Any]]:
    """The events of a car, newest first, as the timeline of a page shows them."""
    events = audit.timeline((VEHICLE.subject, [vehicle.id]))
    people = queries.staff_names({e.actor_id for e in events if e.actor_kind is ActorKind.STAFF and e.actor_id})
    bases = queries.base_names({base_id for event in events for base_id in _base_ids(event)})
    return [
        {
            "at": dates.japanese_moment(event.at),
            "who": _who(event, people),
            "what": ACTION_WORDS.get(event.action, "記録"),
            "before": _status_word(event.before),
            "after": _status_word(event.after),
            "note": _note(event.facts, bases),
        }
        for event in events
    ]


def _base_ids(event: AuditEvent) -> list[int]:
    changed = event.facts.get("changes", {}).get("base_id", [])
    return [base_id for base_id in [event.facts.get("base_id"), *changed] if base_id]


def _who(event: AuditEvent, people: Mapping[int, str]) -> str:
    if event.actor_kind is ActorKind.STAFF:
        return people.get(event.actor_id or 0, "職員")
    return NOBODYS_NAMES[event.actor_kind]


def _status_word(status: str | None) -> str | None:
    return VEHICLE.word(VEHICLE.statuses(status)).label if status else None


def _note(facts: Mapping[str, Any], bases: Mapping[int, str]) -> str:
    """What was said along with an event."""
    parts = []
    if base_id := facts.get("base_id"):
        parts.append(bases.get(base_id, ""))
    if reason := facts.get("reason"):
        parts.append(OUT_REASON_WORDS.get(reason, ""))
    if kind := facts.get("kind"):
        parts.append(f"{DOCUMENT_WORDS[kind]} {dates.japanese_date(date.fromisoformat(facts['ends_on']))}まで")
    if scope := facts.get("driver_scope"):
        parts.append(DRIVER_SCOPE_WORDS[scope])
    if (kilometres := facts.get("odometer_km")) is not None:
        parts.append(f"{kilometres:,}km")
    parts += [_change(name, pair, bases) for name, pair in facts.get("changes", {}).items()]
    return "、".join(part for part in parts if part)


def _change(name: str, pair: list[Any] | None, bases: Mapping[int, str]) -> str:
    """走行距離 42,000km → 43,000km. Free texts are told without their words."""
    label = FACT_WORDS.get(name, name)
    if pair is None:
        return label
    before, after = (_value(name, value, bases) for value in pair)
    return f"{label} {before} → {after}"


def _value(name: str, value: Any, bases: Mapping[int, str]) -> str:
    if value is None or value == []:
        return "なし"
    match name:
        case "vehicle_class":
            return VEHICLE_CLASS_WORDS[value]
        case "features":
            return "・".join(FEATURE_WORDS.get(feature, feature) for feature in value)
        case "base_id":
            return bases.get(value, "別の拠点")
        case "odometer_km":
            return f"{value:,}km"
        case "seats":
            return f"{value}人"
        case "available_from":
            return dates.japanese_date(date.fromisoformat(value))
        case _:
            return str(value)
