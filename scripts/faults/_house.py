"""The house as it runs in production, and the ways in which its parts die: kill -9, a Redis that is gone or emptied."""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from provision.commands.demo import web_command
from provision.paths import ROOT, VENV
from provision.processes import Family
from provision.redis_server import PrivateRedis, free_port
from provision.running import command_line
from provision.settings import Addresses, environment, keys
from redis import Redis

START_SECONDS = 90
WORKERS = ("worker 1", "worker 2")
ACCOUNT, TOKEN = "AC" + "0" * 32, "the token of the fault test"
OFFICE, REDIS = "office", "redis"
SESSION = 3  # its place in /proc/<pid>/stat, counted from behind the name of the program


@dataclass(frozen=True)
class Patience:
    """How long the house waits for an answer of the provider, and for a worker that says nothing."""

    answer_seconds: int
    job_seconds: int


class House:
    """Web, two workers, scheduler, the office that promises, Redis, and the provider outside (which never dies)."""

    def __init__(self, home: Path, database_url: str, random: Random, patience: Patience) -> None:
        self.home, self.random = home, random
        self.redis_server = PrivateRedis(home)
        self.redis_server.start()
        self.port, self.provider_port = free_port(), free_port()
        self.family = Family(home / "log")
        addresses = Addresses(database_url, self.redis_server.url())
        self.told = _environment(home, addresses, self.port, self.provider_port) | {
            "MRA_SMS_ANSWER_SECONDS": str(patience.answer_seconds),
            "MRA_JOB_SECONDS": str(patience.job_seconds),
        }
        self.commands: dict[str, list[str]] = {}
        self.kills: Counter[str] = Counter()
        self.ended_alone: Counter[str] = Counter()
        self._back_at: dict[str, float] = {}
        self._sessions: set[int] = set()

    @property
    def address(self) -> str:
        """Where the web process answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def provider(self) -> str:
        """Where the provider answers."""
        return f"http://127.0.0.1:{self.provider_port}"

    def prepare(self, seed: int, pace: float) -> None:
        """Start what needs no tables yet, as the demo does."""
        mra = str(VENV / "bin" / "mra")
        server = [sys.executable, str(Path(__file__).parent / "_twilio_server.py")]
        self.run("provider", [*server, str(self.provider_port), str(seed), str(pace), ACCOUNT, TOKEN])
        self.run("web", web_command(self.port))
        for name, only in zip(WORKERS, ([], ["--only-messages"]), strict=True):
            self.run(name, [mra, "worker", *only])

    def open(self) -> None:
        """Let time run, and wait until the web answers."""
        self.run("scheduler", [str(VENV / "bin" / "mra"), "scheduler"])
        self.family.wait_until_answering(f"{self.address}/healthz", START_SECONDS)

    def run(self, name: str, command: list[str]) -> None:
        """Start one process; from now on it is started again whenever it is gone."""
        self.commands[name] = command
        self.family.start(name, command, self.told | {"TZ": "Asia/Tokyo"})
        self._sessions.add(self.family.members[name].pid)

    def hurt(self, kind: str) -> None:
        """Do what one wound says; where there was nothing left to hurt, it does not count."""
        if WOUNDS[kind](self):
            self.kills[kind] += 1
            self._note(kind)

    def mend(self) -> None:
        """What a supervisor does: start again what is gone, after a moment."""
        for name in list(self.commands):
            status = self.family.members[name].poll()
            if status == 0 and name == OFFICE:
                del self.commands[name]  # It has done its work.
            elif status is not None:
                self._note_if_unasked(name, status)
                if self._is_back(name):
                    self.run(name, self.commands[name])
        if self._is_back(REDIS):
            self.redis_server.start_again()

    def _note_if_unasked(self, name: str, status: int) -> None:
        if name not in self._back_at:
            self.ended_alone[name] += 1
            self._note(f"{name} ended by itself ({status})")
            self._back_at[name] = time.monotonic()

    def _is_back(self, name: str) -> bool:
        """Whether the moment has come at which something dead is started again; tells so once."""
        if time.monotonic() < self._back_at.get(name, float("inf")):
            return False
        del self._back_at[name]
        return True

    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self._back_at and all(self.family.members[name].poll() is None for name in self.commands)

    def close(self) -> None:
        """End everything by its id, orphans of killed parents included."""
        for pid in _members(self._sessions):
            if str(ROOT) in command_line(pid):
                _end(pid)
        self.family.stop()
        self.redis_server.remove()

    def kill_all(self, name: str) -> bool:
        """A process and everything it has started."""
        return name in self.commands and self._kill(name, _members({self.family.members[name].pid}))

    def kill_parent(self, name: str) -> bool:
        """A process alone: what it has started is left to itself."""
        return self._kill(name, [self.family.members[name].pid])

    def kill_child(self, name: str) -> bool:
        """Something that a process has started."""
        parent = self.family.members[name].pid
        children = [pid for pid in _members({parent}) if pid != parent]
        return bool(children) and self._kill(name, [self.random.choice(children)])

    def _kill(self, name: str, pids: list[int]) -> bool:
        process = self.family.members[name]
        if process.poll() is not None:
            return False
        for pid in pids:
            _end(pid)
        if process.pid in pids:
            process.wait()
            self._back_at[name] = time.monotonic() + self.random.uniform(0, 2)
        return True

    def kill_redis(self) -> bool:
        """As when its machine goes."""
        if (pid := self.redis_server.pid()) is None:
            return False
        _end(pid)
        self._back_at[REDIS] = time.monotonic() + self.random.uniform(0, 3)
        return True

    def empty_redis(self) -> bool:
        """As when somebody types the wrong command."""
        if self.redis_server.pid() is None:
            return False
        with Redis.from_url(self.redis_server.url(), socket_timeout=5) as redis:
            redis.flushall()
        return True

    def _note(self, what: str) -> None:
        with self.family.log("wounds").open("a") as log:
            log.write(f"{time.strftime('%H:%M:%S')} {what}\n")


# Every way in which a part of the house can die; a short run has time for the gravest only.
WOUNDS: dict[str, Callable[[House], bool]] = {
    "web": lambda house: house.kill_all("web"),
    "web process": lambda house: house.kill_child("web"),
    "worker": lambda house: house.kill_parent(house.random.choice(WORKERS)),
    "worker and job": lambda house: house.kill_all(house.random.choice(WORKERS)),
    "job": lambda house: house.kill_child(house.random.choice(WORKERS)),
    "scheduler": lambda house: house.kill_all("scheduler"),
    OFFICE: lambda house: house.kill_all(OFFICE),
    REDIS: House.kill_redis,
    "flush": House.empty_redis,
}

GRAVEST = ["web", "worker and job", "scheduler", REDIS, "flush"]
LESSER = [kind for kind in WOUNDS if kind not in GRAVEST]


def _environment(home: Path, addresses: Addresses, port: int, provider_port: int) -> dict[str, str]:
    inherited = environment("test", addresses, keys(home), port)
    return inherited | {
        "MRA_ENVIRONMENT": "production",
        "MRA_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MRA_TRUSTED_PROXIES": "1",
        "MRA_SMS_PROVIDER": "twilio",
        "MRA_SMS_QUIET_HOURS": "none",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_SENDER": "+815000000000",
        "TWILIO_API_URL": f"http://127.0.0.1:{provider_port}",
        "NO_PROXY": "127.0.0.1",
    }


def _members(sessions: set[int]) -> list[int]:
    """The processes of these sessions, those whose parent is gone included."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[SESSION]) in sessions and words[0] != "Z":
            found.append(int(stat.parent.name))
    return sorted(found)


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
