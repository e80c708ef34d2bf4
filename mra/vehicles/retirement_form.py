"""How a car leaves, as the form asks for it: where to, when, for how much, the proof, and what of its papers is done."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import FileStorage

from mra.core import clock
from mra.core.fields import FieldsForm
from mra.core.proofs import MOST_BYTES, ProofFault, kind_of
from mra.core.text import keep_name, whole_number

from . import rules
from .reading import Unreadable, read_day
from .retiring import MOST_YEN, STEP_WORDS, RetirementKind, RetirementStep
from .services import Leaving, Proof

LONGEST_NAME, LONGEST_NOTE = 120, 400
ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
STEP_CHOICES = [(step.value, word) for step, word in STEP_WORDS.items()]


class StepsForm(FieldsForm):
    """What of the keys and papers is done; a proof may come later than the car left."""

    lists = frozenset({"steps"})

    def __init__(self, posted: Mapping[str, Any], upload: FileStorage | None = None) -> None:
        super().__init__(posted)
        self.upload = upload

    def read(self) -> None:
        """`clean` holds `steps` and `proof` (None where no file was chosen)."""
        self.clean["steps"] = [RetirementStep(one) for one in self.many("steps") if one in set(RetirementStep)]
        self.clean["proof"] = self._proof()

    def _proof(self) -> Proof | None:
        """The content decides what it is, not its name."""
        if self.upload is None or not self.upload.filename:
            return None
        content = self.upload.stream.read(MOST_BYTES + 1)
        try:
            kind = kind_of(content)
        except ProofFault as fault:
            self.wrong("file", fault.sentence)
            return None
        return Proof(content, kind, _name_of(self.upload.filename, kind))


class RetirementForm(StepsForm):
    """A car that leaves for good."""

    def read(self) -> None:
        """Where to and when must be told; the rest is as far as it is known."""
        super().read()
        if self.text("kind") not in set(RetirementKind):
            self.wrong("kind", "行き先を選んでください。")
        self.clean["retired_on"] = self._day()
        self.clean["to_whom"] = self.take_text(
            "to_whom", "引き渡した先を入力してください。例：石巻リサイクルセンター", LONGEST_NAME
        )
        self.clean["yen"] = self._yen()
        self.clean["note"] = self.take_free_text("note", LONGEST_NOTE)

    def _day(self) -> date | None:
        self.need("retired_on", "運用を終えた日を入力してください。例：2026/8/18")
        try:
            day = read_day(self.text("retired_on")) if self.text("retired_on") else None
        except Unreadable as fault:
            self.wrong("retired_on", str(fault))
            return None
        if day and day > clock.today():
            self.wrong("retired_on", rules.REFUSALS["retired_in_future"])
        return day

    def _yen(self) -> int | None:
        if not self.text("yen"):
            return None
        yen = whole_number(self.text("yen"))
        if yen is None or yen > MOST_YEN:
            self.wrong("yen", "金額は円単位の整数で入力してください。例：30000")
        return yen

    @property
    def leaving(self) -> Leaving:
        """What was told; only after `check()` said yes."""
        clean = self.clean
        return Leaving(
            RetirementKind(self.text("kind")),
            clean["retired_on"],
            clean["to_whom"],
            clean["yen"],
            clean["note"],
            clean["steps"],
            clean["proof"],
        )


def _name_of(filename: str, kind: str) -> str:
    """The file's own name without the folders that some browsers send along, ending as its content asks."""
    name = keep_name(filename.replace("\\", "/").rpartition("/")[2])[:190]
    ending = ENDINGS[kind]
    known = (ending, ".jpeg") if kind == "image/jpeg" else (ending,)
    return name if name.lower().endswith(known) else f"{name or '証明'}{ending}"
