"""The borrowers of a base, who can be written to together."""

from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from mra.applications.models import Application, CarRequest
from mra.applications.services.audiences import addressee
from mra.core.db import db
from mra.disasters.models import Base
from mra.disasters.queries import activations_to_choose_from
from mra.loans.models import Loan
from mra.loans.rules import LoanStatus
from mra.messaging.services import Addressee, Audience


def _bases() -> Iterable[tuple[int, str, int | None]]:
    supports = dict(activations_to_choose_from())
    found = select(Base.id, Base.name, Base.activation_id).where(Base.activation_id.in_(supports)).order_by(Base.id)
    return [(number, f"{supports[support]} {name}", support) for number, name, support in db.session.execute(found)]


def _who_has_a_car(base_id: int) -> Iterable[Addressee]:
    lent = _borrowers(base_id).options(joinedload(Application.activation)).order_by(Application.id)
    return [addressee(one) for one in db.session.scalars(lent)]


def _still_has_a_car(base_id: int, application_id: int) -> bool:
    """Whether an applicant still has a car of this base, or one reserved there."""
    return db.session.scalar(select(_borrowers(base_id).where(Application.id == application_id).exists())) or False


def _borrowers(base_id: int) -> Select[Application]:
    return (
        select(Application)
        .join(CarRequest, CarRequest.application_id == Application.id)
        .join(Loan, Loan.request_id == CarRequest.id)
        .where(Loan.base_id == base_id, Loan.status.in_((LoanStatus.RESERVED, LoanStatus.ON_LOAN)))
    )


BORROWERS = Audience("borrowers", "予約中・貸出中の方", _bases, _who_has_a_car, _still_has_a_car)
