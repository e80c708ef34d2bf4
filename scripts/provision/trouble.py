"""What a person is told when something cannot be done: one plain line, and a status that is not zero."""

import sys
from collections.abc import Callable
from pathlib import Path

from provision.signals import Interrupted, listen


class Trouble(Exception):
    """Something the person at the keyboard can put right; the message says what and how."""


def say(line: str) -> None:
    """Progress goes to stderr, so that stdout belongs to the command's own answer."""
    print(line, file=sys.stderr, flush=True)


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log file, to stand below the sentence that says what failed."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""


def guarded(work: Callable[[list[str]], int]) -> int:
    """Run a command; turn trouble and Ctrl-C into a sentence and an exit status instead of a stack trace."""
    listen()
    try:
        return work(sys.argv[1:])
    except Trouble as trouble:
        say(f"scripts/{Path(sys.argv[0]).name}: {trouble}")
        return 1
    except Interrupted as interrupted:
        return 128 + interrupted.number
    except PermissionError as error:
        say(f"scripts/{Path(sys.argv[0]).name}: {error.filename} belongs to another user. Run this as that user.")
        return 1
