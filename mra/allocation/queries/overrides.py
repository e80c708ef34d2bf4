"""What staff ordered against the plain order of the queue, and which pairs people themselves have ruled out."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from mra.allocation.models import AllocationRun, AllocationSettings, Offer, Override
from mra.allocation.rules import FreedCars, OfferStatus, OverrideKind, OverrideStatus
from mra.applications.models import Application, CarRequest
from mra.applications.queries import is_waiting as is_waiting_in
from mra.core.db import db
from mra.disasters.models import Base, PriorityVersion
from mra.vehicles.models import Vehicle

from .standing import still_waits

PAGE_LENGTH = 50


def overrides(activation_id: int) -> list[Override]:
    """Every override of an activation, lifted ones as well, newest first, with car, person and staff, in one statement."""
    wanted = _with_everything().where(Override.activation_id == activation_id)
    return list(db.session.scalars(wanted.order_by(Override.id.desc())))


def overrides_in_force(activation_id: int) -> list[Override]:
    """The overrides that count now, oldest first, with car, person and staff, in one statement.

    A hold counts wherever its car has been taken since; a pair counts as long as its person waits.
    """
    return list(db.session.scalars(_in_force(_with_everything(), activation_id)))


def overrides_to_obey(activation_id: int) -> list[Override]:
    """The same, locked against being lifted while offers are made from them."""
    locked = _in_force(select(Override), activation_id).with_for_update(of=Override, key_share=True)
    return list(db.session.scalars(locked.execution_options(populate_existing=True)))


def override_for_page(override_id: int) -> Override | None:
    """One override with all that its page shows."""
    return db.session.scalar(_with_everything().where(Override.id == override_id))


def ended_overrides(activation_id: int, *, before: int | None = None) -> tuple[list[Override], int | None]:
    """A page of the overrides that count no more, newest first, and the id from which the next page goes on."""
    wanted = _with_everything().where(
        Override.activation_id == activation_id,
        or_(Override.status != OverrideStatus.IN_FORCE, ~_counts(activation_id)),
    )
    if before is not None:
        wanted = wanted.where(Override.id < before)
    found = list(db.session.scalars(wanted.order_by(Override.id.desc()).limit(PAGE_LENGTH + 1)))
    return found[:PAGE_LENGTH], found[PAGE_LENGTH - 1].id if len(found) > PAGE_LENGTH else None


def override_counts(activation_id: int) -> dict[OverrideKind, int]:
    """How many overrides of each kind count now."""
    counted = select(Override.kind, func.count()).where(
        Override.status == OverrideStatus.IN_FORCE, _counts(activation_id)
    )
    return dict(db.session.execute(counted.group_by(Override.kind)).all())


def has_new_orders(run: AllocationRun) -> bool:
    """Whether staff ordered something, or lifted something, since a run was made."""
    kept = run.orders.get("overrides", [])
    is_lifted = and_(Override.id.in_(kept), Override.status == OverrideStatus.LIFTED)
    is_new = and_(Override.id.not_in(kept), Override.status == OverrideStatus.IN_FORCE, _counts(run.activation_id))
    return db.session.scalar(select(select(Override.id).where(or_(is_lifted, is_new)).exists())) or False


def has_new_rule(run: AllocationRun) -> bool:
    """Whether the rule of order was changed since a run was made: its queue is not the one that the public page tells."""
    newer = select(PriorityVersion.id).where(
        PriorityVersion.activation_id == run.activation_id, PriorityVersion.created_at > run.made_at
    )
    return db.session.scalar(select(newer.exists())) or False


def _in_force(wanted: Select[Override], activation_id: int) -> Select[Override]:
    return wanted.where(Override.status == OverrideStatus.IN_FORCE, _counts(activation_id)).order_by(Override.id)


def _counts(activation_id: int) -> ColumnElement[bool]:
    # Aliases, so that this never joins itself to the tables of the statement around it.
    car, place = aliased(Vehicle), aliased(Base)
    is_here = exists().where(
        car.id == Override.vehicle_id, place.id == car.base_id, place.activation_id == activation_id
    )
    is_ours = Override.activation_id == activation_id
    return or_(
        and_(Override.kind == OverrideKind.HOLD, or_(is_ours, is_here)),
        and_(Override.kind != OverrideKind.HOLD, is_ours, still_waits(Override.request_id)),
    )


def set_aside() -> Select[int]:
    """The cars that no run gives to whoever comes first: held ones, and those pinned to somebody who still waits."""
    is_pinned = and_(Override.kind == OverrideKind.PIN, still_waits(Override.request_id))
    return select(Override.vehicle_id).where(
        Override.status == OverrideStatus.IN_FORCE, or_(Override.kind == OverrideKind.HOLD, is_pinned)
    )


def _with_everything() -> Select[Override]:
    person = joinedload(Override.car_request).joinedload(CarRequest.application)
    car = joinedload(Override.vehicle, innerjoin=True).joinedload(Vehicle.base)
    staff = joinedload(Override.made_by, innerjoin=True), joinedload(Override.lifted_by)
    return select(Override).options(person, car, *staff)


def overrides_done_with(vehicle_id: int, request_id: int | None) -> list[Override]:
    """Open pins of this car or this person that count no more, because the person no longer waits."""
    ours = Override.vehicle_id == vehicle_id
    if request_id is not None:
        ours = or_(ours, Override.request_id == request_id)
    return list(
        db.session.scalars(
            select(Override).where(
                ours,
                Override.kind == OverrideKind.PIN,
                Override.status == OverrideStatus.IN_FORCE,
                ~still_waits(Override.request_id),
            )
        )
    )


def declined_pairs(activation_id: int, *, vehicle_ids: Collection[int]) -> list[tuple[int, int]]:
    """Which of these cars were declined by people who still wait: nobody is offered the same car twice."""
    wanted = (
        select(Offer.request_id, Offer.vehicle_id)
        .join(Offer.car_request)
        .join(CarRequest.application)
        .where(
            Offer.status == OfferStatus.DECLINED,
            Offer.activation_id == activation_id,
            Offer.vehicle_id.in_(vehicle_ids),
            is_waiting_in(activation_id),
        )
        .distinct()
    )
    return [(request, vehicle) for request, vehicle in db.session.execute(wanted)]


def waits(car_request: CarRequest) -> bool:
    """Whether a request still waits for a car, offered or not."""
    wanted = select(CarRequest.id).join(CarRequest.application).where(is_waiting_in(car_request.activation_id))
    return db.session.scalar(select(wanted.where(CarRequest.id == car_request.id).exists())) or False


def freed_cars(activation_id: int) -> FreedCars:
    """What becomes of cars that were declined or not answered for; the next run unless staff decided otherwise."""
    chosen = select(AllocationSettings.freed_cars).where(AllocationSettings.activation_id == activation_id)
    return db.session.scalar(chosen) or FreedCars.NEXT_RUN


def waiting_request_of(activation_id: int, serial: int) -> CarRequest | None:
    """The first car that the application of this number still waits for."""
    return db.session.scalar(
        select(CarRequest)
        .join(CarRequest.application)
        .where(is_waiting_in(activation_id), Application.serial == serial)
        .order_by(CarRequest.position)
        .limit(1)
    )
