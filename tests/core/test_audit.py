"""Beginning and moving many subjects at once says the same as one by one, in fewer statements."""

from datetime import date

import pytest
from sqlalchemy import func, select

from mra.core.actor import SYSTEM
from mra.core.audit import AuditEvent, begin_all, move, move_all
from mra.core.db import db
from mra.core.lifecycle import MoveNotAllowed
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VehicleStatus
from tests import factories
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("session", "story_time")


def cars(number: int) -> list[Vehicle]:
    base = factories.base(factories.activation())
    made = [factories.vehicle(base, lawful_until=date(2027, 1, 1)) for _ in range(number)]
    db.session.flush()
    return made


def events_of(vehicle: Vehicle) -> list[tuple[str, str | None, str | None]]:
    wanted = select(AuditEvent.action, AuditEvent.before, AuditEvent.after).where(
        AuditEvent.subject_kind == "vehicle", AuditEvent.subject_id == vehicle.id
    )
    return [tuple(row) for row in db.session.execute(wanted.order_by(AuditEvent.id))]


def test_many_are_moved_with_an_event_each() -> None:
    made = cars(3)
    move_all(made, "release", by=SYSTEM, facts=lambda vehicle: {"base_id": vehicle.base_id})
    assert {vehicle.status for vehicle in made} == {VehicleStatus.RELEASED}
    assert {events_of(vehicle)[-1] for vehicle in made} == {("release", "ready", "released")}


def test_many_are_moved_in_as_many_statements_as_few() -> None:
    made = cars(9)

    def release(these: list[Vehicle]) -> int:
        with statements() as seen:
            move_all(these, "release", by=SYSTEM)
            db.session.flush()
        return len(seen)

    assert release(made[:2]) == release(made[2:]) <= 3


def test_where_one_may_not_move_none_does() -> None:
    ready, gone = cars(2)
    move(gone, "release", by=SYSTEM)
    db.session.flush()
    with pytest.raises(MoveNotAllowed):
        move_all([ready, gone], "release", by=SYSTEM)
    assert ready.status is VehicleStatus.READY


def test_what_was_written_before_the_lock_is_refused() -> None:
    one, other = cars(2)
    other.odometer_km = 99_999
    with pytest.raises(RuntimeError, match="lock first"):
        move_all([one, other], "release", by=SYSTEM)


def test_nothing_begins_and_nothing_moves_without_a_word() -> None:
    begin_all([], by=SYSTEM)
    move_all([], "release", by=SYSTEM)
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 0
