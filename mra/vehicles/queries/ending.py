"""Which papers end by a day and have no successor, in SQL; the truth of `rules.covered_until` for a whole fleet."""

from datetime import date

from sqlalchemy import CTE, Select, Subquery, and_, func, or_, select, union_all

from ..models import VehicleDocument
from . import covers_on, serves


def ending_papers(today: date, limit: date) -> Subquery:
    """`vehicle_id`, `kind`, `until` of the papers whose unbroken cover, seen from today, ends by the limit.

    As long as no paper lies in the future, the last one that has begun says until when; only where a successor is known
    already it is worked out whether it carries on without a gap.
    """
    last = _last_begun(today, limit)
    plain = select(last.c.vehicle_id, last.c.kind, last.c.until).where(~last.c.has_successor)
    return union_all(plain.where(last.c.until <= limit), _with_successor(last, today, limit)).subquery("ending_papers")


def _last_begun(today: date, limit: date) -> CTE:
    """The cars and kinds of which no paper that runs today reaches beyond the limit."""
    paper = VehicleDocument
    has_begun = or_(paper.starts_on.is_(None), paper.starts_on <= today)
    is_safe = func.bool_or(and_(covers_on(today), paper.effective_ends_on > limit))
    return (
        select(
            paper.vehicle_id,
            paper.kind,
            func.max(paper.effective_ends_on).filter(has_begun).label("until"),
            func.coalesce(func.bool_or(paper.starts_on > today), False).label("has_successor"),
        )
        .where(serves())
        .group_by(paper.vehicle_id, paper.kind)
        .having(~is_safe)
        .cte("last_begun")
    )


def _with_successor(last: CTE, today: date, limit: date) -> Select[tuple[int, object, date]]:
    paper = VehicleDocument
    periods = func.range_agg(func.daterange(paper.starts_on, paper.effective_ends_on, "[]"))
    stretch = (
        select(paper.vehicle_id, paper.kind, func.unnest(periods).label("stretch"))
        .join(last, and_(last.c.vehicle_id == paper.vehicle_id, last.c.kind == paper.kind))
        .where(serves(), last.c.has_successor)
        .group_by(paper.vehicle_id, paper.kind)
        .subquery()
    )
    has_begun = func.coalesce(func.lower(stretch.c.stretch) <= today, True)
    until = func.max(func.upper(stretch.c.stretch)) - 1
    covered = select(stretch.c.vehicle_id, stretch.c.kind, until).where(has_begun)
    return covered.group_by(stretch.c.vehicle_id, stretch.c.kind).having(until <= limit)
