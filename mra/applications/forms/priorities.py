"""The rule of order as coordinators type it, and the tier of one request."""

from collections.abc import Mapping
from typing import Any

from mra.core.circumstances import Circumstance
from mra.core.forms import Form
from mra.core.text import keep_name, whole_number
from mra.disasters.priorities import (
    LONGEST_WORDING,
    MOST_CRITERIA,
    Priorities,
    outdated_wordings,
    priorities_from,
    usual_wording,
)

from .decision import DecisionForm

LONGEST_REASON = 200
OUTDATED = "この順位の答えが変わりました。公開ページでの書き方を書き直すか、空欄にしてください。"


class PrioritiesForm(Form):
    """For each answer its tier or none, words for the tiers, and the reason for the version."""

    def __init__(self, posted: Mapping[str, Any], in_force: Priorities = ()) -> None:
        super().__init__(posted)
        self.in_force = in_force

    def read(self) -> None:
        """Empty tiers are closed up; a tier without words gets the usual ones."""
        chosen = {one: self._tier(one) for one in Circumstance}
        wordings = {tier: self._wording(tier) for tier in range(1, MOST_CRITERIA + 1)}
        tiers = {one: tier for one, tier in chosen.items() if tier}
        self.clean["priorities"] = priorities_from(tiers, wordings)
        for place in outdated_wordings(self.clean["priorities"], self.in_force):
            self.wrong(f"wording_{sorted(set(tiers.values()))[place - 1]}", OUTDATED)
        reason = keep_name(self.need("reason", "変更の理由を入力してください。"))
        if len(reason) > LONGEST_REASON:
            self.wrong("reason", f"{LONGEST_REASON}文字以内で入力してください。")
        self.clean["reason"] = reason
        self.clean["based_on"] = whole_number(self.text("based_on")) or 0

    def _tier(self, one: Circumstance) -> int:
        name = f"tier_{one.value}"
        typed = self.text(name)
        tier = whole_number(typed) if typed else 0
        if tier is None or not 0 <= tier <= MOST_CRITERIA:
            self.wrong(name, "順位を選び直してください。")
            return 0
        return tier

    def _wording(self, tier: int) -> str:
        name = f"wording_{tier}"
        wording = keep_name(self.text(name))
        if len(wording) > LONGEST_WORDING:
            self.wrong(name, f"第{tier}順位の書き方は{LONGEST_WORDING}文字以内で入力してください。")
        return wording

    def shown_tiers(self) -> range:
        """The tiers whose words can be typed: those in use, and one more."""
        used = [tier for tier in range(1, MOST_CRITERIA + 1) if self._uses(tier)]
        return range(1, min(max(used, default=0) + 1, MOST_CRITERIA) + 1)

    def _uses(self, tier: int) -> bool:
        return any(self.text(f"tier_{one.value}") == str(tier) for one in Circumstance) or bool(
            self.text(f"wording_{tier}")
        )

    @classmethod
    def of(cls, priorities: Priorities, number: int) -> "PrioritiesForm":
        """The form as it shows a rule; words that nobody wrote stay empty, so that they follow the answers."""
        values = {"based_on": str(number), "reason": ""}
        for tier, criterion in enumerate(priorities, 1):
            values |= {f"tier_{one.value}": str(tier) for one in criterion.circumstances}
            if criterion.wording != usual_wording(criterion.circumstances):
                values[f"wording_{tier}"] = criterion.wording
        return cls(values)


class TierForm(DecisionForm):
    """Another tier for one request, and why."""

    def read(self) -> None:
        """Both must be there, asked for in the order of the page."""
        self.clean["tier"] = whole_number(self.text("tier"))
        if self.clean["tier"] is None:
            self.wrong("tier", "優先順位を選んでください。")
        super().read()
        self.clean["edition"] = self.text("edition")
