"""Lifecycles: which statuses a subject has and which moves lead from one to another. Pure; `audit.move` applies them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from .access import Role


class MoveNotAllowed(Exception):
    """The table has no such move from this status: somebody else was faster, or the page was old."""

    def __init__(self, subject: str, action: str, status: str) -> None:
        super().__init__(f"{subject}: no move {action!r} from {status!r}")
        self.subject, self.action, self.status = subject, action, status


@dataclass(frozen=True)
class Word:
    """How a status is shown: the word, and the tone of its badge (neutral, info, success, warning, danger)."""

    label: str
    tone: str = "neutral"


@dataclass(frozen=True)
class Move:
    """One arrow of a lifecycle. `label` is what the button says; `roles` are who sees the button.

    `done` is what the timeline says, where it differs from the button (button 「承諾を記録する」, timeline 「承諾」).
    """

    action: str
    sources: tuple[StrEnum, ...]
    target: StrEnum
    label: str
    roles: frozenset[Role] = frozenset()
    done: str = ""


class Lifecycle:
    """The statuses of one kind of subject, with the moves between them.

    `begun` is what the timeline says of the subject's first event; `notes` are the words for events that change no
    status (an extension, a licence seen).
    """

    def __init__(
        self,
        subject: str,
        initial: StrEnum,
        words: Mapping[StrEnum, Word],
        *moves: Move,
        begun: str = "登録",
        notes: Mapping[str, str] | None = None,
    ) -> None:
        self.subject = subject
        self.initial = initial
        self.statuses = type(initial)
        self.moves = moves
        self.words = dict(words)
        self.told = {"begin": begun, **{m.action: m.done or m.label for m in moves}, **(notes or {})}
        missing = set(self.statuses) - set(self.words)
        if missing:
            raise ValueError(f"{subject}: statuses without a word: {sorted(missing)}")

    def move(self, action: str, status: StrEnum) -> Move:
        """The arrow that `action` takes from `status`; raises MoveNotAllowed where there is none."""
        for move in self.moves:
            if move.action == action and status in move.sources:
                return move
        raise MoveNotAllowed(self.subject, action, status)

    def actions(self, status: StrEnum, role: Role | None = None) -> tuple[Move, ...]:
        """The moves that start from `status`; with a role, only those that this role may make by hand."""
        return tuple(m for m in self.moves if status in m.sources and (role is None or role in m.roles))

    def allows(self, action: str, status: StrEnum) -> bool:
        """Whether the table has the move at all."""
        return any(m.action == action and status in m.sources for m in self.moves)

    def word(self, status: StrEnum) -> Word:
        """The Japanese word and tone of a status."""
        return self.words[status]

    def told_as(self, action: str, facts: Mapping[str, Any] = MappingProxyType({})) -> str:
        """What the timeline calls an event; an action without a word shows as a record.

        Words may name facts of the event in braces; where an event lacks them, they stay unsaid.
        """
        return self.told.get(action, "記録").format_map(defaultdict(str, facts))

    def status_label(self, status: str | None) -> str | None:
        """The Japanese word of a status as events keep it; None where there is none (any more)."""
        known = next((one for one in self.statuses if one.value == status), None)
        return self.words[known].label if known else None

    def drawing(self) -> str:
        """The table as lines of `source --action--> target`, as the capability's README shows it."""
        return "\n".join(f"{s.value} --{m.action}--> {m.target.value}" for m in self.moves for s in m.sources)
