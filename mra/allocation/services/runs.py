"""Proposing who gets which car."""

import json
from collections.abc import Collection
from typing import Any

from mra.allocation import engine
from mra.allocation.models import AllocationRun
from mra.allocation.queries.scenario import Situation, situation
from mra.allocation.reasons import reasons
from mra.allocation.rules import WEIGHTS
from mra.core import clock
from mra.core.actor import Actor
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.models import Activation


def propose(
    activation: Activation, *, base_ids: Collection[int], by: Actor, vehicle_ids: Collection[int] | None = None
) -> AllocationRun:
    """Work out who would get which of the free cars at these bases, and keep it; nobody is told anything yet."""
    if not activation.is_lending:
        raise Refused("activation_not_open")
    if not base_ids or not set(base_ids) <= {base.id for base in activation.bases}:
        raise Refused("no_base_chosen")
    seen = situation(activation, base_ids, vehicle_ids=vehicle_ids)
    run = _run(seen, engine.allocate(seen.scenario))
    run.activation_id, run.base_ids, run.made_at = activation.id, sorted(base_ids), clock.now()
    run.staff_id = _staff_id(by)
    db.session.add(run)
    db.session.flush()
    return run


def _staff_id(by: Actor) -> int:
    if by.id is None:
        raise ValueError("a proposal is made by a person")
    return by.id


def _run(seen: Situation, plan: engine.Plan) -> AllocationRun:
    told = [
        {"request": int(one.request), "reason": one.reason, "cars": one.cars} for one in reasons(seen.scenario, plan)
    ]
    left_out = [{"request": request_id, "reason": reason, "cars": 0} for request_id, reason in seen.left_out.items()]
    return AllocationRun(
        scenario=scenario_document(seen.scenario),
        plan=json.loads(plan.to_json()),
        reasons=told + left_out,
        waiting_count=len(seen.scenario.requests) + len(seen.left_out),
        free_count=len(seen.scenario.vehicles),
        assigned_count=len(plan.assignments),
    )


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
