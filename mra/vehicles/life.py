"""What the register itself knows of a car's life: where it stood and when, its papers, and where it went in the end."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select

from mra.core import audit, clock
from mra.core.audit import AuditEvent
from mra.core.db import db
from mra.vehicles import queries
from mra.vehicles.models import Retirement, VehicleDocument
from mra.vehicles.retiring import RETIREMENT_WORDS
from mra.vehicles.rules import DOCUMENT_WORDS, DRIVER_SCOPE_WORDS, OUT_REASON_WORDS, VEHICLE
from mra.vehicles.services import LifeEntry, LifeKind

TITLES = {
    "begin": (LifeKind.ORIGIN, "登録"),
    "readmit": (LifeKind.ORIGIN, "再び受け入れ"),
    "change_name": (LifeKind.ORIGIN, "名義変更の完了"),
    "dispatch": (LifeKind.PLACE, "拠点へ出発"),
    "turn_back": (LifeKind.PLACE, "出発の取りやめ"),
    "put_back": (LifeKind.PLACE, "使用再開"),
}


def life_of(vehicle_id: int) -> list[LifeEntry]:
    """Places, papers and the end of one car, in four statements."""
    return [*_places(vehicle_id), *_papers(vehicle_id), *_ends(vehicle_id)]


def _places(vehicle_id: int) -> Iterable[LifeEntry]:
    """Where it stood, from its own events: every stay ends where the next one begins."""
    events = list(reversed(audit.timeline((VEHICLE.subject, [vehicle_id]))))
    bases = queries.base_names({base_id for event in events if (base_id := _base_of(event))})
    path = f"/vehicles/{vehicle_id}"
    for place, event in enumerate(events):
        on = _day(event)
        if event.action in TITLES:
            kind, title = TITLES[event.action]
            yield LifeEntry(on, kind, title, path=path)
        elif event.action == "take_out":
            until = next((_day(later) for later in events[place + 1 :] if later.after), None)
            reason = OUT_REASON_WORDS.get(event.facts.get("reason", ""), "")
            yield LifeEntry(on, LifeKind.PLACE, "使用停止", reason, ended_on=until, path=path)
        else:
            yield from _stay(event, events[place + 1 :], bases, path)


def _stay(
    event: AuditEvent, later_events: Iterable[AuditEvent], bases: Mapping[int, str], path: str
) -> Iterable[LifeEntry]:
    """A stay at a base begins with an arrival or a change of the base; a changed odometer is told too."""
    base_id = _base_of(event)
    km = event.facts.get("odometer_km") if event.action == "arrive" else _changed_km(event)
    if base_id:
        until = next((_day(later) for later in later_events if _ends_a_stay(later, base_id)), None)
        title = bases.get(base_id, "拠点") + ("に到着" if event.action == "arrive" else "へ移動")
        yield LifeEntry(_day(event), LifeKind.PLACE, title, ended_on=until, odometer_km=km, path=path)
    elif km is not None and event.action == "change":
        yield LifeEntry(_day(event), LifeKind.UPKEEP, "走行距離の訂正", odometer_km=km, path=path)


def _base_of(event: AuditEvent) -> int | None:
    """The base where a car stands from this event on."""
    changed: list[int | None] = event.facts.get("changes", {}).get("base_id") or [None, None]
    return event.facts.get("base_id") if event.action == "arrive" else changed[1]


def _changed_km(event: AuditEvent) -> int | None:
    changed: list[int | None] = event.facts.get("changes", {}).get("odometer_km") or [None, None]
    return changed[1]


def _ends_a_stay(event: AuditEvent, base_id: int) -> bool:
    return event.action in {"dispatch", "release"} or _base_of(event) not in {None, base_id}


def _day(event: AuditEvent) -> date:
    """The day on which it happened; a name change may be written down later."""
    if told := event.facts.get("changed_on"):
        return date.fromisoformat(told)
    return clock.in_japan(event.at).date()


def _papers(vehicle_id: int) -> Iterable[LifeEntry]:
    wanted = select(VehicleDocument).where(
        VehicleDocument.vehicle_id == vehicle_id, VehicleDocument.cancelled_at.is_(None)
    )
    for paper in db.session.scalars(wanted):
        yield LifeEntry(
            on=paper.starts_on or clock.in_japan(paper.created_at).date(),
            kind=LifeKind.PAPER,
            title=DOCUMENT_WORDS[paper.kind],
            detail=DRIVER_SCOPE_WORDS[paper.driver_scope] if paper.driver_scope else "",
            ended_on=paper.ends_on,
            path=f"/vehicles/{vehicle_id}#papers",
        )


def _ends(vehicle_id: int) -> Iterable[LifeEntry]:
    for retirement in db.session.scalars(select(Retirement).where(Retirement.vehicle_id == vehicle_id)):
        undone = "（その後、再び受け入れ）" if retirement.undone_at else ""
        yield LifeEntry(
            on=retirement.retired_on,
            kind=LifeKind.END,
            title=f"運用終了：{RETIREMENT_WORDS[retirement.kind]}",
            detail=retirement.to_whom + undone,
            yen=retirement.yen,
            path=f"/vehicles/{vehicle_id}/retirement",
        )
