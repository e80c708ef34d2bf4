"""A call for cars as staff write it: its words and days, and its limits."""

from collections.abc import Mapping, Sequence
from typing import Any

from mra.core import clock
from mra.core.fields import FieldsForm, day_values
from mra.core.text import whole_number
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation

from ..models import Appeal
from ..rules import Limits, judging
from ..services import AppealDetails

LONGEST_DESCRIPTION = 1000


class LimitsForm(FieldsForm):
    """The limits by which cars are judged, and why they are these."""

    lists = frozenset({"classes"})

    @classmethod
    def of(cls, appeal: Appeal) -> "LimitsForm":
        """The limits in force."""
        return cls(limits_values(appeal.version.limits) | {"number": str(appeal.version.number)})

    def read(self) -> None:
        """Whole numbers within reason, at least one class."""
        self.read_limits()
        self.clean["reason"] = self.take_text("reason", "変更の理由を入力してください。", 200)
        self.clean["number"] = whole_number(self.text("number")) or 0

    def read_limits(self) -> None:
        """The limits alone."""
        months = self._number("least_inspection_months", 0, 24, "車検の残りは、0〜24の月数で入力してください。例：6")
        years = self._number("most_age_years", 1, 40, "年数は、1〜40の数字で入力してください。例：15")
        km = self._number("most_km", 1000, 1_000_000, "走行距離は、1,000〜1,000,000kmで入力してください。例：150,000")
        classes = frozenset(VehicleClass(one) for one in self.many("classes") if one in set(VehicleClass))
        if not classes:
            self.wrong("classes", "募集する車種を、1つ以上選んでください。")
        self.clean["limits"] = Limits(months, years, km, classes, self.take_free_text("area_note", 200))

    def _number(self, name: str, low: int, high: int, sentence: str) -> int:
        found = whole_number(self.text(name))
        if found is None or not low <= found <= high:
            self.wrong(name, sentence)
            return low
        return found


def limits_values(limits: Limits) -> dict[str, Any]:
    """Limits as the fields show them."""
    return {
        "least_inspection_months": str(limits.least_inspection_months),
        "most_age_years": str(limits.most_age_years),
        "most_km": str(limits.most_km),
        "classes": [kind.value for kind in VehicleClass if kind in limits.classes],
        "area_note": limits.area_note,
    }


class AppealForm(LimitsForm):
    """A new call with its limits, or (with `appeal`) the words and days of one that stands."""

    def __init__(
        self, posted: Mapping[str, Any], *, activations: Sequence[Activation] = (), appeal: Appeal | None = None
    ) -> None:
        super().__init__(posted)
        self.activations = activations
        self.appeal = appeal

    @classmethod
    def empty(cls, activations: Sequence[Activation]) -> "AppealForm":
        """An emergency call: from today, three months of 車検 are enough."""
        limits = Limits(least_inspection_months=judging.EMERGENCY_INSPECTION_MONTHS)
        return cls(limits_values(limits) | day_values("opens_on", clock.today()), activations=activations)

    @classmethod
    def details_of(cls, appeal: Appeal, activations: Sequence[Activation]) -> "AppealForm":
        """The words and days as they stand."""
        days = day_values("opens_on", appeal.opens_on) | day_values("closes_on", appeal.closes_on)
        values = {
            "name": appeal.name,
            "description": appeal.description,
            "activation": str(appeal.activation_id or ""),
            **days,
        }
        return cls(values, activations=activations, appeal=appeal)

    @property
    def activation_choices(self) -> list[tuple[str, str]]:
        """For which support cars are called."""
        return [(str(one.id), one.name) for one in self.activations]

    def read(self) -> None:
        """Words and days; for a new call its limits too."""
        if self.appeal is None:
            self.read_limits()
        name = self.take_text("name", "呼びかけの名前を入力してください。例：熊本豪雨 車の緊急募集", 60)
        opens_on = self.take_day("opens_on", "受付を始める日を入力してください。")
        closes_on = self.take_day("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.wrong("closes_on", "受付を終える日が、始める日より前になっています。")
        description = self.take_free_text("description", LONGEST_DESCRIPTION)
        known = {str(one.id): one.id for one in self.activations}
        if opens_on:
            self.clean["details"] = AppealDetails(
                name, description, opens_on, closes_on, known.get(self.text("activation"))
            )
