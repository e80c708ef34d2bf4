"""What left, and what arrived."""

from collections.abc import Sequence
from typing import Any

from mra.core import clock
from mra.core.fields import day_values
from mra.disasters.models import Base
from mra.vehicles.models import Vehicle

from .. import queries
from ..models import Call, Delivery
from .fields import SupplyForm

QUANTITY_SENTENCE = "数は1以上の数字で入力してください。"
MOST_CARS = 100


class _WithCars(SupplyForm):
    def take_cars(self) -> list[Vehicle]:
        """The cars of the register, one plate or chassis number a line."""
        lines = [line.strip() for line in self.text("plates").splitlines() if line.strip()]
        if len(lines) > MOST_CARS:
            self.wrong("plates", f"一度に登録できるのは{MOST_CARS}台までです。")
            return []
        cars, unknown = queries.found_cars(lines)
        if unknown:
            self.wrong(
                "plates",
                f"「{'」「'.join(unknown)}」の車両が見つかりません。番号を確かめるか、先に車両を登録してください。",
            )
        return cars


class DepartureForm(_WithCars):
    """Part or all of what was agreed leaves for a base."""

    def __init__(self, posted: Any, bases: Sequence[Base]) -> None:
        super().__init__(posted)
        self.bases = {str(base.id): base for base in bases}

    def read(self) -> None:
        """How many, for which base, when they left and when they should arrive."""
        departed_on = self.take_day("departed_on", "出発日を入力してください。")
        expected_on = self.take_day("expected_on")
        if departed_on and expected_on and expected_on < departed_on:
            self.wrong("expected_on", "到着の予定日が出発日より前になっています。日付を確かめてください。")
        self.clean.update(
            quantity=self.take_number("quantity", QUANTITY_SENTENCE, most=10**9),
            base=self.bases.get(self.text("base")),
            departed_on=departed_on,
            expected_on=expected_on,
            cars=self.take_cars(),
            remark=self.take_free_text("note", 200),
        )

    @classmethod
    def of(cls, call: Call, bases: Sequence[Base]) -> "DepartureForm":
        """The page as it opens: all that is still to come leaves today for the base that needs it."""
        base_id = call.need.base_id or (bases[0].id if bases else "")
        values = {"quantity": str(call.still_to_come or ""), "base": str(base_id)}
        if call.lease:
            values["plates"] = call.lease.vehicle.plate_text
        return cls(values | day_values("departed_on", clock.today()), bases)


class ArrivalForm(_WithCars):
    """What arrived, perhaps more or less than had left."""

    lists = frozenset({"missing"})

    def __init__(self, posted: Any, cars: Sequence[Vehicle] = ()) -> None:
        super().__init__(posted)
        self.named = {str(car.id): car for car in cars}

    def read(self) -> None:
        """How many, which of the cars named at departure did not come, and which others did."""
        self.clean.update(
            quantity=self.take_number("quantity", QUANTITY_SENTENCE, most=10**9),
            missing=[self.named[key] for key in self.many("missing") if key in self.named],
            cars=self.take_cars(),
            remark=self.take_free_text("note", 200),
        )

    @classmethod
    def of(cls, delivery: Delivery) -> "ArrivalForm":
        """The page as it opens: as many as had left."""
        return cls({"quantity": str(delivery.quantity)}, delivery.vehicles)
