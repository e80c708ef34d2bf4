"""Who waits for a car now."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from geoalchemy2 import Geometry
from sqlalchemy import ColumnElement, Select, and_, case, cast, func, select
from sqlalchemy.orm import aliased

from mra.alliance.models import Municipality
from mra.allocation.models import Offer
from mra.allocation.rules import PAUSE_AFTER_NO, OfferStatus
from mra.applications.models import Application, CarRequest
from mra.applications.queries import is_waiting as is_waiting_in
from mra.core import clock
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass

from .standing import holds


class WaitingRequest(NamedTuple):
    """One waiting request, as the engine needs it. No names: of the person only the place, to about a hundred metres."""

    id: int
    tier: int
    submitted_at: datetime
    classes: list[str]
    seats: int
    can_drive_manual: bool
    required_features: list[str]
    needed_from: date
    needed_until: date
    max_distance_km: int
    lat: float | None
    lon: float | None
    is_paused: bool


def is_waiting(activation_id: int, moment: datetime) -> ColumnElement[bool]:
    """Admitted, waiting, and without an offer that stands; needs CarRequest joined with Application."""
    return and_(
        is_waiting_in(activation_id),
        # A list made once; looked for request by request, every one would be compared with every offer.
        CarRequest.id.not_in(select(Offer.request_id).where(holds(moment))),
    )


def waiting_requests(activation_id: int, *, only: Collection[int] | None = None) -> Sequence[WaitingRequest]:
    """Everything that waits in an activation, first in the queue first, in one statement; `only` narrows to some ids."""
    moment = clock.now()
    wanted = (
        _with_places(moment)
        .where(is_waiting(activation_id, moment))
        .order_by(CarRequest.tier, CarRequest.submitted_at, CarRequest.id)
    )
    if only is not None:
        wanted = wanted.where(CarRequest.id.in_(only))
    return [WaitingRequest(*row) for row in db.session.execute(wanted)]


def _with_places(moment: datetime) -> Select[*tuple[Any, ...]]:
    """The columns of WaitingRequest; where the address is not located, the municipality's point stands in."""
    place = cast(func.coalesce(Application.place, Municipality.place), Geometry)
    return (
        select(
            CarRequest.id,
            CarRequest.tier,
            CarRequest.submitted_at,
            CarRequest.classes,
            CarRequest.seats,
            CarRequest.can_drive_manual,
            CarRequest.required_features,
            CarRequest.needed_from,
            CarRequest.needed_until,
            CarRequest.max_distance_km,
            func.ST_Y(place),
            func.ST_X(place),
            CarRequest.id.in_(_paused(moment)),
        )
        .join(CarRequest.application)
        .join(Municipality, Municipality.code == Application.municipality_code)
    )


def _paused(moment: datetime) -> Select[int]:
    """The requests whose last offer was declined, or ran out, less than a day ago."""
    offer = aliased(Offer)
    ended_at = case((offer.status == OfferStatus.DECLINED, offer.ended_at), else_=offer.deadline_at)
    return select(offer.request_id).where(
        offer.status.in_([OfferStatus.MADE, OfferStatus.EXPIRED, OfferStatus.DECLINED]),
        ended_at > moment - PAUSE_AFTER_NO,
        ended_at <= moment,
    )


def waiting_figures(activation_id: int) -> list[tuple[VehicleClass, int]]:
    """How many requests wait, by the class wished first, in one statement; the longest queue first."""
    first_wish = CarRequest.classes[1]
    counted = (
        select(first_wish, func.count())
        .join(CarRequest.application)
        .where(is_waiting(activation_id, clock.now()))
        .group_by(first_wish)
        .order_by(func.count().desc(), first_wish)
    )
    return [(VehicleClass(kind), count) for kind, count in db.session.execute(counted)]
