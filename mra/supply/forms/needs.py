"""The table of needs, entered as a whole."""

from collections.abc import Collection, Sequence
from typing import Any

from ..models import Need
from ..rules.needs import ITEMS_BY_CODE, MOST_NEEDED, REFUSALS, Entry, twice
from .fields import SupplyForm

NEW_LINES = 4
QUANTITY_SENTENCE = "数は0以上の数字で入力してください。必要がなくなったものは0にします。"
NEW_SENTENCE = "追加するものの数は1以上の数字で入力してください。"


class NeedsForm(SupplyForm):
    """Every line that the page showed, and a few empty ones for what is new."""

    def __init__(self, posted: Any, needs: Sequence[Need], base_ids: Collection[int]) -> None:
        super().__init__(posted)
        self.needs, self.base_ids = needs, base_ids

    def read(self) -> None:
        """Lines that were there, then new ones; the same item twice at a base is one line too many."""
        entries = [self._known(need) for need in self.needs if f"version_{need.id}" in self.values]
        entries += [self._new(number) for number in range(1, NEW_LINES + 1) if self._is_filled(number)]
        if twice(entries):
            self.wrong("", REFUSALS["need_twice"])
        self.clean["entries"] = entries

    def _known(self, need: Need) -> Entry:
        version = self.take_number(f"version_{need.id}", "画面を開き直してください。")
        return Entry(
            need.base_id,
            need.item,
            need.detail,
            self._quantity(f"quantity_{need.id}"),
            self.take_boxed_day(f"needed_on_{need.id}"),
            self.take_free_text(f"note_{need.id}", 200),
            need.id,
            version,
        )

    def _is_filled(self, number: int) -> bool:
        return any(self.text(f"new_{name}_{number}") for name in ("item", "quantity", "detail", "note"))

    def _new(self, number: int) -> Entry:
        item = ITEMS_BY_CODE.get(self.text(f"new_item_{number}"))
        if item is None:
            self.wrong(f"new_item_{number}", "品目を選んでください。")
        base = self.text(f"new_base_{number}")
        base_id = int(base) if base.isdigit() and int(base) in self.base_ids else None
        return Entry(
            base_id,
            item or next(iter(ITEMS_BY_CODE.values())),
            self.take_free_text(f"new_detail_{number}", 80),
            self.take_number(f"new_quantity_{number}", NEW_SENTENCE, least=1, most=MOST_NEEDED),
            self.take_boxed_day(f"new_needed_on_{number}"),
            self.take_free_text(f"new_note_{number}", 200),
        )

    def _quantity(self, name: str) -> int:
        return self.take_number(name, QUANTITY_SENTENCE, least=0, most=MOST_NEEDED)

    @classmethod
    def of(cls, needs: Sequence[Need], base_ids: Collection[int]) -> "NeedsForm":
        """The table as it stands."""
        values: dict[str, str] = {}
        for need in needs:
            values |= {
                f"version_{need.id}": str(need.version),
                f"quantity_{need.id}": str(need.quantity),
                f"needed_on_{need.id}": need.needed_on.isoformat() if need.needed_on else "",
                f"note_{need.id}": need.note,
            }
        return cls(values, needs, base_ids)
