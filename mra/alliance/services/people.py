"""Letting people of a member in: an invitation by a private link, an account, and its end."""

from sqlalchemy import Select, select

from mra.accounts import queries as account_queries
from mra.accounts import services as accounts
from mra.accounts.models import Staff
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move_or_refuse, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.messaging.services import promise_email

from ..models import Member, MemberInvitation, MemberPerson
from ..rules.members import InvitationStatus, MemberStatus


def invite(member: Member, *, name: str, email: str, invited_by_staff_id: int, by: Actor) -> MemberInvitation:
    """Ask somebody of a member to sign in from now on; the link goes to the address by e-mail."""
    lock(member)
    if member.status is MemberStatus.LEFT:
        raise Refused("member_left")
    if account_queries.is_email_used(email):
        raise Refused("account_exists")
    if db.session.scalar(_open_to(email)) is not None:
        raise Refused("invitation_open")
    invitation = begin(
        MemberInvitation(
            member_id=member.id,
            name=name,
            email=email,
            invited_by_staff_id=invited_by_staff_id,
            created_at=clock.now(),
        ),
        by=by,
        member_id=member.id,
    )
    _send(invitation)
    return invitation


def send_again(invitation: MemberInvitation, *, by: Actor) -> None:
    """Send an invitation anew, by a new link; the one that was lost works no more."""
    lock(invitation)
    if invitation.status is not InvitationStatus.INVITED:
        raise Refused("invitation_over")
    note(invitation, "send_again", by=by)
    accounts.revoke_links("member_invitation", invitation.id)
    _send(invitation)


def _send(invitation: MemberInvitation) -> None:
    link = accounts.make_link("member_invitation", invitation.id)
    db.session.flush()
    promise_email(
        "member_invitation",
        email=invitation.email,
        subject_kind="member",
        subject_id=invitation.member_id,
        activation_id=None,
        key=f"member-invitation-{link.id}",
        link_id=link.id,
        member_name=invitation.member.name,
    )


def revoke(invitation: MemberInvitation, *, by: Actor) -> None:
    """Take an invitation back; its link works no more."""
    move_or_refuse(invitation, "revoke", "invitation_over", by=by)
    accounts.revoke_links("member_invitation", invitation.id)
    db.session.flush()


def accept(invitation: MemberInvitation, *, password: str, by: Actor) -> Staff:
    """Give the invited person an account for this member, with the password of their choice; the link is used up."""
    move_or_refuse(invitation, "accept", "invitation_over", by=by)
    invitation.accepted_at = clock.now()
    if account_queries.is_email_used(invitation.email):
        raise Refused("account_exists")
    person = accounts.create_staff(email=invitation.email, name=invitation.name, role=Role.MEMBER, password=password)
    db.session.add(MemberPerson(staff_id=person.id, member_id=invitation.member_id))
    accounts.revoke_links("member_invitation", invitation.id)
    db.session.flush()
    return person


def close_account(person: MemberPerson, *, by: Actor) -> None:
    """Let somebody of a member in no more, at once."""
    accounts.deactivate(person.staff)
    note(person.member, "close_account", by=by, staff_id=person.staff_id)
    db.session.flush()


def open_account(person: MemberPerson, *, by: Actor) -> None:
    """Let somebody in again whose account was closed."""
    lock(person.member)
    if person.member.status is MemberStatus.LEFT:
        raise Refused("member_left")
    accounts.reactivate(person.staff)
    note(person.member, "open_account", by=by, staff_id=person.staff_id)
    db.session.flush()


def _open_to(email: str) -> Select[int]:
    return select(MemberInvitation.id).where(
        MemberInvitation.email == email, MemberInvitation.status == InvitationStatus.INVITED
    )
