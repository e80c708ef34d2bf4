"""A car is reserved for a handover time, or the reservation comes to nothing."""

from datetime import datetime

from sqlalchemy import select

from mra.allocation import services as allocation
from mra.allocation.models import Offer
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move, move_or_refuse
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters import queries as disasters
from mra.disasters.models import Activation, Base
from mra.loans import queries, rules
from mra.loans.models import Loan
from mra.loans.rules import CANCEL_REASON_WORDS, CancelReason
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VehicleStatus

from .checks import due_at, name_faults, refuse_first
from .texts import promise_text_about


def accept_offer(offer: Offer, *, handover_at: datetime, by: Actor) -> Loan:
    """An offer is taken up: the car is reserved for a handover time, the request leaves the queue, the SMS confirms it."""
    base, car_request = offer.base, offer.car_request
    _need_lending(base.activation)
    # The base's row stands for its desk: two people asking for the last place of a half hour wait here for each other.
    db.session.execute(select(Base.id).where(Base.id == base.id).with_for_update(key_share=True))
    lock(offer.vehicle)
    lock(car_request.application)
    lock(car_request)
    allocation.take(offer, by=by)
    move_or_refuse(car_request, "reserve", "request_not_waiting", by=by)
    _need_ready(offer.vehicle, base)
    _need_slot(base, handover_at)
    terms = disasters.terms_in_force(base.activation)
    loan = Loan(
        activation_id=offer.activation_id,
        request_id=car_request.id,
        vehicle_id=offer.vehicle_id,
        base_id=base.id,
        offer_id=offer.id,
        terms_version_id=terms.id,
        handover_at=handover_at,
        due_at=due_at(handover_at, terms, offer.vehicle, base, car_request),
    )
    begin(loan, by=by, offer_id=offer.id, handover_at=handover_at)
    promise_text_about(loan, "reservation_made", "reserved", when=handover_at, base=base.name)
    return loan


def _need_lending(activation: Activation) -> None:
    """The row is held against a closing at the same moment, which counts the cars that are reserved or out."""
    db.session.refresh(activation, with_for_update={"of": Activation, "read": True})
    if not activation.is_lending:
        raise Refused("activation_not_open")


def _need_ready(vehicle: Vehicle, base: Base) -> None:
    if vehicle.status is not VehicleStatus.READY or vehicle.base_id != base.id:
        raise Refused("vehicle_not_free")
    refuse_first(name_faults(vehicle))


def _need_slot(base: Base, handover_at: datetime) -> None:
    day = clock.in_japan(handover_at).date()
    code = rules.slot_fault(
        handover_at,
        slots=queries.slots_of(base, day),
        now=clock.now(),
        today=clock.today(),
        last_on=base.activation.ends_on,
    )
    if code:
        raise Refused(code)
    taken = queries.booked_handovers(base, day, day)
    if not list(rules.free_slots([handover_at], taken, base.handovers_per_slot, clock.now())):
        raise Refused("slot_full")


def cancel(loan: Loan, *, by: Actor, reason: str) -> Loan:
    """A reservation comes to nothing: the car is free, the request waits again at its old place.

    `reason` is a CancelReason or, where staff have their own words, a text; only the code goes into the history.
    """
    if not reason.strip():
        raise Refused("reason_missing")
    code = CancelReason(reason) if reason in set(CancelReason) else None
    lock(loan.vehicle)
    lock(loan.car_request.application)
    move(loan.car_request, "release", by=by)
    move(loan, "cancel", by=by, reason=code)
    loan.cancel_reason = CANCEL_REASON_WORDS[code] if code else reason[:200]
    db.session.flush()
    promise_text_about(loan, "reservation_cancelled", "cancelled")
    return loan
