"""Periodic work of supply."""

from . import services


def remind_calls() -> int:
    """Remind those who have not answered, once and at half time; the row remembers it."""
    return services.remind_silent()
