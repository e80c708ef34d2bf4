"""The corner of the story in which cars are allocated: the support in Amakusa, its base, and what the tests count."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import event

from mra.allocation import services
from mra.allocation.models import AllocationRun, Offer
from mra.applications.models import CarRequest
from mra.core.actor import Actor
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Vehicle
from tests import factories

Pair = tuple[int, int]
# Thursday morning: the base works, and tomorrow it works too.
MORNING = datetime(2026, 8, 20, 10, 0, tzinfo=JAPAN)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of August 2026 in Japan."""
    return datetime(2026, 8, day, hour, minute, tzinfo=JAPAN)


@dataclass
class World:
    """One support with one base and one coordinator."""

    activation: Activation = field(default_factory=factories.activation)
    base: Base = field(init=False)
    by: Actor = field(init=False)
    activation_id: int = field(init=False)
    base_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.base = factories.base(self.activation)
        self.by = factories.staff_member(name="調整 花").actor
        self.activation_id, self.base_id = self.activation.id, self.base.id

    def person(self, *, cars: int = 1, **values: Any) -> CarRequest:
        """Somebody admitted who waits for a kei car."""
        return factories.application(self.activation, cars=cars, **values).requests[0]

    def car(self, **values: Any) -> Vehicle:
        """A kei car at the base, ready, with papers until next summer unless told otherwise."""
        values.setdefault("lawful_until", date(2027, 6, 30))
        return factories.vehicle(self.base, **values)

    def car_by_id(self, vehicle_id: int) -> Vehicle:
        """One of the cars made before."""
        return db.session.get_one(Vehicle, vehicle_id)

    def propose(self) -> AllocationRun:
        """A proposal for the base."""
        return services.propose(self.activation, base_ids=[self.base.id], by=self.by)

    def confirm_all(self, run: AllocationRun) -> services.Confirmation:
        """Everything that the run proposes, confirmed."""
        return services.confirm(run, pairs=pairs_of(run), by=self.by)

    def offer(self, car_request: CarRequest, car: Vehicle, *, hours: int = 24) -> Offer:
        """An offer that stands."""
        return factories.offer(car_request, car, hours=hours)

    def forget(self) -> None:
        """Read everything afresh from now on, as a new request does."""
        db.session.flush()
        db.session.expunge_all()
        self.activation = db.session.get_one(Activation, self.activation_id)
        self.base = db.session.get_one(Base, self.base_id)


def pairs_of(run: AllocationRun) -> list[Pair]:
    """The pairs that a run proposes."""
    return [(int(one["request"]), int(one["vehicle"])) for one in run.assignments]


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that the block sends to the database."""
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    db.session.flush()
    engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", count)
