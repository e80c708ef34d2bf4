"""Whom to tell at this hour, and whom to ring."""

from datetime import datetime

from mra.alliance import queries as alliance
from mra.alliance.models import Member

from ..models import Call
from ..rules.channels import Channels


def channels_of(member: Member, moment: datetime) -> list[Channels]:
    """The ways to those who answer at a member at this hour; nobody: the member has no contact."""
    return [Channels.of_contact(contact) for contact in alliance.contacts_for_call(member, moment)]


def channels_of_call(call: Call, moment: datetime) -> list[Channels]:
    """The ways to whoever was asked."""
    if call.lease:
        return [Channels.of_lease(call.lease)]
    return channels_of(call.member, moment) if call.member else []
