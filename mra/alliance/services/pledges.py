"""Keeping what members promise: declared, confirmed anew every year, changed, and ended."""

from dataclasses import fields
from typing import Any

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.actor import SYSTEM, Actor
from mra.core.audit import begin, lock, move_or_refuse, note
from mra.core.db import db
from mra.core.editions import changed_fields, edition
from mra.core.errors import Refused
from mra.messaging.services import promise_email, promise_text

from ..models import Member, MemberContact, Pledge
from ..queries.pledges import members_to_ask, pledges_to_confirm
from ..rules import areas, members
from ..rules import pledges as rules
from ..rules.members import MemberStatus
from ..rules.pledges import PledgeDetails, PledgeStatus

MEMBERS_PER_RUN = 200


def declare(member: Member, *, details: PledgeDetails, is_confirmed: bool, by: Actor) -> Pledge:
    """Take down a promise. What the member says itself is confirmed by that; what staff heard may still be asked."""
    lock(member)
    _refuse_left(member)
    pledge = begin(Pledge(member_id=member.id, created_at=clock.now(), **_values(details)), by=by, member_id=member.id)
    if is_confirmed:
        confirm(pledge, by=by)
    return pledge


def change(pledge: Pledge, *, details: PledgeDetails, edition_seen: str, is_confirmed: bool, by: Actor) -> None:
    """Change how much of what is promised; `edition_seen` is the mark of what the person had before their eyes."""
    lock(pledge)
    if pledge.status is PledgeStatus.LAPSED:
        raise Refused("pledge_lapsed")
    before = pledge.details
    if edition(before) != edition_seen:
        raise Refused("pledge_changed")
    changed = changed_fields(before, details)
    for name, value in _values(details).items():
        if name in changed:
            setattr(pledge, name, value)
    if changed:
        note(pledge, "change", by=by, fields=changed)
    db.session.flush()
    if is_confirmed:
        confirm(pledge, by=by)


def confirm(pledge: Pledge, *, by: Actor) -> None:
    """Note that the member's word stands today, told by the member or on the telephone; saying it twice is harmless."""
    move_or_refuse(pledge, "confirm", "pledge_lapsed", by=by)
    pledge.confirmed_on = clock.today()
    pledge.asked_at = None
    db.session.flush()


def lapse(pledge: Pledge, *, reason: str, by: Actor) -> None:
    """End a promise, with the reason; it stays in the ledger."""
    move_or_refuse(pledge, "lapse", "pledge_lapsed", by=by)
    pledge.lapsed_on, pledge.lapse_reason = clock.today(), reason
    db.session.flush()


def ask_confirmation(member: Member, *, by: Actor) -> list[str]:
    """Ask a member whether its promises still stand, by one message with a link to all of them.

    The link's subject is the member (kind `pledge`): one page for everything it promised. An earlier link ends with
    the new one. Returns by what the question went: "SMS", "メール".
    """
    lock(member)
    _refuse_left(member)
    pledges = pledges_to_confirm(member.id)
    if not pledges:
        raise Refused("nothing_to_confirm")
    moment = clock.now()
    if any(pledge.asked_at and pledge.asked_at > moment - rules.ASKED_JUST_NOW for pledge in pledges):
        raise Refused("asked_just_now")
    contacts = _whom_to_ask(member)
    if not contacts:
        raise Refused("nobody_to_ask")
    _send(member, contacts)
    for pledge in pledges:
        pledge.asked_at = moment
        note(pledge, "ask_confirmation", by=by)
    note(member, "ask_confirmation", by=by, pledges=len(pledges))
    db.session.flush()
    return list(contacts)


def ask_due() -> int:
    """The yearly question, in the daytime only: every member with a word that is older than a year, once a month at most.

    Members that cannot be reached by a message are left to people; they stand on top of the list as doubtful.
    """
    if not members.is_daytime(clock.now()):
        return 0
    asked = 0
    for member_id in members_to_ask(MEMBERS_PER_RUN):
        member = db.session.get_one(Member, member_id)
        if _whom_to_ask(member):
            ask_confirmation(member, by=SYSTEM)
            asked += 1
    return asked


def _whom_to_ask(member: Member) -> dict[str, MemberContact]:
    """The first contact that gets an SMS and the first that gets an e-mail, those of the office before those of the night."""
    order = sorted(member.contacts, key=lambda contact: contact.hours not in members.BY_DAY)
    by_text = next((contact for contact in order if contact.phone and contact.can_sms), None)
    by_mail = next((contact for contact in order if contact.email), None)
    return {way: contact for way, contact in (("SMS", by_text), ("メール", by_mail)) if contact}


def _send(member: Member, contacts: dict[str, MemberContact]) -> None:
    accounts.revoke_links("pledge", member.id)
    link = accounts.make_link("pledge", member.id)
    db.session.flush()
    about: dict[str, Any] = {
        "subject_kind": "member",
        "subject_id": member.id,
        "activation_id": None,
        "link_id": link.id,
    }
    if by_text := contacts.get("SMS"):
        promise_text(
            "pledge_confirmation",
            phone=by_text.phone or "",
            can_sms=by_text.can_sms,
            key=f"pledge-confirmation-{link.id}-sms",
            **about,
        )
    if by_mail := contacts.get("メール"):
        promise_email(
            "pledge_confirmation",
            email=by_mail.email or "",
            key=f"pledge-confirmation-{link.id}-mail",
            member_name=member.name,
            **about,
        )


def _values(details: PledgeDetails) -> dict[str, Any]:
    """The columns of a pledge; what a form refused in words is refused here too."""
    if details.quantity < 1:
        raise Refused("pledge_quantity")
    if details.valid_until and details.valid_until < details.valid_from:
        raise Refused("validity_reversed")
    values = {one.name: getattr(details, one.name) for one in fields(details)}
    return values | {"area": areas.normal(details.area), "specification": dict(details.specification)}


def _refuse_left(member: Member) -> None:
    if member.status is MemberStatus.LEFT:
        raise Refused("member_left")
