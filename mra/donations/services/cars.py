"""A donation becomes a car of the register, without anything being typed twice."""

from sqlalchemy import select

from mra.core.actor import Actor
from mra.core.audit import lock, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.vehicles import services as vehicles
from mra.vehicles.facts import Registration, VehicleFacts
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import DocumentKind, Paper, VehicleStatus

from ..models import Donation


def car_of(donation: Donation, *, by: Actor) -> Vehicle:
    """Register the donated car; one that left us earlier comes back under its chassis number, with its history."""
    known = car_in_register(donation.chassis_number)
    if known is None:
        return vehicles.register(_registration(donation), by=by)
    if known.status is not VehicleStatus.RELEASED:
        raise Refused("car_in_register")
    return _readmitted(known, donation, by=by)


def car_in_register(chassis_number: str) -> Vehicle | None:
    """The car that already stands in the register with this chassis number."""
    return db.session.scalar(select(Vehicle).where(Vehicle.chassis_number == chassis_number))


def _readmitted(car: Vehicle, donation: Donation, *, by: Actor) -> Vehicle:
    vehicles.readmit(car, by=by)
    lock(car)
    vehicles.change(car, _facts(donation), version=car.version, by=by)
    for paper in _papers(donation):
        vehicles.add_document(car, paper, by=by)
    lock(car)
    car.name_change_pending = True
    note(car, "change", by=by, changes={"name_change_pending": [False, True]})
    db.session.flush()
    return car


def _registration(donation: Donation) -> Registration:
    return Registration(_facts(donation), _papers(donation), name_change_pending=True)


def _facts(donation: Donation) -> VehicleFacts:
    return VehicleFacts(
        chassis_number=donation.chassis_number,
        plate=donation.plate,
        name=donation.car_name,
        vehicle_class=donation.vehicle_class,
        seats=donation.seats,
        transmission=donation.transmission,
        drive=donation.drive,
        features=(),
        base_id=None,
        odometer_km=donation.odometer_km,
        available_from=donation.handed_from,
        # No word about people: the register is read by everybody of the staff.
        remarks=f"寄付 {donation.number}" + (f"・{donation.colour}" if donation.colour else ""),
        # The certificate still tells the old address where the donor has moved.
        registered_in_code=None if donation.address_changed else donation.municipality_code,
        first_registered_on=donation.first_registered_on,
    )


def _papers(donation: Donation) -> list[Paper]:
    papers = []
    if donation.inspection_ends_on:
        papers.append(Paper(DocumentKind.INSPECTION, None, donation.inspection_ends_on))
    if donation.compulsory_ends_on:
        papers.append(
            Paper(DocumentKind.COMPULSORY_INSURANCE, donation.compulsory_starts_on, donation.compulsory_ends_on)
        )
    return papers
