"""Who wants to know that a car has left for good: a register, because donors live above vehicles.

    vehicles.services.after_retirement(donations.services.tell_of_retirement)

What is called runs in the transaction of the retirement, after its move; it may promise messages.
"""

from collections.abc import Callable

from mra.vehicles.models import Vehicle

Listener = Callable[[Vehicle], None]

_listeners: list[Listener] = []


def after_retirement(listener: Listener) -> None:
    """Tell this listener of every car that retires."""
    _listeners.append(listener)


def tell_listeners(vehicle: Vehicle) -> None:
    """A car has left for good."""
    for listener in _listeners:
        listener(vehicle)
