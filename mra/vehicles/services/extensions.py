"""Notices that let 車検 hold longer after a disaster: written down, and cancelled when they were typed wrongly."""

from dataclasses import dataclass
from datetime import date

from mra.alliance.rules import areas
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move
from mra.core.db import db
from mra.core.errors import Refused
from mra.vehicles.extending import ExtensionStatus, Notice, notice_fault
from mra.vehicles.models import InspectionExtension
from mra.vehicles.queries import extensions as queries

from .effective import lock_notices, work_out_all


@dataclass(frozen=True)
class ExtensionFacts:
    """A notice as it was published: when, under which title, where it can be read, and what it says."""

    notice_on: date
    title: str
    notice: Notice
    source: str = ""


def extend_inspections(facts: ExtensionFacts, *, by: Actor) -> InspectionExtension:
    """Write down a notice; the papers that it reaches hold longer at once. The same notice twice is refused."""
    if fault := notice_fault(facts.notice):
        raise Refused(fault)
    lock_notices()
    made = _row(facts)
    if any(_is_same(known, made) for known in queries.all_extensions()):
        raise Refused("extension_known")
    begin(made, by=by)
    work_out_all()
    return made


def cancel_extension(extension: InspectionExtension, *, by: Actor) -> int:
    """A notice that was typed wrongly counts no more: papers fall back; how many. Doing so twice is doing it once."""
    lock_notices()
    lock(extension)
    if extension.status is ExtensionStatus.CANCELLED:
        return 0
    move(extension, "cancel", by=by)
    extension.cancelled_at = clock.now()
    db.session.flush()
    return work_out_all()


def _row(facts: ExtensionFacts) -> InspectionExtension:
    notice = facts.notice._asdict() | {"areas": areas.normal(facts.notice.areas)}
    return InspectionExtension(
        notice_on=facts.notice_on, title=facts.title, source=facts.source, created_at=clock.now(), **notice
    )


def _is_same(known: InspectionExtension, made: InspectionExtension) -> bool:
    is_in_force = known.status is ExtensionStatus.IN_FORCE
    return is_in_force and (known.notice_on, known.notice) == (made.notice_on, made.notice)
