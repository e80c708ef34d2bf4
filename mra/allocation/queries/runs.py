"""What a run proposed: who would get which car, who would get none and why, what stays free."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import joinedload, undefer

from mra.accounts.models import AccessLink
from mra.allocation.models import AllocationRun, Offer
from mra.allocation.rules import NEEDS_LOOKING_AT, OVERTAKEN_SENTENCES, NoCar, why_no_car
from mra.applications.models import Application, CarRequest
from mra.core.application_number import format_number
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Base
from mra.vehicles.models import Vehicle

PAGE_LENGTH = 50
RUNS_SHOWN = 20


@dataclass(frozen=True)
class ListedRun:
    """One earlier proposal, and how many offers were made from it."""

    run: AllocationRun
    offer_count: int


def latest_runs(activation_id: int) -> list[ListedRun]:
    """The newest proposals of an activation, without their large columns, in one statement."""
    offers = select(func.count()).where(Offer.run_id == AllocationRun.id).correlate(AllocationRun).scalar_subquery()
    wanted = (
        select(AllocationRun, offers)
        .where(AllocationRun.activation_id == activation_id)
        .options(joinedload(AllocationRun.staff))
        .order_by(AllocationRun.id.desc())
        .limit(RUNS_SHOWN)
    )
    return [ListedRun(*row) for row in db.session.execute(wanted)]


def run_for_page(run_id: int) -> AllocationRun | None:
    """One proposal with its plan and its reasons."""
    return db.session.scalar(
        select(AllocationRun)
        .where(AllocationRun.id == run_id)
        .options(
            undefer(AllocationRun.plan),
            undefer(AllocationRun.reasons),
            joinedload(AllocationRun.activation, innerjoin=True),
            undefer(AllocationRun.orders),
            undefer(AllocationRun.overtaken),
            joinedload(AllocationRun.staff),
        )
    )


def requests_with_applicants(request_ids: Collection[int]) -> dict[int, CarRequest]:
    """Requests by id, with the people who made them."""
    wanted = select(CarRequest).where(CarRequest.id.in_(request_ids)).options(joinedload(CarRequest.application))
    return {found.id: found for found in db.session.scalars(wanted)}


def newest_links(application_ids: Collection[int]) -> dict[int, AccessLink]:
    """By application its newest private link that still works: `accounts.newest_link` for many in one statement."""
    wanted = (
        select(AccessLink)
        .where(
            AccessLink.subject_kind == "application",
            AccessLink.subject_id.in_(application_ids),
            AccessLink.revoked_at.is_(None),
        )
        .order_by(AccessLink.id)
    )
    return {link.subject_id: link for link in db.session.scalars(wanted)}


def bases_of(run: AllocationRun) -> list[Base]:
    """The bases a run looked at."""
    return list(db.session.scalars(select(Base).where(Base.id.in_(run.base_ids)).order_by(Base.id)))


@dataclass(frozen=True)
class ProposedPair:
    """One person and one car; `offer` is what was made of it, if the pair was confirmed."""

    car_request: CarRequest
    vehicle: Vehicle
    wish: int
    distance_km: float | None
    offer: Offer | None
    is_pinned: bool

    @property
    def value(self) -> str:
        """The pair as the form of the page sends it."""
        return f"{self.car_request.id}:{self.vehicle.id}"


def proposed_pairs(run: AllocationRun, *, start: int = 0) -> list[ProposedPair]:
    """A page of the pairs, the first in the queue first, in three statements."""
    chosen = run.assignments[start : start + PAGE_LENGTH]
    requests = requests_with_applicants([int(one["request"]) for one in chosen])
    cars = _cars([int(one["vehicle"]) for one in chosen])
    offers = _offers(run, list(requests))
    return [
        _pair(one, requests[int(one["request"])], cars[int(one["vehicle"])], offers.get(int(one["request"])))
        for one in chosen
    ]


def _pair(one: dict[str, Any], car_request: CarRequest, car: Vehicle, offer: Offer | None) -> ProposedPair:
    classes = car_request.classes
    wish = classes.index(car.vehicle_class) + 1 if car.vehicle_class in classes else 0
    return ProposedPair(car_request, car, wish, one["distance_km"], offer, is_pinned="cost" not in one)


def _cars(vehicle_ids: list[int]) -> dict[int, Vehicle]:
    wanted = select(Vehicle).where(Vehicle.id.in_(vehicle_ids)).options(joinedload(Vehicle.base))
    return {car.id: car for car in db.session.scalars(wanted)}


def _offers(run: AllocationRun, request_ids: list[int]) -> dict[int, Offer]:
    wanted = select(Offer).where(Offer.run_id == run.id, Offer.request_id.in_(request_ids))
    return {offer.request_id: offer for offer in db.session.scalars(wanted)}


def names_of_pairs(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """How people call these pairs: by application number and plate, in two statements."""
    asked = list(pairs)
    if not asked:
        return {}
    requests, cars = requests_with_applicants({one for one, _ in asked}), _cars([car for _, car in asked])
    return {(one, car): f"{_number_of(requests.get(one))} {_plate_of(cars.get(car))}" for one, car in asked}


def _number_of(car_request: CarRequest | None) -> str:
    return format_number(car_request.application.serial) if car_request else "—"


def _plate_of(car: Vehicle | None) -> str:
    return car.plate_text if car else "—"


def pairs_not_yet_offered(run: AllocationRun) -> list[tuple[int, int]]:
    """Every pair of the plan from which no offer was made."""
    offered = set(db.session.scalars(select(Offer.request_id).where(Offer.run_id == run.id)))
    pairs = ((int(one["request"]), int(one["vehicle"])) for one in run.assignments)
    return [pair for pair in pairs if pair[0] not in offered]


def page_start_of(run: AllocationRun, pair: tuple[int, int]) -> int:
    """Where the page begins on which a pair of the plan stands."""
    requests = [int(one["request"]) for one in run.assignments]
    return requests.index(pair[0]) // PAGE_LENGTH * PAGE_LENGTH


@dataclass(frozen=True)
class PersonWithoutCar:
    """Somebody for whom the run found no car, and the sentence that says why."""

    car_request: CarRequest
    sentence: str


def reason_counts(run: AllocationRun) -> dict[NoCar, int]:
    """How many got no car for which reason: those to look at first, then the most frequent."""
    counted = Counter(NoCar(one["reason"]) for one in run.reasons)
    return dict(sorted(counted.items(), key=lambda one: (one[0] not in NEEDS_LOOKING_AT, -one[1])))


def unserved_people(run: AllocationRun, *, start: int = 0, why: NoCar | None = None) -> list[PersonWithoutCar]:
    """A page of those without a car (for one reason), the first in the queue first, in one statement."""
    told = [one for one in run.reasons if why in (None, one["reason"])][start : start + PAGE_LENGTH]
    requests = requests_with_applicants([one["request"] for one in told])
    return [PersonWithoutCar(requests[one["request"]], why_no_car(one["reason"], one["cars"])) for one in told]


@dataclass(frozen=True)
class OvertakenPerson:
    """Somebody whom the overrides of a run cost something, how, and who behind them gets a car that suits them."""

    car_request: CarRequest
    sentence: str
    by: CarRequest | None


def overtaken_people(run: AllocationRun, *, start: int = 0) -> list[OvertakenPerson]:
    """A page of those who were overtaken, the first in the queue first, in one statement."""
    told = run.overtaken[start : start + PAGE_LENGTH]
    people = requests_with_applicants({one["request"] for one in told} | {one["by"] for one in told if one["by"]})
    return [
        OvertakenPerson(people[one["request"]], OVERTAKEN_SENTENCES[one["way"]], people.get(one["by"])) for one in told
    ]


def without_sms(run: AllocationRun, request_ids: Collection[int]) -> set[int]:
    """Those of these requests whose people no SMS can reach: they must be phoned."""
    wanted = (
        select(CarRequest.id)
        .join(CarRequest.application)
        .where(CarRequest.activation_id == run.activation_id, CarRequest.id.in_(request_ids), ~Application.can_sms)
    )
    return set(db.session.scalars(wanted))


@dataclass(frozen=True)
class Stock:
    """What a run does to the cars of one class at one base: free now, held back, and still free after it."""

    base_name: str
    vehicle_class: VehicleClass
    free: int
    held: int
    left: int


def stock_after(run: AllocationRun) -> list[Stock]:
    """What each base has, and what it would still have after all pairs were confirmed, by class, in two statements."""
    assigned = [int(one["vehicle"]) for one in run.assignments]
    held = [int(car) for car in run.orders.get("held", [])]
    looked_at = {int(car) for car in _cars_looked_at(run)} | set(assigned)
    is_held, is_assigned = Vehicle.id.in_(held), Vehicle.id.in_(assigned)
    counted = (
        select(
            *(Base.name, Vehicle.vehicle_class),
            func.count().filter(~is_held),
            func.count().filter(is_held),
            func.count().filter(~is_held, ~is_assigned),
        )
        .join(Vehicle.base)
        .where(Vehicle.id.in_(looked_at | set(held)))
        .group_by(Base.id, Vehicle.vehicle_class)
        .order_by(Base.id, func.count().desc(), Vehicle.vehicle_class)
    )
    return [Stock(*row) for row in db.session.execute(counted)]


def _cars_looked_at(run: AllocationRun) -> list[str]:
    """The engine's ids of the cars of a run; the database picks them out of the scenario, most of which is people."""
    ids = func.jsonb_path_query_array(AllocationRun.scenario, cast("$.vehicles[*].id", JSONPATH))
    return db.session.scalar(select(ids).where(AllocationRun.id == run.id)) or []
