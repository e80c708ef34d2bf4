"""What a connection that failed tells about the message it was to carry."""

from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from ..rules import Answer, NoAnswer, NotAccepted


def did_not_hear(fault: requests.RequestException) -> Answer:
    """Where no connection came about, nothing was sent; anything later is a question without an answer."""
    cause: Any = fault.args[0] if fault.args else None
    never_connected = isinstance(getattr(cause, "reason", None), NewConnectionError)
    if never_connected or isinstance(fault, requests.ConnectTimeout):
        return NotAccepted("unreachable", may_pass=True)
    return NoAnswer()
