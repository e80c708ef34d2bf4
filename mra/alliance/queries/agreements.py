"""Agreements: the list with what needs doing, one with everything, and those that apply to a place."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from mra.accounts.models import Staff
from mra.core.access import COORDINATORS
from mra.core.db import db

from ..models import Agreement, AgreementContact, AgreementFile, AgreementReminder, BaseCandidate
from ..rules.agreements import REMINDER_DAYS, AgreementLevel, AgreementStatus, Attention
from ..rules.areas import keys_of

PAGE = 50
# The nearer the partner, the sooner one rings: the town itself, then those above it.
NEAREST_FIRST = (
    AgreementLevel.CITY,
    AgreementLevel.THREE_WAY,
    AgreementLevel.PREFECTURE,
    AgreementLevel.ASSOCIATION,
)


class Filters(NamedTuple):
    """What is asked of the list."""

    level: AgreementLevel | None = None
    prefecture: str = ""
    is_ended: bool = False


class Counts(NamedTuple):
    """How many agreements stand behind each filter."""

    running: int
    ended: int
    by_level: dict[AgreementLevel, int]


class AgreementPage(NamedTuple):
    """Up to fifty agreements, and the id after which the next page begins."""

    agreements: list[Agreement]
    next_id: int | None


class Duty(NamedTuple):
    """An agreement that needs doing, why, and which reminder went out."""

    agreement: Agreement
    attention: Attention
    reminded_days: int | None


def agreement_page(filters: Filters, after_id: int | None = None) -> AgreementPage:
    """Fifty agreements, the newest first."""
    wanted = select(Agreement).where(*_narrowed(filters)).order_by(Agreement.id.desc()).limit(PAGE + 1)
    if after_id is not None:
        wanted = wanted.where(Agreement.id < after_id)
    found = list(db.session.scalars(wanted.options(selectinload(Agreement.parties), selectinload(Agreement.files))))
    return AgreementPage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def agreement_counts(filters: Filters) -> Counts:
    """The counts of the filters, in one statement; those of the levels are of the chosen prefecture."""
    is_ended = Agreement.status == AgreementStatus.ENDED
    rows = db.session.execute(
        select(is_ended, Agreement.level, func.count())
        .where(*_in_prefecture(filters.prefecture))
        .group_by(is_ended, Agreement.level)
    ).all()
    by_level: Counter[AgreementLevel] = Counter()
    for ended, level, count in rows:
        if ended == filters.is_ended:
            by_level[level] += count
    running = sum(count for ended, _, count in rows if not ended)
    return Counts(running, sum(count for *_, count in rows) - running, dict(by_level))


def prefectures_with_agreements() -> list[str]:
    """The two digits of every prefecture that an agreement names in its area."""
    key = func.unnest(Agreement.area).label("key")
    keys = select(key).distinct().subquery()
    return sorted(set(db.session.scalars(select(func.left(keys.c.key, 2)))))


def agreements_to_attend(day: date) -> list[Duty]:
    """What needs doing: expired ones, overdue and coming reviews, drafts; the most urgent first."""
    soon = day + timedelta(days=max(REMINDER_DAYS))
    due = or_(Agreement.review_on <= soon, Agreement.expires_on < day)
    wanted = select(Agreement).where(
        or_(
            Agreement.status == AgreementStatus.DRAFT,
            (Agreement.status == AgreementStatus.IN_FORCE) & due,
        )
    )
    found = list(db.session.scalars(wanted.options(selectinload(Agreement.parties))))
    reminded = _open_reminders([agreement.id for agreement in found])
    duties = [
        Duty(one, attention, reminded.get(one.id)) for one in found if (attention := one.attention(day)) is not None
    ]
    order = list(Attention)
    return sorted(
        duties,
        key=lambda duty: (order.index(duty.attention), duty.agreement.review_on or date.max, duty.agreement.id),
    )


def agreement_with_everything(agreement_id: int) -> Agreement | None:
    """One agreement with its parties, contacts, candidates and papers (without their content)."""
    return db.session.scalar(
        select(Agreement)
        .where(Agreement.id == agreement_id)
        .options(
            *_for_ringing(),
            selectinload(Agreement.candidates).joinedload(BaseCandidate.municipality),
            selectinload(Agreement.files).joinedload(AgreementFile.stored_file),
        )
    )


def contact_of(agreement_id: int, contact_id: int) -> AgreementContact | None:
    """A contact of this agreement."""
    return db.session.scalar(
        select(AgreementContact).where(AgreementContact.id == contact_id, AgreementContact.agreement_id == agreement_id)
    )


def candidate_of(agreement_id: int, candidate_id: int) -> BaseCandidate | None:
    """A base candidate of this agreement."""
    return db.session.scalar(
        select(BaseCandidate)
        .where(BaseCandidate.id == candidate_id, BaseCandidate.agreement_id == agreement_id)
        .options(joinedload(BaseCandidate.municipality))
    )


def file_of(agreement_id: int, file_id: int) -> AgreementFile | None:
    """A paper of this agreement."""
    return db.session.scalar(
        select(AgreementFile)
        .where(AgreementFile.id == file_id, AgreementFile.agreement_id == agreement_id)
        .options(joinedload(AgreementFile.stored_file))
    )


def agreements_for_place(code: str, on: date) -> list[Agreement]:
    """The agreements in force that apply to a municipality on a day, the nearest partner first; ready for ringing."""
    return [agreement for agreement in agreements_about(code) if agreement.applies_on(on)]


def agreements_for_places(codes: Collection[str], on: date) -> list[Agreement]:
    """The agreements in force that apply to any of these municipalities on a day."""
    return [agreement for agreement in _about(codes) if agreement.applies_on(on)] if codes else []


def agreements_about(code: str) -> list[Agreement]:
    """Every agreement that has not ended and whose area contains a municipality, drafts and expired ones included."""
    return _about([code])


def candidates_in(codes: Collection[str]) -> list[BaseCandidate]:
    """The base candidates of agreements that have not ended, in these municipalities."""
    wanted = (
        select(BaseCandidate)
        .join(BaseCandidate.agreement)
        .where(BaseCandidate.municipality_code.in_(codes), Agreement.status != AgreementStatus.ENDED)
        .order_by(BaseCandidate.capacity_cars.desc().nulls_last(), BaseCandidate.id)
        .options(joinedload(BaseCandidate.agreement), joinedload(BaseCandidate.municipality))
    )
    return list(db.session.scalars(wanted))


def usable_candidate(candidate_id: int) -> BaseCandidate | None:
    """A base candidate of an agreement that has not ended."""
    wanted = select(BaseCandidate).join(BaseCandidate.agreement).where(Agreement.status != AgreementStatus.ENDED)
    return db.session.scalar(wanted.where(BaseCandidate.id == candidate_id))


def agreements_in_force(on: date) -> list[Agreement]:
    """Every agreement that applies somewhere on a day, without its parts: for maps and figures."""
    wanted = select(Agreement).where(Agreement.status == AgreementStatus.IN_FORCE).order_by(Agreement.id)
    return [agreement for agreement in db.session.scalars(wanted) if agreement.applies_on(on)]


def agreements_to_remind(day: date) -> list[Agreement]:
    """The agreements in force whose review date is near or past."""
    soon = day + timedelta(days=max(REMINDER_DAYS))
    wanted = select(Agreement).where(Agreement.status == AgreementStatus.IN_FORCE, Agreement.review_on <= soon)
    return list(db.session.scalars(wanted.options(selectinload(Agreement.parties)).order_by(Agreement.id)))


def people_to_remind() -> list[Staff]:
    """Who looks after agreements: coordinators and admins with an open account."""
    return list(
        db.session.scalars(select(Staff).where(Staff.role.in_(COORDINATORS), Staff.is_active).order_by(Staff.id))
    )


def _narrowed(filters: Filters) -> Iterable[ColumnElement[bool]]:
    if filters.is_ended:
        yield Agreement.status == AgreementStatus.ENDED
    else:
        yield Agreement.status != AgreementStatus.ENDED
    if filters.level:
        yield Agreement.level == filters.level
    yield from _in_prefecture(filters.prefecture)


def _in_prefecture(prefecture: str) -> Iterable[ColumnElement[bool]]:
    if prefecture:
        key = func.unnest(Agreement.area).label("key")
        keys = select(key).correlate(Agreement).subquery()
        yield select(keys.c.key).where(keys.c.key.startswith(prefecture, autoescape=True)).exists()


def _about(codes: Collection[str]) -> list[Agreement]:
    keys = sorted({key for code in codes for key in keys_of(code)})
    covering = or_(Agreement.area.overlap(keys), func.cardinality(Agreement.area) == 0)
    wanted: Select[Any] = select(Agreement).where(covering, Agreement.status != AgreementStatus.ENDED)
    found = db.session.scalars(wanted.options(*_for_ringing()).order_by(Agreement.id))
    return sorted(found, key=lambda agreement: NEAREST_FIRST.index(agreement.level))


def _for_ringing() -> tuple[Any, ...]:
    return selectinload(Agreement.parties), selectinload(Agreement.contacts)


def _open_reminders(agreement_ids: list[int]) -> dict[int, int]:
    """The nearest threshold that a reminder has gone out for, by agreement."""
    if not agreement_ids:
        return {}
    rows = db.session.execute(
        select(AgreementReminder.agreement_id, func.min(AgreementReminder.threshold_days).label("days"))
        .where(AgreementReminder.agreement_id.in_(agreement_ids), AgreementReminder.closed_at.is_(None))
        .group_by(AgreementReminder.agreement_id)
    )
    return {row.agreement_id: row.days for row in rows}
