"""What an activation needs: items with a unit, and how one version of the table differs from the next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from mra.alliance.rules.pledges import SUPPLY_KIND_WORDS, UNITS, SupplyKind
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass

MOST_NEEDED = 1_000_000_000


class Item(NamedTuple):
    """What is needed, pledged or delivered, with the unit it is counted in. Different units are never added up."""

    kind: SupplyKind
    vehicle_class: VehicleClass | None
    unit: str

    @property
    def code(self) -> str:
        """The item as the value of a field: vehicle.kei_truck.台."""
        return ".".join((self.kind.value, self.vehicle_class.value if self.vehicle_class else "", self.unit))

    @property
    def word(self) -> str:
        """What people call it: the class for cars, the kind for everything else."""
        return item_word(self.kind, self.vehicle_class)


ITEMS = tuple(
    Item(kind, vehicle_class, unit)
    for kind in SupplyKind
    for vehicle_class in (tuple(VehicleClass) if kind is SupplyKind.VEHICLE else (None,))
    for unit in UNITS[kind]
)
ITEMS_BY_CODE = {item.code: item for item in ITEMS}


def item_word(kind: SupplyKind, vehicle_class: VehicleClass | None, detail: str = "") -> str:
    """An item in words: 軽トラック, タイヤ（155/65R14）."""
    word = VEHICLE_CLASS_WORDS[vehicle_class] if vehicle_class else SUPPLY_KIND_WORDS[kind]
    return f"{word}（{detail}）" if detail else word


@dataclass(frozen=True)
class Entry:
    """One line of the table as somebody entered it; `need_id` and `version` are those that the page showed, none for a new line."""

    base_id: int | None
    item: Item
    detail: str
    quantity: int
    needed_on: date | None
    note: str
    need_id: int | None = None
    version: int = 0

    @property
    def identity(self) -> tuple[int | None, Item, str]:
        """Two lines with the same identity would be one need."""
        return self.base_id, self.item, self.detail


def twice(entries: Iterable[Entry]) -> set[tuple[int | None, Item, str]]:
    """The identities that stand in the table more than once."""
    seen: set[tuple[int | None, Item, str]] = set()
    again: set[tuple[int | None, Item, str]] = set()
    for entry in entries:
        (again if entry.identity in seen else seen).add(entry.identity)
    return again


REFUSALS = {
    "need_twice": "同じ拠点の同じ品目が2行あります。1行にまとめてください。",
    "needs_of_closed_support": "この支援は終了しているため、必要な物資を変更できません。",
}
CONSTRAINTS = {"uq_needs_item": "need_twice"}
