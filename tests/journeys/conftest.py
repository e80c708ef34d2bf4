"""Journeys: people with real browsers on a real server, the story around them, real jobs through a real Redis."""

import dataclasses
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import make_url
from werkzeug.serving import WSGIRequestHandler, make_server

from mra.alliance import services as alliance
from mra.core.config import Settings
from mra.core.db import db
from mra.story import flood
from mra.web import jobs, queue
from mra.web.app import create_app

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 900}
SHOTS = Path(os.environ["MRA_JOURNEY_SHOTS"]) if "MRA_JOURNEY_SHOTS" in os.environ else None


class QuietHandler(WSGIRequestHandler):
    """Serves without a line per request: the application writes its own."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def site(app: Flask, settings: Settings) -> Iterator[tuple[Flask, str]]:
    """The application over HTTP on a database of its own, with a small story told in it."""
    url = make_url(settings.database_url)
    name = f"{url.database}_journeys"
    admin = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with app.app_context():
        db.engine.dispose()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
    own = dataclasses.replace(
        settings, database_url=url.set(database=name).render_as_string(hide_password=False), environment="demo"
    )
    # The address must be known before the application is made: its links carry it.
    server_socket = make_server(
        "127.0.0.1", 0, lambda _environ, _start: [], threaded=True, request_handler=QuietHandler
    )
    address = f"http://127.0.0.1:{server_socket.server_port}"
    journey_app = create_app(dataclasses.replace(own, public_url=address))
    server_socket.app = journey_app
    with journey_app.app_context():
        alliance.load_reference()
        flood.tell(applications=60, vehicles=20, loans=None, seed=2025)
        db.session.commit()
    thread = threading.Thread(target=server_socket.serve_forever, daemon=True)
    thread.start()
    yield journey_app, address
    server_socket.shutdown()
    thread.join()
    with journey_app.app_context():
        db.engine.dispose()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; its sandbox works for everybody but root."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, chromium_sandbox=os.geteuid() != 0, args=QUIET
        )
        yield running
        running.close()


@pytest.fixture
def run_jobs(site: tuple[Flask, str]) -> Callable[[], None]:
    """Everything that was promised happens now: drained to Redis, taken by a worker."""
    journey_app, _address = site

    def run() -> None:
        jobs.use(journey_app)
        jobs.drain_long()
        jobs.drain()
        connection = queue.redis_connection(journey_app.extensions["mra"])
        worker = SimpleWorker([queue.QUEUE_NAME], connection=connection, serializer=JSONSerializer)
        worker.work(burst=True, logging_level="ERROR")

    return run


class Visitor:
    """Somebody with a browser. Every page they see is checked: axe finds nothing, nothing has to be scrolled sideways."""

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page, self.address, self.name = page, address, name
        self.axe = Axe()
        self.seen = 0

    def visit(self, path: str) -> "Visitor":
        """Go to a path of the site."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        return self.look()

    def press(self, label: str, *, exact: bool = True) -> "Visitor":
        """Press a button or follow a link by its words, and look at what comes."""
        target = self.page.get_by_role("button", name=label, exact=exact)
        if not target.count():
            target = self.page.get_by_role("link", name=label, exact=exact)
        target.first.click()
        self.page.wait_for_load_state("load")
        return self.look()

    def confirm(self, label: str) -> "Visitor":
        """Press a button that first says what will happen, read that, and press it for good."""
        self.page.locator("main summary", has_text=label).first.click()
        self.look()
        self.page.locator("main form.action__confirm button", has_text=label).first.click()
        self.page.wait_for_load_state("load")
        return self.look()

    def fill(self, **values: str) -> "Visitor":
        """Type into the fields of these names, as they are on the page."""
        for name, value in values.items():
            self.page.locator(f"main [name={name}]").first.fill(value)
        return self

    def choose(self, **values: str) -> "Visitor":
        """Choose in lists, by the words that are shown."""
        for name, label in values.items():
            self.page.locator(f"main select[name={name}]").select_option(label=label)
        return self

    def tick(self, **values: str) -> "Visitor":
        """Tick boxes and circles, by name and value."""
        for name, value in values.items():
            self.page.locator(f"main input[name={name}][value='{value}']").check()
        return self

    def sees(self, text: str) -> "Visitor":
        """The text stands on the page."""
        assert text in self.page.inner_text("body"), f"{text!r} is not on {self.page.url}"
        return self

    def sign_in(self, email: str) -> "Visitor":
        """Sign in as one of the story's staff."""
        self.visit("/sign-in")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", flood.PASSWORD)
        self.press("サインインする")
        return self.work_on(flood.ACTIVATION_NAME)

    def work_on(self, support: str) -> "Visitor":
        """Choose the support that one's pages are about, where several run."""
        switcher = self.page.locator("header details.switcher")
        if switcher.count() and support not in switcher.locator("summary").inner_text():
            switcher.locator("summary").click()
            self.press(support)
        return self

    def look(self) -> "Visitor":
        """Check the page that is shown."""
        found = self.axe.run(self.page)
        faults = [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found.response["violations"]]
        assert not faults, f"{self.page.url}: {faults}"
        width = self.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, f"{self.page.url} is {width} px wider than the screen"
        self.seen += 1
        if SHOTS:
            SHOTS.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=SHOTS / f"{self.name}-{self.seen:02}.png", full_page=True)
        return self


@pytest.fixture
def visitor(browser: Browser, site: tuple[Flask, str]) -> Iterator[Callable[..., Visitor]]:
    """Opens browsers for people: `visitor("resident", PHONE)`."""
    journey_app, address = site
    # On a fast machine more staff sign in within one minute of journeys than one sender may.
    journey_app.extensions["mra_limiter"].reset()
    contexts = []

    def open_for(name: str, size: dict[str, int]) -> Visitor:
        context = browser.new_context(viewport=size, locale="ja-JP", timezone_id="Asia/Tokyo")
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visitor(context.new_page(), address, name)

    yield open_for
    for context in contexts:
        context.close()
