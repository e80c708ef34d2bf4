"""Keeping the ledger of members: who they are, under whom they stand, whom to reach there."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move, note
from mra.core.db import db
from mra.core.editions import changed_fields, edition
from mra.core.errors import Refused

from ..models import Member, MemberContact, MemberInvitation, MemberPerson
from ..rules import members as rules
from ..rules.members import ContactDetails, InvitationStatus, MemberDetails, MemberStatus


def add_member(*, details: MemberDetails, by: Actor) -> Member:
    """Take a company or group into the alliance; a local firm stands under its umbrella body."""
    _refuse_known_name(details.name, apart_from=None)
    _check_parent(None, details.parent_id)
    return begin(Member(created_at=clock.now(), **_values(details)), by=by)


def change_member(member: Member, *, details: MemberDetails, edition_seen: str, by: Actor) -> None:
    """Change what is known about a member; `edition_seen` is the mark of what the person had before their eyes."""
    _lock_family(member, details.parent_id)
    _refuse_left(member)
    before = member.details
    if edition(before) != edition_seen:
        raise Refused("member_changed")
    changed = changed_fields(before, details)
    if "name" in changed:
        _refuse_known_name(details.name, apart_from=member.id)
    if "parent_id" in changed:
        _check_parent(member, details.parent_id)
    for name in changed:
        setattr(member, name, getattr(details, name))
    if changed:
        _tell(member, "change", by=by, fields=changed)


def leave(member: Member, *, left_on: date, by: Actor) -> None:
    """Record that a member left: what it promised counts no more, its people and links come in no more."""
    move(member, "leave", by=by)
    if left_on < member.joined_on:
        raise Refused("left_before_joining")
    member.left_on = left_on
    accounts.revoke_links("pledge", member.id)
    for person in db.session.scalars(select(MemberPerson).where(MemberPerson.member_id == member.id)):
        accounts.deactivate(person.staff)
    for invitation in db.session.scalars(_open_invitations(member)):
        move(invitation, "revoke", by=by)
        accounts.revoke_links("member_invitation", invitation.id)
    db.session.flush()


def _open_invitations(member: Member) -> Any:
    return select(MemberInvitation).where(
        MemberInvitation.member_id == member.id, MemberInvitation.status == InvitationStatus.INVITED
    )


def come_back(member: Member, *, by: Actor) -> None:
    """Take a member in again; its people are let in one by one."""
    move(member, "come_back", by=by)
    member.left_on = None
    db.session.flush()


def add_contact(member: Member, *, details: ContactDetails, by: Actor) -> MemberContact:
    """Note whom to reach at a member, after those who are there."""
    _lock_for_change(member)
    last = db.session.scalar(select(func.max(MemberContact.position)).where(MemberContact.member_id == member.id)) or 0
    contact = MemberContact(member_id=member.id, position=last + 1, **_contact_values(details))
    db.session.add(contact)
    db.session.flush()
    _tell(member, "add_contact", by=by, contact_id=contact.id)
    return contact


def change_contact(contact: MemberContact, *, details: ContactDetails, edition_seen: str, by: Actor) -> None:
    """Change whom to reach, or when and how."""
    _lock_for_change(contact.member)
    db.session.refresh(contact)
    before = contact.details
    if edition(before) != edition_seen:
        raise Refused("member_changed")
    changed = changed_fields(before, details)
    for name, value in _contact_values(details).items():
        setattr(contact, name, value)
    if changed:
        _tell(contact.member, "change_contact", by=by, contact_id=contact.id, fields=changed)


def remove_contact(contact: MemberContact, *, by: Actor) -> None:
    """Forget a contact; a member that may be called in a disaster keeps at least one."""
    member = contact.member
    _lock_for_change(member)
    if len(member.contacts) < 2:
        raise Refused("last_contact")
    number = contact.id
    member.contacts.remove(contact)
    _tell(member, "remove_contact", by=by, contact_id=number)


def call_earlier(contact: MemberContact, *, by: Actor) -> None:
    """Put a contact one place up: the first one is called first."""
    member = contact.member
    _lock_for_change(member)
    order = sorted(member.contacts, key=lambda one: (one.position, one.id))
    place = order.index(contact)
    if place == 0:
        return
    order[place - 1 : place + 1] = [contact, order[place - 1]]
    for position, one in enumerate(order, start=1):
        one.position = position
    _tell(member, "order_contacts", by=by, contact_id=contact.id)


def _contact_values(details: ContactDetails) -> dict[str, Any]:
    if details.phone is None and details.email is None:
        raise Refused("contact_unreachable")
    return {
        "name": details.name,
        "department": details.department,
        "hours": details.hours,
        "phone": details.phone,
        "can_sms": details.can_sms and details.phone is not None,
        "email": details.email,
    }


def _values(details: MemberDetails) -> dict[str, Any]:
    return {
        "name": details.name,
        "kana": details.kana,
        "parent_id": details.parent_id,
        "municipality_code": details.municipality_code,
        "address": details.address,
        "joined_on": details.joined_on,
        "remarks": details.remarks,
    }


def _refuse_known_name(name: str, apart_from: int | None) -> None:
    same = select(Member.id).where(Member.name == name, Member.id != (apart_from or 0))
    if db.session.scalar(same) is not None:
        raise Refused("member_known")


def _lock_family(member: Member, parent_id: int | None) -> None:
    """Lock both levels in the order of their ids, so that two people cannot make three levels, nor wait in a circle."""
    ids = sorted({member.id, parent_id} - {None})  # type: ignore[type-var]
    db.session.scalars(
        select(Member.id).where(Member.id.in_(ids)).order_by(Member.id).with_for_update(key_share=True)
    ).all()
    lock(member)


def _check_parent(member: Member | None, parent_id: int | None) -> None:
    """There are two levels: the umbrella stands under nobody, the firm has nobody under it."""
    if parent_id is None:
        return
    parent = db.session.get(Member, parent_id)
    if parent is None:
        raise Refused("member_changed")
    if member is not parent:
        lock(parent)
    hindrance = rules.parent_hindrance(
        parent_is_firm=parent.parent_id is not None,
        parent_left=parent.status is MemberStatus.LEFT,
        is_itself=member is parent,
        has_firms=member is not None and _has_firms(member),
    )
    if hindrance:
        raise Refused(hindrance, name=parent.name)


def _has_firms(member: Member) -> bool:
    return db.session.scalar(select(Member.id).where(Member.parent_id == member.id).limit(1)) is not None


def _lock_for_change(member: Member) -> None:
    lock(member)
    _refuse_left(member)


def _refuse_left(member: Member) -> None:
    if member.status is MemberStatus.LEFT:
        raise Refused("member_left")


def _tell(member: Member, action: str, *, by: Actor, **facts: Any) -> None:
    """Keep on the timeline what was changed, and write both, so that the next use case may lock the row."""
    note(member, action, by=by, **facts)
    db.session.flush()
