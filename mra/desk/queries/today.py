"""Everything that the desk must not forget today, most urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.applications.models import Application, CarRequest
from mra.applications.rules import ApplicationStatus
from mra.core import clock
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.disasters.rules import ActivationStatus
from mra.loans.models import Loan
from mra.loans.rules import LoanStatus
from mra.messaging.models import Message
from mra.messaging.rules import MessageStatus
from mra.vehicles.models import Vehicle, VehicleDocument
from mra.vehicles.rules import VehicleStatus

from .. import rules

Row = TypeVar("Row")


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """The first rows of a list and how many there are in all."""

    rows: Sequence[Row]
    total: int

    @property
    def unseen(self) -> int:
        """How many rows the page leaves out."""
        return self.total - len(self.rows)


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
    """What the page shows, for one base or for all."""

    overdue: Listing[Loan]
    handovers: Listing[Loan]
    returns: Listing[Loan]
    to_phone: Listing[Offer]
    expiring: Listing[Offer]
    silent: Listing[Application]
    intake: Intake
    tomorrow: Listing[Loan]
    papers_ending: int


def day_of(day: date) -> tuple[datetime, datetime]:
    """The moments at which a day in Japan begins and ends."""
    begins = datetime.combine(day, time.min, JAPAN)
    return begins, begins + timedelta(days=1)


def activation_at_work() -> Activation | None:
    """The activation that staff work on: the newest that is not closed."""
    return db.session.scalar(
        select(Activation).where(Activation.status != ActivationStatus.CLOSED).order_by(Activation.id.desc()).limit(1)
    )


def work_of_bases(activation: Activation) -> list[BaseWork]:
    """The bases of an activation with the number of today's tasks."""
    _, day_ends = day_of(clock.today())
    is_task = or_(
        and_(Loan.status == LoanStatus.RESERVED, Loan.handover_at < day_ends),
        and_(Loan.status == LoanStatus.ON_LOAN, Loan.due_at < day_ends),
    )
    tasks = func.count(Loan.id).filter(is_task)
    rows = db.session.execute(
        select(Base, tasks)
        .outerjoin(Loan, Loan.base_id == Base.id)
        .where(Base.activation_id == activation.id)
        .group_by(Base.id)
        .order_by(Base.id)
    )
    return [BaseWork(base, number) for base, number in rows]


def todays_work(activation: Activation, base_ids: list[int]) -> Today:
    """Today's lists for these bases; applications belong to no base and are shown for the whole activation."""
    moment, (_, day_ends) = clock.now(), day_of(clock.today())
    return Today(
        overdue=_loans(base_ids, Loan.due_at, Loan.status == LoanStatus.ON_LOAN, Loan.due_at < moment),
        # Appointments nobody came to stay on the list until somebody settles them.
        handovers=_loans(base_ids, Loan.handover_at, Loan.status == LoanStatus.RESERVED, Loan.handover_at < day_ends),
        returns=_loans(
            base_ids, Loan.due_at, Loan.status == LoanStatus.ON_LOAN, Loan.due_at >= moment, Loan.due_at < day_ends
        ),
        to_phone=_open_offers(base_ids, or_(~Application.can_sms, _last_message_failed())),
        expiring=_open_offers(base_ids, Offer.deadline_at < day_ends),
        silent=_silent(activation, moment),
        intake=_intake(activation),
        tomorrow=_loans(
            base_ids,
            Loan.handover_at,
            Loan.status == LoanStatus.RESERVED,
            Loan.handover_at >= day_ends,
            Loan.handover_at < day_ends + timedelta(days=1),
        ),
        papers_ending=_papers_ending(base_ids, clock.today() + rules.PAPERS_NOTICE),
    )


def _listing(statement: Select[Any]) -> Listing[Any]:
    """The first rows with the full count, in one statement."""
    rows = db.session.execute(statement.add_columns(func.count().over()).limit(rules.ROWS_SHOWN)).all()
    return Listing([row[0] for row in rows], rows[0][1] if rows else 0)


def _loans(base_ids: list[int], order: Any, *conditions: ColumnElement[bool]) -> Listing[Loan]:
    borrower = joinedload(Loan.car_request, innerjoin=True).joinedload(CarRequest.application, innerjoin=True)
    return _listing(
        select(Loan)
        .options(borrower, joinedload(Loan.vehicle, innerjoin=True), joinedload(Loan.base, innerjoin=True))
        .where(Loan.base_id.in_(base_ids), *conditions)
        .order_by(order, Loan.id)
    )


def _open_offers(base_ids: list[int], condition: ColumnElement[bool]) -> Listing[Offer]:
    applicant = joinedload(Offer.car_request, innerjoin=True).joinedload(CarRequest.application, innerjoin=True)
    return _listing(
        select(Offer)
        .join(CarRequest, CarRequest.id == Offer.request_id)
        .join(Application, Application.id == CarRequest.application_id)
        .options(applicant, joinedload(Offer.vehicle, innerjoin=True), joinedload(Offer.base, innerjoin=True))
        .where(
            Offer.base_id.in_(base_ids),
            Offer.status == OfferStatus.MADE,
            Offer.deadline_at > clock.now(),
            condition,
        )
        .order_by(Offer.deadline_at, Offer.id)
    )


def _last_message_failed() -> ColumnElement[bool]:
    newest = (
        select(Message.status)
        .where(Message.subject_kind == "offer", Message.subject_id == Offer.id)
        .order_by(Message.id.desc())
        .limit(1)
        .correlate(Offer)
        .scalar_subquery()
    )
    return newest.in_((MessageStatus.FAILED, MessageStatus.UNDELIVERED))


def _silent(activation: Activation, moment: datetime) -> Listing[Application]:
    return _listing(
        select(Application)
        .where(
            Application.activation_id == activation.id,
            Application.status == ApplicationStatus.ASKED_BACK,
            Application.decided_at <= moment - rules.SILENCE_TO_WORRY,
        )
        .order_by(Application.decided_at, Application.id)
    )


def _intake(activation: Activation) -> Intake:
    count, oldest_at = db.session.execute(
        select(func.count(), func.min(Application.received_at)).where(
            Application.activation_id == activation.id, Application.status == ApplicationStatus.RECEIVED
        )
    ).one()
    return Intake(count, oldest_at)


def _papers_ending(base_ids: list[int], by: date) -> int:
    """How many cars have a paper whose newest copy ends by a day."""
    newest = (
        select(VehicleDocument.vehicle_id, func.max(VehicleDocument.ends_on).label("ends_on"))
        .join(Vehicle, Vehicle.id == VehicleDocument.vehicle_id)
        .where(Vehicle.base_id.in_(base_ids), Vehicle.status != VehicleStatus.RELEASED)
        .group_by(VehicleDocument.vehicle_id, VehicleDocument.kind)
        .subquery()
    )
    found = db.session.scalar(select(func.count(newest.c.vehicle_id.distinct())).where(newest.c.ends_on <= by))
    return found or 0
