"""Periodic work of the alliance."""

from . import services


def remind_reviews() -> int:
    """Remind the secretariat of agreements that have to be looked at again, once per threshold."""
    return services.remind_reviews()
