"""Calls: one with everything its page shows, lists by status, and those that are to be reminded."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from mra.alliance.models import Member, Pledge
from mra.core.db import db
from mra.core.phone import grouped
from mra.disasters.models import Activation
from mra.vehicles.models import Lease

from ..models import Call, Delivery, Need
from ..rules.calls import CallStatus

PAGE = 50


@dataclass(frozen=True)
class CallPage:
    """Fifty calls, and the id after which the next page begins."""

    calls: list[Call]
    next_before: int | None


def _whole() -> tuple[Any, ...]:
    return (
        joinedload(Call.activation).joinedload(Activation.disaster),
        joinedload(Call.need).joinedload(Need.base),
        joinedload(Call.member).options(joinedload(Member.parent), selectinload(Member.contacts)),
        joinedload(Call.pledge).joinedload(Pledge.member),
        joinedload(Call.lease).joinedload(Lease.vehicle),
        joinedload(Call.parent),
        selectinload(Call.deliveries).options(joinedload(Delivery.base), selectinload(Delivery.vehicles)),
        selectinload(Call.attempts),
    )


def call_in_full(call_id: int) -> Call | None:
    """A call with all that its page shows."""
    return db.session.scalar(select(Call).where(Call.id == call_id).options(*_whole()))


def call_of_token(call_id: int) -> Call | None:
    """The call behind a private link."""
    return call_in_full(call_id)


def parts_in_full(call_ids: Collection[int]) -> list[Call]:
    """The calls into which these were passed on, with their members and deliveries."""
    wanted = select(Call).where(Call.parent_id.in_(call_ids)).order_by(Call.id)
    return list(db.session.scalars(wanted.options(joinedload(Call.member), selectinload(Call.deliveries))))


def passed_on(call_id: int) -> list[Call]:
    """The calls into which an umbrella's call was passed on, as the database has them now."""
    wanted = select(Call).where(Call.parent_id == call_id).order_by(Call.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def deliveries_now(call_id: int) -> list[Delivery]:
    """The deliveries of a call, as the database has them now."""
    wanted = select(Delivery).where(Delivery.call_id == call_id).order_by(Delivery.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def delivery_in_full(delivery_id: int) -> Delivery | None:
    """A delivery with its call, base and cars."""
    wanted = select(Delivery).where(Delivery.id == delivery_id)
    return db.session.scalar(
        wanted.options(
            joinedload(Delivery.call).options(
                joinedload(Call.need),
                joinedload(Call.parent),
                joinedload(Call.activation).joinedload(Activation.disaster),
                joinedload(Call.member),
                joinedload(Call.lease),
                selectinload(Call.deliveries),
            ),
            joinedload(Delivery.base),
            selectinload(Delivery.vehicles),
        )
    )


def calls_page(
    activation_id: int, status: CallStatus | None = None, before: int | None = None, need_id: int | None = None
) -> CallPage:
    """Calls of an activation, newest first; firms' calls stand beside those of their umbrella body."""
    wanted = select(Call).where(Call.activation_id == activation_id)
    if status:
        wanted = wanted.where(Call.status == status)
    if need_id:
        wanted = wanted.where(Call.need_id == need_id)
    return _page(wanted, before)


def calls_of_pledge(pledge_id: int, before: int | None = None) -> CallPage:
    """What became of a pledge: the calls on it in all supports, newest first, and those to firms they were passed on to."""
    umbrella = aliased(Call)
    wanted = select(Call).outerjoin(umbrella, umbrella.id == Call.parent_id)
    wanted = wanted.where(or_(Call.pledge_id == pledge_id, umbrella.pledge_id == pledge_id))
    return _page(wanted.options(joinedload(Call.activation)), before)


def _page(wanted: Select[Call], before: int | None) -> CallPage:
    loaded = (
        joinedload(Call.need).joinedload(Need.base),
        joinedload(Call.member),
        joinedload(Call.lease),
        joinedload(Call.parent).joinedload(Call.member),
        selectinload(Call.deliveries),
    )
    if before:
        wanted = wanted.where(Call.id < before)
    found = list(db.session.scalars(wanted.order_by(Call.id.desc()).limit(PAGE + 1).options(*loaded)))
    return CallPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def call_counts(activation_id: int) -> dict[CallStatus, int]:
    """How many calls stand in each status."""
    wanted = select(Call.status, func.count()).where(Call.activation_id == activation_id).group_by(Call.status)
    return dict(db.session.execute(wanted).all())


def calls_to_remind(moment: datetime) -> Select[Call]:
    """Calls without an answer whose time is half over, not reminded yet."""
    is_half_over = moment - Call.asked_at >= Call.deadline_at - moment
    return (
        select(Call)
        .where(Call.status == CallStatus.ASKED, Call.reminded_at.is_(None), Call.passed_on_at.is_(None))
        .where(Call.deadline_at > moment, is_half_over)
        .order_by(Call.id)
    )


def phone_of(call: Call) -> str:
    """The number that answers questions about a call, as people read it."""
    return grouped(call.activation.help_phone)


def place_word(need: Need) -> str:
    """Where it is needed: the base, otherwise the whole support."""
    return need.base.name if need.base else "拠点は後日お知らせ"
