"""SMS through Twilio."""

import logging

import requests
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from mra.core.config import Settings

from .. import next_steps
from ..rules import Accepted, Answer, NoAnswer, NotAccepted, Parcel
from .connection import did_not_hear

# Twilio's client logs every address it calls, and those hold our account; errors carry people's numbers.
_quiet = logging.getLogger("mra.messaging.twilio_client")
_quiet.setLevel(logging.CRITICAL)


class TwilioSms:
    """SMS through Twilio, from a number, an alphanumeric sender or a Messaging Service."""

    name = "twilio"

    def __init__(self, settings: Settings, seconds: float | None = None) -> None:
        self.http = TwilioHttpClient(timeout=seconds or settings.sms_answer_seconds, logger=_quiet)
        # An environment of its own: TWILIO_EDGE and TWILIO_REGION of the machine would bend the address.
        account, token = settings.twilio_account_sid, settings.twilio_auth_token
        self._client = Client(account, token, http_client=self.http, environment={"TWILIO_ACCOUNT_SID": account})
        if settings.twilio_api_url:
            self._client.api.base_url = settings.twilio_api_url
        is_service = settings.twilio_sender.startswith("MG")
        self._sender = {"messaging_service_sid" if is_service else "from_": settings.twilio_sender}
        self._callback = settings.public_url + "/webhooks/twilio/status/{id}"

    def close(self) -> None:
        """Give the connections back."""
        if self.http.session:
            self.http.session.close()

    def send(self, parcel: Parcel) -> Answer:
        """One call of Twilio's API; its status callbacks carry our own id."""
        try:
            made = self._client.messages.create(
                to=parcel.phone,
                body=parcel.text,
                status_callback=self._callback.format(id=parcel.message_id),
                **self._sender,
            )
        except (TwilioRestException, TwilioServiceException) as fault:
            return _said_no(fault.status, str(fault.code or fault.status))
        except requests.RequestException as fault:
            return did_not_hear(fault)
        except ValueError:  # accepted, as far as the status code tells, but the body is not what Twilio writes
            return NoAnswer()
        return Accepted(made.sid) if made.sid else NoAnswer()


def _said_no(status: int, code: str) -> Answer:
    """A refusal is certain only if Twilio itself judged the request; after a 5xx the message may be on its way."""
    if status >= 500:
        return NoAnswer()
    return NotAccepted(code, may_pass=status == 429 or next_steps.is_not_now(code))
