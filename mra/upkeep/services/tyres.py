"""The sets of tyres of a car: which one is on it, where the other lies, how deep the tread is."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.upkeep.models import TreadReading, TyreSet
from mra.upkeep.rules import Season, TyreStatus
from mra.vehicles import services as vehicles
from mra.vehicles.models import Vehicle

# Cars are chosen by this feature where snow lies.
WINTER_FEATURE = "studless"


def add_tyres(
    vehicle: Vehicle,
    *,
    by: Actor,
    season: Season,
    size: str,
    tyre_count: int,
    stored_at: str,
    tread_mm: Decimal | None = None,
    on: date,
) -> TyreSet:
    """A set of tyres belongs to this car; it lies somewhere, or (with no place) is on the car."""
    lock(vehicle)
    made = TyreSet(
        vehicle_id=vehicle.id,
        season=season,
        size=size,
        tyre_count=tyre_count,
        stored_at=stored_at or "車両に装着",
        moved_on=on,
        created_at=clock.now(),
    )
    made.vehicle = vehicle
    begin(made, by=by, season=season)
    if tread_mm is not None:
        measure(made, by=by, on=on, tread_mm=tread_mm)
    db.session.flush()
    if not stored_at:
        change_tyres(made, by=by, on=on)
    return made


def change_tyres(to: TyreSet, *, by: Actor, on: date, stored_at: str = "") -> None:
    """Put this set on the car; the one that was on it goes to `stored_at`. Winter tyres show among what the car has."""
    vehicle = to.vehicle
    lock(vehicle)
    if on > clock.today():
        raise Refused("upkeep_in_future")
    wanted = select(TyreSet).where(TyreSet.vehicle_id == vehicle.id, TyreSet.status == TyreStatus.MOUNTED)
    for mounted in db.session.scalars(wanted):
        if not stored_at:
            raise Refused("tyres_need_a_place")
        _take_off(mounted, by=by, on=on, stored_at=stored_at)
    move(to, "mount", by=by, on=on, season=to.season)
    to.stored_at, to.moved_on = "", on
    db.session.flush()
    vehicles.fit_feature(vehicle, WINTER_FEATURE, is_there=to.season is Season.STUDLESS, by=by)


def _take_off(mounted: TyreSet, *, by: Actor, on: date, stored_at: str) -> None:
    move(mounted, "take_off", by=by, on=on, season=mounted.season)
    mounted.stored_at, mounted.moved_on = stored_at, on
    db.session.flush()


def measure(tyre_set: TyreSet, *, by: Actor, on: date, tread_mm: Decimal) -> TreadReading:
    """Write down how deep the tread is at its most worn place."""
    lock(tyre_set)
    if on > clock.today():
        raise Refused("upkeep_in_future")
    made = TreadReading(tyre_set_id=tyre_set.id, measured_on=on, tread_mm=tread_mm, created_at=clock.now())
    db.session.add(made)
    note(tyre_set, "measure", by=by, on=on, tread_mm=str(tread_mm))
    db.session.flush()
    db.session.expire(tyre_set, ["readings"])
    return made


def discard(tyre_set: TyreSet, *, by: Actor) -> None:
    """The set is thrown away; its measurements stay."""
    move(tyre_set, "discard", by=by)
    tyre_set.moved_on = clock.today()
    db.session.flush()
