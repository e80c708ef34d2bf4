"""create_app: puts the house together."""

import logging
import os
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from mra.core.config import Settings
from mra.core.db import db

from . import (
    access,
    errors,
    formats,
    health,
    limits,
    logs,
    navigation,
    registry,
    schedule_page,
    security,
    sign_in,
    static_files,
    transaction,
)

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
MAX_BODY_BYTES = 10 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (default: from the environment). Opens no connection by itself."""
    settings = settings or Settings.from_environment(os.environ)
    app = Flask("mra", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "mra" / "web" / "static"))
    app.config.update(_flask_config(settings))
    app.extensions["mra"] = settings
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=False)
    # The order of these lines is the order in which a request meets them, and the reverse of it for its answer: headers
    # come after the transaction is settled, since a commit that fails makes another answer.
    logs.init_app(app, settings)
    if settings.has_no_mail_provider:
        log.warning("no_mail_provider", extra={"hint": "MRA_SMTP_URL is not set: every e-mail will fail"})
    security.set_headers(app)
    transaction.init_app(app)
    security.init_app(app)
    sign_in.init_app(app)
    limits.init_app(app, settings)
    access.init_app(app)
    errors.init_app(app)
    formats.init_app(app)
    navigation.init_app(app)
    static_files.init_app(app)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(schedule_page.blueprint)
    for blueprint in registry.BLUEPRINTS:
        app.register_blueprint(blueprint)
    limits.apply(app)
    security.exempt_webhooks(app)
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    secure = settings.public_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": settings.pool_size,
            "max_overflow": 0,
            "pool_timeout": 5,
            "pool_pre_ping": True,
            "hide_parameters": True,
            # Prepared statements would get a plan that must do for all values: a list of ids or a filter that fits few
            # rows then reads a whole table.
            "connect_args": {"options": "-c lock_timeout=5000 -c statement_timeout=30000", "prepare_threshold": None},
        },
        "MAX_CONTENT_LENGTH": MAX_BODY_BYTES,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SESSION_COOKIE_NAME": "mra",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "PREFERRED_URL_SCHEME": "https" if secure else "http",
        "WTF_CSRF_TIME_LIMIT": None,
        "TEMPLATES_AUTO_RELOAD": False,
    }
