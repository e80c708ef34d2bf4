"""What all tests stand on: a database made by the migrations, one outer transaction per test, a client that checks pages."""

import base64
import os
from collections.abc import Iterator
from datetime import datetime

import html5lib
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Connection, make_url, text
from werkzeug.test import TestResponse

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.access import Role
from mra.core.audit import guard_against_silent_change
from mra.core.clock import JAPAN
from mra.core.config import Settings
from mra.core.db import Base, db
from mra.web.app import create_app

# The story's present: the second morning of the intake, a Tuesday.
STORY_NOW = datetime(2026, 8, 18, 9, 0, tzinfo=JAPAN)
PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A database of this run, on the server that DATABASE_URL names; dropped at the end."""
    server = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql")
    name = f"mra_test_{os.getpid()}"
    admin = server.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    yield server.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def settings(database_url: str) -> Settings:
    """Settings as a test machine has them."""
    return Settings.from_environment(
        {
            "MRA_ENVIRONMENT": "test",
            "DATABASE_URL": database_url,
            "REDIS_URL": os.environ["REDIS_URL"],
            "MRA_SECRET_KEY": "a secret that only the tests use, of some length",
            "MRA_FIELD_KEYS": "test:" + base64.b64encode(b"k" * 32).decode(),
            "MRA_PUBLIC_URL": "https://mra.example.jp",
            "MRA_HELP_PHONE": "0225-00-0000",
        }
    )


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a migrated database."""
    application = create_app(settings)
    application.config.update(TESTING=True, WTF_CSRF_ENABLED=False, SESSION_COOKIE_SECURE=False)
    application.test_client_class = CheckingClient
    with application.app_context():
        upgrade()
        guard_against_silent_change(db.session)
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[None]:
    """The test and the requests it makes share one transaction, which is rolled back at the end."""
    with app.app_context():
        engines = db._app_engines[app]
        engine = engines[None]
        with engine.connect() as connection:
            outer = connection.begin()
            engines[None] = _standing_in(connection, engine)
            db.session.session_factory.configure(join_transaction_mode="create_savepoint")
            try:
                yield
            finally:
                db.session.remove()
                engines[None] = engine
                db.session.session_factory.configure(join_transaction_mode="conditional_savepoint")
                outer.rollback()


def _standing_in(connection: Connection, _engine: object) -> Connection:
    # Flask-SQLAlchemy's session asks for the engine; it gets this connection, and joins its transaction.
    return connection


@pytest.fixture
def committed(app: Flask) -> Iterator[None]:
    """Real transactions that commit, for tests with two connections; every table is emptied afterwards."""
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
            with db.engine.begin() as connection:
                connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture
def story_time() -> Iterator[datetime]:
    """The clock stands at the story's present."""
    with clock.stopped(STORY_NOW):
        yield STORY_NOW


class CheckingClient(FlaskClient):
    """A client that looks at every page it is shown, as a careful colleague would."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        """Send a request; what the test has prepared is written first, and the answer is checked."""
        db.session.commit()
        answer = super().open(*args, **kwargs)
        if answer.mimetype == "text/html" and answer.status_code not in range(300, 400):
            check_page(answer.get_data(as_text=True))
        return answer

    def sign_in_as(self, role: Role, email: str | None = None) -> "CheckingClient":
        """Sign in as a person of this role, made on the spot."""
        address = email or f"{role}@example.jp"
        accounts.create_staff(email=address, name=f"{role}の佐藤", role=role, password=PASSWORD)
        answer = self.post("/sign-in", data={"email": address, "password": PASSWORD})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return self


def check_page(page: str) -> None:
    """Valid HTML, one h1, a title; forms have a method, an action and (when they post) a token."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=False)
    tree = parser.parse(page)
    faults = [fault for fault in parser.errors if fault[1] not in TOLERATED]
    assert not faults, faults[:3]
    assert len(tree.findall(".//h1")) == 1, "a page has one h1"
    title = tree.findtext(".//title") or ""
    assert title.strip(" ｜") not in {"", "MRA"}, "a page has a title of its own"
    for form in tree.iter("form"):
        assert form.get("method") in {"get", "post"}, "a form has a method"
        assert form.get("action") is not None, "a form has an action"
        if form.get("method") == "post":
            assert any(field.get("name") == "csrf_token" for field in form.iter("input")), "a posting form has a token"


TOLERATED: frozenset[str] = frozenset()


@pytest.fixture
def client(app: Flask, session: None) -> CheckingClient:
    """Somebody with a browser who is not signed in."""
    made: CheckingClient = app.test_client()  # type: ignore[assignment]
    return made
