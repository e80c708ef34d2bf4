"""Periodic work of the fleet."""

from . import services


def remind_papers() -> int:
    """Tell people of papers that end, once per paper and threshold, in one mail a day."""
    return services.remind_papers()
