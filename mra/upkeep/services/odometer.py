"""Kilometres in order of time: a reading that contradicts another is looked at again, never refused for good."""

from collections.abc import Sequence
from datetime import date

from mra.core import clock, dates
from mra.core.actor import Actor
from mra.core.audit import lock, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.upkeep import queries, rules
from mra.upkeep.models import OdometerReading
from mra.upkeep.rules import Misfit, Reading
from mra.vehicles.models import Vehicle


def record_odometer(
    vehicle: Vehicle, *, by: Actor, on: date, odometer_km: int, is_confirmed: bool = False
) -> OdometerReading:
    """Write down what the odometer showed on a day; one from an earlier day does not change the present kilometres."""
    lock(vehicle)
    reading = Reading(on, odometer_km)
    contradicts = follow(vehicle, reading, all_readings(vehicle), is_confirmed=is_confirmed)
    made = OdometerReading(
        vehicle_id=vehicle.id,
        read_on=on,
        odometer_km=odometer_km,
        is_confirmed=contradicts,
        created_at=clock.now(),
    )
    db.session.add(made)
    note(vehicle, "read_odometer", by=by, odometer_km=odometer_km, read_on=on)
    db.session.flush()
    return made


def follow(vehicle: Vehicle, reading: Reading, others: Sequence[Reading], *, is_confirmed: bool) -> bool:
    """Let the car's kilometres follow a reading if it is the newest; the row of the car is locked.

    Returns whether it contradicts another one, which somebody has looked at.
    """
    if reading.on > clock.today():
        raise Refused("upkeep_in_future")
    found = rules.misfit(reading, others)
    if found and not is_confirmed:
        raise Refused(found.code, **neighbour_words(found))
    if rules.is_newest(reading, others):
        vehicle.odometer_km = reading.odometer_km
    return found is not None


def all_readings(vehicle: Vehicle) -> Sequence[Reading]:
    """What is known of a car's kilometres; the present ones count from the newest reading, or from its registration."""
    known = queries.known_readings(vehicle)
    since = max([clock.in_japan(vehicle.created_at).date(), *(one.on for one in known)])
    return [*known, Reading(since, vehicle.odometer_km)]


def neighbour_words(found: Misfit) -> dict[str, str]:
    """The contradicted reading, for the sentence."""
    return {"day": dates.japanese_date(found.neighbour.on), "km": f"{found.neighbour.odometer_km:,}"}
