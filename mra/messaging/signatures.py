"""Whether a callback really comes from Twilio."""

from flask import Request
from twilio.request_validator import (
    HMAC_SHA1,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from mra.core.config import Settings


def is_from_twilio(settings: Settings, request: Request) -> bool:
    """Check the signature over the address that residents see.

    Never over the Host header: behind a proxy it is not what Twilio called, and anybody can write into it. Callbacks
    are signed with the account's token, or with a shared key where one is set up; each key has its own algorithm.
    """
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER))
    key = settings.twilio_auth_token if algorithm.upper() == HMAC_SHA1 else settings.twilio_shared_key
    if not key:
        return False
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    address = settings.public_url + request.path + query
    given = request.headers.get(SIGNATURE_HEADER, "")
    return bool(RequestValidator(key).validate(address, request.form, given, algorithm))
