"""Which cars can be lent on: the limits of a call, and how a car stands against them.

A limit is kept by a car that just reaches it: six months of 車検 left, fifteen years, 150,000 km are still welcome.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass

NORMAL_INSPECTION_MONTHS = 6
EMERGENCY_INSPECTION_MONTHS = 3
MOST_AGE_YEARS = 15
MOST_KM = 150_000


class Use(StrEnum):
    """What becomes of a donated car."""

    LENDING = "lending"
    RECYCLING = "recycling"


USE_WORDS = {Use.LENDING: "活用寄付", Use.RECYCLING: "リサイクル寄付"}


class Condition(StrEnum):
    """Whether a car drives."""

    GOOD = "good"
    FAULTY = "faulty"
    NOT_RUNNING = "not_running"


CONDITION_WORDS = {
    Condition.GOOD: "問題なく走れます",
    Condition.FAULTY: "走れますが、気になるところがあります",
    Condition.NOT_RUNNING: "動きません（エンジンがかからない、走れない）",
}


@dataclass(frozen=True)
class Limits:
    """What a call asks of cars that are to be lent on."""

    least_inspection_months: int = NORMAL_INSPECTION_MONTHS
    most_age_years: int = MOST_AGE_YEARS
    most_km: int = MOST_KM
    classes: frozenset[VehicleClass] = frozenset(VehicleClass)
    area_note: str = ""


@dataclass(frozen=True)
class Car:
    """What the limits ask of a car. Of the first registration the certificate tells the month only."""

    vehicle_class: VehicleClass
    first_registered_on: date
    inspection_ends_on: date | None
    odometer_km: int
    condition: Condition


class Shortcoming(StrEnum):
    """Why a car cannot be lent on."""

    NO_INSPECTION = "no_inspection"
    INSPECTION_TOO_SHORT = "inspection_too_short"
    TOO_OLD = "too_old"
    TOO_MANY_KM = "too_many_km"
    CLASS_NOT_WANTED = "class_not_wanted"
    NOT_RUNNING = "not_running"


def months_after(day: date, months: int) -> date:
    """The same day so many months later (or earlier); the last of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_too_old(first_registered_on: date, most_years: int, on: date) -> bool:
    """Whether a car is older than so many years; the month of its registration counts as reached on its last day."""
    return months_after(first_registered_on.replace(day=1), 12 * most_years) < on.replace(day=1)


def shortcomings(car: Car, limits: Limits, on: date) -> list[Shortcoming]:
    """What keeps a car from being lent on, in the order in which people are told; empty: it can be."""
    found = {
        Shortcoming.NOT_RUNNING: car.condition is Condition.NOT_RUNNING,
        Shortcoming.NO_INSPECTION: car.inspection_ends_on is None or car.inspection_ends_on < on,
        Shortcoming.INSPECTION_TOO_SHORT: car.inspection_ends_on is not None
        and on <= car.inspection_ends_on < months_after(on, limits.least_inspection_months),
        Shortcoming.TOO_OLD: is_too_old(car.first_registered_on, limits.most_age_years, on),
        Shortcoming.TOO_MANY_KM: car.odometer_km > limits.most_km,
        Shortcoming.CLASS_NOT_WANTED: car.vehicle_class not in limits.classes,
    }
    return [shortcoming for shortcoming, is_so in found.items() if is_so]


def use_of(found: list[Shortcoming]) -> Use:
    """A car without shortcomings is lent on, any other is recycled."""
    return Use.RECYCLING if found else Use.LENDING


def sentence(shortcoming: Shortcoming, limits: Limits) -> str:
    """A shortcoming as donors and staff read it, with the limit it was judged by."""
    return {
        Shortcoming.NOT_RUNNING: "動かない車は、貸し出しに使えません。",
        Shortcoming.NO_INSPECTION: "車検が切れている（または車検のない）車は、貸し出しに使えません。",
        Shortcoming.INSPECTION_TOO_SHORT: f"車検の残りが{limits.least_inspection_months}か月に足りません。",
        Shortcoming.TOO_OLD: f"初度登録から{limits.most_age_years}年を過ぎています。",
        Shortcoming.TOO_MANY_KM: f"走行距離が{limits.most_km:,}kmを超えています。",
        Shortcoming.CLASS_NOT_WANTED: f"いま募集している車は、{class_words(limits)}です。",
    }[shortcoming]


def class_words(limits: Limits) -> str:
    """The wanted classes in words."""
    wanted = [word for kind, word in VEHICLE_CLASS_WORDS.items() if kind in limits.classes]
    return "すべての車種" if len(wanted) == len(VehicleClass) else "・".join(wanted)


def conditions(limits: Limits) -> list[str]:
    """What a call asks, line by line, for its page."""
    lines = [
        f"車検の残りが{limits.least_inspection_months}か月以上",
        f"初度登録から{limits.most_age_years}年以内",
        f"走行距離{limits.most_km:,}km以下",
        f"車種：{class_words(limits)}",
    ]
    return [*lines, f"地域：{limits.area_note}"] if limits.area_note else lines
