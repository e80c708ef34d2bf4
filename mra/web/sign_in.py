"""Flask-Login over our own sessions: the cookie holds a session's token, not a person's id."""

from flask import Flask
from flask_login import LoginManager

from mra.accounts import services as accounts
from mra.accounts.models import Staff


def init_app(app: Flask) -> None:
    """Teach Flask-Login to open our sessions."""
    manager = LoginManager(app)
    # Its mark "not fresh" is used by no page, and it would change everybody's cookie with the first form they send:
    # the phone's back button then finds no page any more, because what it kept belongs to another cookie.
    manager.session_protection = None

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> Staff | None:
        opened = accounts.session_of(token)
        if opened is None:
            return None
        return opened.staff.with_session(token)
