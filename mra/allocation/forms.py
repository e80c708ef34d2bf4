"""What the coordinator chooses: bases, pairs, a reason."""

import re

from mra.core.application_number import parse_number
from mra.core.forms import Form

from .rules import FreedCars, OverrideKind

PAIR = re.compile(r"([0-9]{1,18}):([0-9]{1,18})")
ID = re.compile(r"[0-9]{1,18}")
LONGEST_REASON = 200


class ProposalForm(Form):
    """The bases whose cars are to be given out."""

    lists = frozenset({"base"})

    def read(self) -> None:
        """At least one base."""
        self.clean["base_ids"] = [int(base) for base in self.many("base") if base.isdecimal()]
        if not self.clean["base_ids"]:
            self.wrong("base", "割り当てる車両のある拠点を、1つ以上選んでください。")


class ConfirmationForm(Form):
    """The pairs that were ticked on the page of a run, or everyone."""

    lists = frozenset({"pair"})

    def read(self) -> None:
        """At least one pair, unless it is everyone."""
        found = (PAIR.fullmatch(pair) for pair in self.many("pair"))
        self.clean["pairs"] = [(int(pair[1]), int(pair[2])) for pair in found if pair]
        self.clean["everyone"] = self.text("everyone") == "yes"
        if not self.clean["pairs"] and not self.clean["everyone"]:
            self.wrong("pair", "案内する方を、1人以上選んでください。")


class ReasonForm(Form):
    """A form that asks why."""

    missing = ""

    def read(self) -> None:
        """A reason that fits its column."""
        reason = self.need("reason", self.missing)
        if len(reason) > LONGEST_REASON:
            self.wrong("reason", f"理由は{LONGEST_REASON}文字までで入力してください。")
        self.clean["reason"] = reason


class RetractionForm(ReasonForm):
    """Why an offer is taken back."""

    missing = "案内を取り消す理由を入力してください。例：車両に故障が見つかったため"


class LiftForm(ReasonForm):
    """Why an override counts no more."""

    missing = "解除する理由を入力してください。例：点検が終わったため"


class OverrideForm(ReasonForm):
    """Which order, about which car and person, and why. The person comes as an id of a page or as a typed number."""

    missing = "指定の理由を入力してください。例：車いすを載せられる車がこの1台しかないため"

    def read(self) -> None:
        """A kind, a car, a person where there must be one, a reason; in the order of the page, so that errors are too."""
        kind, vehicle_id = self.text("kind"), self.number("vehicle")
        if kind not in set(OverrideKind):
            self.wrong("kind", "固定・禁止・外すのどれかを選んでください。")
        elif kind != OverrideKind.HOLD and not self.number("request") and not self.serial:
            self.wrong("number", "申込番号を入力してください。例：A01234-0")
        if not vehicle_id:
            self.wrong("vehicle", "車両を選んでください。")
        self.clean["kind"] = OverrideKind(kind) if kind in set(OverrideKind) else None
        self.clean["vehicle_id"] = vehicle_id
        super().read()

    def number(self, name: str) -> int | None:
        """An id that a page put there; None for anything else."""
        text = self.text(name)
        return int(text) if ID.fullmatch(text) else None

    @property
    def serial(self) -> int | None:
        """The serial number behind a typed application number."""
        return parse_number(self.text("number"))


class FreedCarsForm(Form):
    """What becomes of cars that are declined or not answered for."""

    def read(self) -> None:
        """One of the possibilities."""
        chosen = self.text("freed_cars")
        if chosen not in set(FreedCars):
            self.wrong("freed_cars", "どちらかを選んでください。")
            return
        self.clean["freed_cars"] = FreedCars(chosen)
