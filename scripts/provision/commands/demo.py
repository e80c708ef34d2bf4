"""`scripts/demo`: from a clone to a running MRA with the story in it."""

import argparse
import fcntl
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from provision import foreground
from provision.debian import PRINTING, PYTHON, require
from provision.paths import DEMO, ROOT, VENV, var_folder
from provision.processes import Family
from provision.python_environment import provide
from provision.servers import demo_servers, demo_set, given_database_url, given_redis_url, packages
from provision.settings import environment, keys
from provision.trouble import Trouble, guarded, say

WEB_START_SECONDS = 90
PREPARATION = (
    (("db", "upgrade"), "Bringing the database up to date"),
    (("reference", "load"), "Loading municipalities and postal codes"),
    (("story", "--if-empty"), "Telling the story, if the database is still empty"),
)


def main() -> int:
    """Start everything, stay until Ctrl-C, stop everything."""
    return guarded(_demo)


def _demo(words: list[str]) -> int:
    options = _options(words)
    require([*PYTHON, *packages(), *PRINTING])
    provide("app")
    with _only_one():
        Family(DEMO / "log").end_leftovers()
        _refuse_taken_port(options.port)
        if options.fresh:
            _start_over()
        with demo_servers() as addresses:
            told = environment("demo", addresses, keys(DEMO), options.port)
            _prepare(told)
            _serve(told, options.port)
    return 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Sets MRA up on this machine and runs it.")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and start over")
    parser.add_argument("--port", type=int, default=8000, help="where the pages are served (default: 8000)")
    return parser.parse_args(words)


@contextmanager
def _only_one() -> Iterator[None]:
    with (var_folder() / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble("The demo already runs. Stop it first with Ctrl-C.") from None
        yield


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise Trouble(f"Port {port} cannot be used. Choose another: scripts/demo --port 8001") from None


def _start_over() -> None:
    if given_database_url() or given_redis_url():
        raise Trouble("--fresh clears only the demo's own servers; unset DATABASE_URL and REDIS_URL, or clear yours.")
    demo_set().remove()
    shutil.rmtree(DEMO, ignore_errors=True)


def _prepare(told: dict[str, str]) -> None:
    for words, sentence in PREPARATION:
        say(sentence)
        if foreground.run([str(VENV / "bin" / "mra"), *words], told, cwd=ROOT) != 0:
            raise Trouble(f"mra {' '.join(words)} failed; the lines above say why.")


def _serve(told: dict[str, str], port: int) -> None:
    mra = str(VENV / "bin" / "mra")
    family = Family(DEMO / "log")
    try:
        family.start("web", web_command(port), told)
        family.start("worker", [mra, "worker"], told)
        family.start("sender", [mra, "worker", "--only-messages"], told)
        family.start("scheduler", [mra, "scheduler"], told | {"TZ": "Asia/Tokyo"})
        family.wait_until_answering(f"http://127.0.0.1:{port}/healthz", WEB_START_SECONDS)
        _welcome(told)
        family.watch()
    finally:
        say("Stopping")
        family.stop()


def web_command(port: int) -> list[str]:
    """The production server: many threads, because slow phones and not fast processors decide (see stack notes).

    Loaded once and then forked, so that a process that dies is replaced at once.
    """
    return [
        str(VENV / "bin" / "gunicorn"), "--no-control-socket", "--preload", "--worker-class", "gthread", "--workers", "2",
        "--threads", "64", "--bind", f"127.0.0.1:{port}", "mra.web.app:create_app()",
    ]  # fmt: skip


def _welcome(told: dict[str, str]) -> None:
    address = told["MRA_PUBLIC_URL"]
    accounts = subprocess.run(
        [str(VENV / "bin" / "mra"), "demo-accounts"], env=told, cwd=ROOT, capture_output=True, text=True, check=False
    )
    print(f"\nMRA is running:  {address}\n", flush=True)
    print((accounts.stdout if accounts.returncode == 0 else accounts.stderr).rstrip(), flush=True)
    print(f"\nLogs: {DEMO / 'log'}    Stop with Ctrl-C.", flush=True)
