"""Work of allocation that nobody waits for: tidying up, and passing freed cars on."""

from mra.core.outbox import job

from . import services
from .services import forecasts


def expire_offers() -> int:
    """Tidy up offers whose deadline has passed; nothing depends on it, expiry is judged when read."""
    return services.tidy_offers()


def refresh_forecasts() -> int:
    """Work out anew what everybody who waits may expect; twice gives the same."""
    return forecasts.refresh_forecasts()


@job("allocation.offer_freed_car")
def offer_freed_car(offer_id: int) -> None:
    """Offer a declined or expired car to the next person; a second time it finds that done."""
    services.offer_freed_car(offer_id)
