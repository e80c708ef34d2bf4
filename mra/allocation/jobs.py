"""Periodic work of allocation."""

from . import services
from .services import forecasts


def expire_offers() -> int:
    """Tidy up offers whose deadline has passed; nothing depends on it, expiry is judged when read."""
    return services.tidy_offers()


def refresh_forecasts() -> int:
    """Work out anew what everybody who waits may expect; twice gives the same."""
    return forecasts.refresh_forecasts()
