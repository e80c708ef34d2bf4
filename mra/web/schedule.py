"""Everything periodic stands here: name, when, what, why. Two schedulers at once do no harm."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One periodic job: every `seconds`, on Japan's clock; `why` is for the person who wonders."""

    name: str
    seconds: int
    job: Callable[[], object]
    why: str


ENTRIES: tuple[Entry, ...] = ()


def entry(name: str) -> Entry:
    """The entry of a name."""
    return next(found for found in ENTRIES if found.name == name)
