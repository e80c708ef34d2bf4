"""Periodic work of recalls."""

from . import services


def remind_silent() -> int:
    """Remind those who have not answered, once and at half time; the row remembers it."""
    return services.remind_silent()


def remind_slots() -> int:
    """Remind those who come tomorrow, once for each slot; the row remembers which."""
    return services.remind_slots()
