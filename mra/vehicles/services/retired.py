"""Who has a say when a car leaves for good, or wants to know of it: registers, because drives and donors live above
vehicles.

    vehicles.services.before_release(transport.services.refuse_while_planned)
    vehicles.services.after_retirement(donations.services.tell_of_retirement)

What is called runs in the transaction in which the car leaves, after its move; it may refuse, or promise messages.
"""

from collections.abc import Callable

from sqlalchemy import select

from mra.core import clock
from mra.core.db import db
from mra.vehicles.models import Retirement, Vehicle

Listener = Callable[[Vehicle], None]

_checks: list[Listener] = []
_listeners: list[Listener] = []


def before_release(check: Listener) -> None:
    """Ask this check, with the row of the car locked, before a car leaves; it refuses one that somebody is sent for."""
    _checks.append(check)


def ask_checks(vehicle: Vehicle) -> None:
    """Refuse where somebody still counts on the car."""
    for check in _checks:
        check(vehicle)


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
