"""How each person's application has gone so far: planned first, so that every car has at most one borrower at a time."""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from mra.core.vehicle_classes import VehicleClass

from . import people


class Fate(StrEnum):
    """Where an application stands today."""

    RECEIVED = "received"
    ASKED_BACK = "asked_back"
    WAITING = "waiting"
    TURNED_DOWN = "turned_down"
    WITHDRAWN = "withdrawn"
    OFFERED = "offered"
    RESERVED_TODAY = "reserved_today"
    RESERVED_SOON = "reserved_soon"
    ON_LOAN = "on_loan"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    RETURNED = "returned"


NEEDS_A_CAR = frozenset(
    {
        Fate.OFFERED,
        Fate.RESERVED_TODAY,
        Fate.RESERVED_SOON,
        Fate.ON_LOAN,
        Fate.DUE_TODAY,
        Fate.OVERDUE,
        Fate.RETURNED,
    }
)
# What ten cars at a base are doing; None: standing there, free.
TEN_CARS = (
    Fate.OVERDUE,
    Fate.DUE_TODAY,
    Fate.ON_LOAN,
    Fate.ON_LOAN,
    Fate.RESERVED_TODAY,
    Fate.RESERVED_SOON,
    Fate.OFFERED,
    None,
    None,
    None,
)
OTHERS = {Fate.WAITING: 68, Fate.RECEIVED: 18, Fate.ASKED_BACK: 4, Fate.TURNED_DOWN: 3, Fate.WITHDRAWN: 5}
CARGO_CYCLE_DAYS = 4
PASSENGER_CYCLE_DAYS = 11


@dataclass(frozen=True)
class Life:
    """One application's fate; with a car, which one (`car`), of what class, and how many loans before the present one."""

    fate: Fate
    car: int | None = None
    vehicle_class: VehicleClass | None = None
    loans_ago: int = 0


@dataclass
class Lives:
    """All fates of the story."""

    with_car: list[Life] = field(default_factory=list)
    others: list[Life] = field(default_factory=list)
    free_cars: list[tuple[int, VehicleClass]] = field(default_factory=list)
    vehicles_elsewhere: int = 0
    history_days: int = 0

    @property
    def loans(self) -> int:
        """How many loans there are or have been."""
        return sum(1 for life in self.with_car if life.fate is not Fate.OFFERED)

    def in_order_of_need(self) -> list[Life]:
        """Who applied first: those whose car came longest ago, then the present ones, then those who wait."""
        return sorted(self.with_car, key=lambda life: -life.loans_ago) + self.others


def plan_lives(*, applications: int, vehicles: int, loans: int | None, random: Random) -> Lives:
    """Give every application its fate: ten of seventy cars are on site, or most of them where many loans are asked for."""
    on_site = max(min(10, vehicles), round(vehicles * (0.7 if loans else 1 / 7)))
    lives = Lives(vehicles_elsewhere=vehicles - on_site)
    classes = [people.vehicle_class(random) for _car in range(on_site)]
    for car, vehicle_class in enumerate(classes):
        fate = TEN_CARS[car % 10]
        if fate is None:
            lives.free_cars.append((car, vehicle_class))
        elif len(lives.with_car) < applications:
            lives.with_car.append(Life(fate, car, vehicle_class))
    _tell_the_past(lives, classes, applications, loans)
    drawn = random.choices(tuple(OTHERS), tuple(OTHERS.values()), k=applications - len(lives.with_car))
    lives.others = [Life(fate) for fate in drawn]
    return lives


def _tell_the_past(lives: Lives, classes: list[VehicleClass], applications: int, loans: int | None) -> None:
    """Returned loans, car by car and round by round, until there are as many loans as asked for."""
    wanted = min((loans or lives.loans + len(classes)) - lives.loans, applications - len(lives.with_car))
    for number in range(max(0, wanted)):
        loans_ago, car = divmod(number, len(classes))
        lives.with_car.append(Life(Fate.RETURNED, car, classes[car], loans_ago + 1))
    rounds = -(-max(0, wanted) // len(classes))
    lives.history_days = max(0, rounds * PASSENGER_CYCLE_DAYS - 4)
