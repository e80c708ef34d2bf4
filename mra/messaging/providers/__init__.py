"""Who carries our SMS. A provider has one method: it takes a parcel and says what became of it, and never raises."""

import logging
from collections.abc import Callable
from typing import Protocol

from flask import current_app

from mra.core.config import Settings

from ..rules import Accepted, Answer, Parcel
from .breaker import Breaker
from .gateway import GatewaySms
from .order import InOrder, Place
from .twilio import TwilioSms

__all__ = ["GatewaySms", "InOrder", "Provider", "RecordingSms", "TwilioSms", "breakers", "current", "send"]

log = logging.getLogger(__name__)


class Provider(Protocol):
    """Somebody who carries SMS."""

    name: str

    def send(self, parcel: Parcel) -> Answer:
        """Hand over one message. Called with no transaction open."""


class RecordingSms:
    """Nothing leaves the house: the message stays on its page (and on the demo's phone) as if it had arrived."""

    name = "recording"

    def send(self, parcel: Parcel) -> Answer:
        """Accept and deliver at once."""
        return Accepted(f"recorded-{parcel.message_id}", arrived=True)


MAKERS: dict[str, Callable[[Settings], Provider]] = {"twilio": TwilioSms, "gateway": GatewaySms}


def current() -> Provider:
    """The provider that the settings name; made once per process, so that its connections are used again."""
    made: Provider | None = current_app.extensions.get("mra_sms")
    if made is None:
        made = current_app.extensions["mra_sms"] = _named_by(current_app.extensions["mra"])
    return made


def _named_by(settings: Settings) -> Provider:
    if not settings.sends_sms:
        return RecordingSms()
    places = [Place(MAKERS[name](settings), Breaker(settings, name)) for name in settings.sms_order]
    return InOrder(places)


def breakers() -> list[Breaker]:
    """The fuse of each provider that is set up, for the page of messages."""
    settings: Settings = current_app.extensions["mra"]
    return [Breaker(settings, name) for name in settings.sms_order]


def send(parcel: Parcel) -> Answer:
    """Hand a parcel to the provider of this process."""
    answer = current().send(parcel)
    log.info("sms_handed_over", extra={"message_id": parcel.message_id, "answer": type(answer).__name__})
    return answer
