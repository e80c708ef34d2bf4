"""What is written down about a car when it is registered or changed."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mra.core.vehicle_classes import VehicleClass

from .models import Vehicle
from .plates import Plate
from .rules import FOUR_WHEEL_FEATURE, Drive, Paper, Transmission


@dataclass(frozen=True)
class VehicleFacts:
    """The facts of one car, clean."""

    chassis_number: str
    plate: Plate | None
    name: str
    vehicle_class: VehicleClass
    seats: int
    transmission: Transmission
    drive: Drive
    features: tuple[str, ...]
    base_id: int | None
    odometer_km: int
    available_from: date | None = None
    remarks: str = ""
    registered_in_code: str | None = None
    first_registered_on: date | None = None

    def columns(self) -> dict[str, Any]:
        """The same facts as columns of the table of cars."""
        plate = self.plate
        return {
            "chassis_number": self.chassis_number,
            "plate_area": plate.area if plate else None,
            "plate_class": plate.class_number if plate else None,
            "plate_kana": plate.kana if plate else None,
            "plate_serial": plate.serial if plate else None,
            "name": self.name,
            "vehicle_class": self.vehicle_class,
            "seats": self.seats,
            "transmission": self.transmission,
            "drive": self.drive,
            "features": self._features_with_drive(),
            "base_id": self.base_id,
            "odometer_km": self.odometer_km,
            "available_from": self.available_from,
            "remarks": self.remarks,
            "registered_in_code": self.registered_in_code,
            "first_registered_on": self.first_registered_on,
        }

    def _features_with_drive(self) -> list[str]:
        features = set(self.features) - {FOUR_WHEEL_FEATURE}
        return sorted(features | {FOUR_WHEEL_FEATURE} if self.drive is Drive.FOUR else features)


@dataclass(frozen=True)
class Registration:
    """A car on its way into the register: its facts, its papers, and whether it already stands at its base."""

    facts: VehicleFacts
    papers: list[Paper] = field(default_factory=list)
    has_arrived: bool = False
    name_change_pending: bool = False


def facts_of(vehicle: Vehicle) -> VehicleFacts:
    """The facts of a registered car."""
    return VehicleFacts(
        chassis_number=vehicle.chassis_number,
        plate=vehicle.plate,
        name=vehicle.name,
        vehicle_class=vehicle.vehicle_class,
        seats=vehicle.seats,
        transmission=vehicle.transmission,
        drive=vehicle.drive,
        features=tuple(sorted(set(vehicle.features) - {FOUR_WHEEL_FEATURE})),
        base_id=vehicle.base_id,
        odometer_km=vehicle.odometer_km,
        available_from=vehicle.available_from,
        remarks=vehicle.remarks,
        registered_in_code=vehicle.registered_in_code,
        first_registered_on=vehicle.first_registered_on,
    )
