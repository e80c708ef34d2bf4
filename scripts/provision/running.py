"""Processes by their id: is it ours, is it alive, end it. Never by name."""

import os
import signal
import time
from pathlib import Path

from provision.trouble import Trouble


def command_line(pid: int) -> str:
    """What this process runs; empty when it is gone (or a zombie that nobody has collected)."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def pid_in(pid_file: Path, expected: str) -> int | None:
    """The process that a pid file names, if it is alive and really the one we started (ids are given out again)."""
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if expected in command_line(pid) else None


def end(pid: int, expected: str, first: signal.Signals, patience_seconds: float = 20) -> None:
    """Ask a process to stop, wait, and insist if it does not."""
    for number, seconds in ((first, patience_seconds), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if _gone(pid, expected, seconds):
            return
    raise Trouble(f"Process {pid} ({expected}) does not stop.")


def _gone(pid: int, expected: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if expected not in command_line(pid):
            return True
        time.sleep(0.02)
    return False
