"""Cars of the register, as people name them at the gate: by plate or chassis number."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from mra.core.db import db
from mra.core.text import FormatFault, fold_width
from mra.vehicles.models import Vehicle
from mra.vehicles.plates import parse_plate

from ..models import Call, Delivery, delivered_vehicles
from ..rules.deliveries import DeliveryStatus


def found_cars(typed: Iterable[str]) -> tuple[list[Vehicle], list[str]]:
    """The cars of these plates or chassis numbers, and what was not found, as it was typed."""
    cars: list[Vehicle] = []
    unknown: list[str] = []
    for text in typed:
        car = _car(text)
        if car is None:
            unknown.append(text)
        elif car not in cars:
            cars.append(car)
    return cars, unknown


def _car(text: str) -> Vehicle | None:
    try:
        plate = parse_plate(text)
    except FormatFault:
        chassis = fold_width(text).upper().replace(" ", "")
        return db.session.scalar(select(Vehicle).where(Vehicle.chassis_number == chassis))
    return db.session.scalar(
        select(Vehicle).where(
            Vehicle.plate_serial == plate.serial,
            Vehicle.plate_area == plate.area,
            Vehicle.plate_class == plate.class_number,
            Vehicle.plate_kana == plate.kana,
        )
    )


def cars_on_other_deliveries(vehicle_ids: Collection[int], apart_from: Delivery) -> set[int]:
    """Which of these cars are on their way with another delivery, or were brought by one of the same disaster."""
    if not vehicle_ids:
        return set()
    link = delivered_vehicles
    same_support = Call.activation_id == apart_from.activation_id
    wanted = (
        select(link.c.vehicle_id)
        .join(Delivery, Delivery.id == link.c.delivery_id)
        .join(Call, Call.id == Delivery.call_id)
        .where(link.c.vehicle_id.in_(vehicle_ids), Delivery.id != apart_from.id)
        .where(
            (Delivery.status == DeliveryStatus.UNDER_WAY)
            | ((Delivery.status == DeliveryStatus.DELIVERED) & same_support)
        )
    )
    return set(db.session.scalars(wanted))
