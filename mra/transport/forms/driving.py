"""Short forms around a drive: whom to ask, an answer, a reading, an expense, a reason."""

from typing import Any

from mra.core import clock

from ..models import TransportJob
from ..rules.drives import HIGHEST_ODOMETER_KM, LONGEST_NOTE, odometer_doubt
from ..rules.expenses import MOST_YEN, ExpenseKind
from ..rules.offers import REFUSALS, RefusalReason, deadline_fault, usual_deadline
from .fields import TransportForm, moment_values

DOUBT = "前回の記録（{last:,}km）より少なくなっています。メーターをもう一度見て、正しければ「メーターを確認しました」に印を付けてください。"


class AskForm(TransportForm):
    """Who is asked, until when."""

    lists = frozenset({"driver", "member"})

    def __init__(self, posted: Any, job: TransportJob) -> None:
        super().__init__(posted)
        self.job = job

    def read(self) -> None:
        """The ids of those ticked, and the deadline."""
        drivers = [int(key) for key in self.many("driver") if key.isascii() and key.isdigit() and len(key) < 18]
        members = [int(key) for key in self.many("member") if key.isascii() and key.isdigit() and len(key) < 18]
        if not drivers and not members:
            self.wrong("driver", REFUSALS["no_driver_chosen"])
        deadline_at = self.take_moment("deadline", "回答の期限を入力してください。")
        if deadline_at and (fault := deadline_fault(deadline_at, clock.now(), self.job.leaves_at)):
            self.wrong("deadline_on", REFUSALS[fault])
        self.clean.update(drivers=drivers, members=members, deadline_at=deadline_at)

    @classmethod
    def of(cls, job: TransportJob) -> "AskForm":
        """The page as it opens: a day to answer, never longer than until the drive."""
        return cls(moment_values("deadline", usual_deadline(clock.now(), job.leaves_at)), job)


class RefusalForm(TransportForm):
    """Why somebody cannot drive this time."""

    def read(self) -> None:
        """One of the reasons, and a word if they like."""
        self.clean["why"] = self.take_choice("why", RefusalReason, "理由を1つ選んでください。")
        self.clean["reason"] = self.take_free_text("reason", 200)


class ReasonForm(TransportForm):
    """Why something is called off or given back."""

    def read(self) -> None:
        """A reason that must be there."""
        self.clean["reason"] = self.take_text("reason", "理由を入力してください。", 200)


class OdometerForm(TransportForm):
    """The reading at departure or arrival; fewer kilometres than before are looked at again."""

    def __init__(self, posted: Any, last_km: int) -> None:
        super().__init__(posted)
        self.last_km = last_km
        self.is_doubtful = False

    def read(self) -> None:
        """The reading, whether it was looked at again, and a word on the car."""
        km = self.take_number(
            "odometer_km", "走行距離は6桁までの数字で入力してください。例：41200", least=0, most=HIGHEST_ODOMETER_KM
        )
        self.is_doubtful = km is not None and odometer_doubt(self.last_km, km)
        if self.is_doubtful and not self.is_yes("odometer_seen"):
            self.wrong("odometer_km", DOUBT.format(last=self.last_km))
        self.clean.update(
            odometer_km=km,
            accept_lower_odometer=self.is_yes("odometer_seen"),
            remark=self.take_free_text("remark", LONGEST_NOTE),
        )


class ExpenseForm(TransportForm):
    """What was paid for what."""

    def read(self) -> None:
        """Kind, yen, whether there is a receipt, a word."""
        self.clean.update(
            kind=self.take_choice("kind", ExpenseKind, "何の費用かを選んでください。"),
            yen=self.take_number("yen", "金額は1円以上の数字で入力してください。例：3200", least=1, most=MOST_YEN),
            has_receipt=self.is_yes("has_receipt"),
            note=self.take_free_text("expense_note", 200),
        )
