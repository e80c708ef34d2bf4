"""A private PostgreSQL with PostGIS: its own folder, its own socket, no network port, nothing shared with the system's.

`initdb` refuses to run as root, so there are three ways to start it (see `start_mode`).
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from provision.debian import postgres_folder
from provision.private_files import read_facts, write_facts, write_private
from provision.running import end, pid_in
from provision.trouble import Trouble, last_lines

EXTENSIONS = ("postgis", "btree_gist", "pg_trgm", "pgcrypto", "citext")
SOCKET_PATH_LIMIT_BYTES = 107
PORT = 5432  # only a part of the socket's name: nothing listens on the network
SOCKET = f".s.PGSQL.{PORT}"

FOR_KEEPING = {"max_connections": "200"}
# A throw-away server may lose everything when the power goes, and must never wait for ever on a forgotten lock.
FOR_TESTS = {
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "lock_timeout": "'20s'",
    "statement_timeout": "'120s'",
    "idle_in_transaction_session_timeout": "'120s'",
}


@dataclass(frozen=True)
class StartMode:
    """How the server is started, and the system user that then owns its files (None: the one who started it)."""

    prefix: tuple[str, ...]
    owner: str | None = None


ORDINARY_USER = StartMode(())
OTHER_USER_ON_PAPER = StartMode(("unshare", "--user", "--map-user=1000", "--map-group=1000"))
POSTGRES_USER = StartMode(("runuser", "-u", "postgres", "--"), owner="postgres")


@cache
def start_mode() -> StartMode:
    """An ordinary user just starts it; root takes another user's number in a namespace, or becomes `postgres`."""
    if os.geteuid() != 0:
        return ORDINARY_USER
    probe = subprocess.run([*OTHER_USER_ON_PAPER.prefix, "true"], capture_output=True, check=False)
    return OTHER_USER_ON_PAPER if probe.returncode == 0 else POSTGRES_USER


class PrivatePostgres:
    """One private cluster. `home` holds what we know about it; the data may have to live elsewhere (`_base`)."""

    def __init__(self, home: Path, settings: Mapping[str, str] = FOR_KEEPING, mode: StartMode | None = None) -> None:
        self.home = home
        self.settings = settings
        self.facts_file = home / "postgres.json"
        self._mode = mode

    def start(self) -> None:
        """Start it, making it first if need be; a running one is left as it is."""
        if self.pid() is not None:
            return
        if "made" not in self._facts():
            self._make()
        else:
            self._launch()

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it by its process id. `at_once` is for data that will be thrown away."""
        pid = self.pid()
        if pid is not None:
            end(pid, self._expected(), signal.SIGQUIT if at_once else signal.SIGINT)
        sockets = self._facts().get("sockets")
        if sockets and not Path(sockets).is_relative_to(self._base()):
            shutil.rmtree(sockets, ignore_errors=True)

    def remove(self) -> None:
        """Stop it and leave nothing of it."""
        if not self.facts_file.exists():
            return
        self.stop(at_once=True)
        shutil.rmtree(self._base(), ignore_errors=True)
        self.facts_file.unlink(missing_ok=True)

    def pid(self) -> int | None:
        """Its process, if it runs."""
        return pid_in(self._data() / "postmaster.pid", self._expected()) if self._facts() else None

    def url(self) -> str:
        """Where the application finds it, password included."""
        facts = self._facts()
        return f"postgresql+psycopg://mra:{facts['password']}@/mra?host={quote(facts['sockets'])}&port={PORT}"

    def mode(self) -> StartMode:
        """The mode it was made with stays its mode: its files belong to that user."""
        prefix = self._facts().get("start_prefix")
        if prefix is None:
            return self._mode or start_mode()
        known = {" ".join(mode.prefix): mode for mode in (ORDINARY_USER, OTHER_USER_ON_PAPER, POSTGRES_USER)}
        return known[prefix]

    def _facts(self) -> dict[str, str]:
        return read_facts(self.facts_file)

    def _base(self) -> Path:
        """`postgres` may not be able to enter the checkout (below /root, say); then the data lives in /var/lib."""
        if self.mode().owner is None:
            return self.home / "postgres"
        place = hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:12]
        return Path("/var/lib") / f"mra-{place}"

    def _data(self) -> Path:
        return self._base() / "data"

    def _expected(self) -> str:
        return f"postgres -D {self._data()} "

    def _make(self) -> None:
        self.remove()
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = {
            "start_prefix": " ".join(self.mode().prefix),
            "superuser_password": secrets.token_hex(24),
            "password": secrets.token_hex(24),
        }
        shutil.rmtree(self._base(), ignore_errors=True)
        write_facts(self.facts_file, facts)
        self._own_folder(self._base())
        self._initdb(facts["superuser_password"])
        self._launch()
        self._furnish(facts["password"])
        write_facts(self.facts_file, self._facts() | {"made": "yes"})

    def _own_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (owner := self.mode().owner) is not None:
            shutil.chown(folder, owner, owner)

    def _initdb(self, password: str) -> None:
        password_file = self._base() / "superuser-password"
        write_private(password_file, password)
        if (owner := self.mode().owner) is not None:
            shutil.chown(password_file, owner, owner)
        self._postgres_program(
            "initdb", "-D", str(self._data()), "-U", "postgres", f"--pwfile={password_file}", "--auth=scram-sha-256",
            "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-sync", "--no-instructions",
        )  # fmt: skip
        password_file.unlink()

    def _launch(self) -> None:
        sockets = self._sockets()
        write_facts(self.facts_file, self._facts() | {"sockets": str(sockets)})
        settings = dict(self.settings) | {
            "listen_addresses": "''",
            "port": str(PORT),
            "unix_socket_directories": f"'{sockets}'",
            "unix_socket_permissions": "0700",
            "timezone": "'UTC'",
            "log_timezone": "'UTC'",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = self._base() / "server.log"
        for attempt in range(6):
            try:
                self._postgres_program(
                    "pg_ctl", "-D", str(self._data()), "-l", str(log), "-o", options, "-w", "-t", "60", "-s", "start"
                )
            except Trouble:
                # Just after kill -9, the old server's lock file can be in the way for a second.
                if attempt == 5 or "postmaster.pid" not in last_lines(log):
                    raise Trouble(f"PostgreSQL does not start; see {log}\n{last_lines(log)}") from None
                time.sleep(0.5)
            else:
                return

    def _sockets(self) -> Path:
        """A socket's path may be no longer than 107 bytes; a deep checkout gets a short private folder in /tmp."""
        folder = self._base() / "run"
        if len(os.fsencode(folder / SOCKET)) <= SOCKET_PATH_LIMIT_BYTES:
            self._own_folder(folder)
            return folder
        return Path(tempfile.mkdtemp(prefix="mra-", dir="/tmp"))

    def _furnish(self, password: str) -> None:
        """The extensions go into the template, so that every database made here has them without a superuser."""
        self._sql("template1", "".join(f'CREATE EXTENSION IF NOT EXISTS "{name}";' for name in EXTENSIONS))
        self._sql("postgres", f"CREATE ROLE mra LOGIN CREATEDB PASSWORD '{password}';")
        self._sql("postgres", "CREATE DATABASE mra OWNER mra;")

    def _sql(self, database: str, statements: str) -> None:
        facts = self._facts()
        command = [_program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", facts["sockets"], "-p", str(PORT)]
        answer = subprocess.run(
            [*command, "-U", "postgres", "-d", database],
            input=f"SET client_min_messages = warning; {statements}",
            env=os.environ | {"PGPASSWORD": facts["superuser_password"], "PGOPTIONS": "-c statement_timeout=0"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if answer.returncode != 0:
            raise Trouble(f"PostgreSQL refused to set up {database}: {answer.stderr.strip()}")

    def _postgres_program(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's own programs as the right user, away from the keyboard's Ctrl-C.

        Its output goes to a file: the server inherits it, so a pipe would stay open for as long as the server runs.
        """
        log = self.home / "postgres-setup.log"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        with log.open("wb") as output, contextlib.suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                [*self.mode().prefix, _program(name), *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment | {"LC_ALL": "C.UTF-8"},
                start_new_session=True,
                check=False,
                timeout=120,
            )
            if done.returncode == 0:
                return
        raise Trouble(f"PostgreSQL's {name} failed; see {log}\n{last_lines(log)}")


def _program(name: str) -> str:
    folder = postgres_folder()
    if folder is None:
        raise Trouble("PostgreSQL is missing. Please install: postgresql-postgis")
    return f"{folder}/{name}"
