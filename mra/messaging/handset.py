"""Whether this house has the demo's phone: never where the messages are those of real people."""

from mra.core.config import Settings


def phone_is_open(settings: Settings) -> bool:
    """Whether the demo's phone may be looked at and written with."""
    leaves_the_house = settings.sends_sms or settings.mail_server is not None
    return settings.environment in {"demo", "test"} and not leaves_the_house
