"""What is asked of the list of cars, and the addresses of its filters and pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from mra.core.vehicle_classes import VehicleClass
from mra.vehicles.queries import Counts, Filters, Place, VehiclePage
from mra.vehicles.rules import VEHICLE, VehicleStatus


@dataclass(frozen=True)
class Listing:
    """One page of the list as its address asks for it. What cannot be understood in an address is passed over."""

    filters: Filters
    after: Place | None = None
    before: Place | None = None

    @classmethod
    def asked(cls, args: Mapping[str, str]) -> "Listing":
        """Read the address."""
        status, kind, base = args.get("status", ""), args.get("class", ""), args.get("base", "")
        filters = Filters(
            status=VehicleStatus(status) if status in set(VehicleStatus) else None,
            base_id=int(base) if base.isascii() and base.isdigit() and len(base) < 10 else None,
            vehicle_class=VehicleClass(kind) if kind in set(VehicleClass) else None,
            search=args.get("q", "")[:60],
            only_problems=args.get("papers") == "due",
        )
        return cls(filters, _place(args.get("after", "")), _place(args.get("before", "")))

    @property
    def values(self) -> dict[str, str]:
        """The fields of the search form as they were sent."""
        return {
            "q": self.filters.search,
            "base": str(self.filters.base_id or ""),
            "class": self.filters.vehicle_class.value if self.filters.vehicle_class else "",
        }

    @property
    def chosen(self) -> dict[str, str]:
        """The filter that the links above the list have chosen; the search form carries it along."""
        if self.filters.only_problems:
            return {"papers": "due"}
        return {"status": self.filters.status.value} if self.filters.status else {}

    @property
    def fields(self) -> dict[str, str]:
        """All that narrows the list, for a form that does something with the cars shown."""
        return {name: value for name, value in self.values.items() if value} | self.chosen

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the whole fleet is asked for."""
        return bool(self.chosen) or any(self.values.values())

    def links(self, counts: Counts) -> list[dict[str, Any]]:
        """The filters above the list, each with the number of cars it shows."""
        links = [
            self._link("すべて", counts.in_use, {}),
            self._link("書類の期限切れ・間近", counts.problems, {"papers": "due"}),
        ]
        for status in VehicleStatus:
            label = VEHICLE.word(status).label
            links.append(self._link(label, counts.by_status.get(status, 0), {"status": status.value}))
        return links

    def _link(self, label: str, count: int, chosen: dict[str, str]) -> dict[str, Any]:
        return {"label": label, "url": self._url(chosen), "count": count, "current": chosen == self.chosen}

    def _url(self, more: Mapping[str, object]) -> str:
        asked: dict[str, Any] = {name: value for name, value in self.values.items() if value} | dict(more)
        return url_for("vehicles.index", **asked)

    def total(self, counts: Counts) -> int:
        """How many cars all pages of this list have together."""
        if self.filters.only_problems:
            return counts.problems
        return counts.by_status.get(self.filters.status, 0) if self.filters.status else counts.in_use

    def next_url(self, page: VehiclePage) -> str | None:
        """The page after this one."""
        return self._url(self.chosen | {"after": str(page.after)}) if page.after else None

    def previous_url(self, page: VehiclePage) -> str | None:
        """The page before this one."""
        return self._url(self.chosen | {"before": str(page.before)}) if page.before else None


def _place(text: str) -> Place | None:
    day, _, vehicle_id = text.partition("_")
    if not (vehicle_id.isascii() and vehicle_id.isdigit() and len(vehicle_id) < 19):
        return None
    try:
        return Place(date.fromisoformat(day), int(vehicle_id))
    except ValueError:
        return None
