"""Whether the process lives, and whether it can work."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import text

from mra.core.config import Settings
from mra.core.db import db
from mra.web.app import create_app
from tests.conftest import CheckingClient


def test_a_living_process_says_so_without_asking_anybody(settings: Settings) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    lonely = create_app(replace(settings, database_url=nowhere, redis_url="redis://127.0.0.1:1/0"))
    assert lonely.test_client().get("/healthz").json == {"alive": True}
    answer = lonely.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"database": False, "migrations": False, "redis": False}


def test_a_house_in_order_is_ready(client: CheckingClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"database": True, "migrations": True, "redis": True}


def test_without_redis_the_house_is_not_ready(app: Flask, settings: Settings) -> None:
    without = create_app(replace(settings, redis_url="redis://127.0.0.1:1/0"))
    answer = without.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"database": True, "migrations": True, "redis": False}
    with without.app_context():
        db.engine.dispose()


def test_tables_of_another_version_are_not_ready(client: CheckingClient) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"database": True, "migrations": False, "redis": True}
