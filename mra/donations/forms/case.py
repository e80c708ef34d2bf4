"""What staff write on one donation: a paper, a decision, a day, an amount."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mra.core import clock, reading
from mra.core.fields import FieldsForm, day_values
from mra.core.forms import Form
from mra.core.text import whole_number

from ..models import DonationPaper
from ..rules import PaperStatus, Use
from ..rules.papers import HOLDS_MONTHS

MOST_YEN = 10_000_000


class PaperForm(FieldsForm):
    """Where a paper is, and the dates on it."""

    def __init__(self, posted: Mapping[str, Any], paper: DonationPaper) -> None:
        super().__init__(posted)
        self.paper = paper

    @classmethod
    def of(cls, paper: DonationPaper) -> "PaperForm":
        """As it stands; the likely next step is filled in beforehand."""
        is_waited_for = paper.status in (PaperStatus.MISSING, PaperStatus.SENT_BACK)
        status = PaperStatus.RECEIVED if is_waited_for else paper.status
        received_on = paper.received_on or (clock.today() if is_waited_for else None)
        values = day_values("received_on", received_on) | day_values("issued_on", paper.issued_on)
        return cls({"status": status.value, "note": paper.note, **values}, paper)

    @property
    def has_issue_date(self) -> bool:
        """Whether the day of issue decides until when the paper is taken."""
        return self.paper.kind in HOLDS_MONTHS

    def read(self) -> None:
        """A received certificate needs its date of issue; nothing was issued or received tomorrow."""
        status = reading.choice(self, "status", PaperStatus, "書類の状態を選んでください。")
        is_here = status is PaperStatus.RECEIVED
        received_on = self.take_day("received_on", "受け取った日を入力してください。" if is_here else "")
        needs_issue = is_here and self.has_issue_date
        issued_on = self.take_day(
            "issued_on", "発行日を入力してください。期限の計算に使います。" if needs_issue else ""
        )
        for name, day in (("received_on", received_on), ("issued_on", issued_on)):
            if day and day > clock.today():
                self.wrong(name, "未来の日付です。日付を確認してください。")
        if received_on and issued_on and issued_on > received_on:
            self.wrong("issued_on", "発行日が、受け取った日より後になっています。日付を確認してください。")
        self.clean = {
            "status": status,
            "received_on": received_on,
            "issued_on": issued_on,
            "remark": self.take_free_text("note", 200),
        }


class ReasonForm(FieldsForm):
    """Why: for a refusal, a withdrawal, a change of use."""

    def __init__(self, posted: Mapping[str, Any], *, required: bool = True) -> None:
        super().__init__(posted)
        self.required = required

    def read(self) -> None:
        """A reason of a few lines."""
        if self.required:
            self.need("reason", "理由を入力してください。")
        self.clean["reason"] = self.take_free_text("reason", 500)


class UseForm(ReasonForm):
    """For which use a car is taken after all."""

    def read(self) -> None:
        """The other use, with a reason."""
        super().read()
        self.clean["use"] = reading.choice(self, "use", Use, "受け方を選んでください。")


class NameChangeForm(FieldsForm):
    """The day on which the name was changed."""

    @classmethod
    def today(cls) -> "NameChangeForm":
        """Done today, most of the time."""
        return cls(day_values("name_changed_on", clock.today()))

    def read(self) -> None:
        """A day that is not in the future."""
        day = self.take_day("name_changed_on", "名義変更が完了した日を入力してください。")
        if day and day > clock.today():
            self.wrong("name_changed_on", "名義変更の日が未来になっています。完了した日を入力してください。")
        self.clean["name_changed_on"] = day


class PlanForm(FieldsForm):
    """The day planned for the name change; empty: not planned yet."""

    @classmethod
    def of(cls, planned_on: date | None) -> "PlanForm":
        """As it stands."""
        return cls(day_values("planned_on", planned_on))

    def read(self) -> None:
        """A day from today on, or none."""
        day = self.take_day("planned_on")
        if day and day < clock.today():
            self.wrong("planned_on", "予定日が過去になっています。今日以降の日付を入力してください。")
        self.clean["on"] = day


class RecyclerForm(FieldsForm):
    """Who fetches and appraises the car."""

    def read(self) -> None:
        """A name."""
        self.clean["recycler"] = self.take_text("recycler", "引取りを頼んだ業者の名前を入力してください。", 100)


class AppraisalForm(Form):
    """What the recycler paid."""

    def read(self) -> None:
        """Whole yen; nothing at all is possible too."""
        yen = whole_number(self.text("appraised_yen").removesuffix("円"))
        if yen is None or yen > MOST_YEN:
            self.wrong("appraised_yen", "査定額を、円の整数で入力してください。例：42,000（0円のときは 0）")
        self.clean["appraised_yen"] = yen
