"""Pledges: how much of what, where, how fast, until when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mra.core import clock
from mra.core.editions import edition
from mra.core.fields import FieldsForm, day_values
from mra.core.text import fold_width, whole_number
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass

from ..models import Pledge
from ..queries.regions import read_region, region_text
from ..rules import pledges as rules
from ..rules.pledges import REFUSALS, SUPPLY_KIND_WORDS, UNITS, PledgeDetails, SupplyKind

KIND_CHOICES = [(kind.value, word) for kind, word in SUPPLY_KIND_WORDS.items()]
CLASS_CHOICES = [(kind.value, word) for kind, word in VEHICLE_CLASS_WORDS.items()]
SEASON_CHOICES = list(rules.SEASON_WORDS.items())
SPECIFICATION_EXAMPLES = {
    "size": "例：155/65R14。決まっていないときは「各種」",
    "grade": "例：0W-20、5W-30。決まっていないときは「各種」",
    "detail": "例：ドライブレコーダー、積載車（3台積み）、車検整備",
}
LONGEST_SPECIFICATION = 80


def kind_named(text: str) -> SupplyKind | None:
    """The kind behind a value in an address or a form; None for anything else."""
    return next((kind for kind in SupplyKind if kind.value == text), None)


class PledgeForm(FieldsForm):
    """A promise of one kind; the kind decides which fields there are, so it is chosen before."""

    def __init__(self, posted: Mapping[str, Any], kind: SupplyKind) -> None:
        super().__init__(posted)
        self.kind = kind

    def read(self) -> None:
        """Quantity and days are numbers, the region exists, the validity runs forward and is not over."""
        vehicle_class = self._vehicle_class()
        quantity, lead_time_days = self._quantity(), self._lead_time()
        unit = self._unit()
        specification, area = self._specification(), self._area()
        valid_from, valid_until = self._validity()
        conditions = self.take_free_text("conditions", 1000)
        self.clean["is_confirmed"] = self.text("is_confirmed") == "yes"
        if not self.errors and valid_from:
            self.clean["details"] = PledgeDetails(
                kind=self.kind,
                vehicle_class=vehicle_class,
                specification=specification,
                quantity=quantity,
                unit=unit,
                area=area,
                lead_time_days=lead_time_days,
                valid_from=valid_from,
                valid_until=valid_until,
                conditions=conditions,
            )

    def _vehicle_class(self) -> VehicleClass | None:
        if self.kind is not SupplyKind.VEHICLE:
            return None
        chosen = next((kind for kind in VehicleClass if kind.value == self.text("vehicle_class")), None)
        if chosen is None:
            self.wrong("vehicle_class", "車種区分を選んでください。")
        return chosen

    def _quantity(self) -> int:
        quantity = whole_number(self.text("quantity"))
        if quantity is None or not 1 <= quantity <= rules.MOST:
            self.wrong("quantity", REFUSALS["pledge_quantity"])
        return quantity or 0

    def _unit(self) -> str:
        units = UNITS[self.kind]
        unit = units[0] if len(units) == 1 else self.text("unit")
        if unit not in units:
            self.wrong("unit", "単位を選んでください。")
        return unit

    def _lead_time(self) -> int:
        days = whole_number(self.need("lead_time_days", "何日以内に提供できるかを入力してください。"))
        if days is None or days > rules.LONGEST_LEAD_TIME_DAYS:
            self.wrong("lead_time_days", REFUSALS["pledge_lead_time"])
        return days or 0

    def _specification(self) -> dict[str, str]:
        told = {}
        for name, label in rules.specification_fields(self.kind).items():
            typed = self.text(name)
            value = fold_width(typed) if name in {"size", "grade"} else typed
            if len(value) > LONGEST_SPECIFICATION:
                self.wrong(name, f"{LONGEST_SPECIFICATION}文字以内で入力してください。")
            if name == "season" and value not in rules.SEASON_WORDS:
                self.wrong(name, f"{label}を選んでください。")
            if name != "detail" and not value:
                self.wrong(name, f"{label}を入力してください。")
            if value:
                told[name] = value
        return dict(sorted(told.items()))

    def _area(self) -> tuple[str, ...]:
        region = read_region(self.text("region"))
        for sentence in region.faults[:1]:
            self.wrong("region", sentence)
        return region.keys

    def _validity(self) -> tuple[date | None, date | None]:
        begins = self.take_day("valid_from", "有効期間の始まりを入力してください。")
        ends = self.take_day("valid_until")
        if begins and ends and ends < begins:
            self.wrong("valid_until", REFUSALS["validity_reversed"])
        elif ends and ends < clock.today():
            self.wrong("valid_until", "有効期間がすでに終わっています。今日以降の日付を入力してください。")
        return begins, ends

    @classmethod
    def new(cls, kind: SupplyKind) -> "PledgeForm":
        """The form for a new promise, good from today."""
        return cls(day_values("valid_from", clock.today()), kind)

    @classmethod
    def of(cls, pledge: Pledge) -> "PledgeForm":
        """The form as it shows what was promised, with the mark of it."""
        details = pledge.details
        values = {
            "vehicle_class": details.vehicle_class.value if details.vehicle_class else "",
            "quantity": f"{details.quantity:,}",
            "unit": details.unit,
            "lead_time_days": str(details.lead_time_days),
            "region": region_text(details.area),
            "conditions": details.conditions,
            "edition": edition(details),
        }
        days = day_values("valid_from", details.valid_from) | day_values("valid_until", details.valid_until)
        return cls(values | days | dict(details.specification), pledge.kind)


class LapseForm(FieldsForm):
    """Why a promise ends."""

    def read(self) -> None:
        """The reason must be there; whoever reads it next year was not on the telephone."""
        self.clean["reason"] = self.take_text("reason", "終える理由を入力してください。", 200)
