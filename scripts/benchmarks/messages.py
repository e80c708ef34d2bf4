"""How many promised SMS a second reach the provider, beside the bare client; and how long one takes from its commit."""

import argparse
import json
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

sys.path.append(str(Path(__file__).resolve().parents[1]))

from _databases import learn, own_database
from _figures import middle, nearly_worst, report
from _processor import processor_seconds
from _site import site
from flask_migrate import upgrade
from provision.paths import ROOT, VENV
from provision.processes import Family
from provision.redis_server import free_port
from provision.trouble import Trouble, guarded
from rq import Worker

from mra.core.config import Settings
from mra.core.db import db
from mra.messaging.services import promise_text
from mra.web import queue

ACCOUNT, TOKEN = "AC" + "0" * 32, "the token of the benchmark"
SENDER = "+815000000000"
IN_ONE_TRANSACTION = 1000
START_SECONDS = 60
LONGEST_SECONDS = 900
LATENCIES, PAUSE_SECONDS = 60, 0.05


@dataclass(frozen=True)
class Provider:
    """The local provider, which takes everything."""

    port: int

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, what: str) -> dict[str, float]:
        """How many it has taken, or when."""
        with urllib.request.urlopen(f"{self.url}/{what}", timeout=60) as answer:  # noqa: S310 - our own loopback address
            told: dict[str, float] = json.loads(answer.read())
        return told

    def wait_for(self, count: int) -> None:
        """Until it has taken so many."""
        ends_at = time.monotonic() + LONGEST_SECONDS
        while self.ask("waiting")["taken"] < count:
            if time.monotonic() > ends_at:
                raise Trouble(f"The provider has not been given {count} messages in time.")
            time.sleep(0.02)


def main() -> int:
    """One line for one worker, one for two, one for the way of a single message."""
    return guarded(_measure_all)


def _measure_all(words: list[str]) -> int:
    options = _options(words)
    settings = replace(
        Settings.from_environment(os.environ),
        sms_provider="twilio",
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_sender=SENDER,
        twilio_api_url=f"http://127.0.0.1:{free_port()}",
        sms_quiet_hours="none",
    )
    provider = Provider(int(settings.twilio_api_url.rpartition(":")[2]))
    load = round(os.getloadavg()[0], 2)
    with (
        tempfile.TemporaryDirectory() as folder,
        own_database(settings.database_url, "messages") as url,
        _provider_running(Family(Path(folder) / "provider"), provider),
        site(settings, url, Path(folder) / "site.log") as app,
        app.app_context(),
    ):
        upgrade()
        for workers in (1, 2):
            figures = _throughput(app, provider, Path(folder), workers, options.messages, options.bare)
            report(workers=workers, messages=options.messages, **figures, load_before=load)
            learn(url)
        report(**_latency(app, provider, Path(folder)), load_before=load)
    return 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench messages")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--bare", type=int, default=2_000, help="how often the bare client posts before and after")
    return parser.parse_args(words)


@contextmanager
def _provider_running(family: Family, provider: Provider) -> Iterator[None]:
    program = str(ROOT / "scripts" / "faults" / "_twilio_server.py")
    family.start(
        "provider", [sys.executable, program, str(provider.port), "1", "1", ACCOUNT, TOKEN, "--kind"], os.environ
    )
    try:
        family.wait_until_answering(f"{provider.url}/waiting", START_SECONDS)
        yield
    finally:
        family.stop()


@contextmanager
def _workers(app: Flask, folder: Path, count: int) -> Iterator[Family]:
    """So many workers as the demo starts them, idle and warm."""
    family = Family(folder / "log")
    settings: Settings = app.extensions["mra"]
    told = os.environ | {
        "DATABASE_URL": settings.database_url,
        "MRA_SMS_PROVIDER": "twilio",
        "MRA_SMS_QUIET_HOURS": "none",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_SENDER": SENDER,
        "TWILIO_API_URL": settings.twilio_api_url,
    }
    try:
        for number in range(count):
            family.start(f"worker {number}", [str(VENV / "bin" / "mra"), "worker"], told)
        _wait_until_idle(app, count)
        yield family
    finally:
        family.stop()


def _wait_until_idle(app: Flask, count: int) -> None:
    ends_at = time.monotonic() + START_SECONDS
    while Worker.count(queue=queue.queue_of(app)) < count:
        if time.monotonic() > ends_at:
            raise Trouble("The workers do not start.")
        time.sleep(0.1)


def _throughput(
    app: Flask, provider: Provider, folder: Path, workers: int, messages: int, bare: int
) -> dict[str, object]:
    """From the commit to the last message at the provider; the bare client before and after."""
    posted = [_bare_per_second(provider, bare)]
    with _workers(app, folder, workers) as family:
        before = int(provider.ask("waiting")["taken"])
        _promise(app, messages)
        used = {pid: processor_seconds(pid) for pid in (one.pid for one in family.members.values())}
        began = time.perf_counter()
        db.session.commit()
        queue.ask_for_drain(app)
        provider.wait_for(before + messages)
        seconds = time.perf_counter() - began
        busy = sum(processor_seconds(pid) - before_it for pid, before_it in used.items())
    posted.append(_bare_per_second(provider, bare))
    per_second, bare_per_second = messages / seconds, 2 / sum(1 / one for one in posted)
    return {
        "per_second": round(per_second, 1),
        "bare_per_second": round(bare_per_second, 1),
        "ratio": round(per_second / bare_per_second, 3),
        "worker_cpu_ms": round(busy * 1000 / messages, 2),
    }


def _promise(app: Flask, messages: int) -> None:
    """All of them in one transaction, which the caller commits."""
    queue.ask_for_drain(app)  # The worker's connections are made.
    for number in range(messages):
        _promise_one(number)


_promised = iter(range(1, 10**9))


def _promise_one(_number: int) -> int:
    unique = next(_promised)
    message = promise_text(
        "admitted",
        phone=f"+8170{unique + 10_000_000:08d}",
        can_sms=True,
        subject_kind="application",
        subject_id=unique,
        activation_id=None,
        key=f"bench-{unique}",
        number="A00123-4",
        help_phone="+81963221111",
    )
    if message is None:
        raise Trouble("Nothing was promised.")
    message_id = message.id
    if unique % IN_ONE_TRANSACTION == 0:
        db.session.flush()
        db.session.expunge_all()
    return message_id


def _bare_per_second(provider: Provider, posts: int) -> float:
    """The same client with the same message, and nothing else."""
    client = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(timeout=20), environment={})
    client.api.base_url = provider.url
    body = "【MRA】申込A00123-4を受け付けました。車の順番を待っています。"
    began = time.perf_counter()
    for number in range(posts):
        client.messages.create(
            to=f"+8170{number:08d}",
            from_=SENDER,
            body=body,
            status_callback="http://127.0.0.1/webhooks/twilio/status/0",
        )
    return posts / (time.perf_counter() - began)


def _latency(app: Flask, provider: Provider, folder: Path) -> dict[str, object]:
    """From one commit to the provider's call, with nothing else to do."""
    committed: dict[str, float] = {}
    with _workers(app, folder, 1):
        for number in range(LATENCIES):
            before = int(provider.ask("waiting")["taken"])
            message_id = _promise_one(number)
            db.session.commit()
            committed[str(message_id)] = time.time()
            queue.ask_for_drain(app)
            provider.wait_for(before + 1)
            time.sleep(PAUSE_SECONDS)
    arrived = provider.ask("arrivals")
    waits = [(arrived[message_id] - moment) * 1000 for message_id, moment in committed.items()][3:]
    return {"latency_median_ms": middle(waits), "latency_p95_ms": nearly_worst(waits)}


if __name__ == "__main__":
    sys.exit(main())
