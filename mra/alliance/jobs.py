"""Periodic work of the alliance."""

from . import services


def remind_reviews() -> int:
    """Remind the secretariat of agreements that have to be looked at again, once per threshold."""
    return services.remind_reviews()


def ask_pledge_confirmations() -> int:
    """Ask members whose word is older than a year whether it still stands, once a month at most."""
    return services.pledges.ask_due()
