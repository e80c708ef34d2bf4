"""Staff order something against the plain order of the queue, each time with a reason that everybody can read later."""

from mra.allocation import queries
from mra.allocation.models import Override
from mra.allocation.rules import NO_LONGER_WAITING, OverrideKind
from mra.applications.models import CarRequest
from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, move, move_or_refuse
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.models import Activation
from mra.vehicles.models import Vehicle

from .offers import lock_cars_and_requests, need_lending


def order(
    activation: Activation,
    kind: OverrideKind,
    vehicle: Vehicle,
    car_request: CarRequest | None,
    *,
    reason: str,
    by: Actor,
) -> Override:
    """Whatever kind it is; a pair needs its person."""
    if kind is OverrideKind.HOLD:
        return hold(activation, vehicle, reason=reason, by=by)
    if car_request is None:
        raise Refused("override_needs_request")
    pair_order = pin if kind is OverrideKind.PIN else forbid
    return pair_order(activation, car_request, vehicle, reason=reason, by=by)


def pin(activation: Activation, car_request: CarRequest, vehicle: Vehicle, *, reason: str, by: Actor) -> Override:
    """This person gets this car, whoever stands before. Outside the wishes is allowed; what the law forbids is not."""
    _prepare(activation, vehicle, car_request, reason)
    looked = queries.look_at(activation, car_request.id, vehicle.id)
    if looked.refusal:
        raise Refused(looked.refusal)
    against = _in_force(activation)
    _refuse_if(against, OverrideKind.HOLD, "vehicle_held", vehicle_id=vehicle.id)
    _refuse_if(against, OverrideKind.FORBID, "pair_forbidden", vehicle_id=vehicle.id, request_id=car_request.id)
    _refuse_if(against, OverrideKind.PIN, "override_already_made", vehicle_id=vehicle.id, request_id=car_request.id)
    _refuse_if(against, OverrideKind.PIN, "vehicle_pinned", vehicle_id=vehicle.id)
    _refuse_if(against, OverrideKind.PIN, "request_pinned", request_id=car_request.id)
    return _begin(activation, OverrideKind.PIN, vehicle, car_request, reason, by)


def forbid(activation: Activation, car_request: CarRequest, vehicle: Vehicle, *, reason: str, by: Actor) -> Override:
    """This person does not get this car; any other is as possible as before. An offer that stands is not touched."""
    _prepare(activation, vehicle, car_request, reason)
    _need_here(activation, vehicle)
    if not queries.waits(car_request):
        raise Refused("override_request_not_waiting")
    against, pair = _in_force(activation), {"vehicle_id": vehicle.id, "request_id": car_request.id}
    _refuse_if(against, OverrideKind.FORBID, "override_already_made", **pair)
    _refuse_if(against, OverrideKind.PIN, "request_pinned", **pair)
    return _begin(activation, OverrideKind.FORBID, vehicle, car_request, reason, by)


def hold(activation: Activation, vehicle: Vehicle, *, reason: str, by: Actor) -> Override:
    """Nobody gets this car until the hold is lifted. An offer that stands is not touched, so a car must be free."""
    _prepare(activation, vehicle, None, reason)
    _need_here(activation, vehicle)
    if not queries.free_vehicles([base.id for base in activation.bases], only=[vehicle.id]):
        raise Refused("override_vehicle_not_free")
    against = _in_force(activation)
    _refuse_if(against, OverrideKind.HOLD, "override_already_made", vehicle_id=vehicle.id)
    _refuse_if(against, OverrideKind.PIN, "vehicle_pinned", vehicle_id=vehicle.id)
    return _begin(activation, OverrideKind.HOLD, vehicle, None, reason, by)


def lift(override: Override, *, reason: str, by: Actor) -> Override:
    """An override counts no more from the next proposal on; it stays readable for ever."""
    if not reason.strip():
        raise Refused("lift_needs_reason")
    move_or_refuse(override, "lift", "override_ended", by=by)
    override.lifted_at, override.lift_reason = clock.now(), reason.strip()
    override.lifted_by_staff_id = by.id
    return override


def _prepare(activation: Activation, vehicle: Vehicle, car_request: CarRequest | None, reason: str) -> None:
    """Locks first, so that two coordinators ordering about the same car or person come one after the other."""
    if not reason.strip():
        raise Refused("override_needs_reason")
    need_lending(activation)
    if car_request is not None and car_request.activation_id != activation.id:
        raise Refused("override_request_not_waiting")
    lock_cars_and_requests([vehicle.id], [car_request.id] if car_request else [])
    for moot in queries.overrides_done_with(vehicle.id, car_request.id if car_request else None):
        move(moot, "lift", by=SYSTEM)
        moot.lifted_at, moot.lift_reason = clock.now(), NO_LONGER_WAITING
    db.session.flush()


def _need_here(activation: Activation, vehicle: Vehicle) -> None:
    if vehicle.base_id not in {base.id for base in activation.bases}:
        raise Refused("override_vehicle_elsewhere")


def _in_force(activation: Activation) -> list[Override]:
    return queries.overrides_in_force(activation.id)


def _refuse_if(against: list[Override], kind: OverrideKind, code: str, **what: int) -> None:
    """Refuse if an override of this kind about the same car, person or both stands in the way."""
    for one in against:
        if one.kind is kind and all(getattr(one, name) == value for name, value in what.items()):
            raise Refused(code)


def _begin(
    activation: Activation,
    kind: OverrideKind,
    vehicle: Vehicle,
    car_request: CarRequest | None,
    reason: str,
    by: Actor,
) -> Override:
    made = Override(
        activation_id=activation.id,
        kind=kind,
        vehicle_id=vehicle.id,
        request_id=car_request.id if car_request else None,
        reason=reason.strip(),
        made_by_staff_id=by.id,
        made_at=clock.now(),
    )
    return begin(made, by=by, kind=kind, vehicle_id=vehicle.id, request_id=made.request_id)
