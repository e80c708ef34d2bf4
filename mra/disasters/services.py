"""Opening support after a disaster, keeping its settings, and ending it."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import func, select

from mra.alliance import queries as alliance
from mra.alliance.models import Municipality
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.geo import Coordinates, coordinates, point
from mra.core.vehicle_classes import VehicleClass

from . import queries, rules
from .models import Activation, Base, Disaster, PriorityLine, PriorityVersion, TermsLine, TermsVersion
from .priorities import FIRST_REASON, Priorities, usual_priorities
from .rules import ActivationDetails, ActivationStatus, BaseDetails, DisasterKind, Terms

ClosingCheck = Callable[[Activation], None]
BaseListener = Callable[[Base], None]

# Those above us who know a reason against closing (cars still out) register a check here; they may not be imported.
_closing_checks: list[ClosingCheck] = []


def before_closing(check: ClosingCheck) -> ClosingCheck:
    """Register a check that raises Refused while something stands against closing an activation."""
    _closing_checks.append(check)
    return check


# Which disaster extensions reach a car depends on the municipality of its base: cars stand above us.
_base_listeners: list[BaseListener] = []


def after_base_moves(listener: BaseListener) -> BaseListener:
    """Tell this listener, in the same transaction, of every base that lies in another municipality from now on."""
    _base_listeners.append(listener)
    return listener


def record_disaster(*, name: str, kind: DisasterKind, occurred_on: date) -> Disaster:
    """Record what happened; the same event is recorded once."""
    _refuse_known_disaster(name, occurred_on, apart_from=None)
    disaster = Disaster(name=name, kind=kind, occurred_on=occurred_on, created_at=clock.now())
    db.session.add(disaster)
    db.session.flush()
    return disaster


def change_disaster(disaster: Disaster, *, by: Actor, name: str, kind: DisasterKind, occurred_on: date) -> None:
    """Correct what is known about a disaster; every support that answers it remembers."""
    _refuse_known_disaster(name, occurred_on, apart_from=disaster.id)
    disaster.name, disaster.kind, disaster.occurred_on = name, kind, occurred_on
    for activation in db.session.scalars(select(Activation).where(Activation.disaster_id == disaster.id)):
        note(activation, "change_disaster", by=by)


def _refuse_known_disaster(name: str, occurred_on: date, apart_from: int | None) -> None:
    same = select(Disaster.id).where(Disaster.name == name, Disaster.occurred_on == occurred_on)
    found = db.session.scalar(same.where(Disaster.id != apart_from) if apart_from else same)
    if found is not None:
        raise Refused("disaster_known")


def prepare(disaster: Disaster, *, details: ActivationDetails, by: Actor) -> Activation:
    """Decide to support an area: the activation is prepared and not yet public. Its order is the usual one at first."""
    _refuse_taken_slug(details.slug)
    activation = begin(Activation(disaster_id=disaster.id, created_at=clock.now(), **asdict(details)), by=by)
    add_first_priorities(activation)
    return activation


def change_details(activation: Activation, *, details: ActivationDetails, edition: str, by: Actor) -> None:
    """Change name, period or phone; `edition` is the mark of what the person had before their eyes."""
    _lock_for_change(activation)
    before = activation.details
    _refuse_old_edition(before, edition)
    changed = rules.changed_fields(before, details)
    if "slug" in changed:
        _refuse_new_slug(activation, details.slug)
    for name in changed:
        setattr(activation, name, getattr(details, name))
    if changed:
        _tell(activation, "change_details", by=by, fields=changed)


def change_municipalities(activation: Activation, *, add: Collection[str], remove: Collection[str], by: Actor) -> None:
    """Change the affected area by what one person added and removed, so that two people do not undo each other."""
    _lock_for_change(activation)
    held = {one.code for one in activation.municipalities}
    wanted = (held | set(add)) - set(remove)
    found = alliance.municipalities_of(sorted(wanted))
    if len(found) != len(wanted):
        raise Refused("unknown_municipality")
    if wanted == held:
        return
    activation.municipalities[:] = found
    _tell(activation, "change_municipalities", by=by, added=sorted(wanted - held), removed=sorted(held - wanted))


def add_base(activation: Activation, *, details: BaseDetails, by: Actor) -> Base:
    """Open a place where cars are kept and handed over."""
    _lock_for_change(activation)
    base = Base(activation_id=activation.id, **_base_values(details))
    db.session.add(base)
    db.session.flush()
    _tell(activation, "add_base", by=by, base_id=base.id)
    return base


def change_base(base: Base, *, details: BaseDetails, edition: str, by: Actor) -> None:
    """Change a base's place, hours or phone; appointments that were already made stay as they are."""
    activation = base.activation
    _lock_for_change(activation)
    db.session.refresh(base)
    before = base.details
    _refuse_old_edition(before, edition)
    values = _base_values(details)
    changed = rules.changed_fields(before, details)
    for name in changed:
        setattr(base, name, values[name])
    if changed:
        _tell(activation, "change_base", by=by, base_id=base.id, fields=changed)
    if "municipality_code" in changed:
        db.session.flush()
        for listener in _base_listeners:
            listener(base)


def change_terms(activation: Activation, *, terms: Terms, reason: str, based_on: int, by: Actor) -> TermsVersion:
    """Write a new version of the lending terms; loans that were made keep theirs.

    `based_on` is the number of the version that the person had before their eyes, 0 before the first.
    """
    _lock_for_change(activation)
    newest = queries.terms_in_force_or_none(activation)
    number = newest.number if newest else 0
    if number != based_on:
        raise Refused("settings_changed")
    if newest and newest.terms == dict(terms):
        raise Refused("terms_unchanged")
    version = TermsVersion(activation_id=activation.id, number=number + 1, reason=reason, created_at=clock.now())
    version.lines = [
        TermsLine(vehicle_class=kind, days=terms[kind][0], is_renewable=terms[kind][1]) for kind in VehicleClass
    ]
    db.session.add(version)
    db.session.flush()
    _tell(activation, "change_terms", by=by, number=version.number)
    return version


def add_first_priorities(activation: Activation) -> PriorityVersion:
    """The rule of order with which every support begins."""
    return _add_priorities(activation, 1, usual_priorities(), FIRST_REASON)


def write_priorities(
    activation: Activation, *, priorities: Priorities, reason: str, based_on: int, by: Actor
) -> PriorityVersion:
    """Write a new version of the rule of order. Only `applications` calls this, and applies it to those who wait.

    Until the end of the transaction nobody else writes one, and no application is taken in by the old one.
    """
    _lock_for_change(activation)
    newest = queries.priorities_in_force(activation.id)
    if newest.number != based_on:
        raise Refused("settings_changed")
    if newest.priorities == priorities:
        raise Refused("priorities_unchanged")
    version = _add_priorities(activation, newest.number + 1, priorities, reason)
    _tell(activation, "change_priorities", by=by, number=version.number)
    return version


def _add_priorities(activation: Activation, number: int, priorities: Priorities, reason: str) -> PriorityVersion:
    version = PriorityVersion(activation_id=activation.id, number=number, reason=reason, created_at=clock.now())
    version.lines = [
        PriorityLine(tier=tier, wording=one.wording, circumstances=sorted(one.circumstances))
        for tier, one in enumerate(priorities, 1)
    ]
    db.session.add(version)
    db.session.flush()
    return version


def hold_priorities(activation_id: int) -> PriorityVersion:
    """The rule in force, held until the end of the transaction: a new one waits for us, or we for it.

    Without this an application sent in the very second of a change would keep a tier of the rule before.
    """
    db.session.execute(select(Activation.id).where(Activation.id == activation_id).with_for_update(read=True))
    return queries.priorities_in_force(activation_id)


def open_support(activation: Activation, *, by: Actor) -> None:
    """Make the support public and take applications within the intake period; it needs a base and terms."""
    move(activation, "open", by=by)
    hindrance = rules.opening_hindrance(
        bases=queries.base_count(activation), has_terms=queries.terms_in_force_or_none(activation) is not None
    )
    if hindrance:
        raise Refused(hindrance)


def wind_down(activation: Activation, *, by: Actor) -> None:
    """Take no more applications; cars that are out come back, offers that stand can still be answered."""
    move(activation, "wind_down", by=by)
    moment = clock.now()
    if activation.intake_until is None or activation.intake_until > moment:
        activation.intake_until = rules.intake_end(moment, activation.intake_from, activation.ends_on)
        db.session.flush()


def close(activation: Activation, *, by: Actor) -> None:
    """End the support, once nothing stands against it any more."""
    move(activation, "close", by=by)
    for check in _closing_checks:
        check(activation)


def _tell(activation: Activation, action: str, *, by: Actor, **facts: Any) -> None:
    """Keep on the timeline what was changed, and write both, so that the next use case may lock the row."""
    note(activation, action, by=by, **facts)
    db.session.flush()


def _lock_for_change(activation: Activation) -> None:
    lock(activation)
    if activation.status is ActivationStatus.CLOSED:
        raise Refused("activation_closed")


def _refuse_old_edition(now_held: rules.Details, seen: str) -> None:
    if rules.edition(now_held) != seen:
        raise Refused("settings_changed")


def _refuse_taken_slug(slug: str) -> None:
    if db.session.scalar(select(func.count()).select_from(Activation).where(Activation.slug == slug)):
        raise Refused("slug_taken")


def _refuse_new_slug(activation: Activation, slug: str) -> None:
    if activation.status is not ActivationStatus.PREPARING:
        raise Refused("slug_fixed")
    _refuse_taken_slug(slug)


def _base_values(details: BaseDetails) -> dict[str, Any]:
    municipality = db.session.get(Municipality, details.municipality_code)
    if municipality is None:
        raise Refused("unknown_municipality")
    where = Coordinates(*details.place) if details.place else coordinates(municipality.place)
    if where is None:
        raise Refused("unknown_municipality")
    values = asdict(details)
    return values | {"place": point(where.lat, where.lon), "closed_weekdays": list(details.closed_weekdays)}
