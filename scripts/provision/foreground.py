"""Running one program in the foreground, as if the person had typed it."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from provision.signals import Interrupted, undisturbed

STOP_SECONDS = 15


def run(command: Sequence[str], environment: Mapping[str, str], cwd: Path | None = None) -> int:
    """Its input and output are ours, and so is its exit status. When we are stopped, it is stopped first."""
    process = subprocess.Popen(command, env=environment, cwd=cwd)
    try:
        status = process.wait()
    except Interrupted as interrupted:
        stop(process, signal.SIGINT if interrupted.number == signal.SIGINT else signal.SIGTERM)
        raise
    return status if status >= 0 else 128 - status


def stop(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Let it clean up, but not for ever. (On Ctrl-C the terminal has told it already; twice would cut it short.)"""
    with undisturbed():
        if number is not signal.SIGINT:
            process.send_signal(number)
        for insist in (signal.SIGTERM, signal.SIGKILL):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.send_signal(insist)
        process.wait()
