"""The application in this process, and somebody who looks at its pages."""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from flask.testing import EnvironBuilder, FlaskClient
from flask_migrate import upgrade
from werkzeug.test import run_wsgi_app

from mra.alliance.services import load_reference
from mra.core.config import Settings
from mra.core.db import db
from mra.story import flood
from mra.web.app import create_app

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')
LONGEST_FAULT = 800


@contextmanager
def site(settings: Settings, database_url: str, log: Path) -> Iterator[Flask]:
    """The application on this database. It logs as it does in production, but into a file."""
    app = create_app(replace(settings, database_url=database_url))
    with log.open("a") as output:
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(output)
        try:
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()


def furnish(app: Flask) -> None:
    """The tables, and the municipalities and postal codes of the whole country."""
    with app.app_context():
        upgrade()
        load_reference()
        db.session.commit()


def tell(app: Flask, *, applications: int, vehicles: int, loans: int | None, seed: int) -> dict[str, int]:
    """The story, committed."""
    with app.app_context():
        figures = flood.tell(applications=applications, vehicles=vehicles, loans=loans, seed=seed)
        db.session.commit()
        return figures


def faults_in(log: Path) -> list[str]:
    """What went wrong, each thing once: the route and the end of the stack trace."""
    lines = (json.loads(line) for line in log.read_text().splitlines() if line.startswith("{"))
    faults = (f"{line.get('route')}: {line['exception'][-LONGEST_FAULT:]}" for line in lines if "exception" in line)
    return list(dict.fromkeys(faults))


@dataclass(frozen=True)
class Answer:
    """One page as it came."""

    status: int
    body: bytes
    milliseconds: float
    processor_ms: float


class Visitor:
    """A browser: signs in and posts forms as people do, then opens pages as fast as it can, watch in hand."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser: FlaskClient = app.test_client()

    def sign_in(self, email: str, password: str) -> "Visitor":
        """Through the form, like everybody."""
        self.post("/sign-in", {"email": email, "password": password}, form_at="/sign-in")
        return self

    def post(
        self,
        path: str,
        values: Mapping[str, object],
        *,
        form_at: str,
        before_posting: Callable[[], object] = lambda: None,
    ) -> str:
        """Post a form with the token of the page that it stands on; returns where the answer leads."""
        page = self.browser.get(form_at).get_data(as_text=True)
        before_posting()
        answer = self.browser.post(path, data={**values, "csrf_token": token_in(page)})
        if answer.status_code != 303:
            raise RuntimeError(f"POST {path} answered {answer.status_code}")
        return answer.headers["Location"]

    def open(self, path: str) -> Answer:
        """Open a page, from the first byte asked to the last byte given."""
        cookie = self.browser.get_cookie("mra")
        headers = {"Cookie": f"mra={cookie.value}"} if cookie else {}
        builder = EnvironBuilder(self.app, path, environ_base=self.browser.environ_base, headers=headers)
        environ = builder.get_environ()
        started, used = time.perf_counter(), time.thread_time()
        chunks, status, _headers = run_wsgi_app(self.app, environ, buffered=True)
        body = b"".join(chunks)
        milliseconds, processor_ms = (time.perf_counter() - started) * 1000, (time.thread_time() - used) * 1000
        return Answer(int(status[:3]), body, milliseconds, processor_ms)


def token_in(page: str) -> str:
    """The form token of a page."""
    found = TOKEN.search(page)
    if found is None:
        raise RuntimeError("the page has no form token")
    return found[1] or found[2]
