"""Deliveries: what left for a base, what arrived there, and which cars of the register it was."""

from collections.abc import Sequence
from datetime import date, datetime

from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, lock, move
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.lifecycle import MoveNotAllowed
from mra.disasters.models import Base
from mra.vehicles import services as vehicles
from mra.vehicles.models import Vehicle
from mra.vehicles.rules import VehicleStatus

from .. import queries
from ..models import Call, Delivery
from ..rules.calls import CallStatus
from ..rules.deliveries import DeliveryStatus
from .answers import lock_family, settle_umbrella


def depart(
    call: Call,
    *,
    quantity: int,
    base: Base | None,
    departed_on: date,
    expected_on: date | None,
    cars: Sequence[Vehicle] = (),
    remark: str = "",
    by: Actor,
) -> Delivery:
    """Part or all of what was agreed has left for a base; cars of the register are on their way from now on."""
    lock_family(call)
    if call.status is not CallStatus.AGREED or call.is_passed_on:
        raise Refused("delivery_needs_agreed_call")
    if quantity < 1:
        raise Refused("delivery_quantity")
    if base is None and call.need.vehicle_class:
        raise Refused("delivery_needs_base")
    if expected_on and expected_on < departed_on:
        raise Refused("arrives_before_departure")
    delivery = Delivery(
        call_id=call.id,
        base_id=base.id if base else None,
        quantity=quantity,
        departed_on=departed_on,
        expected_on=expected_on,
        note=remark,
        created_at=clock.now(),
    )
    begin(delivery, by=by, call_id=call.id, quantity=quantity, base_id=delivery.base_id)
    _link(delivery, cars)
    for car in cars:
        if car.status is VehicleStatus.PROMISED:
            vehicles.dispatch(car, by=by, to=base)
    return delivery


def deliver(
    delivery: Delivery,
    *,
    quantity: int,
    at: datetime,
    cars: Sequence[Vehicle] = (),
    missing: Sequence[Vehicle] = (),
    remark: str = "",
    by: Actor,
) -> None:
    """It has arrived, perhaps more or less than had left; its cars stand at the base. The call is met once all is there.

    Cars that were on it and did not come (`missing`) belong to it no more: they are promised as before.
    """
    call = delivery.call
    lock_family(call)
    move(delivery, "deliver", by=by, quantity=[delivery.quantity, quantity])
    if quantity < 1:
        raise Refused("delivery_quantity")
    delivery.quantity, delivery.delivered_at = quantity, at
    delivery.note = remark or delivery.note
    db.session.flush()
    _turn_back([car for car in delivery.vehicles if car in missing], by)
    delivery.vehicles = [car for car in delivery.vehicles if car not in missing]
    _link(delivery, [car for car in cars if car not in delivery.vehicles])
    for car in delivery.vehicles:
        if car.status in (VehicleStatus.PROMISED, VehicleStatus.IN_TRANSIT):
            vehicles.arrive(car, delivery.base, by=by)
    _meet_if_complete(call)


def _link(delivery: Delivery, cars: Sequence[Vehicle]) -> None:
    """Say which cars of the register a delivery is; a car is on one delivery of one disaster at a time."""
    if len(delivery.vehicles) + len(cars) > delivery.quantity:
        raise Refused("more_cars_than_delivered")
    for car in sorted(cars, key=lambda one: one.id):
        lock(car)
    elsewhere = queries.cars_on_other_deliveries([car.id for car in cars], delivery)
    for car in cars:
        is_at_another_base = car.status is VehicleStatus.READY and car.base_id != delivery.base_id
        if is_at_another_base or car.status in (VehicleStatus.RELEASED, VehicleStatus.OUT_OF_SERVICE):
            raise Refused("car_elsewhere", plate=car.plate_text)
        if car.id in elsewhere:
            raise Refused("car_on_another_delivery", plate=car.plate_text)
        delivery.vehicles.append(car)
    db.session.flush()


def _meet_if_complete(call: Call) -> None:
    db.session.expire(call, ["deliveries"])
    if call.status is CallStatus.AGREED and call.delivered_quantity >= (call.agreed_quantity or 0):
        if any(delivery.status is DeliveryStatus.UNDER_WAY for delivery in call.deliveries):
            return
        try:
            move(call, "meet", by=SYSTEM, delivered=call.delivered_quantity)
        except MoveNotAllowed:
            return
        db.session.flush()
        settle_umbrella(call)


def cancel_delivery(delivery: Delivery, *, by: Actor) -> None:
    """It was recorded by mistake, or turned back: what was agreed is still to come."""
    lock_family(delivery.call)
    move(delivery, "cancel", by=by)
    db.session.flush()
    _turn_back(delivery.vehicles, by)


def _turn_back(cars: Sequence[Vehicle], by: Actor) -> None:
    """Cars that are not on the road after all count as promised, not twice: on their way and still to come."""
    for car in cars:
        if car.status is VehicleStatus.IN_TRANSIT:
            vehicles.turn_back(car, by=by)
