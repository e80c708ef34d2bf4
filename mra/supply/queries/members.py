"""What people of a member see: calls to answer, pledges, and what became of them; their own house and those under it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from mra.alliance import queries as alliance
from mra.alliance.models import Member, Pledge
from mra.alliance.rules.members import MemberStatus
from mra.core.db import db
from mra.disasters.models import Activation

from ..models import Call, Delivery, Need
from ..rules.calls import CallStatus

CALLS_SHOWN = 200


@dataclass(frozen=True)
class PledgeStory:
    """A pledge with the calls made on it."""

    pledge: Pledge
    calls: list[Call]


@dataclass(frozen=True)
class MemberHome:
    """The first page of a member."""

    member: Member
    to_answer: list[Call]
    pledges: list[PledgeStory]
    others: list[Call]


def member_home(member_id: int) -> MemberHome:
    """The organisation's open questions, its promises and what became of them; firms under it included."""
    visible = alliance.visible_member_ids(member_id)
    member = db.session.get_one(Member, member_id)
    pledges = list(
        db.session.scalars(
            select(Pledge)
            .where(Pledge.member_id.in_(visible))
            .options(joinedload(Pledge.member))
            .order_by(Pledge.member_id != member_id, Pledge.id)
        )
    )
    calls = _calls(visible)
    of_pledges: dict[int, list[Call]] = defaultdict(list)
    for call in calls:
        if call.pledge_id:
            of_pledges[call.pledge_id].append(call)
    open_calls = [call for call in calls if call.status is CallStatus.ASKED and not call.is_passed_on]
    return MemberHome(
        member,
        sorted(open_calls, key=lambda call: (call.member_id != member_id, call.deadline_at)),
        [PledgeStory(pledge, of_pledges[pledge.id]) for pledge in pledges],
        [call for call in calls if call.pledge_id is None and call not in open_calls],
    )


def _calls(member_ids: Collection[int]) -> list[Call]:
    """What waits for an answer first: a long history, or many firms, must never push a question off the page."""
    in_order = (Call.status != CallStatus.ASKED, Call.id.desc())
    wanted = select(Call).where(Call.member_id.in_(member_ids)).order_by(*in_order).limit(CALLS_SHOWN)
    return list(db.session.scalars(wanted.options(*_shown())).unique())


def _shown() -> tuple[Any, ...]:
    brought = selectinload(Call.deliveries).options(joinedload(Delivery.base), selectinload(Delivery.vehicles))
    parts = selectinload(Call.passed_on).options(
        joinedload(Call.member),
        selectinload(Call.deliveries).options(joinedload(Delivery.base), selectinload(Delivery.vehicles)),
    )
    return (
        joinedload(Call.activation).joinedload(Activation.disaster),
        joinedload(Call.need).joinedload(Need.base),
        joinedload(Call.member),
        brought,
        parts,
    )


def call_of_members(member_id: int, call_id: int) -> Call | None:
    """A call to this organisation or to one under it; anybody else's is not found."""
    wanted = select(Call).where(Call.id == call_id, Call.member_id.in_(alliance.visible_member_ids(member_id)))
    return db.session.scalar(wanted.options(*_shown(), joinedload(Call.parent)))


def firms_of(member_id: int | None) -> list[Member]:
    """The firms under an umbrella body that still belong to it."""
    if member_id is None:
        return []
    wanted = select(Member).where(Member.parent_id == member_id, Member.status == MemberStatus.CURRENT)
    return list(db.session.scalars(wanted.order_by(Member.kana, Member.id).options(selectinload(Member.contacts))))
