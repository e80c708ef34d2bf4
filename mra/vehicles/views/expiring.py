"""What ends soon: the list of the next sixty days, with what it blocks, and the cars that wait for their 名義変更."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mra.core import clock, current, dates
from mra.core.access import DESK_STAFF, READERS, staff
from mra.core.text import whole_number
from mra.vehicles import queries, services
from mra.vehicles.forms import base_choices
from mra.vehicles.queries import expiring, name_changes
from mra.vehicles.queries.expiring import (
    HORIZONS,
    Blocks,
    Ending,
    EndingKind,
    ExpiryFilters,
    ExpiryList,
    ExpiryPage,
    ExpiryPlace,
)
from mra.vehicles.queries.name_changes import WaitingForName
from mra.vehicles.rules import DOCUMENT_WORDS, NAME_CHANGE_DAYS, DocumentKind, VehicleStatus

from .blueprint import blueprint
from .paper_words import days_left_words

HORIZON_WORDS = {60: "60日以内", 30: "30日以内", 7: "7日以内", 0: "期限切れ"}
KIND_WORDS = {EndingKind(kind.value): DOCUMENT_WORDS[kind] for kind in DocumentKind} | {EndingKind.LEASE: "リース契約"}
SHOWN_WAITING = 50
STATUS_WORDS = {VehicleStatus.PROMISED: "提供予定", VehicleStatus.IN_TRANSIT: "回送中"}


@dataclass(frozen=True)
class Expiry:
    """The list as its address asks for it. What cannot be understood in an address is passed over."""

    filters: ExpiryFilters
    after: ExpiryPlace | None = None
    before: ExpiryPlace | None = None

    @classmethod
    def asked(cls, args: Mapping[str, str]) -> "Expiry":
        """Read the address."""
        days, kind, base = whole_number(args.get("days", "")), args.get("kind", ""), whole_number(args.get("base", ""))
        filters = ExpiryFilters(
            within_days=days if days in HORIZONS else HORIZONS[-1],
            kind=EndingKind(kind) if kind in set(EndingKind) else None,
            base_id=base if base and base < 10**9 else None,
        )
        return cls(filters, _place(args.get("after", "")), _place(args.get("before", "")))

    def url(self, endpoint: str = "vehicles.documents", **more: object) -> str:
        """The same list with another filter, or another page of it."""
        asked = self.filters
        kept: dict[str, Any] = {
            "days": asked.within_days if asked.within_days != HORIZONS[-1] else None,
            "kind": asked.kind.value if asked.kind else None,
            "base": asked.base_id,
        }
        return url_for(endpoint, **(kept | more))

    def horizons(self, listed: ExpiryList) -> list[dict[str, Any]]:
        """The links by days, each with its count."""
        return [
            {
                "label": word,
                "url": self.url(days=days if days != HORIZONS[-1] else None),
                "count": listed.count(within_days=days),
                "current": days == self.filters.within_days,
            }
            for days, word in HORIZON_WORDS.items()
        ]

    def kinds(self, listed: ExpiryList) -> list[dict[str, Any]]:
        """The links by kind, each with its count."""
        every = {
            "label": "すべての書類",
            "url": self.url(kind=None),
            "count": listed.count_of_all_kinds,
            "current": self.filters.kind is None,
        }
        return [every] + [
            {
                "label": word,
                "url": self.url(kind=kind.value),
                "count": listed.count(kind=kind),
                "current": kind is self.filters.kind,
            }
            for kind, word in KIND_WORDS.items()
        ]

    def bases(self, listed: ExpiryList) -> list[tuple[str, str]]:
        """The bases by name with their counts."""
        return [
            (number, f"{name} ({listed.count(base_id=int(number)):,}件)")
            for number, name in base_choices(queries.bases_in_use(keep=self.filters.base_id))
        ]

    def neighbours(self, page: ExpiryPage) -> tuple[str | None, str | None]:
        """The addresses of the next and the previous page."""
        return (
            self.url(after=str(page.after)) if page.after else None,
            self.url(before=str(page.before)) if page.before else None,
        )


def _place(text: str) -> ExpiryPlace | None:
    block, _, rest = text.partition("_")
    until, _, rest = rest.partition("_")
    vehicle_id, _, kind = rest.partition("_")
    if kind not in set(EndingKind) or not all(part.isascii() and part.isdigit() for part in (block, vehicle_id)):
        return None
    try:
        return ExpiryPlace(int(block[:1]), date.fromisoformat(until), int(vehicle_id[:18]), EndingKind(kind))
    except ValueError:
        return None


@dataclass(frozen=True)
class Line:
    """One row in words."""

    ending: Ending
    use: str | None
    today: date

    @property
    def kind(self) -> str:
        """車検, リース契約 …"""
        return KIND_WORDS[self.ending.kind]

    @property
    def left(self) -> str:
        """あと12日, 3日前に満了."""
        return days_left_words((self.ending.until - self.today).days)

    @property
    def badge(self) -> tuple[str, str]:
        """期限切れ or 期限間近."""
        return ("期限切れ", "danger") if self.ending.until < self.today else ("期限間近", "warning")

    @property
    def place(self) -> str:
        """Where the car is."""
        vehicle, lease = self.ending.vehicle, self.ending.lease
        if lease is not None:
            return f"リース中({lease.kept_in.prefecture}{lease.kept_in.name})"
        where = vehicle.base.name if vehicle.base else ""
        state = STATUS_WORDS.get(vehicle.status)
        return f"{where}({state})" if where and state else where or state or "拠点なし"

    @property
    def blocked(self) -> dict[str, Any] | None:
        """What comes to nothing if the paper is not renewed."""
        until = self.ending.row.counted_on_until
        if until is None:
            return None
        if self.ending.blocks is Blocks.LOAN:
            url = f"/loans/{self.ending.row.subject_id}"
            label = f"貸出の返却予定 {dates.short_date(until)}"
            return {"label": label, "url": url, "tone": "danger", "word": "貸出に届かない"}
        return {"label": "", "url": None, "tone": "warning", "word": "案内中"}

    @property
    def renewal_url(self) -> str:
        """Where the new paper is written down; a lease is looked after on the car's page."""
        anchor = "new-document" if self.ending.kind is not EndingKind.LEASE else None
        return url_for("vehicles.show", vehicle_id=self.ending.vehicle.id, _anchor=anchor)


@dataclass(frozen=True)
class NameLine:
    """A car in another's name, in words: by law fifteen days from the change."""

    waiting: WaitingForName
    today: date

    @property
    def last_on(self) -> date | None:
        """The day by which it should be done."""
        arrived_on = self.waiting.arrived_on
        return arrived_on + timedelta(days=NAME_CHANGE_DAYS) if arrived_on else None

    @property
    def left(self) -> str:
        """あと3日, 2日前に過ぎています, 到着前."""
        if self.last_on is None:
            return "到着前"
        days = (self.last_on - self.today).days
        return f"{-days:,}日過ぎています" if days < 0 else f"あと{days:,}日" if days else "本日まで"

    @property
    def is_late(self) -> bool:
        """Whether the fifteen days are over."""
        return self.last_on is not None and self.last_on < self.today


@blueprint.get("/vehicles/documents")
@staff(READERS)
def documents() -> ResponseReturnValue:
    """What ends within sixty days or has ended, what blocks a loan on top; the cars that wait for their 名義変更."""
    asked = Expiry.asked(request.args)
    listed = expiring.expiry_list(asked.filters)
    page = expiring.expiry_page(listed, after=asked.after, before=asked.before)
    today = clock.today()
    uses = services.uses_of([ending.vehicle.id for ending in page.endings])
    waiting = [NameLine(one, today) for one in name_changes.waiting_for_name(asked.filters.base_id)]
    next_url, previous_url = asked.neighbours(page)
    return render_template(
        "vehicles/documents/index.html",
        asked=asked,
        listed=listed,
        total=len(listed.asked_for),
        lines=[Line(ending, uses.get(ending.vehicle.id), today) for ending in page.endings],
        next_url=next_url,
        previous_url=previous_url,
        waiting=waiting[:SHOWN_WAITING],
        waiting_count=len(waiting),
        base_choices=asked.bases(listed),
        may_change=current.role() in DESK_STAFF,
    )


@blueprint.get("/vehicles/documents.csv")
@staff(READERS)
def documents_file() -> ResponseReturnValue:
    """The whole list as a file for Excel."""
    asked, today = Expiry.asked(request.args), clock.today()
    endings = expiring.with_cars(expiring.expiry_list(asked.filters).asked_for)
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow(["ナンバー", "車台番号", "車名", "書類", "満了日", "券面の満了日", "残り", "場所", "届かないもの"])
    for line in (Line(ending, None, today) for ending in endings):
        writer.writerow(_cells(line))
    answer = Response("\ufeff" + stream.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="papers-{today:%Y%m%d}.csv"'
    return answer


def _cells(line: Line) -> list[str]:
    vehicle, ending = line.ending.vehicle, line.ending
    return [
        str(vehicle.plate or ""),
        vehicle.chassis_number,
        vehicle.name,
        line.kind,
        f"{ending.until:%Y/%m/%d}",
        f"{ending.printed_on or ending.until:%Y/%m/%d}",
        line.left,
        line.place,
        f"{line.blocked['word']} {line.blocked['label']}".strip() if line.blocked else "",
    ]
