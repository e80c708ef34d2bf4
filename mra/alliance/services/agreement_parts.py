"""What belongs to an agreement: whom to ring, where a base could stand, the signed paper."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select

from mra.core import clock, files
from mra.core.actor import Actor
from mra.core.audit import note
from mra.core.db import db
from mra.core.editions import edition
from mra.core.errors import Refused
from mra.core.geo import Coordinates, coordinates, point

from ..models import Agreement, AgreementContact, AgreementFile, BaseCandidate, Municipality
from ..rules.agreements import CandidateDetails, ContactDetails
from .agreements import lock_for_change

PDF = "application/pdf"


def add_agreement_contact(agreement: Agreement, details: ContactDetails, *, by: Actor) -> AgreementContact:
    """One more person to reach; the first of the day and the first of the night are rung first."""
    lock_for_change(agreement)
    contact = AgreementContact(agreement_id=agreement.id, position=_next_position(agreement), **_reachable(details))
    db.session.add(contact)
    db.session.flush()
    _tell(agreement, "add_contact", by=by, contact_id=contact.id)
    return contact


def change_agreement_contact(
    agreement: Agreement, contact: AgreementContact, details: ContactDetails, *, edition: str, by: Actor
) -> None:
    """Another person, number or hour."""
    lock_for_change(agreement)
    db.session.refresh(contact)
    _refuse_old_edition(contact.details, edition)
    for name, value in _reachable(details).items():
        setattr(contact, name, value)
    _tell(agreement, "change_contact", by=by, contact_id=contact.id)


def remove_agreement_contact(agreement: Agreement, contact: AgreementContact, *, by: Actor) -> None:
    """Nobody is to be reached there any more; name and number are gone."""
    lock_for_change(agreement)
    note(agreement, "remove_contact", by=by, contact_id=contact.id)
    _delete(agreement, contact)


def add_base_candidate(agreement: Agreement, details: CandidateDetails, *, by: Actor) -> BaseCandidate:
    """A place that the government side would lend for a base."""
    lock_for_change(agreement)
    candidate = BaseCandidate(agreement_id=agreement.id, **_candidate_values(details))
    db.session.add(candidate)
    db.session.flush()
    _tell(agreement, "add_candidate", by=by, candidate_id=candidate.id)
    return candidate


def change_base_candidate(
    agreement: Agreement, candidate: BaseCandidate, details: CandidateDetails, *, edition: str, by: Actor
) -> None:
    """What is known about a place has changed."""
    lock_for_change(agreement)
    db.session.refresh(candidate)
    _refuse_old_edition(candidate.details, edition)
    for name, value in _candidate_values(details).items():
        setattr(candidate, name, value)
    _tell(agreement, "change_candidate", by=by, candidate_id=candidate.id)


def remove_base_candidate(agreement: Agreement, candidate: BaseCandidate, *, by: Actor) -> None:
    """The place can no longer be had."""
    lock_for_change(agreement)
    note(agreement, "remove_candidate", by=by, candidate_id=candidate.id)
    _delete(agreement, candidate)


def add_agreement_file(
    agreement: Agreement, *, content: bytes, page_count: int, name: str, staff_id: int, by: Actor
) -> AgreementFile:
    """Keep the signed paper beside those that were kept before."""
    lock_for_change(agreement)
    stored = files.store(content, PDF)
    kept = select(AgreementFile.id).where(
        AgreementFile.agreement_id == agreement.id, AgreementFile.stored_file_id == stored.id
    )
    if db.session.scalar(kept):
        raise Refused("already_this_file")
    paper = AgreementFile(
        agreement_id=agreement.id,
        stored_file_id=stored.id,
        name=name,
        page_count=page_count,
        added_by_staff_id=staff_id,
        created_at=clock.now(),
    )
    db.session.add(paper)
    db.session.flush()
    _tell(agreement, "add_file", by=by, file_id=paper.id)
    return paper


def _next_position(agreement: Agreement) -> int:
    last = select(func.max(AgreementContact.position)).where(AgreementContact.agreement_id == agreement.id)
    return (db.session.scalar(last) or 0) + 1


def _reachable(details: ContactDetails) -> dict[str, Any]:
    if not (details.phone or details.email):
        raise Refused("no_way_to_reach")
    return asdict(details)


def _candidate_values(details: CandidateDetails) -> dict[str, Any]:
    municipality = db.session.get(Municipality, details.municipality_code)
    if municipality is None:
        raise Refused("unknown_place", place=details.municipality_code)
    if details.capacity_cars is not None and details.capacity_cars < 1:
        raise Refused("no_room")
    where = Coordinates(*details.place) if details.place else coordinates(municipality.place)
    return asdict(details) | {"place": point(where.lat, where.lon) if where else None}


def _refuse_old_edition(now_held: ContactDetails | CandidateDetails, seen: str) -> None:
    if edition(now_held) != seen:
        raise Refused("part_changed")


def _delete(agreement: Agreement, part: AgreementContact | BaseCandidate) -> None:
    db.session.delete(part)
    db.session.flush()
    db.session.expire(agreement, ["contacts", "candidates"])


def _tell(agreement: Agreement, action: str, *, by: Actor, **facts: Any) -> None:
    note(agreement, action, by=by, **facts)
    db.session.flush()
    db.session.expire(agreement, ["contacts", "candidates", "files"])
