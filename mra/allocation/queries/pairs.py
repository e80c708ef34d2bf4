"""One person and one car, looked at together: can staff pin this pair, and what speaks against it?"""

from dataclasses import dataclass

from mra.allocation import engine
from mra.allocation.overrides import concerns, pin_refusal
from mra.allocation.rules import Concern
from mra.disasters.models import Activation

from .scenario import engine_id, situation


@dataclass(frozen=True)
class Look:
    """`refusal` is why the pair cannot be pinned now, or None; `concerns` are told, and allowed."""

    refusal: str | None
    concerns: tuple[Concern, ...] = ()
    distance_km: float | None = None


def look_at(activation: Activation, request_id: int, vehicle_id: int) -> Look:
    """Look at a pair as a run would, whatever staff ordered before."""
    bases = [base.id for base in activation.bases]
    seen = situation(activation, bases, vehicle_ids=[vehicle_id], request_ids=[request_id])
    request, vehicle = engine_id(request_id), engine_id(vehicle_id)
    car = next(iter(seen.plain.vehicles), None)
    if car is None:
        return Look("override_vehicle_not_free")
    if request not in seen.queue:
        return Look("override_request_not_waiting")
    wish = seen.lookable.get(request)
    if wish is None:
        return Look("pin_need_over")
    has_place = request not in seen.unplaced
    found = list(concerns(wish, car, has_place=has_place))
    if (request, vehicle) in seen.declined:
        found.append(Concern.DECLINED)
    if request in seen.paused:
        found.append(Concern.PAUSED)
    km = round(engine.distance_km(wish.lat, wish.lon, *car.place), 1) if has_place else None
    return Look(pin_refusal(wish, car), tuple(found), km)
