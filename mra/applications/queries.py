"""Reading applications: the queue, the waiting order, search, likely duplicates."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, selectinload

from mra.core.application_number import parse_number
from mra.core.db import db
from mra.core.phone import PhoneFault, parse_phone
from mra.core.text import fold_width, longest_pieces, search_key
from mra.disasters.priorities import Effect, Priorities, Shift, last_tier

from .models import Application, CarRequest
from .rules import ORDERED, ApplicationStatus, RequestStatus

PAGE_ROWS = 50
# A serial number, or the end of a phone number, as staff type it into the one search box.
SHORTEST_DIGITS = 3
LONGEST_SERIAL = 9

ENDED = (ApplicationStatus.TURNED_DOWN, ApplicationStatus.WITHDRAWN)
WAITING_ORDER: tuple[InstrumentedAttribute[Any], ...] = (CarRequest.tier, CarRequest.submitted_at, CarRequest.id)
ORDER_OF_ARRIVAL: tuple[InstrumentedAttribute[Any], ...] = (Application.received_at, Application.id)


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue; `place` and `car_request` only where cars wait in order."""

    application: Application
    is_duplicate: bool
    car_request: CarRequest | None = None
    place: int | None = None


@dataclass(frozen=True)
class QueuePage:
    """Up to fifty lines, and the ids from which the next and the previous page start."""

    rows: list[QueueRow]
    next_after: int | None = None
    previous_before: int | None = None


@dataclass(frozen=True)
class QueueCounts:
    """How many applications stand where; waiting is counted in cars."""

    by_status: dict[ApplicationStatus, int]
    waiting_cars: int
    provided: int

    @property
    def total(self) -> int:
        """All applications of the activation."""
        return sum(self.by_status.values())


def application_by_number(text: str) -> Application | None:
    """The application of a number as it was read out on the phone; None for a wrong check digit."""
    serial = parse_number(text)
    if serial is None:
        return None
    return db.session.scalar(select(Application).where(Application.serial == serial))


def waiting(activation_id: int) -> list[CarRequest]:
    """All cars that admitted applications wait for, in the order in which they are served."""
    return list(db.session.scalars(_waiting(activation_id).order_by(*WAITING_ORDER)))


def place_in_queue(car_request: CarRequest) -> int:
    """Which in the waiting order a car request is, 1 being next; one not yet admitted: where it would stand."""
    own = (car_request.tier, car_request.submitted_at, car_request.id)
    return 1 + _count_before(car_request.activation_id, own)


def is_waiting(activation_id: int) -> ColumnElement[bool]:
    """A car that an admitted application of this activation waits for; needs CarRequest joined with Application."""
    return and_(
        CarRequest.activation_id == activation_id,
        CarRequest.status == RequestStatus.WAITING,
        # The same as the request's; said twice, an index alone tells which applications are admitted.
        Application.activation_id == activation_id,
        Application.status == ApplicationStatus.ADMITTED,
    )


def in_order(activation_id: int) -> tuple[ColumnElement[bool], ...]:
    """The requests whose tier matters: they wait, or are reserved and may come to wait again."""
    return CarRequest.activation_id == activation_id, CarRequest.status.in_(ORDERED)


def tier_by(priorities: Priorities) -> ColumnElement[int]:
    """`priorities.tier_of` in the database's words; needs CarRequest joined with Application."""
    last = literal(last_tier(priorities))
    if not priorities:
        return last
    whens = [(Application.circumstances.overlap(sorted(one.circumstances)), at) for at, one in enumerate(priorities, 1)]
    return case(*whens, else_=last)


def tier_under(priorities: Priorities) -> ColumnElement[int]:
    """The tier under another rule: the rule's own, but for those whom staff moved; these keep theirs, the last at most."""
    by_staff = func.least(CarRequest.tier, last_tier(priorities))
    return case((CarRequest.tier_set_by_staff_id.is_not(None), by_staff), else_=tier_by(priorities))


def effect_of(activation_id: int, priorities: Priorities) -> Effect:
    """What a rule would do to those who wait now (also those not yet admitted), counted in one statement."""
    by_hand, after = CarRequest.tier_set_by_staff_id.is_not(None), tier_under(priorities)
    arrival = (CarRequest.submitted_at, CarRequest.id)
    places = (
        select(
            by_hand.label("by_hand"),
            CarRequest.tier.label("before"),
            after.label("after"),
            func.row_number().over(order_by=(CarRequest.tier, *arrival)).label("place"),
            func.row_number().over(order_by=(after, *arrival)).label("next_place"),
        )
        .join(CarRequest.application)
        .where(CarRequest.activation_id == activation_id, CarRequest.status == RequestStatus.WAITING)
        .subquery()
    ).c
    counted = (
        select(
            places.before,
            places.after,
            func.count(),
            func.count().filter(places.next_place < places.place),
            func.count().filter(places.next_place > places.place),
            func.count().filter(places.by_hand),
        )
        .group_by(places.before, places.after)
        .order_by(places.before, places.after)
    )
    rows = db.session.execute(counted).all()
    return Effect(tuple(Shift(*row[:5]) for row in rows), sum(row[5] for row in rows))


def _count_before(activation_id: int, key: Sequence[Any]) -> int:
    before = (
        select(func.count())
        .select_from(CarRequest)
        .join(CarRequest.application)
        .where(is_waiting(activation_id), tuple_(*WAITING_ORDER) < tuple_(*key))
    )
    return db.session.scalar(before) or 0


def _waiting(activation_id: int) -> Select[CarRequest]:
    return (
        select(CarRequest)
        .join(CarRequest.application)
        .options(contains_eager(CarRequest.application))
        .where(is_waiting(activation_id))
    )


def counts(activation_id: int) -> QueueCounts:
    """The numbers beside the filters, in two statements whatever the length of the queue."""
    statuses = db.session.execute(
        select(Application.status, func.count())
        .where(Application.activation_id == activation_id)
        .group_by(Application.status)
    )
    by_status = dict(statuses.all())
    cars, applications = db.session.execute(
        select(func.count(), func.count(CarRequest.application_id.distinct()))
        .join(CarRequest.application)
        .where(is_waiting(activation_id))
    ).one()
    return QueueCounts(by_status, cars, by_status.get(ApplicationStatus.ADMITTED, 0) - applications)


def _is_duplicate() -> ColumnElement[bool]:
    """Same phone, birth date and reading of the name: families share phones, so one of them alone says nothing."""
    other = aliased(Application)
    return exists().where(
        other.activation_id == Application.activation_id,
        other.phone == Application.phone,
        other.born_on == Application.born_on,
        other.family_kana == Application.family_kana,
        other.given_kana == Application.given_kana,
        other.id != Application.id,
        other.status.not_in(ENDED),
    )


def possible_duplicates(application: Application) -> list[Application]:
    """Other live applications of what is probably the same person; a label for staff, never a reason to refuse."""
    return list(
        db.session.scalars(
            select(Application)
            .where(
                Application.activation_id == application.activation_id,
                Application.phone == application.phone,
                Application.born_on == application.born_on,
                Application.family_kana == application.family_kana,
                Application.given_kana == application.given_kana,
                Application.id != application.id,
                Application.status.not_in(ENDED),
            )
            .order_by(Application.id)
        )
    )


def waiting_page(activation_id: int, *, after: int | None = None, before: int | None = None) -> QueuePage:
    """One page of the waiting order, each car with its place."""
    wanted = _waiting(activation_id).add_columns(_is_duplicate())
    rows, has_next, has_previous = _page(wanted, CarRequest, WAITING_ORDER, after, before)
    if not rows:
        return QueuePage([])
    first = rows[0][0]
    place = 1 + _count_before(activation_id, (first.tier, first.submitted_at, first.id))
    lines = [
        QueueRow(car_request.application, is_duplicate, car_request, place + offset)
        for offset, (car_request, is_duplicate) in enumerate(rows)
    ]
    return QueuePage(lines, rows[-1][0].id if has_next else None, first.id if has_previous else None)


def queue_page(
    activation_id: int,
    *conditions: ColumnElement[bool],
    after: int | None = None,
    before: int | None = None,
) -> QueuePage:
    """One page of the applications that meet the conditions, oldest first."""
    wanted = (
        select(Application, _is_duplicate())
        .options(selectinload(Application.requests))
        .where(Application.activation_id == activation_id, *conditions)
    )
    rows, has_next, has_previous = _page(wanted, Application, ORDER_OF_ARRIVAL, after, before)
    lines = [QueueRow(application, is_duplicate) for application, is_duplicate in rows]
    if not lines:
        return QueuePage([])
    return QueuePage(lines, rows[-1][0].id if has_next else None, rows[0][0].id if has_previous else None)


def _page(
    wanted: Any,
    table: type[Application] | type[CarRequest],
    order: tuple[InstrumentedAttribute[Any], ...],
    after: int | None,
    before: int | None,
) -> tuple[Sequence[Any], bool, bool]:
    """Fifty rows beyond the row `after`, or the fifty ahead of the row `before`; one more tells if it goes on."""
    edge = after if before is None else before
    if edge is not None:
        # Column by column: compared with a subquery of several columns, the index would be read from its beginning.
        here = tuple_(*(select(column).where(table.id == edge).scalar_subquery() for column in order))
        wanted = wanted.where(tuple_(*order) > here if before is None else tuple_(*order) < here)
    backwards = before is not None
    keys = [column.desc() for column in order] if backwards else list(order)
    rows = db.session.execute(wanted.order_by(*keys).limit(PAGE_ROWS + 1)).all()
    is_more = len(rows) > PAGE_ROWS
    rows = rows[:PAGE_ROWS]
    if backwards:
        return rows[::-1], True, is_more
    return rows, is_more, after is not None


def with_status(status: ApplicationStatus) -> ColumnElement[bool]:
    """Applications that stand in one status."""
    return Application.status == status


def is_provided() -> ColumnElement[bool]:
    """Admitted applications of which no car waits any longer: each is reserved, lent or not needed."""
    waits = exists().where(CarRequest.application_id == Application.id, CarRequest.status == RequestStatus.WAITING)
    return (Application.status == ApplicationStatus.ADMITTED) & ~waits


def matching(text: str) -> ColumnElement[bool] | None:
    """What staff mean by a search: a number, a phone or its last digits, or a name however written; None: nothing."""
    if serial := parse_number(text):
        return Application.serial == serial
    figures = re.sub(r"[-()\s+]", "", fold_width(text))
    if figures.isascii() and figures.isdigit():
        return _matching_digits(figures)
    key = search_key(text)
    if not key:
        return None
    # The pieces find the names by index; of several, only the whole key tells whether they stand together.
    return Application.name_pieces.contains(longest_pieces(key)) & Application.name_key.contains(key, autoescape=True)


def _matching_digits(figures: str) -> ColumnElement[bool] | None:
    if len(figures) < SHORTEST_DIGITS:
        return None
    ending = Application.phone.endswith(_without_trunk_zero(figures), autoescape=True)
    if len(figures) <= LONGEST_SERIAL:
        return ending | (Application.serial == int(figures))
    return ending


def _without_trunk_zero(figures: str) -> str:
    """A whole number as stored (+81…); the end of one as it is."""
    try:
        number = parse_phone(figures)
    except PhoneFault:
        return figures
    return number.e164 if number else figures
