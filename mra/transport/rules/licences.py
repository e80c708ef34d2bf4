"""Which licence may drive which car (道路交通法: by gross weight and seats), and what stands on a volunteer's card."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from mra.core.vehicle_classes import VehicleClass


class LicenceClass(StrEnum):
    """What stands on the card; older cards allow more under the same name."""

    STANDARD = "standard"
    SEMI_MEDIUM_5T = "semi_medium_5t"
    SEMI_MEDIUM = "semi_medium"
    MEDIUM_8T = "medium_8t"
    MEDIUM = "medium"
    LARGE = "large"


LICENCE_WORDS = {
    LicenceClass.STANDARD: "普通",
    LicenceClass.SEMI_MEDIUM_5T: "準中型（5t限定）",
    LicenceClass.SEMI_MEDIUM: "準中型",
    LicenceClass.MEDIUM_8T: "中型（8t限定）",
    LicenceClass.MEDIUM: "中型",
    LicenceClass.LARGE: "大型",
}
# What the form explains beside each choice: people know when they got their licence, not its tonnage.
LICENCE_HINTS = {
    LicenceClass.STANDARD: "2017年3月12日以降に普通免許を取った方",
    LicenceClass.SEMI_MEDIUM_5T: "2007年6月2日から2017年3月11日に普通免許を取った方",
    LicenceClass.SEMI_MEDIUM: "",
    LicenceClass.MEDIUM_8T: "2007年6月1日までに普通免許を取った方",
    LicenceClass.MEDIUM: "",
    LicenceClass.LARGE: "",
}


class Limit(NamedTuple):
    """Below which gross weight, and up to how many people."""

    gross_kg: int
    seats: int


LIMITS = {
    LicenceClass.STANDARD: Limit(3_500, 10),
    LicenceClass.SEMI_MEDIUM_5T: Limit(5_000, 10),
    LicenceClass.SEMI_MEDIUM: Limit(7_500, 10),
    LicenceClass.MEDIUM_8T: Limit(8_000, 10),
    LicenceClass.MEDIUM: Limit(11_000, 29),
    LicenceClass.LARGE: Limit(99_999, 99),
}

# What cars of a class usually need; the one who plans looks at the certificate where it differs.
USUAL_NEED = {VehicleClass.TRUCK_DUMP: LicenceClass.SEMI_MEDIUM_5T, VehicleClass.MICROBUS: LicenceClass.MEDIUM}


def licence_for(vehicle_class: VehicleClass, seats: int) -> LicenceClass:
    """The licence that a car of this class usually needs; a car for more than ten people needs a medium one at least."""
    if seats > LIMITS[LicenceClass.MEDIUM].seats:
        return LicenceClass.LARGE
    if seats > LIMITS[LicenceClass.STANDARD].seats:
        return LicenceClass.MEDIUM
    return USUAL_NEED.get(vehicle_class, LicenceClass.STANDARD)


def licence_fits(held: LicenceClass, needed: LicenceClass) -> bool:
    """Whether whoever holds the one may drive what needs the other."""
    has, wants = LIMITS[held], LIMITS[needed]
    return has.gross_kg >= wants.gross_kg and has.seats >= wants.seats


def licence_misfit(
    held: LicenceClass, needed: LicenceClass, *, is_automatic_only: bool, is_manual: bool, expires_on: date, day: date
) -> str | None:
    """Why somebody may not drive this car on that day: the code of the refusal."""
    if expires_on < day:
        return "driver_licence_expired"
    if not licence_fits(held, needed):
        return "driver_licence_too_small"
    return "driver_automatic_only" if is_automatic_only and is_manual else None
