"""Until the alliance answers these itself."""

from datetime import datetime

from sqlalchemy import or_, select

from mra.alliance.models import Member, MemberContact
from mra.alliance.rules.members import ContactHours
from mra.core.clock import in_japan
from mra.core.db import db


def contacts_for_call(member: Member, moment: datetime) -> list[MemberContact]:
    """Who answers at this hour."""
    local = in_japan(moment)
    is_day = local.weekday() < 5 and 8 <= local.hour < 18
    hours = ContactHours.DAY if is_day else ContactHours.NIGHT
    fitting = [contact for contact in member.contacts if contact.hours in (hours, ContactHours.ALWAYS)]
    return fitting or list(member.contacts)


def visible_member_ids(member_id: int) -> set[int]:
    """The organisation and those under it."""
    return set(db.session.scalars(select(Member.id).where(or_(Member.id == member_id, Member.parent_id == member_id))))
