"""Everything that the desk must not forget today, most urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Generic, TypeVar

from sqlalchemy import and_, func, or_, select

from mra.allocation import queries as offers
from mra.allocation.models import Offer
from mra.allocation.queries import OfferList
from mra.applications.models import Application
from mra.applications.rules import ApplicationStatus
from mra.core import clock
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.loans import queries as loans
from mra.loans.models import Loan
from mra.loans.queries import Shelf
from mra.loans.rules import LoanStatus
from mra.vehicles import queries as vehicles
from mra.vehicles.queries import Filters

from .. import rules

Row = TypeVar("Row")


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """The first rows of a list and how many there are in all."""

    rows: Sequence[Row]
    total: int

    @property
    def has_more(self) -> bool:
        """Whether the page leaves rows out."""
        return self.total > len(self.rows)


@dataclass(frozen=True)
class BaseWork:
    """One base, and how many handovers, returns and late cars it has today."""

    base: Base
    tasks: int


@dataclass(frozen=True)
class Intake:
    """How many applications nobody has looked at, and since when the oldest waits."""

    count: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class Today:
    """What the page shows: loans and cars of one base or of all, offers and applications of the whole activation."""

    overdue: Listing[Loan]
    handovers: Listing[Loan]
    returns: Listing[Loan]
    to_phone: Listing[Offer]
    expiring: Listing[Offer]
    silent: Listing[Application]
    intake: Intake
    tomorrow: Listing[Loan]
    papers_ending: int


def work_of_bases(activation: Activation) -> list[BaseWork]:
    """The bases of an activation with the number of today's tasks."""
    is_task = or_(
        and_(Loan.status == LoanStatus.RESERVED, Loan.handover_at < _end_of_today()),
        and_(Loan.status == LoanStatus.ON_LOAN, Loan.due_at < _end_of_today()),
    )
    # The condition stands in the join: the loans that are over are not even looked at.
    rows = db.session.execute(
        select(Base, func.count(Loan.id))
        .outerjoin(Loan, and_(Loan.base_id == Base.id, is_task))
        .where(Base.activation_id == activation.id)
        .group_by(Base.id)
        .order_by(Base.id)
    )
    return [BaseWork(base, number) for base, number in rows]


def todays_work(activation: Activation, base_ids: list[int], base_id: int | None) -> Today:
    """Today's lists; `base_ids` are the chosen base or all, `base_id` is the chosen one."""
    today = clock.today()
    numbers = loans.counts(activation.id, base_id)
    return Today(
        overdue=_shelf(Shelf.OVERDUE, numbers, activation, base_id),
        # Appointments nobody came to stay on this shelf until somebody settles them.
        handovers=_shelf(Shelf.HANDOVERS_TODAY, numbers, activation, base_id),
        returns=_all([loan for loan in loans.returns_due(base_ids, today) if not loan.is_overdue(clock.now())]),
        to_phone=_to_phone(activation),
        expiring=_expiring(activation),
        silent=_silent(activation),
        intake=_intake(activation),
        tomorrow=_all(loans.handovers_on(base_ids, today + timedelta(days=1))),
        papers_ending=vehicles.vehicle_counts(Filters(base_id=base_id)).problems,
    )


def _end_of_today() -> datetime:
    return datetime.combine(clock.today() + timedelta(days=1), time.min, JAPAN)


def _all(rows: Sequence[Row]) -> Listing[Row]:
    """A list that is as long as a day at a base can be."""
    return Listing(rows, len(rows))


def _shelf(shelf: Shelf, numbers: dict[Shelf, int], activation: Activation, base_id: int | None) -> Listing[Loan]:
    rows, _ = loans.page_of(shelf, activation_id=activation.id, base_id=base_id)
    return Listing(rows, numbers[shelf])


def _to_phone(activation: Activation) -> Listing[Offer]:
    """Offers of whose car no SMS can tell, the nearest deadline first."""
    rows = [listed.offer for listed in offers.offers_page(activation.id, OfferList.CALL)]
    return Listing(rows[: rules.ROWS_SHOWN], offers.offer_count(activation.id, OfferList.CALL))


def _expiring(activation: Activation) -> Listing[Offer]:
    """Offers that can be answered until some time today."""
    return Listing(*offers.ending_offers(activation.id, before=_end_of_today(), limit=rules.ROWS_SHOWN))


def _silent(activation: Activation) -> Listing[Application]:
    """Applicants who were asked something and have not answered for too long, the longest silence first."""
    rows = db.session.execute(
        select(Application, func.count().over())
        .where(
            Application.activation_id == activation.id,
            Application.status == ApplicationStatus.ASKED_BACK,
            Application.decided_at <= clock.now() - rules.SILENCE_TO_WORRY,
        )
        .order_by(Application.decided_at, Application.id)
        .limit(rules.ROWS_SHOWN)
    ).all()
    return Listing([row[0] for row in rows], rows[0][1] if rows else 0)


def _intake(activation: Activation) -> Intake:
    count, oldest_at = db.session.execute(
        select(func.count(), func.min(Application.received_at)).where(
            Application.activation_id == activation.id, Application.status == ApplicationStatus.RECEIVED
        )
    ).one()
    return Intake(count, oldest_at)
