"""Which supports run, on what terms, and what happened to them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from mra.accounts.queries import staff_names
from mra.alliance.rules.pledges import SUPPLY_KIND_WORDS
from mra.core import current
from mra.core.actor import ActorKind
from mra.core.audit import AuditEvent, timeline
from mra.core.db import db
from mra.core.timeline import Line, lines
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass

from . import rules
from .models import Activation, Base, Disaster, PriorityVersion, TermsVersion
from .rules import ActivationStatus, TermsChange

PAGE = 50
ALIVE = tuple(status for status in ActivationStatus if status is not ActivationStatus.CLOSED)
CLOSED_SHOWN = 20


def open_activations() -> list[Activation]:
    """The supports whose status is open, newest first."""
    return list(db.session.scalars(_newest(ActivationStatus.OPEN)))


def running_activations() -> list[Activation]:
    """The supports that the public page tells about (open, or winding down), with their areas and bases."""
    running = _newest(ActivationStatus.OPEN, ActivationStatus.WINDING_DOWN)
    return list(db.session.scalars(running.options(*_area_and_bases())))


def closed_activations(limit: int = CLOSED_SHOWN) -> list[Activation]:
    """The supports that are over, newest first."""
    return list(db.session.scalars(_newest(ActivationStatus.CLOSED).limit(limit)))


def current_activation() -> Activation | None:
    """The activation that this person works on; None in quiet times.

    It is the one they chose, if it is not closed; otherwise the newest that runs, otherwise the newest in preparation.
    """
    chosen = func.coalesce(Activation.id == current.chosen_activation_id(), false())
    is_preparing = Activation.status == ActivationStatus.PREPARING
    order = (chosen.desc(), is_preparing, Activation.id.desc())
    return db.session.scalar(select(Activation).where(Activation.status.in_(ALIVE)).order_by(*order).limit(1))


def help_phone(activation_id: int | None) -> str | None:
    """The number to ring about a support; without one, of the newest that runs. None in quiet times."""
    if activation_id is not None:
        return db.session.scalar(select(Activation.help_phone).where(Activation.id == activation_id))
    running = select(Activation.help_phone).where(Activation.status.in_(ALIVE)).order_by(Activation.id.desc())
    return db.session.scalar(running.limit(1))


def activations_to_choose_from() -> list[tuple[int, str]]:
    """Id and name of every support that is not closed, newest first: between these staff can switch."""
    alive = select(Activation.id, Activation.name).where(Activation.status.in_(ALIVE)).order_by(Activation.id.desc())
    return [(number, name) for number, name in db.session.execute(alive)]


def activation_by_slug(slug: str) -> Activation | None:
    """The public support of an address, with its area and bases; None while it is being prepared."""
    return db.session.scalar(_public(slug).options(*_area_and_bases()))


def activation_taking_forms(slug: str) -> Activation | None:
    """`activation_by_slug` without area and bases, of which the many posts of a form need nothing."""
    return db.session.scalar(_public(slug))


def _public(slug: str) -> Select[Activation]:
    return select(Activation).where(Activation.slug == slug, Activation.status != ActivationStatus.PREPARING)


def activation_with_settings(activation_id: int) -> Activation | None:
    """An activation with all that its settings page shows."""
    return db.session.scalar(select(Activation).where(Activation.id == activation_id).options(*_area_and_bases()))


def base_of(activation_id: int, base_id: int) -> Base | None:
    """A base of this activation."""
    return db.session.scalar(
        select(Base)
        .join(Base.activation)
        .where(Base.id == base_id, Base.activation_id == activation_id)
        .options(contains_eager(Base.activation))
    )


def base_count(activation: Activation) -> int:
    """How many bases an activation has."""
    return db.session.scalar(select(func.count()).where(Base.activation_id == activation.id)) or 0


def terms_in_force(activation: Activation) -> TermsVersion:
    """The newest version of the lending terms; an open activation always has one."""
    version = terms_in_force_or_none(activation)
    if version is None:
        raise LookupError(f"activation {activation.id} has no terms")
    return version


def terms_in_force_or_none(activation: Activation) -> TermsVersion | None:
    """The newest version of the lending terms; None before the first."""
    return db.session.scalar(_versions(activation).limit(1))


def priorities_in_force(activation_id: int) -> PriorityVersion:
    """The newest version of the rule of order; every activation has one from its first moment."""
    return db.session.scalars(_priority_versions(activation_id).limit(1)).unique().one()


def priorities_history(activation: Activation) -> list[tuple[PriorityVersion, str]]:
    """All versions of the rule of order, newest first, each with who wrote it."""
    writers = _writers(activation, "change_priorities")
    found = db.session.scalars(_priority_versions(activation.id)).unique()
    return [(version, writers.get(version.number, "")) for version in found]


def _priority_versions(activation_id: int) -> Select[PriorityVersion]:
    of_activation = select(PriorityVersion).where(PriorityVersion.activation_id == activation_id)
    return of_activation.order_by(PriorityVersion.number.desc())


class TermsHistoryLine(NamedTuple):
    """One version: what it changed against the one before it, and who wrote it."""

    version: TermsVersion
    changes: list[TermsChange]
    who: str


def terms_history(activation: Activation) -> list[TermsHistoryLine]:
    """All versions of the lending terms, newest first."""
    versions = list(db.session.scalars(_versions(activation)))
    writers = _writers(activation, "change_terms")
    earlier = {version.number + 1: version for version in versions}
    return [
        TermsHistoryLine(
            version,
            rules.terms_changes(earlier[version.number].terms, version.terms) if version.number in earlier else [],
            writers.get(version.number, ""),
        )
        for version in versions
    ]


def _writers(activation: Activation, action: str) -> dict[int, str]:
    """Who wrote which version of a setting, by its number."""
    events = [event for event in timeline(("activation", [activation.id])) if event.action == action]
    told = zip(events, lines(events, _names(events)), strict=True)
    return {event.facts["number"]: line.who for event, line in told if "number" in event.facts}


class DisasterLine(NamedTuple):
    """A disaster with the supports that answer it."""

    disaster: Disaster
    activations: list[Activation]


def disasters_page(before_id: int | None = None) -> tuple[list[DisasterLine], int | None]:
    """Fifty disasters, the last recorded first, and the id after which the next page begins."""
    wanted = select(Disaster).order_by(Disaster.id.desc()).limit(PAGE + 1)
    if before_id is not None:
        wanted = wanted.where(Disaster.id < before_id)
    found = list(db.session.scalars(wanted))
    shown = found[:PAGE]
    answers = _activations_of([disaster.id for disaster in shown])
    lines = [DisasterLine(disaster, answers.get(disaster.id, [])) for disaster in shown]
    return lines, shown[-1].id if len(found) > PAGE else None


def history(activation: Activation) -> list[Line]:
    """What happened to an activation, newest first; the note tells which base, which version, which fields."""
    events = timeline(("activation", [activation.id]))
    bases = {base.id: base.name for base in activation.bases}
    told = zip(events, lines(events, _names(events)), strict=True)
    return [replace(line, note=_event_note(event.facts, bases)) for event, line in told]


def _newest(*statuses: ActivationStatus) -> Select[Activation]:
    return select(Activation).where(Activation.status.in_(statuses)).order_by(Activation.id.desc())


def _area_and_bases() -> tuple[Any, ...]:
    return (
        joinedload(Activation.disaster),
        selectinload(Activation.municipalities),
        selectinload(Activation.bases).joinedload(Base.municipality),
    )


def _versions(activation: Activation) -> Select[TermsVersion]:
    return (
        select(TermsVersion)
        .where(TermsVersion.activation_id == activation.id)
        .order_by(TermsVersion.number.desc())
        .options(selectinload(TermsVersion.lines))
    )


def _activations_of(disaster_ids: list[int]) -> dict[int, list[Activation]]:
    answers: dict[int, list[Activation]] = {}
    found = select(Activation).where(Activation.disaster_id.in_(disaster_ids)).order_by(Activation.id)
    for activation in db.session.scalars(found.options(selectinload(Activation.municipalities))):
        answers.setdefault(activation.disaster_id, []).append(activation)
    return answers


def _names(events: Sequence[AuditEvent]) -> dict[int, str]:
    return staff_names(event.actor_id for event in events if event.actor_kind is ActorKind.STAFF and event.actor_id)


def _event_note(facts: dict[str, Any], bases: dict[int, str]) -> str:
    parts = []
    if "base_id" in facts:
        parts.append(bases.get(facts["base_id"], ""))
    if "number" in facts:
        parts.append(f"第{facts['number']}版")
    if facts.get("added"):
        parts.append(f"追加 {len(facts['added'])}")
    if facts.get("removed"):
        parts.append(f"除外 {len(facts['removed'])}")
    if "need_id" in facts:
        parts.append(_need_note(facts))
    parts.extend(rules.FIELD_WORDS.get(name, name) for name in facts.get("fields", []))
    return "、".join(part for part in parts if part)


def _need_note(facts: dict[str, Any]) -> str:
    """A change of what is needed: 軽トラック 10→12台."""
    vehicle_class = facts.get("vehicle_class")
    word = VEHICLE_CLASS_WORDS[VehicleClass(vehicle_class)] if vehicle_class else SUPPLY_KIND_WORDS[facts["kind"]]
    before, after = facts["quantity"]
    return f"{word} {before:,}→{after:,}{facts['unit']}"
