"""SMS through a domestic gateway that takes JSON over HTTPS, as Japanese aggregators offer.

One POST per message: `{"to", "from", "text", "reference", "report_url"}` with basic authentication. `reference` is our
message id, by which a gateway that can knows a second copy. Answers: 2xx with `{"id"}` took it; 4xx did not, with a
`code` of its own where it has one; 429 and 503 did not take it now; anything else tells nothing.
"""

import hmac
from typing import Any

import requests
from flask import Request

from mra.core.config import Settings

from ..rules import Accepted, Answer, NoAnswer, NotAccepted, Parcel
from .connection import did_not_hear

NOT_NOW = frozenset({429, 503})
SIGNATURE_HEADER = "X-Signature"


class GatewaySms:
    """SMS through the gateway of the settings."""

    name = "gateway"

    def __init__(self, settings: Settings, seconds: float | None = None) -> None:
        self._session, self._seconds = requests.Session(), seconds or settings.sms_answer_seconds
        self._session.auth = (settings.gateway_user, settings.gateway_token)
        self._url, self._sender = settings.gateway_url, settings.gateway_sender
        self._report_url = settings.public_url + "/webhooks/gateway/status/{id}"

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def send(self, parcel: Parcel) -> Answer:
        """One call; a redirect is not followed, since the message would be posted to somebody else."""
        message = {
            "to": parcel.phone,
            "from": self._sender,
            "text": parcel.text,
            "reference": str(parcel.message_id),
            "report_url": self._report_url.format(id=parcel.message_id),
        }
        try:
            answer = self._session.post(self._url, json=message, timeout=self._seconds, allow_redirects=False)
        except requests.RequestException as fault:
            return did_not_hear(fault)
        return _understood(answer.status_code, _document(answer))


def _understood(status: int, document: dict[str, Any]) -> Answer:
    if 200 <= status < 300:
        given = str(document.get("id") or "")
        return Accepted(given[:64]) if given else NoAnswer()
    if 400 <= status < 500 or status in NOT_NOW:
        return NotAccepted(f"gateway-{status}", may_pass=status in NOT_NOW)
    return NoAnswer()


def _document(answer: requests.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def is_from_gateway(settings: Settings, request: Request) -> bool:
    """Whether a report was signed with our token: HMAC-SHA256 over its path and body, in hexadecimal."""
    if not settings.gateway_token:
        return False
    told = request.path.encode() + b"\n" + request.get_data()
    expected = hmac.new(settings.gateway_token.encode(), told, "sha256").hexdigest()
    return hmac.compare_digest(expected.encode(), request.headers.get(SIGNATURE_HEADER, "").encode())
