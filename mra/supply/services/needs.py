"""The table of needs, changed as a whole while several people look at it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import lock, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.models import Activation
from mra.disasters.rules import ActivationStatus

from .. import queries
from ..models import Need
from ..rules.needs import Entry, twice

Values = tuple[int, date | None, str]


class Conflict(NamedTuple):
    """A line that somebody else changed since the page was opened, to something other than what was typed now."""

    need: Need
    typed: Entry


def change_needs(activation: Activation, entries: Sequence[Entry], *, by: Actor) -> list[Conflict]:
    """Write down what is needed now, line by line, each change on the support's timeline.

    If somebody else changed one of these lines meanwhile, nothing is written and the conflicts are returned.
    """
    lock(activation)
    if activation.status is ActivationStatus.CLOSED:
        raise Refused("needs_of_closed_support")
    if twice(entries):
        raise Refused("need_twice")
    held = {need.id: need for need in queries.needs_of(activation.id)}
    kept = [(held[entry.need_id], entry) for entry in entries if entry.need_id in held]
    conflicts = [Conflict(need, entry) for need, entry in kept if _was_changed_meanwhile(need, entry)]
    if conflicts:
        return conflicts
    for need, entry in kept:
        if _values(need.entry) != _values(entry):
            _change(activation, need, entry, by)
    for entry in entries:
        if entry.need_id is None:
            _add(activation, entry, by)
    return []


def _values(entry: Entry) -> Values:
    return entry.quantity, entry.needed_on, entry.note


def _was_changed_meanwhile(need: Need, entry: Entry) -> bool:
    return need.version != entry.version and _values(need.entry) != _values(entry)


def _change(activation: Activation, need: Need, entry: Entry, by: Actor) -> None:
    before = need.quantity
    need.quantity, need.needed_on, need.note = _values(entry)
    need.changed_at, need.version = clock.now(), need.version + 1
    _tell(activation, need, before, by)


def _add(activation: Activation, entry: Entry, by: Actor) -> None:
    need = Need(
        activation_id=activation.id,
        base_id=entry.base_id,
        kind=entry.item.kind,
        vehicle_class=entry.item.vehicle_class,
        unit=entry.item.unit,
        detail=entry.detail,
        quantity=entry.quantity,
        needed_on=entry.needed_on,
        note=entry.note,
        changed_at=clock.now(),
        version=1,
    )
    db.session.add(need)
    db.session.flush()
    _tell(activation, need, 0, by)


def _tell(activation: Activation, need: Need, before: int, by: Actor) -> None:
    """Numbers and ids only: what people wrote as detail or note may name somebody."""
    note(
        activation,
        "change_need",
        by=by,
        need_id=need.id,
        base_id=need.base_id,
        kind=need.kind,
        vehicle_class=need.vehicle_class,
        unit=need.unit,
        quantity=[before, need.quantity],
    )
    db.session.flush()
