"""The two server sets: the demo's, which keeps its data, and throw-away ones for tests and benchmarks.

Where `DATABASE_URL` or `REDIS_URL` is set, that running server is used and none is started in its place.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from provision.debian import POSTGRES, REDIS, SystemPackage, require
from provision.paths import DEMO, VAR, var_folder
from provision.postgres import FOR_KEEPING, FOR_TESTS, PrivatePostgres
from provision.redis_server import PrivateRedis
from provision.settings import Addresses
from provision.signals import undisturbed

THROW_AWAY_PREFIX = "throw-away-"


def given_database_url() -> str | None:
    """The person's own database, with the driver's name put in if it is missing."""
    url = os.environ.get("DATABASE_URL")
    for plain in ("postgres://", "postgresql://"):
        if url and url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url or None


def given_redis_url() -> str | None:
    """The person's own Redis."""
    return os.environ.get("REDIS_URL") or None


def packages() -> list[SystemPackage]:
    """What the servers that we would start ourselves are made of."""
    needed = [(POSTGRES, given_database_url()), (REDIS, given_redis_url())]
    return [package for package, given in needed if given is None]


class ServerSet:
    """A PostgreSQL and a Redis below one folder; each is left out where a running one is given."""

    def __init__(self, home: Path, settings: Mapping[str, str], *, keep: bool) -> None:
        self.home = home
        self.postgres = PrivatePostgres(home, settings)
        self.redis = PrivateRedis(home, keep=keep)

    def start(self) -> Addresses:
        """Start what is not running; if one of them cannot be started, neither stays behind."""
        try:
            with undisturbed():
                if given_redis_url() is None:
                    self.redis.start()
                if given_database_url() is None:
                    self.postgres.start()
            return self.addresses()
        except BaseException:
            self.stop()
            raise

    def addresses(self) -> Addresses:
        """Where the servers of this set are."""
        return Addresses(given_database_url() or self.postgres.url(), given_redis_url() or self.redis.url())

    def stop(self) -> None:
        """Stop what this set started."""
        with undisturbed():
            self.postgres.stop()
            self.redis.stop()

    def remove(self) -> None:
        """Stop it and delete all its data."""
        with undisturbed():
            self.postgres.remove()
            self.redis.remove()
            shutil.rmtree(self.home, ignore_errors=True)


def demo_set() -> ServerSet:
    """The servers of `scripts/demo` and `scripts/mra`."""
    return ServerSet(DEMO, FOR_KEEPING, keep=True)


@contextmanager
def demo_servers() -> Iterator[Addresses]:
    """The demo's servers, started if need be. Several commands may use them at once; the last one out stops them."""
    require(packages())
    var_folder()
    DEMO.mkdir(mode=0o700, exist_ok=True)
    servers = demo_set()
    with (DEMO / "door.lock").open("w") as door, (DEMO / "users.lock").open("w") as users:
        with _locked(door):
            addresses = servers.start()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield addresses
        finally:
            with undisturbed(), _locked(door):
                if _try_lock(users):
                    servers.stop()


@contextmanager
def throw_away_servers(settings: Mapping[str, str] = FOR_TESTS) -> Iterator[Addresses]:
    """Servers for one test run or benchmark; nothing of them is left afterwards."""
    require(packages())
    sweep_up()
    with undisturbed():
        home = Path(tempfile.mkdtemp(prefix=THROW_AWAY_PREFIX, dir=var_folder()))
        owner = (home / "owner.lock").open("w")
        fcntl.flock(owner, fcntl.LOCK_EX)
    servers = ServerSet(home, settings, keep=settings is not FOR_TESTS)
    try:
        yield servers.start()
    finally:
        servers.remove()
        owner.close()


def sweep_up() -> None:
    """Remove throw-away servers whose owner was killed before it could clean up: nobody holds their lock any more."""
    for home in VAR.glob(f"{THROW_AWAY_PREFIX}*"):
        with contextlib.suppress(OSError), (home / "owner.lock").open("a") as owner:
            if _try_lock(owner):
                ServerSet(home, FOR_TESTS, keep=False).remove()


@contextmanager
def _locked(file: IO[str]) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
