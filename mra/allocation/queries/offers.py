"""Offers: those that stand, those to tidy up, and the lists of the page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, cast, func, literal, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from mra.allocation.models import Offer
from mra.allocation.rules import OfferStatus
from mra.applications.models import Application, CarRequest
from mra.core import clock
from mra.core.db import db
from mra.disasters.models import Base, TermsLine, TermsVersion
from mra.messaging import queries as messaging
from mra.messaging.models import Message
from mra.vehicles.models import Vehicle
from mra.vehicles.queries.commitments import OFFER

from .standing import holds

Columns = TypeVarTuple("Columns")
PAGE_LENGTH = 50
PERSON = (
    *(Application.serial, Application.family_name, Application.given_name),
    *(Application.phone, Application.can_sms),
)
CAR = (
    *(Vehicle.vehicle_class, Vehicle.chassis_number),
    *(Vehicle.plate_area, Vehicle.plate_class, Vehicle.plate_kana, Vehicle.plate_serial),
)


def open_offers(activation_id: int) -> list[Offer]:
    """The offers that can still be answered, the nearest deadline first."""
    wanted = _with_everything().where(Offer.activation_id == activation_id, _belongs(OfferList.OPEN, clock.now()))
    return list(db.session.scalars(wanted.order_by(Offer.deadline_at, Offer.id)))


def offered_vehicles(vehicle_ids: Collection[int]) -> dict[int, str]:
    """Which of these cars are held for somebody by an offer; the vehicles ask before they move one."""
    held = db.session.scalars(select(Offer.vehicle_id).where(Offer.vehicle_id.in_(vehicle_ids), holds(clock.now())))
    return dict.fromkeys(held, "案内中")


def commitments() -> Select[Any]:
    """Until when the car of an offer would be out if it is accepted on the last day; for the register of vehicles."""
    term = (
        select(TermsLine.days)
        .join(TermsLine.version)
        .where(TermsVersion.activation_id == Offer.activation_id, TermsLine.vehicle_class == Vehicle.vehicle_class)
        .order_by(TermsVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    answered_on = cast(func.timezone("Asia/Tokyo", Offer.deadline_at), Date)
    return (
        select(
            Offer.vehicle_id.label("vehicle_id"),
            literal(OFFER).label("rank"),
            Offer.id.label("subject_id"),
            func.least(CarRequest.needed_until, answered_on + cast(term, Integer)).label("until_on"),
        )
        .join(Offer.vehicle)
        .join(Offer.car_request)
        .where(holds(clock.now()))
    )


def newest_offer(request_id: int) -> Offer | None:
    """The last offer made to a request, whatever became of it."""
    return db.session.scalar(
        select(Offer)
        .where(Offer.request_id == request_id)
        .options(joinedload(Offer.vehicle), joinedload(Offer.base))
        .order_by(Offer.id.desc())
        .limit(1)
    )


def was_offered_since(offer: Offer) -> bool:
    """Whether the car of an offer has been offered to anybody since."""
    later = select(Offer.id).where(Offer.vehicle_id == offer.vehicle_id, Offer.id > offer.id)
    return db.session.scalar(select(later.exists())) or False


def offers_to_close(*, wait: bool = False) -> Select[Offer]:
    """The offers that hold nothing any more but are still written down as made, locked; those that somebody else is
    just answering are passed over unless told to wait for them.
    """
    return (
        select(Offer)
        .where(Offer.status == OfferStatus.MADE, ~holds(clock.now()))
        .order_by(Offer.id)
        .with_for_update(of=Offer, key_share=True, skip_locked=not wait)
        .execution_options(populate_existing=True)
    )


class OfferList(StrEnum):
    """The lists of the page of offers; `call` are open offers whose people no SMS has reached."""

    OPEN = "open"
    CALL = "call"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    RETRACTED = "retracted"


@dataclass(frozen=True)
class ListedOffer:
    """One row of the list; `needs_call` where the SMS cannot or did not arrive."""

    offer: Offer
    needs_call: bool


def _needs_call() -> ColumnElement[bool]:
    """No mobile phone, or the SMS came back."""
    return or_(~Application.can_sms, func.coalesce(messaging.needs_call(), False))


def _joined(wanted: Select[*Columns]) -> Select[*Columns]:
    """Offers with their people, cars, bases and the SMS that told of them."""
    told = and_(
        *(Message.subject_kind == "offer", Message.subject_id == Offer.id, Message.template == "offer_made"),
        messaging.is_last_try(),
    )
    return (
        wanted.join(Offer.car_request)
        .join(CarRequest.application)
        .join(Offer.vehicle)
        .join(Offer.base)
        .outerjoin(Message, told)
    )


def _with_everything() -> Select[Offer, bool]:
    return _joined(select(Offer, _needs_call())).options(
        contains_eager(Offer.car_request).contains_eager(CarRequest.application),
        contains_eager(Offer.vehicle),
        contains_eager(Offer.base),
    )


def _listed() -> Select[Offer, bool]:
    """Offers with what a row of a list shows, and of the people and cars no more than that."""
    car_request = contains_eager(Offer.car_request)
    return _joined(select(Offer, _needs_call())).options(
        car_request.load_only(CarRequest.application_id),
        car_request.contains_eager(CarRequest.application).load_only(*PERSON),
        contains_eager(Offer.vehicle).load_only(*CAR),
        contains_eager(Offer.base).load_only(Base.name),
    )


def _belongs(which: OfferList, moment: datetime) -> ColumnElement[bool]:
    """`Offer.status_at`, said to the database in words that its indexes understand."""
    made = Offer.status == OfferStatus.MADE
    if which is OfferList.OPEN:
        return and_(made, Offer.deadline_at > moment)
    if which is OfferList.CALL:
        return and_(made, Offer.deadline_at > moment, _needs_call())
    if which is OfferList.EXPIRED:
        return or_(Offer.status == OfferStatus.EXPIRED, and_(made, Offer.deadline_at <= moment))
    return Offer.status == OfferStatus(which.value)


def offers_page(activation_id: int, which: OfferList, *, after: int | None = None) -> list[ListedOffer]:
    """One page of a list and one row more, so that one sees whether there is another page. Open ones come by deadline,
    the others newest first; `after` is the id of the last offer of the page before.
    """
    wanted = _listed().where(Offer.activation_id == activation_id, _belongs(which, clock.now()))
    wanted = wanted.limit(PAGE_LENGTH + 1)
    if which in (OfferList.OPEN, OfferList.CALL):
        wanted = wanted.order_by(Offer.deadline_at, Offer.id)
        if after is not None:
            deadline = select(Offer.deadline_at).where(Offer.id == after).correlate(None).scalar_subquery()
            wanted = wanted.where(tuple_(Offer.deadline_at, Offer.id) > tuple_(deadline, after))
    else:
        wanted = wanted.order_by(Offer.id.desc())
        if after is not None:
            wanted = wanted.where(Offer.id < after)
    return [ListedOffer(offer, needs_call) for offer, needs_call in db.session.execute(wanted)]


def ending_offers(activation_id: int, *, before: datetime, limit: int) -> tuple[list[Offer], int]:
    """The open offers that can be answered until then at most, the nearest deadline first, and how many there are."""
    wanted = _listed().add_columns(func.count().over()).order_by(Offer.deadline_at, Offer.id).limit(limit)
    wanted = wanted.where(Offer.activation_id == activation_id, _belongs(OfferList.OPEN, clock.now()))
    rows = db.session.execute(wanted.where(Offer.deadline_at < before)).all()
    return [row[0] for row in rows], rows[0][2] if rows else 0


def offer_counts(activation_id: int) -> dict[OfferList, int]:
    """How many offers each list holds, in two statements: an index counts all but those that people must be called
    for, and these are looked for among the open ones only.
    """
    moment = clock.now()
    counted = db.session.execute(
        select(Offer.status, func.count(), func.count().filter(Offer.deadline_at > moment))
        .where(Offer.activation_id == activation_id)
        .group_by(Offer.status)
    )
    totals = {status: (total, in_time) for status, total, in_time in counted}
    made, still_open = totals.pop(OfferStatus.MADE, (0, 0))
    ended = {OfferList(status.value): total for status, (total, _) in totals.items()}
    counts = dict.fromkeys(OfferList, 0) | ended
    counts[OfferList.EXPIRED] += made - still_open
    return counts | {OfferList.OPEN: still_open, OfferList.CALL: offer_count(activation_id, OfferList.CALL)}


def offer_count(activation_id: int, which: OfferList) -> int:
    """How many offers one list holds."""
    counted = select(func.count()).select_from(Offer)
    if which is OfferList.CALL:
        counted = _joined(counted)
    return db.session.scalar(counted.where(Offer.activation_id == activation_id, _belongs(which, clock.now()))) or 0


def offer_for_page(offer_id: int) -> ListedOffer | None:
    """One offer with all that its page shows."""
    found = db.session.execute(_with_everything().where(Offer.id == offer_id)).one_or_none()
    return ListedOffer(*found) if found else None
