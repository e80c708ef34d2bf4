"""Notices that let 車検 hold longer, and the papers that they move."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from mra.core.db import db
from mra.disasters.models import Base

from .. import extending
from ..extending import ExtensionStatus, Home, Notice
from ..models import InspectionExtension, Vehicle, VehicleDocument
from ..rules import DocumentKind, VehicleStatus

# Voluntary insurances are contracts of their own: no notice moves them.
MOVABLE = (DocumentKind.INSPECTION, DocumentKind.COMPULSORY_INSURANCE)


class KnownPaper(NamedTuple):
    """A paper of the register that a notice may move, and where its car is at home."""

    id: int
    vehicle_id: int
    kind: DocumentKind
    ends_on: date
    effective_ends_on: date
    home: Home


@dataclass(frozen=True)
class MovedPaper:
    """A paper whose end a notice moves: until when it holds with and without it."""

    paper: KnownPaper
    before: date
    after: date


def all_extensions() -> list[InspectionExtension]:
    """All notices that were ever written down, the newest first."""
    return list(
        db.session.scalars(
            select(InspectionExtension).order_by(InspectionExtension.notice_on.desc(), InspectionExtension.id.desc())
        )
    )


def notices_in_force(*, apart_from: int | None = None) -> list[Notice]:
    """What the notices that count say; `apart_from`: as if this one were cancelled."""
    counting = select(InspectionExtension).where(InspectionExtension.status == ExtensionStatus.IN_FORCE)
    return [found.notice for found in db.session.scalars(counting) if found.id != apart_from]


def papers_to_look_at(notices: Sequence[Notice], vehicle_ids: Collection[int] | None = None) -> list[KnownPaper]:
    """The papers (of these cars, or of all) that these notices may move or that were moved; the rule decides on them."""
    paper = VehicleDocument
    wanted = (
        select(
            *(paper.id, paper.vehicle_id, paper.kind, paper.ends_on, paper.effective_ends_on),
            *(Vehicle.status, Vehicle.registered_in_code, Base.municipality_code),
        )
        .join(Vehicle, Vehicle.id == paper.vehicle_id)
        .outerjoin(Base, Base.id == Vehicle.base_id)
        .where(paper.cancelled_at.is_(None), paper.kind.in_(MOVABLE), _may_move(notices))
        .order_by(paper.id)
    )
    if vehicle_ids is not None:
        wanted = wanted.where(VehicleDocument.vehicle_id == func.any(list(vehicle_ids)))
    return [KnownPaper(*row[:5], _home(*row[5:])) for row in db.session.execute(wanted)]


def _home(status: VehicleStatus, registered_in: str | None, base_lies_in: str | None) -> Home:
    return extending.home_of(status, registered_in=registered_in, base_lies_in=base_lies_in)


def _may_move(notices: Sequence[Notice]) -> ColumnElement[bool]:
    """Whoever is not moved at present ends on the printed day: a notice must list that day. The others are all read."""
    paper = VehicleDocument
    is_moved = paper.effective_ends_on > paper.ends_on
    return or_(is_moved, *(and_(paper.ends_on >= one.first_on, paper.ends_on <= one.last_on) for one in notices))


def moved_by(notice: Notice, *, others: Sequence[Notice]) -> list[MovedPaper]:
    """The papers of cars in the register that this notice moves, beside the others; the first to end on top."""
    notices = [*others, notice]
    return sorted(_moved(notices, others), key=lambda moved: (moved.before, moved.paper.vehicle_id, moved.paper.kind))


def _moved(notices: Sequence[Notice], others: Sequence[Notice]) -> Iterator[MovedPaper]:
    papers = papers_to_look_at(notices)
    gone = _released({paper.vehicle_id for paper in papers})
    for paper in papers:
        before = extending.effective_end(paper.kind, paper.ends_on, paper.home, others)
        after = extending.effective_end(paper.kind, paper.ends_on, paper.home, notices)
        if before != after and paper.vehicle_id not in gone:
            yield MovedPaper(paper, before, after)


def _released(vehicle_ids: Collection[int]) -> set[int]:
    wanted = select(Vehicle.id).where(Vehicle.id == func.any(list(vehicle_ids)))
    return set(db.session.scalars(wanted.where(Vehicle.status == VehicleStatus.RELEASED)))
