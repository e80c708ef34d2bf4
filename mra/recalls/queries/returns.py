"""Returns: those of a campaign by how they stand, who comes when, who is silent, what an arrived car lacks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from mra.core.clock import JAPAN
from mra.core.db import db
from mra.messaging import queries as messages
from mra.messaging.models import Message
from mra.vehicles.models import Lease, Vehicle
from mra.vehicles.rules import Cover

from ..models import LeaseReturn, RecallCampaign, RecallSlot
from ..rules import OPEN, ReturnStatus

RETURNS_PAGE = 50
# What wants somebody's hand comes first.
_PRESSING = {
    ReturnStatus.PROBLEM: 0,
    ReturnStatus.COLLECTION: 1,
    ReturnStatus.ASKED: 2,
    ReturnStatus.CONFIRMED: 3,
    ReturnStatus.RETURNED: 5,
    ReturnStatus.SPARED: 6,
}


@dataclass(frozen=True)
class ReturnPage:
    """Fifty returns and from where the next page goes on."""

    returns: list[LeaseReturn]
    next_after: int | None


def with_lease() -> tuple[Any, ...]:
    """What every list of returns shows of a car and its lessee."""
    car = joinedload(LeaseReturn.lease)
    return (
        car.joinedload(Lease.vehicle).joinedload(Vehicle.base),
        car.joinedload(Lease.kept_in),
        joinedload(LeaseReturn.slot).joinedload(RecallSlot.base),
        joinedload(LeaseReturn.returned_to),
    )


def _order(today: date) -> tuple[ColumnElement[int], Any, Any]:
    rank = case(
        (is_late(today), -1),
        *((LeaseReturn.status == status, number) for status, number in _PRESSING.items()),
        else_=9,
    )
    return rank, LeaseReturn.due_on, LeaseReturn.id


def is_late(today: date) -> ColumnElement[bool]:
    """`rules.is_late` as a column."""
    return LeaseReturn.status.in_(OPEN) & (LeaseReturn.due_on < today)


def is_to_be_rung(today: date) -> ColumnElement[bool]:
    """Late, or silent since half time, or silent with no message that arrived."""
    told = select(Message.subject_id).where(Message.subject_kind == "recall", ~messages.needs_call())
    untold = LeaseReturn.id.not_in(told)
    is_silent = LeaseReturn.status == ReturnStatus.ASKED
    return is_late(today) | (is_silent & (LeaseReturn.reminded_at.is_not(None) | untold))


def count_to_ring(campaign_id: int, today: date) -> int:
    """How many lessees of a campaign somebody should ring."""
    wanted = select(func.count()).where(LeaseReturn.campaign_id == campaign_id, is_to_be_rung(today))
    return db.session.scalar(wanted) or 0


def returns_page(campaign_id: int, *conditions: ColumnElement[bool], today: date, after: int | None) -> ReturnPage:
    """The returns of a campaign: late ones, problems and wishes first, what is done last."""
    order = _order(today)
    wanted = select(LeaseReturn).where(LeaseReturn.campaign_id == campaign_id, *conditions)
    if after:
        place = db.session.execute(select(*order).where(LeaseReturn.id == after)).one_or_none()
        if place:
            wanted = wanted.where(tuple_(*order) > tuple(place))
    wanted = wanted.options(*with_lease(), selectinload(LeaseReturn.attempts))
    found = list(db.session.scalars(wanted.order_by(*order).limit(RETURNS_PAGE + 1)))
    has_more = len(found) > RETURNS_PAGE
    return ReturnPage(found[:RETURNS_PAGE], found[RETURNS_PAGE - 1].id if has_more else None)


def return_in_full(return_id: int) -> LeaseReturn | None:
    """One return with all that its page shows."""
    wanted = select(LeaseReturn).where(LeaseReturn.id == return_id)
    return db.session.scalars(
        wanted.options(
            *with_lease(),
            joinedload(LeaseReturn.lease).joinedload(Lease.vehicle).selectinload(Vehicle.documents),
            joinedload(LeaseReturn.campaign).joinedload(RecallCampaign.activation),
            selectinload(LeaseReturn.attempts),
        )
    ).one_or_none()


def open_return_of(lease_id: int) -> LeaseReturn | None:
    """The return that is asked of a lease now."""
    wanted = select(LeaseReturn).where(LeaseReturn.lease_id == lease_id, LeaseReturn.status.in_(OPEN))
    return db.session.scalars(wanted).one_or_none()


def open_returns(campaign_id: int) -> list[LeaseReturn]:
    """All of a campaign that have not come back and were not spared."""
    wanted = select(LeaseReturn).where(LeaseReturn.campaign_id == campaign_id, LeaseReturn.status.in_(OPEN))
    return list(db.session.scalars(wanted.options(*with_lease()).order_by(LeaseReturn.lease_id)))


def silent_at_half_time(today: date, most: int) -> list[LeaseReturn]:
    """Those who have not answered although half of their time is over, not reminded yet."""
    wanted = (
        select(LeaseReturn)
        .where(LeaseReturn.status == ReturnStatus.ASKED, LeaseReturn.reminded_at.is_(None))
        .where(LeaseReturn.remind_on <= today, LeaseReturn.due_on >= today)
        .order_by(LeaseReturn.id)
        .limit(most)
    )
    return list(db.session.scalars(wanted.options(*_for_telling())))


def expected_on(day: date, most: int) -> list[LeaseReturn]:
    """Those who come on a day and were not reminded of that slot yet."""
    wanted = _between(day, day).where(LeaseReturn.reminded_slot_id.is_distinct_from(LeaseReturn.slot_id))
    return list(db.session.scalars(wanted.options(*_for_telling()).order_by(LeaseReturn.id).limit(most)))


def _for_telling() -> tuple[Any, ...]:
    return (*with_lease(), joinedload(LeaseReturn.campaign).joinedload(RecallCampaign.activation))


def arrivals_between(campaign_id: int, first: date, last: date) -> list[LeaseReturn]:
    """Who comes on these days, in the order of the hours."""
    wanted = _between(first, last).where(LeaseReturn.campaign_id == campaign_id)
    wanted = wanted.order_by(RecallSlot.starts_at, RecallSlot.base_id, LeaseReturn.id)
    return list(db.session.scalars(wanted.options(*with_lease())))


def _between(first: date, last: date) -> Select[LeaseReturn]:
    begin = datetime.combine(first, time(0), JAPAN)
    end = datetime.combine(last + timedelta(days=1), time(0), JAPAN)
    return (
        select(LeaseReturn)
        .join(LeaseReturn.slot)
        .where(LeaseReturn.status == ReturnStatus.CONFIRMED)
        .where(RecallSlot.starts_at >= begin, RecallSlot.starts_at < end)
    )


def missing_to_lend(vehicle: Vehicle, today: date) -> list[Cover]:
    """Which papers a car lacks before it can be lent; the lessee's voluntary insurance never counts."""
    return [cover for cover in vehicle.covers(today) if cover.until is None or cover.until < today]
