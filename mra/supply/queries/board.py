"""The gap board of an activation, read in a handful of statements whatever its size."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from mra.alliance.models import Member, Pledge
from mra.core import clock
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Lease, Vehicle
from mra.vehicles.rules import VehicleStatus

from ..models import Call, Delivery, Need, delivered_vehicles
from ..rules.calls import CallStatus
from ..rules.gap import CallFacts, Car, DeliveryFacts, Line, NeedLine, board
from .needs import needs_of
from .silence import reached


@dataclass(frozen=True)
class BoardCall:
    """A call without an answer, as the board lists it."""

    id: int
    name: str
    need_id: int
    quantity: int
    unit: str
    deadline_at: datetime
    is_overdue: bool
    is_reached: bool

    @property
    def is_to_be_rung(self) -> bool:
        """Whether it stands on the call list."""
        return self.is_overdue or not self.is_reached


@dataclass(frozen=True)
class BoardLine:
    """A need with its line of figures."""

    need: Need
    line: Line


@dataclass(frozen=True)
class Board:
    """Everything the gap board shows."""

    lines: list[BoardLine]
    waiting: list[BoardCall]
    bases: dict[int, Base]

    @property
    def short(self) -> list[BoardLine]:
        """What is short, the largest gap in its share first."""
        lacking = [one for one in self.lines if one.line.gap]
        return sorted(lacking, key=lambda one: -one.line.gap / max(1, one.need.quantity))

    @property
    def to_ring(self) -> list[BoardCall]:
        """The calls of which somebody has to be rung."""
        return [call for call in self.waiting if call.is_to_be_rung]


def board_of(activation: Activation) -> Board:
    """Needed, committed, in transit, delivered and gap of everything an activation needs."""
    moment, today = clock.now(), clock.today()
    needs = needs_of(activation.id)
    rows = _call_rows(activation.id)
    deliveries = _deliveries(activation.id)
    lines = board(
        [NeedLine(need.id, need.base_id, need.vehicle_class, need.quantity, need.detail) for need in needs],
        [_facts(row, deliveries.get(row.id, ())) for row in rows],
        _cars(activation.id),
        today,
    )
    asked = [row for row in rows if row.status is CallStatus.ASKED and row.passed_on_at is None]
    told = reached([row.id for row in asked])
    bases = {base.id: base for base in activation.bases}
    return Board(
        [BoardLine(need, line) for need, line in zip(needs, lines, strict=True)],
        [_board_call(row, moment, row.id in told) for row in asked],
        bases,
    )


def _call_rows(activation_id: int) -> list[Any]:
    umbrella = aliased(Call)
    lead_time = func.coalesce(Pledge.lead_time_days, Lease.return_within_days)
    wanted = (
        select(
            Call.id,
            Call.need_id,
            Call.status,
            Call.quantity,
            Call.unit,
            Call.agreed_quantity,
            Call.ready_on,
            Call.asked_at,
            Call.deadline_at,
            Call.passed_on_at,
            lead_time.label("lead_time_days"),
            func.coalesce(Member.name, Lease.lessee_name).label("name"),
        )
        .outerjoin(umbrella, umbrella.id == Call.parent_id)
        .outerjoin(Pledge, Pledge.id == func.coalesce(Call.pledge_id, umbrella.pledge_id))
        .outerjoin(Member, Member.id == Call.member_id)
        .outerjoin(Lease, Lease.id == Call.lease_id)
        .where(Call.activation_id == activation_id, Call.status != CallStatus.REFUSED)
        .order_by(Call.deadline_at, Call.id)
    )
    return list(db.session.execute(wanted))


def _facts(row: Any, deliveries: tuple[DeliveryFacts, ...] | list[DeliveryFacts]) -> CallFacts:
    return CallFacts(
        need_id=row.need_id,
        status=row.status,
        quantity=row.quantity,
        agreed_quantity=row.agreed_quantity or 0,
        ready_on=row.ready_on or _expected(row.asked_at, row.lead_time_days),
        is_passed_on=row.passed_on_at is not None,
        deliveries=tuple(deliveries),
    )


def _expected(asked_at: datetime, lead_time_days: int | None) -> date | None:
    return clock.in_japan(asked_at).date() + timedelta(days=lead_time_days) if lead_time_days is not None else None


def _deliveries(activation_id: int) -> dict[int, list[DeliveryFacts]]:
    """The deliveries of all calls, each with the ids of its cars, in one statement."""
    cars = func.array_remove(func.array_agg(delivered_vehicles.c.vehicle_id), None)
    wanted = (
        select(Delivery.call_id, Delivery.status, Delivery.quantity, Delivery.expected_on, cars.label("cars"))
        .join(Call, Call.id == Delivery.call_id)
        .outerjoin(delivered_vehicles, delivered_vehicles.c.delivery_id == Delivery.id)
        .where(Call.activation_id == activation_id)
        .group_by(Delivery.id)
        .order_by(Delivery.id)
    )
    found: dict[int, list[DeliveryFacts]] = defaultdict(list)
    for row in db.session.execute(wanted):
        found[row.call_id].append(DeliveryFacts(row.status, row.quantity, row.expected_on, frozenset(row.cars or ())))
    return found


def _cars(activation_id: int) -> list[Car]:
    """The fleet at the bases of the activation, and on its way to them."""
    wanted = (
        select(Vehicle.id, Vehicle.base_id, Vehicle.vehicle_class, Vehicle.status)
        .join(Base, Base.id == Vehicle.base_id)
        .where(Base.activation_id == activation_id)
        .where(Vehicle.status.in_((VehicleStatus.READY, VehicleStatus.IN_TRANSIT)))
        .order_by(Vehicle.id)
    )
    return [
        Car(row.id, row.base_id, row.vehicle_class, row.status is VehicleStatus.READY)
        for row in db.session.execute(wanted)
    ]


def _board_call(row: Any, moment: datetime, is_reached: bool) -> BoardCall:
    return BoardCall(
        row.id, row.name, row.need_id, row.quantity, row.unit, row.deadline_at, row.deadline_at <= moment, is_reached
    )
