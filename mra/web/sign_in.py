"""Flask-Login over our own sessions: the cookie holds a session's token, not a person's id."""

from flask import Flask
from flask_login import LoginManager

from mra.accounts import services as accounts
from mra.accounts.models import Staff


def init_app(app: Flask) -> None:
    """Teach Flask-Login to open our sessions."""
    manager = LoginManager(app)
    manager.session_protection = "basic"

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> Staff | None:
        opened = accounts.session_of(token)
        if opened is None:
            return None
        return opened.staff.with_session(token)
