"""What a lessee answers, and what came of ringing."""

from collections.abc import Sequence
from typing import Any

from ..models import RecallSlot
from ..queries import FreeSlot
from ..rules import LONGEST_NOTE, PROBLEM_WORDS, REFUSALS, RING_WORDS
from .fields import RecallForm


class SlotForm(RecallForm):
    """One of the slots that are free."""

    def __init__(self, posted: Any, slots: Sequence[FreeSlot]) -> None:
        super().__init__(posted)
        self.slots: dict[str, RecallSlot] = {str(one.slot.id): one.slot for one in slots}

    def read(self) -> None:
        """A slot that was taken meanwhile is told as such by the list that is shown again."""
        typed = self.text("slot")
        if not typed:
            self.wrong("slot", "返却の日時を選んでください。")
        elif typed not in self.slots:
            self.wrong("slot", REFUSALS["return_slot_full"])
        self.clean["slot"] = self.slots.get(typed)


class CollectionForm(RecallForm):
    """Where the car is to be fetched."""

    def read(self) -> None:
        """An address, and what the driver should know."""
        address = self.take_text("address", REFUSALS["collection_needs_address"], 200)
        self.clean.update(address=address, note_text=self.take_free_text("collection_note", LONGEST_NOTE))


class ProblemForm(RecallForm):
    """Why the car cannot come."""

    def read(self) -> None:
        """One of the reasons, with a word."""
        problem = self.take_choice("problem", PROBLEM_WORDS, REFUSALS["problem_needs_reason"])
        self.clean.update(problem=problem, note_text=self.take_free_text("problem_note", LONGEST_NOTE))


class RingForm(RecallForm):
    """What came of ringing."""

    def read(self) -> None:
        """One of the results."""
        result = self.take_choice("result", RING_WORDS, "電話の結果を選んでください。")
        self.clean.update(result=result, note_text=self.take_free_text("note", LONGEST_NOTE))
