"""How often one sender may knock, counted in Redis; without Redis each process counts for itself."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from mra.core.config import Settings


def _sender_and_email() -> str:
    return f"{get_remote_address()}|{request.form.get('email', '').strip().casefold()[:200]}"


def init_app(app: Flask, settings: Settings) -> None:
    """Count in the Redis of the house."""
    app.config.update(
        RATELIMIT_STORAGE_URI=settings.redis_url.replace("unix://", "redis+unix://", 1),
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_HEADERS_ENABLED=True,
        RATELIMIT_KEY_PREFIX=f"mra-{settings.environment}",
        RATELIMIT_ENABLED=settings.environment != "test" or bool(app.config.get("RATELIMIT_ENABLED")),
    )
    # One limiter per application: a limiter keeps whether it is switched on, and two applications may differ.
    app.extensions["mra_limiter"] = Limiter(key_func=get_remote_address, app=app)


def apply(app: Flask) -> None:
    """The limits, endpoint by endpoint. A shelter shares one address: limits of public pages are wide."""
    _limit(app, "accounts.sign_in", "5 per minute; 30 per hour", _sender_and_email)
    _limit(app, "accounts.sign_in", "60 per minute", get_remote_address)
    _limit(app, "applications.create", "120 per minute", get_remote_address)
    _limit(app, "donations.create", "30 per minute", get_remote_address)


def _limit(app: Flask, endpoint: str, amount: str, key: object) -> None:
    if endpoint in app.view_functions:
        view = app.view_functions[endpoint]
        limiter: Limiter = app.extensions["mra_limiter"]
        app.view_functions[endpoint] = limiter.limit(amount, key_func=key)(view)  # type: ignore[arg-type, assignment]
