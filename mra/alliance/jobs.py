"""Periodic work of the alliance."""

from . import services


def ask_pledge_confirmations() -> int:
    """Ask members whose word is older than a year whether it still stands, once a month at most."""
    return services.pledges.ask_due()
