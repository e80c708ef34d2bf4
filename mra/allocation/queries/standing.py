"""Which offers stand, and until when: judged by the clock and by what waits, whatever the tidying job has done."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import InstrumentedAttribute, aliased

from mra.allocation import rules
from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.applications.models import Application, CarRequest
from mra.applications.rules import ApplicationStatus, RequestStatus
from mra.core import clock
from mra.disasters.models import Activation, Base


def holds(moment: datetime) -> ColumnElement[bool]:
    """An offer holds its car and its person until its deadline, and as long as that person waits.

    A withdrawn application cannot end its offers itself (allocation stands above it); they simply hold nothing more.
    """
    return and_(Offer.status == OfferStatus.MADE, Offer.deadline_at > moment, still_waits(Offer.request_id))


def still_waits(request_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """Whether the request of an offer or an override waits for a car, its application admitted."""
    # Aliases, so that this never joins itself to the requests of the statement around it.
    wish, asked = aliased(CarRequest), aliased(Application)
    return exists().where(
        wish.id == request_id,
        wish.status == RequestStatus.WAITING,
        asked.id == wish.application_id,
        asked.status == ApplicationStatus.ADMITTED,
    )


def hours_of(base: Base) -> rules.OpeningHours:
    """When somebody is at a base."""
    return rules.OpeningHours(base.opens_at, base.closes_at, base.closed_weekdays, base.closes_on)


def answer_deadline(activation: Activation, base: Base) -> datetime | None:
    """Until when an offer of a car at this base could be answered if it were made now; None if it is too late for one:
    the deadline, or every handover after it, would lie past the end of the base or of the support.
    """
    hours = hours_of(base)
    deadline = rules.answer_deadline(clock.now(), hours, (rules.end_of(activation.ends_on),))
    return deadline if deadline and rules.handover_on(deadline, hours, activation.ends_on) else None
