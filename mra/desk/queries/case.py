"""One applicant's case: everything that ever happened to it, read down through the house."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from mra.accounts.queries import timeline_lines
from mra.allocation import forecast as forecasts
from mra.allocation.models import Forecast, Offer
from mra.allocation.queries import has_stopped_offering
from mra.allocation.queries.forecast import forecasts_of
from mra.allocation.rules import OFFER, OfferStatus
from mra.applications.models import Application, CarRequest
from mra.applications.rules import ORDERED, ApplicationStatus, RequestStatus
from mra.core import clock
from mra.core.db import db
from mra.core.lifecycle import Word
from mra.core.timeline import Line
from mra.loans.models import Loan
from mra.loans.rules import LoanStatus
from mra.messaging.inbound.models import InboundMessage
from mra.messaging.models import Message

from .. import rules
from ..rules import Standing


@dataclass(frozen=True)
class Wish:
    """One wished car with what was offered and lent for it, newest first."""

    car_request: CarRequest
    place: int | None
    offers: Sequence[Offer]
    loans: Sequence[Loan]
    forecast: Forecast | None = None
    has_stopped: bool = False

    @property
    def open_offer(self) -> Offer | None:
        """The offer that can still be answered, judged now."""
        return next((offer for offer in self.offers if is_answerable(offer)), None)

    @property
    def outlook(self) -> str | None:
        """How long it may still take, in words for the person who waits; None where nothing has been worked out yet."""
        if self.forecast is None or self.standing is not Standing.WAITING:
            return None
        return forecasts.sentence(
            self.forecast.prospect,
            self.car_request.classes,
            today=clock.in_japan(self.forecast.made_at).date(),
            ends_on=self.car_request.application.activation.ends_on,
        )

    @property
    def no_more_offers(self) -> str | None:
        """That no car will be offered any more, said instead of an outlook: the intake is over, and offers have stopped."""
        return forecasts.NO_MORE_OFFERS if self.has_stopped and self.standing is Standing.WAITING else None

    @property
    def outlook_basis(self) -> str | None:
        """On what the outlook stands, for staff."""
        one = self.forecast
        if one is None or self.outlook is None:
            return None
        return forecasts.basis(
            one.prospect,
            ahead_least=one.ahead_least,
            ahead_most=one.ahead_most,
            free=one.free_count,
            releases=one.release_count,
            days=one.days_seen,
        )

    @property
    def may_be_moved(self) -> bool:
        """Whether its tier still matters: it waits, or may come to wait again."""
        return self.car_request.status in ORDERED

    @property
    def is_waiting(self) -> bool:
        """Whether this car is wished for, and neither reserved nor out."""
        return self.car_request.status is RequestStatus.WAITING

    @property
    def loan(self) -> Loan | None:
        """The newest loan that was not cancelled."""
        return next((loan for loan in self.loans if loan.status is not LoanStatus.CANCELLED), None)

    @property
    def standing(self) -> Standing:
        """Where this wished car stands."""
        loan = self.loan
        return rules.standing(
            self.car_request.application.status,
            self.car_request.status,
            has_open_offer=self.open_offer is not None,
            loan=loan.status if loan else None,
            is_overdue=bool(loan and loan.is_overdue(clock.now())),
        )

    def offer_word(self, offer: Offer) -> Word:
        """The word of an offer's status as it is judged now: past its deadline it has expired, tidied up or not."""
        return OFFER.word(offer.status_at(clock.now()))

    @property
    def fruitless_offer(self) -> Offer | None:
        """The last offer, where it came to nothing and the waiting goes on."""
        last = self.offers[0] if self.offers else None
        lost = self.standing is Standing.WAITING and last and last.status is not OfferStatus.ACCEPTED
        return last if lost else None


def is_answerable(offer: Offer) -> bool:
    """Whether an offer can still be answered: in time, and its person still waits for this car."""
    car_request = offer.car_request
    still_waits = (
        car_request.status is RequestStatus.WAITING and car_request.application.status is ApplicationStatus.ADMITTED
    )
    return still_waits and offer.is_open(clock.now())


def application(application_id: int) -> Application | None:
    """An application with everything that its pages print."""
    return db.session.scalar(
        select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.activation, innerjoin=True),
            selectinload(Application.drivers),
            selectinload(Application.requests).options(
                joinedload(CarRequest.priority_version), joinedload(CarRequest.tier_set_by)
            ),
        )
    )


def wishes(of: Application) -> list[Wish]:
    """The wished cars of an application in their order, with offers and loans."""
    ids = [car_request.id for car_request in of.requests]
    offers = _by_request(
        db.session.scalars(
            select(Offer)
            .where(Offer.request_id.in_(ids))
            .options(joinedload(Offer.vehicle, innerjoin=True), joinedload(Offer.base, innerjoin=True))
            .order_by(Offer.id.desc())
        )
    )
    loans = _by_request(
        db.session.scalars(
            select(Loan)
            .where(Loan.request_id.in_(ids))
            .options(joinedload(Loan.vehicle, innerjoin=True), joinedload(Loan.base, innerjoin=True))
            .order_by(Loan.id.desc())
        )
    )
    has_stopped = has_stopped_offering(of.activation)
    places, outlooks = places_in_queue(of), {} if has_stopped else forecasts_of(ids)
    return [
        Wish(one, places.get(one.id), offers.get(one.id, []), loans.get(one.id, []), outlooks.get(one.id), has_stopped)
        for one in of.requests
    ]


def places_in_queue(of: Application) -> dict[int, int]:
    """The place of each waiting request in the order of its activation, counted from 1."""
    if of.status is not ApplicationStatus.ADMITTED:
        return {}
    ahead, applicant = aliased(CarRequest), aliased(Application)
    rows = db.session.execute(
        select(CarRequest.id, func.count(ahead.id))
        .join(ahead, ahead.activation_id == CarRequest.activation_id)
        .join(applicant, applicant.id == ahead.application_id)
        .where(
            CarRequest.application_id == of.id,
            CarRequest.status == RequestStatus.WAITING,
            ahead.status == RequestStatus.WAITING,
            # Said of the applicants too: an index alone then tells which of them are admitted.
            applicant.activation_id == of.activation_id,
            applicant.status == ApplicationStatus.ADMITTED,
            tuple_(ahead.tier, ahead.submitted_at, ahead.id)
            <= tuple_(CarRequest.tier, CarRequest.submitted_at, CarRequest.id),
        )
        .group_by(CarRequest.id)
    )
    return {row[0]: row[1] for row in rows}


def _by_request(rows: Iterable[Offer] | Iterable[Loan]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.request_id, []).append(row)
    return grouped


def offer_of(application_id: int, offer_id: int) -> Offer | None:
    """An offer made to this application; None for anybody else's."""
    return db.session.scalar(
        select(Offer)
        .join(Offer.car_request)
        .where(Offer.id == offer_id, CarRequest.application_id == application_id)
        .options(
            contains_eager(Offer.car_request).joinedload(CarRequest.application, innerjoin=True),
            joinedload(Offer.vehicle, innerjoin=True),
            joinedload(Offer.base, innerjoin=True),
        )
    )


def messages(of: Application, found: Sequence[Wish]) -> list[Message | InboundMessage]:
    """What we wrote to this applicant and what came back from the number, newest first."""
    either = [
        and_(Message.subject_kind == kind, Message.subject_id.in_(ids)) for kind, ids in subjects(of, found).items()
    ]
    said = and_(
        InboundMessage.phone == of.phone,
        or_(InboundMessage.activation_id == of.activation_id, InboundMessage.activation_id.is_(None)),
    )
    answers = and_(
        Message.subject_kind == "inbound_message", Message.subject_id.in_(select(InboundMessage.id).where(said))
    )
    ours = db.session.scalars(select(Message).where(or_(*either, answers))).all()
    theirs = db.session.scalars(select(InboundMessage).where(said).order_by(InboundMessage.id.desc()).limit(50)).all()
    return sorted([*ours, *theirs], key=_when, reverse=True)


def _when(one: Message | InboundMessage) -> tuple[datetime, int]:
    """The order of a conversation: of two things in one moment, what was said comes before its answer."""
    if isinstance(one, InboundMessage):
        return one.received_at, 0
    return one.sent_at or one.created_at, one.id


def subjects(of: Application, found: Sequence[Wish]) -> dict[str, list[int]]:
    """Whose events and messages belong to this case."""
    return {
        "application": [of.id],
        "request": [wish.car_request.id for wish in found],
        "offer": [offer.id for wish in found for offer in wish.offers],
        "loan": [loan.id for wish in found for loan in wish.loans],
    }


def timeline(of: Application, found: Sequence[Wish]) -> list[Line]:
    """What happened to the application, its requests, offers and loans, newest first."""
    return timeline_lines(*subjects(of, found).items(), subject_words=_car_words(found))


def _car_words(found: Sequence[Wish]) -> dict[tuple[str, int], str]:
    """Where several cars are wished for, each line says which one it is about."""
    if len(found) < 2:
        return {}
    words: dict[tuple[str, int], str] = {}
    for wish in found:
        named = f"{wish.car_request.position}台目"
        words["request", wish.car_request.id] = named
        words |= {("offer", offer.id): named for offer in wish.offers}
        words |= {("loan", loan.id): named for loan in wish.loans}
    return words
