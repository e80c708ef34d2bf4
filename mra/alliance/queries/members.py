"""Members, whom to reach there, and who belongs to whom."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload, selectinload

from mra.accounts.queries import timeline_lines
from mra.core import clock
from mra.core.db import db
from mra.core.text import fold_width, kana
from mra.core.timeline import Line

from ..models import Member, MemberContact, MemberInvitation, MemberPerson
from ..rules import members as rules
from ..rules.members import BY_DAY, BY_NIGHT, InvitationStatus, MemberStatus
from .pledges import Figures, figures_of, is_doubtful_now

PAGE = 50
CURRENT, NIGHTLESS, DOUBTFUL, LEFT = "current", "nightless", "doubtful", "left"
SHELVES = (CURRENT, NIGHTLESS, DOUBTFUL, LEFT)

Umbrella = aliased(Member)
# An umbrella body, then its firms: both levels in the order of their readings.
ORDER = (
    func.coalesce(Umbrella.kana, Member.kana),
    func.coalesce(Member.parent_id, Member.id),
    Member.parent_id.is_not(None),
    Member.kana,
    Member.id,
)


def member_id_of_person(staff_id: int) -> int | None:
    """The member that an account belongs to; None for staff."""
    return db.session.scalar(select(MemberPerson.member_id).where(MemberPerson.staff_id == staff_id))


def visible_member_ids(member_id: int) -> set[int]:
    """What people of a member may see: their own organisation and the firms under it, never the umbrella above."""
    return set(db.session.scalars(select(Member.id).where(or_(Member.id == member_id, Member.parent_id == member_id))))


def contacts_for_call(member: Member, moment: datetime) -> list[MemberContact]:
    """Whom to call at a member now, the first one first: by day the day's contacts, at night and on holidays the night's."""
    return rules.reached_at(member.contacts, moment)


class MemberLine(NamedTuple):
    """A member as the list shows it."""

    member: Member
    figures: Figures
    is_reached_by_day: bool
    is_reached_by_night: bool


@dataclass(frozen=True)
class MemberPage:
    """Fifty members, umbrella bodies with their firms under them; `next_after` leads on."""

    lines: list[MemberLine]
    next_after: int | None


def members_page(shelf: str, search: str = "", after: int | None = None) -> MemberPage:
    """One shelf of the list, or what a search finds in all of them."""
    wanted = (
        select(Member)
        .outerjoin(Umbrella, Member.parent_id == Umbrella.id)
        .where(_named(search) if search else _on_shelf(shelf))
        .options(joinedload(Member.parent), selectinload(Member.contacts))
        .order_by(*ORDER)
        .limit(PAGE + 1)
    )
    anchor = _place_in_order(after) if after else None
    if anchor:
        wanted = wanted.where(tuple_(*ORDER) > tuple_(*anchor))
    found = list(db.session.scalars(wanted))
    shown = found[:PAGE]
    figures = figures_of([member.id for member in shown])
    return MemberPage(
        [_line(member, figures.get(member.id, Figures())) for member in shown],
        shown[-1].id if len(found) > PAGE else None,
    )


def _place_in_order(member_id: int) -> Sequence[Any] | None:
    return db.session.execute(
        select(*ORDER).outerjoin(Umbrella, Member.parent_id == Umbrella.id).where(Member.id == member_id)
    ).one_or_none()


def _line(member: Member, figures: Figures) -> MemberLine:
    return MemberLine(member, figures, is_reached_by_day(member.contacts), is_reached_by_night(member.contacts))


def is_reached_by_day(contacts: Iterable[MemberContact]) -> bool:
    """Whether anybody can be asked in office hours, by phone or by e-mail."""
    return any(contact.hours in BY_DAY for contact in contacts)


def is_reached_by_night(contacts: Iterable[MemberContact]) -> bool:
    """Whether a telephone rings at somebody's at night; an e-mail waits until the morning."""
    return any(contact.hours in BY_NIGHT and contact.phone for contact in contacts)


def member_counts() -> dict[str, int]:
    """How many members stand on each shelf, in one statement."""
    row = db.session.execute(
        select(*(func.count().filter(_on_shelf(shelf)).label(shelf) for shelf in SHELVES)).select_from(Member)
    ).one()
    return {shelf: getattr(row, shelf) for shelf in SHELVES}


def _on_shelf(shelf: str) -> ColumnElement[bool]:
    is_current = Member.status == MemberStatus.CURRENT
    if shelf == LEFT:
        return Member.status == MemberStatus.LEFT
    if shelf == NIGHTLESS:
        by_night = and_(
            MemberContact.member_id == Member.id,
            MemberContact.hours.in_(BY_NIGHT),
            MemberContact.phone.is_not(None),
        )
        return and_(is_current, ~exists(select(MemberContact.id).where(by_night)))
    if shelf == DOUBTFUL:
        return and_(is_current, is_doubtful_now(clock.today(), of=Member.id))
    return is_current


def _named(text: str) -> ColumnElement[bool]:
    """A part of the name in any width, or of the reading in hiragana or katakana; spaces do not matter."""
    name = fold_width(text).replace(" ", "").casefold()
    # NFKC is a key word of SQL here, not a value.
    known = func.lower(func.replace(func.normalize(Member.name, literal_column("NFKC")), " ", ""))
    plain = func.translate(known, "‐‑‒–—―−─━ー－", "-----------")
    meanings = [plain.contains(name, autoescape=True)]
    reading = (kana(text) or "").replace(" ", "")
    if reading:
        meanings.append(func.replace(Member.kana, " ", "").contains(reading, autoescape=True))
    return or_(*meanings)


def member_with_everything(member_id: int) -> Member | None:
    """One member with its umbrella, firms, contacts and place."""
    return db.session.scalar(
        select(Member)
        .where(Member.id == member_id)
        .options(
            joinedload(Member.parent),
            joinedload(Member.municipality),
            selectinload(Member.contacts),
            selectinload(Member.firms).selectinload(Member.contacts),
        )
    )


def members_by_id(member_ids: Collection[int]) -> list[Member]:
    """These members, umbrella bodies first, then by reading."""
    return list(
        db.session.scalars(
            select(Member)
            .where(Member.id.in_(member_ids))
            .order_by(Member.parent_id.is_not(None), Member.kana, Member.id)
        )
    )


def umbrella_choices(apart_from: int | None = None) -> list[tuple[str, str]]:
    """(id, name) of the members that may stand above others: those that stand under none and have not left."""
    top = select(Member.id, Member.name).where(Member.parent_id.is_(None), Member.status == MemberStatus.CURRENT)
    rows = db.session.execute(top.where(Member.id != (apart_from or 0)).order_by(Member.kana, Member.id))
    return [(str(row.id), row.name) for row in rows]


def people_of(member_id: int) -> list[MemberPerson]:
    """The accounts of a member, those that may sign in first."""
    return sorted(
        db.session.scalars(select(MemberPerson).where(MemberPerson.member_id == member_id)),
        key=lambda person: (not person.staff.is_active, person.staff_id),
    )


def invitations_of(member_id: int) -> list[MemberInvitation]:
    """The invitations of a member that may still be used or were revoked, newest first; accepted ones are people now."""
    return list(
        db.session.scalars(
            select(MemberInvitation)
            .where(MemberInvitation.member_id == member_id, MemberInvitation.status != InvitationStatus.ACCEPTED)
            .order_by(MemberInvitation.id.desc())
        )
    )


def history_of(member: Member) -> Sequence[Line]:
    """What happened to a member and its invitations, newest first."""
    invited = select(MemberInvitation.id).where(MemberInvitation.member_id == member.id)
    return timeline_lines(("member", [member.id]), ("member_invitation", db.session.scalars(invited)))
