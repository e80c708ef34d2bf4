"""What the map of a support shows: counts only, never a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from mra.alliance import queries as alliance
from mra.alliance.models import Municipality
from mra.alliance.queries import AreaShape
from mra.applications.models import Application
from mra.core.db import db
from mra.core.geo import coordinates
from mra.core.maps import Frame, frame_around
from mra.disasters.models import Activation, Base
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VehicleStatus


@dataclass(frozen=True)
class Town:
    """A municipality of the map: how many applications came from it, and whether it belongs to the affected area."""

    municipality: Municipality
    applications: int
    is_affected: bool


@dataclass(frozen=True)
class BaseOnMap:
    """A base with its number on the map, its ready cars, and the cars on their way to it."""

    number: int
    base: Base
    ready: int
    in_transit: int


@dataclass(frozen=True)
class SupportMap:
    """Everything of the page. `frame` is None while no shape and no base is known."""

    frame: Frame | None
    areas: Sequence[AreaShape]
    towns: list[Town]
    bases: list[BaseOnMap]
    is_approximate: bool


def support_map(activation: Activation) -> SupportMap:
    """The map of an activation whose area and bases are loaded; the number of statements does not depend on their size."""
    counts = _applications_by_municipality(activation.id)
    affected = {one.code for one in activation.municipalities}
    bases = _bases(activation)
    places = [place for one in bases if (place := coordinates(one.base.place))]
    frame = frame_around([alliance.bounds_of(affected)] if affected else [], places)
    areas = alliance.areas_for_map(within=frame.bounds, tolerance_m=frame.metres_per_unit) if frame else []
    # Whoever fled gives the address of home: it may lie outside of the affected area, and of the frame.
    found = {one.municipality.code: one.municipality for one in areas}
    beyond = alliance.municipalities_of(sorted((set(counts) | affected) - set(found)))
    found |= {one.code: one for one in beyond}
    towns = [
        Town(found[code], counts.get(code, 0), is_affected(found[code], affected))
        for code in sorted(found)
        if code in counts or code in affected
    ]
    towns.sort(key=lambda town: (-town.applications, town.municipality.code))
    return SupportMap(frame, areas, towns, bases, any(one.is_approximate for one in areas))


def is_affected(municipality: Municipality, affected: set[str]) -> bool:
    """Whether it was chosen itself, or the designated city above it."""
    return municipality.code in affected or municipality.city_code in affected


def _applications_by_municipality(activation_id: int) -> dict[str, int]:
    rows = db.session.execute(
        select(Application.municipality_code, func.count().label("number"))
        .where(Application.activation_id == activation_id)
        .group_by(Application.municipality_code)
    )
    return {row.municipality_code: row.number for row in rows}


def _bases(activation: Activation) -> list[BaseOnMap]:
    rows = db.session.execute(
        select(Vehicle.base_id, Vehicle.status, func.count())
        .where(
            Vehicle.base_id.in_([base.id for base in activation.bases]),
            Vehicle.status.in_((VehicleStatus.READY, VehicleStatus.IN_TRANSIT)),
        )
        .group_by(Vehicle.base_id, Vehicle.status)
    )
    counts = {(base_id, status): number for base_id, status, number in rows}
    return [
        BaseOnMap(
            number,
            base,
            ready=counts.get((base.id, VehicleStatus.READY), 0),
            in_transit=counts.get((base.id, VehicleStatus.IN_TRANSIT), 0),
        )
        for number, base in enumerate(activation.bases, start=1)
    ]
