"""What the forecast is made from, in a fixed small number of statements; and the forecasts as they were last made."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, column, or_, select, table
from sqlalchemy.orm import undefer

from mra.allocation.forecast import Car, Seen, Wish
from mra.allocation.models import AllocationRun, Forecast
from mra.core import clock
from mra.core.audit import AuditEvent
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.geo import Coordinates, coordinates
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VEHICLE, Drive, Transmission

from .free import is_free
from .overrides import set_aside
from .waiting import WaitingRequest, waiting_requests

LOOK_BACK_DAYS = 28
# A forecast that nobody has renewed for a day (the scheduler stands still) is not told any more.
FORECAST_HOLDS = timedelta(days=1)
# Who competes with whom changes with every car that comes in: an older run than this is not asked.
RUN_TELLS_FOR = timedelta(days=3)
RUNS_ASKED = 20

# Loans stand above allocation and cannot be imported here; of their table only these columns are known.
LOANS = table(
    "loans",
    *(column(name) for name in ("vehicle_id", "activation_id", "status", "due_at", "returned_at")),
)
CAR = (Vehicle.vehicle_class, Vehicle.seats, Vehicle.transmission, Vehicle.features, Vehicle.drive, Vehicle.base_id)


class _Bases(Protocol):
    id: int
    place: Any


def forecasts_of(request_ids: Collection[int]) -> dict[int, Forecast]:
    """The forecasts of these requests that may still be told, in one look-up by their keys."""
    if not request_ids:
        return {}
    fresh = Forecast.made_at > clock.now() - FORECAST_HOLDS
    found = db.session.scalars(select(Forecast).where(Forecast.request_id.in_(request_ids), fresh))
    return {one.request_id: one for one in found}


def seen_now(activation: Activation) -> Seen:
    """Everything that the forecasts of an activation are made from, in five statements after its bases."""
    today = clock.today()
    since = max(today - timedelta(days=LOOK_BACK_DAYS), clock.in_japan(activation.intake_from).date())
    start = datetime.combine(since, time.min, JAPAN)
    contested = contested_cars(newest_plan(activation))
    returned, due = _loans(activation.id, start)
    return Seen(
        today=today,
        days=max(0, (today - since).days),
        bases=_places(activation.bases),
        wishes=[wish for wish in (_wish(row, contested) for row in waiting_requests(activation.id)) if wish],
        free=_free(activation.id),
        released=[(car, day) for car, day in returned + _arrivals(activation.id, start) if day < today],
        due=due,
    )


def _places(bases: Iterable[_Bases]) -> dict[int, Coordinates]:
    places = ((base.id, coordinates(base.place)) for base in bases)
    return {number: place for number, place in places if place}


def _wish(row: WaitingRequest, contested: dict[int, str]) -> Wish | None:
    """Somebody whose place is unknown reaches nobody knows which base, and is left out."""
    if row.lat is None or row.lon is None:
        return None
    return Wish(
        row.id,
        frozenset(row.classes),
        row.seats,
        row.can_drive_manual,
        frozenset(row.required_features),
        Coordinates(row.lat, row.lon),
        row.max_distance_km,
        contested.get(row.id),
    )


def _car(row: Sequence[Any]) -> Car:
    vehicle_class, seats, transmission, features, drive, base_id = row
    held = frozenset(features) | ({"awd"} if drive is Drive.FOUR else set())
    return Car(vehicle_class.value, seats, transmission is Transmission.MT, held, base_id)


def _free(activation_id: int) -> list[Car]:
    """The cars that can be given out, whoever comes first: one that is held back or pinned helps nobody else."""
    is_given_out = and_(is_free(clock.now()), Vehicle.id.not_in(set_aside()))
    wanted = select(*CAR).join(Vehicle.base).where(Base.activation_id == activation_id, is_given_out)
    return [_car(row) for row in db.session.execute(wanted)]


def _loans(activation_id: int, start: datetime) -> tuple[list[tuple[Car, date]], list[tuple[Car, date]]]:
    """The cars that came back since `start`, and those that are out or promised, with the day on which they are due."""
    came_back = and_(LOANS.c.status == "returned", LOANS.c.returned_at >= start)
    is_out = LOANS.c.status.in_(("reserved", "on_loan"))
    rows = db.session.execute(
        select(LOANS.c.status, LOANS.c.returned_at, LOANS.c.due_at, *CAR)
        .join(Vehicle, Vehicle.id == LOANS.c.vehicle_id)
        .where(LOANS.c.activation_id == activation_id, or_(came_back, is_out), *_at_a_base())
    ).all()
    returned = [(_car(row[3:]), _day(row[1])) for row in rows if row[0] == "returned"]
    return returned, [(_car(row[3:]), _day(row[2])) for row in rows if row[0] != "returned"]


def _arrivals(activation_id: int, start: datetime) -> list[tuple[Car, date]]:
    """The cars that arrived at a base of the activation since `start`."""
    rows = db.session.execute(
        select(AuditEvent.at, *CAR)
        .join(Vehicle, Vehicle.id == AuditEvent.subject_id)
        .where(
            AuditEvent.activation_id == activation_id,
            AuditEvent.subject_kind == VEHICLE.subject,
            AuditEvent.action == "arrive",
            AuditEvent.at >= start,
            *_at_a_base(),
        )
    )
    return [(_car(row[1:]), _day(row[0])) for row in rows]


def _at_a_base() -> tuple[ColumnElement[bool], ...]:
    return (Vehicle.base_id.is_not(None),)


def _day(moment: datetime) -> date:
    return clock.in_japan(moment).date()


def newest_plan(activation: Activation) -> dict[str, Any]:
    """The plan of the newest run over all bases and more than one car; empty where there is none that is fresh.

    A run over a single car (the next person for a car that was declined) knows nothing of the other cars.
    """
    recent = (
        select(AllocationRun.id, AllocationRun.base_ids)
        .where(
            AllocationRun.activation_id == activation.id,
            AllocationRun.made_at > clock.now() - RUN_TELLS_FOR,
            AllocationRun.free_count > 1,
        )
        .order_by(AllocationRun.id.desc())
        .limit(RUNS_ASKED)
    )
    bases = {base.id for base in activation.bases}
    newest = next((row.id for row in db.session.execute(recent) if bases <= set(row.base_ids)), None)
    if newest is None:
        return {}
    with_plan = select(AllocationRun).where(AllocationRun.id == newest).options(undefer(AllocationRun.plan))
    return db.session.scalars(with_plan).one().plan


def contested_cars(plan: dict[str, Any]) -> dict[int, str]:
    """For each request of a plan that holds or was refused a contested car: the name of all sets that hang together
    with its own by inclusion. Whoever has another name is after other cars.
    """
    root = _roots(plan.get("contested_sets", ()))
    held = {holder: root(one["id"]) for one in plan.get("contested_sets", ()) for holder in one["holders"]}
    refused = {
        one["request"]: root(one["contested_set"]) for one in plan.get("unserved", ()) if one.get("contested_set")
    }
    return {int(request): name for request, name in (held | refused).items()}


def _roots(sets: Iterable[dict[str, Any]]) -> Any:
    """Where each set's inclusions come together."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.get(name, name) != name:
            parent[name] = parent.get(parent[name], parent[name])
            name = parent[name]
        return name

    for one in sets:
        for included in one["includes"]:
            parent[root(included)] = root(one["id"])
    return root
