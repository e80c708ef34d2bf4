"""Whom to call for how much, until when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mra.core import clock

from ..queries import Candidate
from ..rules.calls import LONGEST_MESSAGE, REFUSALS, deadline_fault, proposal, usual_deadline
from .fields import SupplyForm, moment_values


class WishesForm(SupplyForm):
    """The ticked pledges and leases with their quantities, the deadline, and what the members read."""

    lists = frozenset({"chosen"})

    def __init__(self, posted: Any, candidates: Sequence[Candidate]) -> None:
        super().__init__(posted)
        self.candidates = {candidate.key: candidate for candidate in candidates}

    def read(self) -> None:
        """At least one must be ticked, none of them gone meanwhile, each for one or more; the deadline lies ahead."""
        chosen = [self.candidates[key] for key in self.many("chosen") if key in self.candidates]
        # Somebody else may have called back a lease or ended a pledge since the page was opened.
        if len(chosen) < len(self.many("chosen")):
            self.wrong("chosen", REFUSALS["choice_gone"])
        elif not chosen:
            self.wrong("chosen", REFUSALS["nobody_to_call"])
        self.clean["chosen"] = [(candidate, self._quantity(candidate)) for candidate in chosen]
        self.clean["deadline_at"] = self._deadline()
        self.clean["message"] = self.take_free_text("message", LONGEST_MESSAGE)

    def _quantity(self, candidate: Candidate) -> int:
        if candidate.lease:
            return 1
        return self.take_number(
            f"quantity_{candidate.key}", f"{candidate.name}への要請の数を、1以上で入力してください。", most=10**9
        )

    def _deadline(self) -> datetime | None:
        deadline_at = self.take_moment("deadline", "回答の期限を入力してください。")
        if deadline_at and (fault := deadline_fault(deadline_at, clock.now())):
            self.wrong("deadline_on", REFUSALS[fault])
        return deadline_at

    @classmethod
    def of(cls, gap: int, candidates: Sequence[Candidate]) -> "WishesForm":
        """The page as it opens: as much asked as is short, the fastest first, until tomorrow evening."""
        asked = proposal(gap, (candidate.offer for candidate in candidates))
        values: dict[str, Any] = moment_values("deadline", usual_deadline(clock.now()))
        values |= {f"quantity_{key}": str(quantity) for key, quantity in asked.items()}
        form = cls(values, candidates)
        form.values["chosen"] = list(asked)
        return form
