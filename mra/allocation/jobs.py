"""Periodic work of allocation."""

from . import services


def expire_offers() -> int:
    """Tidy up offers whose deadline has passed; nothing depends on it, expiry is judged when read."""
    return services.tidy_offers()
