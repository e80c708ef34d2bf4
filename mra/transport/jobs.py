"""Periodic work of transport."""

from . import services


def remind_tomorrow() -> int:
    """Remind those who drive tomorrow, once; the row remembers it."""
    return services.remind_tomorrow()
