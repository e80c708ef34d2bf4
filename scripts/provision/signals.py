"""Ctrl-C and SIGTERM end a command cleanly: they become one exception, and never in the middle of a start."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """The person, or the system, asked the command to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class _State:
    undisturbed = 0
    waiting: int | None = None


def _on_signal(number: int, _frame: FrameType | None) -> None:
    if _State.undisturbed:
        _State.waiting = number
    else:
        raise Interrupted(number)


def listen() -> None:
    """From now on a stop signal raises `Interrupted`."""
    for number in STOP_SIGNALS:
        signal.signal(number, _on_signal)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold a stop signal back until this block is done.

    For the moments when a server exists but nobody has written down its process id yet, and for cleaning up.
    """
    _State.undisturbed += 1
    try:
        yield
    finally:
        _State.undisturbed -= 1
        if not _State.undisturbed and _State.waiting is not None:
            number, _State.waiting = _State.waiting, None
            raise Interrupted(number)
