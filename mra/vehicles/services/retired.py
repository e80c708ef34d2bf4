"""Who wants to know that a car has left for good: a register, because donors live above vehicles.

    vehicles.services.after_retirement(donations.services.tell_of_retirement)

What is called runs in the transaction of the retirement, after its move; it may promise messages.
"""

from collections.abc import Callable

from sqlalchemy import select

from mra.core import clock
from mra.core.db import db
from mra.vehicles.models import Retirement, Vehicle

Listener = Callable[[Vehicle], None]

_listeners: list[Listener] = []


def after_retirement(listener: Listener) -> None:
    """Tell this listener of every car that retires."""
    _listeners.append(listener)


def tell_listeners(vehicle: Vehicle) -> None:
    """A car has left for good."""
    for listener in _listeners:
        listener(vehicle)


def undo_retirement(vehicle: Vehicle) -> None:
    """The car is here again: the record of its leaving stays, but is in force no more."""
    in_force = select(Retirement).where(Retirement.vehicle_id == vehicle.id, Retirement.undone_at.is_(None))
    for retirement in db.session.scalars(in_force):
        retirement.undone_at = clock.now()
    db.session.flush()
