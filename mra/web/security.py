"""Headers of every answer, and the token that proves a form came from our own page."""

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFProtect

from mra.core.access import Mark, mark_of
from mra.core.maps import tiles

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

# Where the setting allows it, maps of staff pages lie over tiles of another host.
POLICY_WITH_TILES = POLICY.replace("img-src 'self'", f"img-src 'self' {tiles.HOST}")

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Check the form token."""
    csrf.init_app(app)


def set_headers(app: Flask) -> None:
    """Set the headers of every answer."""
    app.after_request(_headers)


def exempt_webhooks(app: Flask) -> None:
    """Outside services have no form token; their views check a signature instead."""
    for view in app.view_functions.values():
        mark = mark_of(view)
        if mark and mark.kind == "webhook":
            csrf.exempt(view)


def mark_of_request() -> Mark | None:
    """Who may call what is asked for; None where nothing of ours is."""
    return mark_of(current_app.view_functions.get(request.endpoint or ""))


def _policy(mark: Mark | None) -> str:
    has_tiles = current_app.extensions["mra"].map_tiles == "gsi"
    return POLICY_WITH_TILES if has_tiles and mark is not None and mark.kind == "staff" else POLICY


def _headers(response: Response) -> Response:
    mark = mark_of_request()
    response.headers.setdefault("Content-Security-Policy", _policy(mark))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if mark is None or mark.kind != "public":
        response.headers.setdefault("X-Robots-Tag", "noindex")
    # Private links stand in the path: no other site may learn them.
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), camera=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint == "static":
        marked = "v" in request.args
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if marked else "public, max-age=300"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
