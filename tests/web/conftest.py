"""A second house on the tests' database, with rooms that a test plants, and a Redis database of its own."""

import base64
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import structlog
from flask import Flask
from redis import Redis

from mra.core.access import public
from mra.core.config import Settings
from mra.core.db import db
from mra.web import jobs
from mra.web.app import create_app

Planted = Callable[..., object]


@pytest.fixture
def environ(settings: Settings) -> dict[str, str]:
    """The environment from which these settings could have come, for processes and commands of their own."""
    return {
        "MRA_ENVIRONMENT": "test",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "MRA_SECRET_KEY": settings.secret_key,
        "MRA_FIELD_KEYS": "test:" + base64.b64encode(settings.field_keys["test"]).decode(),
        "MRA_PUBLIC_URL": settings.public_url,
    }


@pytest.fixture
def own_redis(settings: Settings) -> Iterator[Settings]:
    """Settings with a Redis database that nobody else uses, empty before and after."""
    address, _, _ = (
        settings.redis_url.rpartition("/") if settings.redis_url.count("/") > 2 else (settings.redis_url, "", "")
    )
    # Runs of different people may share the server; sixteen databases, the first half for real work.
    own = replace(settings, redis_url=f"{address}/{8 + os.getpid() % 8}")
    connection = Redis.from_url(own.redis_url)
    connection.flushdb()
    yield own
    connection.flushdb()
    connection.close()


@pytest.fixture
def house(app: Flask, own_redis: Settings) -> Iterator[Flask]:
    """A house like the one in use, without the form token, into which a test may plant views before it asks."""
    built = create_app(own_redis)
    built.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    jobs.use(built)
    yield built
    jobs._application = None
    with built.app_context():
        db.engine.dispose()
    if "mra_redis" in built.extensions:
        built.extensions["mra_redis"].close()


@pytest.fixture
def plant(house: Flask) -> Callable[[str, Planted], None]:
    """Plant a public view at `/planted/<name>` for every method."""

    def at(name: str, view: Planted) -> None:
        view_function = public(view)
        house.add_url_rule(f"/planted/{name}", f"planted.{name}", view_function, methods=["GET", "POST"])  # type: ignore[arg-type]

    return at


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """What a test does to the logs of the process ends with it."""
    root = logging.getLogger()
    handlers, level, usual = root.handlers, root.level, structlog.get_config()
    yield
    structlog.configure(**usual)
    root.handlers, root.level = handlers, level
