"""Where a car is to be fetched. Donors and lessees are known above transport, so they answer through a register.

The shell fills it once, at start:

    transport.services.on_origin(donations.queries.origin_of)

A provider takes the id of a car and answers where it stands, or None where it knows nothing of it.
"""

from collections.abc import Callable

from ..plans import Origin

OriginProvider = Callable[[int], Origin | None]

_providers: list[OriginProvider] = []


def on_origin(provider: OriginProvider) -> None:
    """Ask this provider too where a car is to be fetched."""
    _providers.append(provider)


def origin_of(vehicle_id: int) -> Origin | None:
    """Where a car stands with whoever gives or returns it; None: nobody knows, staff type it."""
    found = (provider(vehicle_id) for provider in _providers)
    return next((origin for origin in found if origin), None)
