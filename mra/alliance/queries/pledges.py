"""Pledges: what counts at a place, what is doubtful, who is to be asked."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import contains_eager, joinedload

from mra.core import clock
from mra.core.db import db

from ..models import Member, MemberContact, Pledge
from ..rules import areas
from ..rules import pledges as rules
from ..rules.members import MemberStatus
from ..rules.pledges import PledgeStatus, SupplyKind
from .places import names_of_keys

PAGE = 50
ALL, DOUBTFUL, EXPIRING, OVER = "all", "doubtful", "expiring", "over"
SHELVES = (DOUBTFUL, EXPIRING, ALL, OVER)
EVERYWHERE: Any = cast([], ARRAY(String(5)))
# Nobody's word stands before this day: pledges that were never confirmed come first.
NEVER = date(1, 1, 1)
ORDER = (func.coalesce(Pledge.confirmed_on, literal(NEVER)), Pledge.id)


def pledges_for_place(code: str, on: date, kinds: Collection[SupplyKind] | None = None) -> list[Pledge]:
    """What counts in a municipality on a day, the fastest first, each with its member and the member's contacts."""
    wanted = (
        select(Pledge)
        .join(Pledge.member)
        .options(contains_eager(Pledge.member).selectinload(Member.contacts))
        .where(
            Pledge.status != PledgeStatus.LAPSED,
            Pledge.valid_from <= on,
            or_(Pledge.valid_until.is_(None), Pledge.valid_until >= on),
            counts_at(code),
            Member.status == MemberStatus.CURRENT,
        )
        .order_by(Pledge.lead_time_days, Pledge.id)
    )
    if kinds is not None:
        wanted = wanted.where(Pledge.kind.in_(kinds))
    return list(db.session.scalars(wanted))


def counts_at(key: str) -> ColumnElement[bool]:
    """Whether a pledge's area reaches a municipality, or any part of a prefecture (two digits)."""
    if len(key) == 2:
        one = func.unnest(Pledge.area).column_valued("one")
        inside = exists(select(one).where(func.left(one, 2) == key))
        return or_(inside, Pledge.area == EVERYWHERE)
    return or_(Pledge.area.overlap(list(areas.keys_of(key))), Pledge.area == EVERYWHERE)


class Figures(NamedTuple):
    """How many pledges a member has, and how many of them nobody confirmed for too long."""

    live: int = 0
    doubtful: int = 0


def figures_of(member_ids: Collection[int]) -> dict[int, Figures]:
    """The figures of these members, in one statement."""
    today = clock.today()
    rows = db.session.execute(
        select(
            Pledge.member_id,
            func.count().label("live"),
            func.count().filter(_is_doubtful(today)).label("doubtful"),
        )
        .where(Pledge.member_id.in_(member_ids), _is_live(today))
        .group_by(Pledge.member_id)
    )
    return {row.member_id: Figures(row.live, row.doubtful) for row in rows}


def is_doubtful_now(today: date, of: ColumnElement[int] | Any) -> ColumnElement[bool]:
    """Whether a member (by its id in another statement) has a live pledge that nobody confirmed for too long."""
    return exists(select(Pledge.id).where(Pledge.member_id == of, _is_live(today), _is_doubtful(today)))


def _is_live(today: date) -> ColumnElement[bool]:
    return and_(Pledge.status != PledgeStatus.LAPSED, or_(Pledge.valid_until.is_(None), Pledge.valid_until >= today))


def _is_doubtful(today: date) -> ColumnElement[bool]:
    """`rules.is_doubtful` as a condition."""
    return or_(Pledge.confirmed_on.is_(None), Pledge.confirmed_on < today - rules.CONFIRMED_FOR - rules.GRACE)


@dataclass(frozen=True)
class PledgeFilter:
    """What the list of pledges is narrowed to; `key` is that of a prefecture or a municipality."""

    shelf: str = ALL
    kind: SupplyKind | None = None
    key: str | None = None


@dataclass(frozen=True)
class PledgePage:
    """Fifty pledges, the longest unconfirmed first; `next_after` leads on."""

    pledges: list[Pledge]
    next_after: int | None


def pledges_page(wanted: PledgeFilter, after: int | None = None) -> PledgePage:
    """One shelf of the ledger, narrowed to a kind and a region."""
    found = (
        select(Pledge)
        .join(Pledge.member)
        .options(contains_eager(Pledge.member).selectinload(Member.contacts))
        .where(_on_shelf(wanted.shelf, clock.today()), *_narrowed(wanted))
        .order_by(*ORDER)
        .limit(PAGE + 1)
    )
    last = db.session.get(Pledge, after) if after else None
    if last:
        found = found.where(tuple_(*ORDER) > tuple_(last.confirmed_on or NEVER, last.id))
    pledges = list(db.session.scalars(found))
    shown = pledges[:PAGE]
    return PledgePage(shown, shown[-1].id if len(pledges) > PAGE else None)


def pledge_counts(wanted: PledgeFilter) -> dict[tuple[str, SupplyKind], int]:
    """How many pledges stand on each shelf by kind, within the region, in one statement."""
    today = clock.today()
    rows = db.session.execute(
        select(Pledge.kind, *(func.count().filter(_on_shelf(shelf, today)).label(shelf) for shelf in SHELVES))
        .join(Pledge.member)
        .where(*_narrowed(PledgeFilter(key=wanted.key)))
        .group_by(Pledge.kind)
    )
    return {(shelf, row.kind): getattr(row, shelf) for row in rows for shelf in SHELVES}


def _narrowed(wanted: PledgeFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.kind:
        yield Pledge.kind == wanted.kind
    if wanted.key:
        yield counts_at(wanted.key)


def _on_shelf(shelf: str, today: date) -> ColumnElement[bool]:
    """A member that left counts no more; what it promised stands with what is over."""
    counts = and_(_is_live(today), Member.status == MemberStatus.CURRENT)
    if shelf == OVER:
        return ~counts
    if shelf == DOUBTFUL:
        return and_(counts, _is_doubtful(today))
    if shelf == EXPIRING:
        return and_(counts, Pledge.valid_until <= today + rules.EXPIRES_SOON)
    return counts


def pledge_with_member(pledge_id: int) -> Pledge | None:
    """One pledge with its member."""
    return db.session.scalar(select(Pledge).where(Pledge.id == pledge_id).options(joinedload(Pledge.member)))


def pledges_of(member_ids: Collection[int], *, with_lapsed: bool = False) -> list[Pledge]:
    """The pledges of these members by kind, those that lapsed at the end or not at all."""
    wanted = (
        select(Pledge)
        .where(Pledge.member_id.in_(member_ids))
        .options(joinedload(Pledge.member))
        .order_by(Pledge.status == PledgeStatus.LAPSED, Pledge.member_id, Pledge.kind, Pledge.id)
    )
    if not with_lapsed:
        wanted = wanted.where(Pledge.status != PledgeStatus.LAPSED)
    return list(db.session.scalars(wanted))


def pledges_to_confirm(member_id: int) -> list[Pledge]:
    """The pledges that a member is asked about: its own, not lapsed, not past their end."""
    return list(
        db.session.scalars(
            select(Pledge)
            .where(Pledge.member_id == member_id, _is_live(clock.today()))
            .order_by(Pledge.kind, Pledge.id)
        )
    )


def members_to_ask(limit: int) -> list[int]:
    """Members with a pledge that is due for its yearly question and was not asked about lately; locked, others pass over."""
    today, moment = clock.today(), clock.now()
    never_long_ago = and_(Pledge.confirmed_on.is_(None), Pledge.created_at < moment - rules.ASK_AGAIN_AFTER)
    due = exists(
        select(Pledge.id).where(
            Pledge.member_id == Member.id,
            _is_live(today),
            or_(Pledge.confirmed_on < today - rules.CONFIRMED_FOR, never_long_ago),
        )
    )
    lately = exists(
        select(Pledge.id).where(
            Pledge.member_id == Member.id, Pledge.asked_at >= moment - rules.ASK_AGAIN_AFTER + timedelta(hours=1)
        )
    )
    reached = exists(
        select(MemberContact.id).where(
            MemberContact.member_id == Member.id, or_(MemberContact.can_sms, MemberContact.email.is_not(None))
        )
    )
    wanted = select(Member.id).where(Member.status == MemberStatus.CURRENT, due, ~lately, reached)
    return list(
        db.session.scalars(wanted.order_by(Member.id).limit(limit).with_for_update(skip_locked=True, key_share=True))
    )


def area_names(pledges: Iterable[Pledge]) -> dict[str, str]:
    """The full names of the municipalities that stand in the areas of these pledges, by code; one statement."""
    return names_of_keys({key for pledge in pledges for key in pledge.area if len(key) > 2})
