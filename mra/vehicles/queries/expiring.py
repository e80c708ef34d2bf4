"""What of the fleet ends soon or has ended: papers without a successor, leases. One screen of what will block lending.

One statement finds all of it, for the counts of the filters need all of it anyway; what is shown of a car is read for the
fifty rows of a page only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import String as Text
from sqlalchemy import and_, case, cast, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from mra.core import clock
from mra.core.db import db

from ..leasing import LeaseStatus
from ..models import Lease, Vehicle, VehicleDocument
from ..rules import EXPIRING_DAYS, DocumentKind, VehicleStatus
from . import PAGE_ROWS, serves
from .commitments import LOAN, all_commitments
from .ending import ending_papers


class EndingKind(StrEnum):
    """What ends: a paper of one of three kinds, or the lease of a car that is out."""

    INSPECTION = DocumentKind.INSPECTION.value
    COMPULSORY_INSURANCE = DocumentKind.COMPULSORY_INSURANCE.value
    VOLUNTARY_INSURANCE = DocumentKind.VOLUNTARY_INSURANCE.value
    LEASE = "lease"


class Blocks(StrEnum):
    """What comes to nothing if nobody renews it, the most pressing first."""

    LOAN = "loan"
    OFFER = "offer"
    NOTHING = "nothing"


BLOCK_ORDER = list(Blocks)
# Days of the horizons; 0 is what has ended already.
HORIZONS = (0, 7, 30, EXPIRING_DAYS)


class ExpiryPlace(NamedTuple):
    """A place in the list: rows that block a loan stand on top, then those that block an offer, then by day."""

    block: int
    until: date
    vehicle_id: int
    kind: EndingKind

    def __str__(self) -> str:
        return f"{self.block}_{self.until.isoformat()}_{self.vehicle_id}_{self.kind.value}"


class Row(NamedTuple):
    """Something that ends, and what counts on it longer than that."""

    place: ExpiryPlace
    base_id: int | None
    subject_id: int | None
    counted_on_until: date | None


@dataclass(frozen=True)
class ExpiryFilters:
    """What is asked for: within so many days, one kind, one base."""

    within_days: int = EXPIRING_DAYS
    kind: EndingKind | None = None
    base_id: int | None = None


@dataclass(frozen=True)
class ExpiryList:
    """All that ends within the longest horizon, in order, and what of it is asked for."""

    rows: list[Row]
    filters: ExpiryFilters
    today: date

    def count(
        self, *, within_days: int | None = None, kind: EndingKind | None = None, base_id: int | None = None
    ) -> int:
        """How many rows a filter would show, the others as they are."""
        asked = self.filters
        days = asked.within_days if within_days is None else within_days
        return len(self._narrowed(days, kind or asked.kind, base_id or asked.base_id))

    @property
    def asked_for(self) -> list[Row]:
        """The rows of the filters."""
        return self._narrowed(self.filters.within_days, self.filters.kind, self.filters.base_id)

    @property
    def blocked(self) -> int:
        """How many of them stand against a loan or an offer."""
        return sum(BLOCK_ORDER[row.place.block] is not Blocks.NOTHING for row in self.asked_for)

    @property
    def count_of_all_kinds(self) -> int:
        """How many rows there are of every kind, the other filters as they are."""
        return len(self._narrowed(self.filters.within_days, None, self.filters.base_id))

    def _narrowed(self, days: int, kind: EndingKind | None, base_id: int | None) -> list[Row]:
        # Within 0 days is what has ended: yesterday and before.
        limit = self.today + timedelta(days=days or -1)
        return [
            row
            for row in self.rows
            if row.place.until <= limit and kind in (None, row.place.kind) and base_id in (None, row.base_id)
        ]


@dataclass(frozen=True)
class ExpiryPage:
    """Fifty rows, and the places from which the neighbouring pages go on."""

    endings: list["Ending"]
    before: ExpiryPlace | None
    after: ExpiryPlace | None


@dataclass(frozen=True)
class Ending:
    """A row with its car; `printed_on`: the day on the paper, where a notice lets it hold longer."""

    row: Row
    vehicle: Vehicle
    printed_on: date | None
    lease: Lease | None

    @property
    def kind(self) -> EndingKind:
        """What ends."""
        return self.row.place.kind

    @property
    def until(self) -> date:
        """Its last day."""
        return self.row.place.until

    @property
    def blocks(self) -> Blocks:
        """What it stands against."""
        return BLOCK_ORDER[self.row.place.block]


def expiry_list(filters: ExpiryFilters) -> ExpiryList:
    """All that ends, in one statement."""
    today = clock.today()
    ending = _endings(today, today + timedelta(days=EXPIRING_DAYS))
    promised = all_commitments()
    is_blocked = and_(promised.c.vehicle_id == ending.c.vehicle_id, promised.c.until_on > ending.c.until)
    block = case((promised.c.rank.is_(None), 2), (promised.c.rank == LOAN, 0), else_=1)
    found = (
        select(
            *(block, ending.c.until, ending.c.vehicle_id, ending.c.kind),
            *(Vehicle.base_id, promised.c.subject_id, promised.c.until_on),
        )
        .join(Vehicle, Vehicle.id == ending.c.vehicle_id)
        .outerjoin(promised, is_blocked)
        .where(Vehicle.status != VehicleStatus.RELEASED)
    )
    rows = [
        Row(ExpiryPlace(block, until, vehicle_id, EndingKind(kind)), *rest)
        for block, until, vehicle_id, kind, *rest in db.session.execute(found)
    ]
    return ExpiryList(sorted(rows), filters, today)


def _endings(today: date, limit: date) -> Any:
    papers = ending_papers(today, limit)
    kind = cast(papers.c.kind, Text).label("kind")
    leased = select(Lease.vehicle_id, literal(EndingKind.LEASE.value), Lease.ends_on)
    running = leased.where(Lease.status != LeaseStatus.ENDED, Lease.ends_on <= limit)
    return union_all(select(papers.c.vehicle_id, kind, papers.c.until), running).subquery("endings")


def expiry_page(
    listed: ExpiryList, *, after: ExpiryPlace | None = None, before: ExpiryPlace | None = None
) -> ExpiryPage:
    """One page of the list, by key: a row that has gone meanwhile shifts nothing."""
    rows = listed.asked_for
    first = 0
    if after is not None:
        first = sum(row.place <= after for row in rows)
    elif before is not None:
        first = max(0, sum(row.place < before for row in rows) - PAGE_ROWS)
    shown = rows[first : first + PAGE_ROWS]
    return ExpiryPage(
        with_cars(shown),
        before=shown[0].place if shown and first else None,
        after=shown[-1].place if first + PAGE_ROWS < len(rows) else None,
    )


def with_cars(rows: Sequence[Row]) -> list[Ending]:
    """The rows with their cars, printed days and leases, in three statements."""
    ids = {row.place.vehicle_id for row in rows}
    cars, printed, leases = _cars(ids), _printed(ids), _leases(ids)
    return [
        Ending(
            row,
            vehicle=cars[row.place.vehicle_id],
            printed_on=printed.get((row.place.vehicle_id, row.place.kind.value, row.place.until)),
            lease=leases.get(row.place.vehicle_id),
        )
        for row in rows
    ]


def _cars(ids: Collection[int]) -> dict[int, Vehicle]:
    wanted = select(Vehicle).where(Vehicle.id == func.any(list(ids))).options(joinedload(Vehicle.base))
    return {vehicle.id: vehicle for vehicle in db.session.scalars(wanted)}


def _printed(ids: Collection[int]) -> dict[tuple[int, str, date], date]:
    paper = VehicleDocument
    wanted = select(paper.vehicle_id, paper.kind, paper.effective_ends_on, func.max(paper.ends_on)).where(
        paper.vehicle_id == func.any(list(ids)), serves(), paper.effective_ends_on > paper.ends_on
    )
    grouped = wanted.group_by(paper.vehicle_id, paper.kind, paper.effective_ends_on)
    return {(car, kind.value, until): printed for car, kind, until, printed in db.session.execute(grouped)}


def _leases(ids: Collection[int]) -> dict[int, Lease]:
    running = select(Lease).where(Lease.vehicle_id == func.any(list(ids)), Lease.status != LeaseStatus.ENDED)
    return {lease.vehicle_id: lease for lease in db.session.scalars(running.options(joinedload(Lease.kept_in)))}
