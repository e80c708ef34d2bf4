"""Proposing who gets which car."""

import json
from collections.abc import Collection
from typing import Any

from mra.allocation import engine
from mra.allocation.models import AllocationRun
from mra.allocation.overrides import overtaken
from mra.allocation.queries.scenario import Situation, situation
from mra.allocation.reasons import reasons
from mra.allocation.rules import NEEDS_LOOKING_AT, WEIGHTS
from mra.core import clock
from mra.core.actor import Actor, ActorKind
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.models import Activation


def propose(
    activation: Activation, *, base_ids: Collection[int], by: Actor, vehicle_ids: Collection[int] | None = None
) -> AllocationRun:
    """Work out who would get which of the free cars at these bases, and keep it; nobody is told anything yet.

    A run for some cars only (`vehicle_ids`) keeps the people whom these would suit, and counts all who wait.
    """
    if not activation.is_lending:
        raise Refused("activation_not_open")
    if not base_ids or not set(base_ids) <= {base.id for base in activation.bases}:
        raise Refused("no_base_chosen")
    seen = situation(activation, base_ids, vehicle_ids=vehicle_ids)
    if vehicle_ids is not None:
        seen.leave_out_unconcerned()
    run = _run(seen)
    run.activation_id, run.base_ids, run.made_at = activation.id, sorted(base_ids), clock.now()
    run.staff_id = by.id if by.kind is ActorKind.STAFF else None
    db.session.add(run)
    db.session.flush()
    return run


def _run(seen: Situation) -> AllocationRun:
    plan = engine.allocate(seen.scenario)
    told = _reasons(seen, plan)
    return AllocationRun(
        scenario=scenario_document(seen.scenario),
        plan=json.loads(plan.to_json()),
        reasons=told,
        orders=_orders(seen),
        overtaken=_overtaken(seen, plan),
        waiting_count=len(seen.queue),
        free_count=len(seen.scenario.vehicles) + len(seen.pinned),
        assigned_count=len(seen.pinned) + len(plan.assignments),
    )


def _reasons(seen: Situation, plan: engine.Plan) -> list[dict[str, Any]]:
    """A reason for everyone without a car; first those for whom somebody has to do something."""
    barred = {request for request, _ in seen.forbidden | seen.declined}
    told = [
        {"request": int(one.request), "reason": one.reason, "cars": one.cars}
        for one in reasons(seen.scenario, plan, plain=seen.plain, barred=barred)
    ]
    left_out = [{"request": request_id, "reason": reason, "cars": 0} for request_id, reason in seen.left_out.items()]
    urgent = [one for one in left_out if one["reason"] in NEEDS_LOOKING_AT]
    return urgent + told + [one for one in left_out if one not in urgent]


def _orders(seen: Situation) -> dict[str, Any]:
    """The overrides that this run obeyed. Which pairs people had declined is kept too: it is in the scenario's words."""
    if not seen.overrides and not seen.declined:
        return {}
    here = {vehicle.id for vehicle in seen.plain.vehicles}
    return {
        "overrides": [one.id for one in seen.overrides],
        "held": sorted(seen.held & here),
        "forbidden": sorted(seen.forbidden),
        "declined": sorted(seen.declined),
        "pinned": [_pinned(seen, *pair) for pair in sorted(seen.pinned, key=lambda pair: seen.queue.index(pair[0]))],
    }


def _pinned(seen: Situation, request: str, vehicle: str) -> dict[str, Any]:
    wish = seen.lookable[request]
    car = next(car for car in seen.plain.vehicles if car.id == vehicle)
    km = None if request in seen.unplaced else round(engine.distance_km(wish.lat, wish.lon, car.lat, car.lon), 1)
    return {"request": request, "vehicle": vehicle, "distance_km": km}


def _overtaken(seen: Situation, plan: engine.Plan) -> list[dict[str, Any]]:
    """Whom the overrides cost something: the run is worked out a second time, as if there were none."""
    if not (seen.held or seen.pinned or seen.forbidden):
        return []
    after = dict(seen.pinned) | {one.request: one.vehicle for one in plan.assignments}
    plain = seen.without_orders
    return [
        {"request": int(one.request), "way": one.way, "by": int(one.by) if one.by else None}
        for one in overtaken(seen.queue, plain, engine.allocate(plain), after)
    ]


def scenario_document(scenario: engine.Scenario) -> dict[str, Any]:
    """The scenario as the engine's contract writes it, so that a run can be worked out again from a file."""
    return {
        "weights": dict(WEIGHTS),
        "vehicles": [_vehicle(vehicle) for vehicle in scenario.vehicles],
        "requests": [_request(request) for request in scenario.requests],
    }


def _vehicle(vehicle: engine.Vehicle) -> dict[str, Any]:
    return {
        "id": vehicle.id,
        "vehicle_class": vehicle.vehicle_class,
        "seats": vehicle.seats,
        "transmission": vehicle.transmission,
        "features": sorted(vehicle.features),
        "lat": vehicle.lat,
        "lon": vehicle.lon,
        "available_from": vehicle.available_from.isoformat(),
        "available_until": vehicle.available_until.isoformat(),
    }


def _request(request: engine.Request) -> dict[str, Any]:
    return {
        "id": request.id,
        "tier": request.tier,
        "submitted_at": request.submitted_at.isoformat(),
        "classes": list(request.classes),
        "seats": request.seats,
        "can_drive_manual": request.can_drive_manual,
        "required_features": sorted(request.required_features),
        "lat": request.lat,
        "lon": request.lon,
        "max_distance_km": request.max_distance_km,
        "from": request.from_on.isoformat(),
        "until": request.until_on.isoformat(),
    }
