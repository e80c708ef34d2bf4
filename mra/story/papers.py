"""The papers of the story: a notice after the flood, some papers that end soon, cars that wait for their 名義変更."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from mra.core.actor import Actor
from mra.core.db import db
from mra.loans.rules import LOAN, LoanStatus
from mra.vehicles import services as vehicles
from mra.vehicles.extending import Notice
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import DocumentKind, VehicleStatus

from . import places

KUMAMOTO = "43"
LENT = LOAN.word(LoanStatus.ON_LOAN).label
# Days until the end of a paper, for one car each. The first two are reached by the notice.
ENDS = (
    (DocumentKind.INSPECTION, -4),
    (DocumentKind.INSPECTION, 6),
    (DocumentKind.COMPULSORY_INSURANCE, 5),
    (DocumentKind.VOLUNTARY_INSURANCE, 13),
    (DocumentKind.COMPULSORY_INSURANCE, -2),
    (DocumentKind.INSPECTION, 27),
)
ON_THEIR_WAY_IN_ANOTHERS_NAME = 2


def tell(*, staff: Actor, today: date) -> None:
    """Let papers end, write down the notice that lets some of them hold longer, and give some cars another's name."""
    ready = _ready_cars()
    uses = vehicles.uses_of([car.id for car in ready])
    free = [car for car in ready if car.id not in uses]
    # Not those whose keys somebody comes for today: papers that end would send them home.
    lent = [car for car in ready if uses.get(car.id) == LENT]
    for car, (kind, days) in zip(free[1:] + lent, ENDS, strict=False):
        car.registered_in_code = places.TOWNS[car.id % len(places.TOWNS)].code
        for document in car.documents:
            if document.kind is kind:
                document.ends_on = document.effective_ends_on = today + timedelta(days=days)
    for car in [*free[:1], *_coming_cars(ON_THEIR_WAY_IN_ANOTHERS_NAME)]:
        car.name_change_pending = True
    db.session.flush()
    vehicles.extend_inspections(_notice(today), by=staff)


def _ready_cars() -> list[Vehicle]:
    ready = select(Vehicle).where(Vehicle.status == VehicleStatus.READY).order_by(Vehicle.id.desc())
    return list(db.session.scalars(ready.options(selectinload(Vehicle.documents))))


def _coming_cars(number: int) -> list[Vehicle]:
    on_their_way = select(Vehicle).where(Vehicle.status == VehicleStatus.IN_TRANSIT).order_by(Vehicle.id.desc())
    return list(db.session.scalars(on_their_way.limit(number)))


def _notice(today: date) -> vehicles.ExtensionFacts:
    notice = Notice(
        areas=frozenset({KUMAMOTO}),
        first_on=today - timedelta(days=10),
        last_on=today + timedelta(days=10),
        until_on=today + timedelta(days=48),
        insurance_waits=False,
        covers_relief=True,
    )
    source = "国土交通省「令和8年8月豪雨に伴う自動車検査証の有効期間の伸長」(見本)"
    return vehicles.ExtensionFacts(today - timedelta(days=3), "国土交通省告示第810号(見本)", notice, source)
