"""Periodic work of loans."""

from . import services


def remind_due() -> int:
    """Tell borrowers that their car is due soon, once per loan and due date."""
    return services.remind_due()
