"""A private Redis on a free loopback port, with a password that no process list shows."""

import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from provision.debian import redis_program
from provision.private_files import read_facts, write_facts, write_private
from provision.running import end, pid_in
from provision.trouble import Trouble, last_lines

CONFIGURATION = """bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
pidfile "{folder}/redis.pid"
logfile "{folder}/redis.log"
daemonize yes
appendonly {keep}
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


class PrivateRedis:
    """One private Redis below `home`; `keep` says whether it writes its data down."""

    def __init__(self, home: Path, *, keep: bool = True) -> None:
        self.home = home
        self.keep = keep
        self.folder = home / "redis"
        self.facts_file = home / "redis.json"

    def start(self) -> None:
        """Start it; a running one is left as it is. A port that someone else takes meanwhile is tried again."""
        if self.pid() is not None:
            return
        program = redis_program()
        if program is None:
            raise Trouble("Redis is missing. Please install: redis-server")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _attempt in range(5):
            self._configure()
            self._launch(program)
            if self._answers(10):
                return
            self.stop()
        log = self.folder / "redis.log"
        raise Trouble(f"Redis does not start; see {log}\n{last_lines(log)}")

    def start_again(self) -> None:
        """Start one that died at the address it had, with what it has written down."""
        program = redis_program()
        if program is None or not self._facts():
            raise Trouble("Redis never ran here, so it cannot be started again.")
        self._launch(program)
        if not self._answers(10):
            log = self.folder / "redis.log"
            raise Trouble(f"Redis does not start again; see {log}\n{last_lines(log)}")

    def stop(self) -> None:
        """Stop it by its process id."""
        if (pid := self.pid()) is not None:
            end(pid, self._expected(), signal.SIGTERM)

    def remove(self) -> None:
        """Stop it and leave nothing of it."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.facts_file.unlink(missing_ok=True)

    def pid(self) -> int | None:
        """Its process, if it runs."""
        return pid_in(self.folder / "redis.pid", self._expected()) if self._facts() else None

    def url(self) -> str:
        """Where the application finds it, password included."""
        facts = self._facts()
        return f"redis://:{facts['password']}@127.0.0.1:{facts['port']}/0"

    def _facts(self) -> dict[str, str]:
        return read_facts(self.facts_file)

    def _expected(self) -> str:
        return f" 127.0.0.1:{self._facts().get('port')}"

    def _configure(self) -> None:
        facts = {"port": str(free_port()), "password": self._facts().get("password", secrets.token_hex(24))}
        write_facts(self.facts_file, facts)
        keep = "yes" if self.keep else "no"
        write_private(self._configuration(), CONFIGURATION.format(folder=self.folder, keep=keep, **facts))

    def _configuration(self) -> Path:
        return self.folder / "redis.conf"

    def _launch(self, program: str) -> None:
        with (self.home / "redis-setup.log").open("wb") as output:
            subprocess.run(
                [program, str(self._configuration())],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={"LC_ALL": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
                start_new_session=True,
                check=False,
                timeout=30,
            )

    def _answers(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._ping():
                return True
            time.sleep(0.02)
        return False

    def _ping(self) -> bool:
        facts = self._facts()
        try:
            with socket.create_connection(("127.0.0.1", int(facts["port"])), timeout=1) as connection:
                connection.sendall(f"AUTH {facts['password']}\r\nPING\r\n".encode())
                answers = connection.makefile("rb")
                return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False


def free_port() -> int:
    """A loopback port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
