"""The people of an activation who can be written to together."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from mra.applications import queries
from mra.applications.models import Application, CarRequest
from mra.core.db import db
from mra.disasters.queries import activations_to_choose_from
from mra.messaging.services import Addressee, Audience


def _supports() -> Iterable[tuple[int, str, int | None]]:
    return [(number, name, number) for number, name in activations_to_choose_from()]


def _who_waits(activation_id: int) -> Iterable[Addressee]:
    waiting = (
        select(Application)
        .options(selectinload(Application.activation))
        .where(
            Application.id.in_(
                select(CarRequest.application_id).join(Application).where(queries.is_waiting(activation_id))
            )
        )
        .order_by(Application.id)
    )
    return [addressee(one) for one in db.session.scalars(waiting)]


def addressee(application: Application) -> Addressee:
    """An applicant, as one of many who are written to."""
    help_phone = application.activation.help_phone
    return Addressee(application.phone, application.can_sms, "application", application.id, help_phone)


def _still_waits(activation_id: int, application_id: int) -> bool:
    """Whether an applicant still waits for a car: one that was withdrawn, or got its cars, does not."""
    waiting = select(CarRequest.id).join(Application)
    waiting = waiting.where(queries.is_waiting(activation_id), CarRequest.application_id == application_id)
    return db.session.scalar(select(waiting.exists())) or False


WAITING = Audience("waiting", "車の順番を待っている方", _supports, _who_waits, _still_waits)
