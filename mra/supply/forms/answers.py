"""The answer of a member, passing a call on, and what came of ringing."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from mra.alliance.models import Member
from mra.core import clock
from mra.core.fields import day_values

from ..models import Call
from ..rules.calls import (
    LONGEST_MESSAGE,
    LONGEST_REASON,
    REFUSALS,
    AnswerKind,
    AttemptResult,
    answer_fault,
    deadline_fault,
)
from .fields import SupplyForm, moment_values

# Which field a refusal of the rules belongs to.
FAULT_FIELDS = {
    "answer_out_of_range": "quantity",
    "refusal_needs_reason": "reason",
    "answer_needs_day": "ready_on",
    "ready_day_out_of_range": "ready_on",
}


class AnswerForm(SupplyForm):
    """One question: all, a part, or not this time; and when it is ready."""

    def __init__(self, posted: Any, asked: int) -> None:
        super().__init__(posted)
        self.asked = asked

    def read(self) -> None:
        """The answer, with the number for a part, the day for a yes and the reason for a no."""
        answer = self.text("answer")
        if answer not in set(AnswerKind):
            self.wrong("answer", "どれか1つを選んでください。")
            return
        quantity = self._quantity(AnswerKind(answer))
        ready_on = self.take_day("ready_on") if quantity else None
        reason = self.take_free_text("reason", LONGEST_REASON)
        if not self.errors and (fault := answer_fault(quantity, self.asked, ready_on, clock.today(), reason)):
            self.wrong(FAULT_FIELDS[fault], REFUSALS[fault])
        self.clean.update(quantity=quantity, ready_on=ready_on, reason=reason)

    def _quantity(self, answer: AnswerKind) -> int:
        if answer is AnswerKind.PART:
            sentence = f"出せる数を、1以上{self.asked:,}以下で入力してください。"
            return self.take_number("quantity", sentence, most=self.asked)
        return self.asked if answer is AnswerKind.ALL else 0

    @classmethod
    def of(cls, call: Call) -> "AnswerForm":
        """The page as it opens: ready after the lead time of the pledge."""
        return cls(day_values("ready_on", usual_ready_on(call)), call.quantity)


def usual_ready_on(call: Call) -> date | None:
    """The day on which it could be ready, by the lead time that was promised."""
    pledge = call.pledge or (call.parent.pledge if call.parent else None)
    days = pledge.lead_time_days if pledge else call.lease.return_within_days if call.lease else None
    return clock.today() + timedelta(days=days) if days is not None else None


class PassingOnForm(SupplyForm):
    """How much an umbrella body asks of each of its firms."""

    def __init__(self, posted: Any, call: Call, firms: Sequence[Member], left: int) -> None:
        super().__init__(posted)
        self.call, self.firms, self.left = call, firms, left

    def read(self) -> None:
        """Numbers beside the firms that are asked; together no more than was asked of the umbrella."""
        quantities = {firm: self._quantity(firm) for firm in self.firms if self.text(f"quantity_{firm.id}")}
        if not quantities:
            self.wrong("", "取り次ぐ加盟店に、数を入力してください。")
        if sum(quantities.values()) > self.left:
            self.wrong("", REFUSALS["passed_on_too_much"].format(left=self.left, unit=self.call.unit))
        deadline_at = self.take_moment("deadline", "回答の期限を入力してください。")
        if deadline_at and (fault := deadline_fault(deadline_at, clock.now(), self.call.deadline_at)):
            self.wrong("deadline_on", REFUSALS[fault])
        message = self.take_free_text("message", LONGEST_MESSAGE)
        self.clean.update(quantities=quantities, deadline_at=deadline_at, message=message)

    def _quantity(self, firm: Member) -> int:
        return self.take_number(
            f"quantity_{firm.id}", f"{firm.name}の数を1以上で入力するか、空欄にしてください。", most=10**9
        )

    @classmethod
    def of(cls, call: Call, firms: Sequence[Member], left: int) -> "PassingOnForm":
        """The page as it opens: the firms have as long as the umbrella body."""
        values = moment_values("deadline", call.deadline_at) | {"message": call.message}
        return cls(values, call, firms, left)


class AttemptForm(SupplyForm):
    """What came of ringing."""

    def read(self) -> None:
        """One of the results."""
        result = self.text("result")
        if result not in set(AttemptResult):
            self.wrong("result", "電話の結果を選んでください。")
        else:
            self.clean["result"] = AttemptResult(result)
        self.clean["note"] = self.take_free_text("note", 200)


class ReasonForm(SupplyForm):
    """Why something is cancelled, or why less is enough."""

    def read(self) -> None:
        """The reason, which the services ask for where it is needed."""
        self.clean["reason"] = self.take_free_text("reason", LONGEST_REASON)
