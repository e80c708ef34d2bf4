"""What the coordinator chooses: bases, pairs, a reason."""

import re

from mra.core.forms import Form

PAIR = re.compile(r"([0-9]{1,18}):([0-9]{1,18})")
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


class RetractionForm(Form):
    """Why an offer is taken back."""

    def read(self) -> None:
        """A reason that fits its column."""
        reason = self.need("reason", "案内を取り消す理由を入力してください。例：車両に故障が見つかったため")
        if len(reason) > LONGEST_REASON:
            self.wrong("reason", f"理由は{LONGEST_REASON}文字までで入力してください。")
        self.clean["reason"] = reason
