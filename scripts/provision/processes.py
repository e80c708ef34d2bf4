"""The demo's own processes: web, worker and scheduler. They live and end together."""

import contextlib
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from provision.paths import ROOT, VENV
from provision.private_files import read_facts, write_facts
from provision.running import command_line, end
from provision.signals import undisturbed
from provision.trouble import Trouble, last_lines, say

STOP_SECONDS = 15


@dataclass
class Family:
    """Processes that were started together and are stopped together."""

    logs: Path
    members: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start one, in a process group of its own, so that Ctrl-C reaches us first and we stop it in order."""
        self.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        with undisturbed(), self.log(name).open("ab") as output:
            self.members[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                start_new_session=True,
            )
            write_facts(self._record(), {member: str(process.pid) for member, process in self.members.items()})

    def end_leftovers(self) -> None:
        """End the members of a demo that was killed before it could stop them."""
        for name, pid in read_facts(self._record()).items():
            if str(VENV) in command_line(int(pid)):
                say(f"Ending a {name} process that an earlier run left behind.")
                end(int(pid), str(VENV), signal.SIGTERM)
        self._record().unlink(missing_ok=True)

    def _record(self) -> Path:
        return self.logs / "processes.json"

    def log(self, name: str) -> Path:
        """Where a member writes."""
        return self.logs / f"{name}.log"

    def check(self) -> None:
        """Trouble, with its last words, if one of them has ended by itself."""
        for name, process in self.members.items():
            if (status := process.poll()) is not None:
                log = self.log(name)
                raise Trouble(f"{name} ended by itself (status {status}); see {log}\n{last_lines(log)}")

    def watch(self) -> None:
        """Stay until one of them ends or someone asks us to stop."""
        while True:
            self.check()
            time.sleep(0.5)

    def wait_until_answering(self, url: str, seconds: float) -> None:
        """Stay until the web process answers."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            if _answers(url):
                return
            time.sleep(0.2)
        raise Trouble(f"{url} does not answer after {seconds:.0f} seconds; see {self.logs}")

    def stop(self) -> None:
        """Ask all at once, wait, and then insist; the whole group, so that no grandchild stays."""
        with undisturbed():
            for process in self.members.values():
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            for name, process in self.members.items():
                try:
                    process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    say(f"{name} does not stop by itself; ending it.")
                _end_group(process)
            self._record().unlink(missing_ok=True)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
