"""How many applications per second the production server takes in, and whether slow senders hold others up."""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url, select

sys.path.append(str(Path(__file__).resolve().parents[1]))

from _bare_insert import TABLE
from _databases import learn, own_database
from _figures import middle, nearly_worst, report
from _processor import processor_seconds
from _resident_form import encoded, filled_in, of_its_own
from _senders import Line, Request, SlowCrowd, get, post_head, send_together, together
from _site import Visitor, furnish, site, tell, token_in
from _statements import StatementLog
from provision.commands.demo import web_command
from provision.processes import Family
from provision.redis_server import free_port
from provision.trouble import Trouble, guarded

from mra.core.config import Settings
from mra.core.db import db
from mra.disasters.models import Activation

SENDERS, SLOW_SENDERS, SLOW_BYTES_PER_SECOND = 8, 40, 250
WARM_UP_SECONDS = 2
START_SECONDS = 90
CALM_GETS = 100
PAUSE_SECONDS = 0.01
WEB_NAME = "mra-bench-web"
BUSY = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND state <> 'idle'"
ACCEPTED = 303


@dataclass(frozen=True)
class Place:
    """Where the forms go: the server's port, the page on which the form begins, the address of its last step."""

    port: int
    form: str
    target: str


def main() -> int:
    """One line with all figures."""
    return guarded(_measure)


def _measure(words: list[str]) -> int:
    options = _options(words)
    load = round(os.getloadavg()[0], 2)
    settings = Settings.from_environment(os.environ)
    with tempfile.TemporaryDirectory() as folder, own_database(settings.database_url, "intake") as url:
        slug, statements = _prepare(settings, url, Path(folder) / "site.log")
        family = Family(Path(folder))
        try:
            place = Place(free_port(), f"/activations/{slug}/applications/new", f"/activations/{slug}/applications")
            bare = Place(free_port(), "/healthz", "/bodies")
            _serve(family, place, bare, url)
            servers = {name: process.pid for name, process in family.members.items()}
            figures = _speed(place, bare, servers, options.rounds, options.seconds)
            report(**figures, sql_per_submission=statements, **_slowness(place, url), load_before=load)
        finally:
            family.stop()
    return 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench intake")
    parser.add_argument("--seconds", type=float, default=5, help="how long each round sends")
    parser.add_argument("--rounds", type=int, default=3, help="application and yardstick take turns")
    return parser.parse_args(words)


def _prepare(settings: Settings, url: str, log: Path) -> tuple[str, int]:
    """A living house with an open support; its name in the address, and the statements of one submission."""
    with psycopg.connect(_plain(url)) as connection:
        connection.execute(TABLE)
    with site(settings, url, log) as app:
        furnish(app)
        tell(app, applications=497, vehicles=70, loans=None, seed=2025)
        learn(url)
        with app.app_context():
            slug = db.session.scalars(select(Activation.slug)).one()
            statements = StatementLog(db.engine)
        page = f"/activations/{slug}/applications"
        visitor = Visitor(app)
        for _first_then_usual in range(2):
            values = filled_in() | of_its_own()
            visitor.post(page, values, form_at=f"{page}/new", before_posting=statements.clear)
        return slug, len(statements.statements)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _serve(family: Family, place: Place, bare: Place, url: str) -> None:
    """Both servers, started exactly as the demo starts its own."""
    named = make_url(url).update_query_dict({"application_name": WEB_NAME}).render_as_string(hide_password=False)
    told = os.environ | {"DATABASE_URL": named, "MRA_TRUSTED_PROXIES": "1"}
    family.start("web", web_command(place.port), told)
    command = [*web_command(bare.port)[:-1], "--pythonpath", str(Path(__file__).parent), "_bare_insert:create_app()"]
    family.start("bare", command, told)
    for where in (place, bare):
        family.wait_until_answering(f"http://127.0.0.1:{where.port}/healthz", START_SECONDS)


def _speed(place: Place, bare: Place, servers: dict[str, int], rounds: int, seconds: float) -> dict[str, object]:
    """Submissions per second, in turns with the yardstick, so that a noisy minute touches both."""
    real = [_sender(place, number) for number in range(SENDERS)]
    plain = [_bare_sender(bare, number) for number in range(SENDERS)]
    for where, requests in ((place, real), (bare, plain)):
        send_together(where.port, requests, WARM_UP_SECONDS, wanted=ACCEPTED)
    used_before = {name: processor_seconds(pid) for name, pid in servers.items()}
    taken, stored = [], []
    for _round in range(rounds):
        taken.append(send_together(place.port, real, seconds, wanted=ACCEPTED))
        stored.append(send_together(bare.port, plain, seconds, wanted=ACCEPTED))
    used = {name: processor_seconds(pid) - used_before[name] for name, pid in servers.items()}
    all_taken, all_stored = together(taken), together(stored)
    return {
        "senders": SENDERS,
        "submissions": len(all_taken.times_ms),
        "statuses": all_taken.statuses,
        "per_second": round(all_taken.per_second, 1),
        "p95_ms": all_taken.p95_ms,
        "web_cpu_ms": round(used["web"] * 1000 / all_taken.sent, 2),
        "bare_per_second": round(all_stored.per_second, 1),
        "bare_p95_ms": all_stored.p95_ms,
        "bare_cpu_ms": round(used["bare"] * 1000 / all_stored.sent, 2),
        "ratio": round(all_taken.per_second / all_stored.per_second, 3),
    }


def _open_form(place: Place) -> tuple[str, str]:
    """The cookie and the form token of somebody who has just opened the form."""
    line = Line(place.port)
    received = line.ask(get(place.form))
    line.close()
    if received.status != 200:
        raise Trouble(f"GET {place.form} answered {received.status}")
    return received.cookie, token_in(received.body.decode())


def _sender(place: Place, number: int) -> Request:
    """Somebody who has filled the form in and presses the button, again and again, always for somebody else."""
    cookie, token = _open_form(place)
    return _form(place.target, encoded(token), cookie, number)


def _bare_sender(bare: Place, number: int) -> Request:
    return _form(bare.target, encoded("x" * 90), "mra=none", number)


def _form(target: str, start: str, cookie: str, number: int) -> Request:
    def request() -> bytes:
        return b"".join(_head_and_body(target, start, cookie, number))

    return request


def _head_and_body(target: str, start: str, cookie: str, number: int) -> tuple[bytes, bytes]:
    own = of_its_own()
    body = f"{start}&submission_key={own['submission_key']}&phone={own['phone']}".encode()
    sender = f"10.{number}.{int(own['phone'][-4:-2])}.{int(own['phone'][-2:])}"
    return post_head(target, len(body), cookie=cookie, sender=sender), body


def _slowness(place: Place, url: str) -> dict[str, object]:
    """How long somebody else waits for a page while forty forms drip in, and what those forty hold meanwhile."""
    line = Line(place.port)
    calm = [_timed_get(line, place.form) for _get in range(CALM_GETS)]
    cookie, token = _open_form(place)
    forms = [_head_and_body(place.target, encoded(token), cookie, number) for number in range(SLOW_SENDERS)]
    crowd = SlowCrowd(place.port, forms, SLOW_BYTES_PER_SECOND)
    crowd.begin()
    waited: list[float] = []
    held: list[int] = []
    with psycopg.connect(_plain(url), autocommit=True) as watcher:
        while crowd.is_sending():
            waited.append(_timed_get(line, place.form))
            time.sleep(PAUSE_SECONDS)
            busy = watcher.execute(BUSY, (WEB_NAME,)).fetchone()
            # Once the bodies are complete they are worked on, and may hold what they need.
            held += busy if busy and crowd.is_sending() else ()
    statuses = crowd.finish()
    line.close()
    return {
        "calm_get_median_ms": middle(calm),
        "calm_get_ms": nearly_worst(calm),
        "slow_client_get_median_ms": middle(waited),
        "slow_client_get_ms": nearly_worst(waited),
        "slow_clients": SLOW_SENDERS,
        "slow_clients_accepted": statuses.count(ACCEPTED),
        "gets_meanwhile": len(waited),
        "connections_held": max(held),
    }


def _timed_get(line: Line, page: str) -> float:
    started = time.perf_counter()
    status = line.ask(get(page)).status
    if status != 200:
        raise Trouble(f"GET {page} answered {status}")
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
