"""Several providers, asked in turn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from .. import rules
from ..rules import Accepted, Answer, NotAccepted, Parcel


class _Carrier(Protocol):
    name: str

    def send(self, parcel: Parcel) -> Answer: ...


class _Fuse(Protocol):
    def lets_pass(self) -> bool: ...

    def note(self, answer: Answer) -> None: ...


@dataclass(frozen=True)
class Place:
    """One provider in the order, with its fuse."""

    provider: _Carrier
    breaker: _Fuse


class InOrder:
    """The first provider that takes the message carries it; the next is asked only where one clearly did not take it."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self.name = places[0].provider.name

    def send(self, parcel: Parcel) -> Answer:
        """Ask in turn; where nobody may be asked at present, the message waits."""
        answer: Answer = NotAccepted("no_provider", may_pass=True)
        for place in self._places:
            if not place.breaker.lets_pass():
                continue
            answer = place.provider.send(parcel)
            place.breaker.note(answer)
            if not rules.is_for_the_next_provider(answer):
                return replace(answer, by=place.provider.name) if isinstance(answer, Accepted) else answer
        return answer
