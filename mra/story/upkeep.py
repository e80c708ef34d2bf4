"""What is done to the cars of the story: tyres, work that is due and done, some damage, one car that has left."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select

from mra.core.actor import Actor
from mra.core.db import db
from mra.upkeep import services
from mra.upkeep.rules import MarkPlace, Season, TaskKind
from mra.upkeep.services import Plan, Work
from mra.vehicles import services as vehicles
from mra.vehicles.models import Vehicle
from mra.vehicles.retiring import RetirementKind, RetirementStep
from mra.vehicles.rules import VehicleStatus
from mra.vehicles.services import Leaving

CARS = 8
FREE_CARS_NEEDED = 3
SIZES = ("155/65R14", "165/55R15", "145/80R12")
STORES = ("石巻倉庫 A-12", "人吉の倉庫", "東北オートの倉庫")
DAMAGE = (
    (MarkPlace.LEFT, "後ろのドアに長さ20cmの擦り傷"),
    (MarkPlace.REAR, "バンパーにへこみ"),
    (MarkPlace.GLASS, "フロントガラスに飛び石の跡"),
)
# kind, days from today, kilometres from now, what is noted
DUE = (
    (TaskKind.OIL, -6, -200, ""),
    (TaskKind.INSPECTION_12M, 12, None, ""),
    (TaskKind.OIL, 40, 600, ""),
    (TaskKind.REPAIR, 3, None, "右のミラーの動きが悪い"),
    (TaskKind.CLEANING, 1, None, ""),
)


def tell(*, staff: Actor, today: date, seed: int) -> dict[str, int]:
    """Write down the upkeep of the first cars at the bases; one car that nobody has is scrapped. Returns how many."""
    random = Random(seed)  # noqa: S311  (a story, not a secret)
    cars = list(
        db.session.scalars(select(Vehicle).where(Vehicle.status == VehicleStatus.READY).order_by(Vehicle.id).limit(200))
    )
    uses = vehicles.uses_of([car.id for car in cars])
    for number, car in enumerate(cars[:CARS]):
        _tyres(car, number, random, staff, today)
        _work(car, number, staff, today)
    _retire([car for car in cars[CARS:] if car.id not in uses], staff, today)
    return {"cars_with_upkeep": min(CARS, len(cars))}


def _tyres(car: Vehicle, number: int, random: Random, staff: Actor, today: date) -> None:
    """Most cars have a set on them, every third a winter set in store; one is worn."""
    on = today - timedelta(days=random.randrange(3, 9))
    size = SIZES[number % len(SIZES)]
    is_worn = number == 1
    depth = Decimal("3.2") if is_worn else Decimal(random.randrange(45, 78)) / 10
    season = Season.STUDLESS if is_worn else Season.SUMMER
    services.add_tyres(car, by=staff, season=season, size=size, tyre_count=4, stored_at="", tread_mm=depth, on=on)
    if number % 3 == 0:
        services.add_tyres(
            car,
            by=staff,
            season=Season.STUDLESS,
            size=size,
            tyre_count=4,
            stored_at=STORES[number // 3 % len(STORES)],
            tread_mm=Decimal("7.5"),
            on=on,
        )


def _work(car: Vehicle, number: int, staff: Actor, today: date) -> None:
    """Everything was cleaned on arrival; something is due for most, some were damaged."""
    done = Work(today - timedelta(days=7), cost_yen=0, done_by="事務局")
    services.record(car, TaskKind.CLEANING, done, by=staff)
    if number % 2 == 0:
        oil = Work(today - timedelta(days=5), cost_yen=4_400 + 110 * number, done_by="天草整備")
        services.record(car, TaskKind.OIL, oil, by=staff)
    kind, days, km, note = DUE[number % len(DUE)]
    planned_km = car.odometer_km + km if km is not None else None
    services.plan(car, Plan(kind, today + timedelta(days=days), planned_km, note), by=staff)
    if number < len(DAMAGE):
        place, text = DAMAGE[number]
        services.note_mark(car, by=staff, place=place, text=text, noticed_on=today - timedelta(days=2))


def _retire(free: Sequence[Vehicle], staff: Actor, today: date) -> None:
    """The last of many free cars had an accident before and is scrapped; where cars are few, none is spared."""
    if len(free) >= FREE_CARS_NEEDED:
        leaving = Leaving(
            RetirementKind.RECYCLING,
            today,
            "石巻リサイクルセンター",
            yen=18_000,
            note="エンジンの故障のため",
            done_steps=[RetirementStep.KEYS, RetirementStep.INSURANCE],
        )
        vehicles.retire(free[-1], leaving, by=staff)
