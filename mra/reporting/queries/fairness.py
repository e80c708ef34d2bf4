"""Waiting times of an activation, by group, in one pass over its requests."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Interval, Row, Select, Subquery, and_, case, cast, func, select, tuple_
from sqlalchemy.orm import aliased

from mra.allocation.models import Offer
from mra.applications.models import Application, CarRequest
from mra.applications.rules import CHANNEL_WORDS, RequestStatus
from mra.core import clock
from mra.core.db import db
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS, VehicleClass
from mra.disasters.models import Activation
from mra.loans.models import Loan

from ..fairness import Dimension, Waits

SECONDS_A_DAY = 86_400
NOT_YET = "まだ案内していない"


def waits(activation: Activation) -> dict[Dimension, list[Waits]]:
    """Every group of every dimension, in a fixed order, in two statements however many people wished for a car."""
    lives = _lives(activation.id)
    keys = (lives.c.tier, lives.c.base_id, lives.c.channel, lives.c.vehicle_class)
    sets = func.grouping_sets(tuple_(), *(tuple_(key) for key in keys))
    wanted: Select[tuple[int, ...]] = select(func.grouping(*keys).label("without"), *keys, *_figures(lives)).group_by(
        sets
    )
    rows = sorted(db.session.execute(wanted), key=_order)
    names = {base.id: base.name for base in activation.bases}
    report: dict[Dimension, list[Waits]] = {dimension: [] for dimension in Dimension}
    for row in rows:
        dimension = DIMENSION_OF[row.without]
        report[dimension].append(_waits(row, WORDED[dimension](row, names)))
    return report


def tiers_set_by_hand(activation_id: int) -> int:
    """For how many wished cars staff set the tier themselves, with a reason."""
    by_hand = CarRequest.tier_set_by_staff_id.is_not(None)
    counted = select(func.count()).where(CarRequest.activation_id == activation_id, by_hand)
    return db.session.scalar(counted) or 0


# One bit a key that a row is not grouped by, the first key the highest: tier, base, channel, class.
DIMENSION_OF = {
    0b1111: Dimension.ALL,
    0b0111: Dimension.TIER,
    0b1011: Dimension.BASE,
    0b1101: Dimension.CHANNEL,
    0b1110: Dimension.VEHICLE_CLASS,
}
Wording = Callable[[Row[tuple[int, ...]], Mapping[int, str]], str]
WORDED: dict[Dimension, Wording] = {
    Dimension.ALL: lambda _row, _names: "すべての希望",
    Dimension.TIER: lambda row, _names: f"第{row.tier}順位",
    Dimension.BASE: lambda row, names: names.get(row.base_id, NOT_YET),
    Dimension.CHANNEL: lambda row, _names: CHANNEL_WORDS[row.channel],
    Dimension.VEHICLE_CLASS: lambda row, _names: VEHICLE_CLASS_WORDS[VehicleClass(row.vehicle_class)],
}


def _order(row: Row[tuple[int, ...]]) -> tuple[str, ...]:
    last = "\uffff"
    return tuple(
        last if key is None else f"{key:>12}" for key in (row.tier, row.base_id, row.channel, row.vehicle_class)
    )


def _lives(activation_id: int) -> Subquery:
    """One row per wished car: its group by every dimension, and when it was offered and handed over for the first time."""
    first_offer = (
        select(Offer.made_at, Offer.base_id)
        .where(Offer.request_id == CarRequest.id)
        .order_by(Offer.id)
        .limit(1)
        .lateral("first_offer")
    )
    first_loan = (
        select(Loan.handed_over_at, Loan.base_id)
        .where(Loan.request_id == CarRequest.id, Loan.handed_over_at.is_not(None))
        .order_by(Loan.handed_over_at)
        .limit(1)
        .lateral("first_loan")
    )
    asked = aliased(Application)
    return (
        select(
            CarRequest.tier,
            func.coalesce(first_offer.c.base_id, first_loan.c.base_id).label("base_id"),
            asked.channel,
            CarRequest.classes[1].label("vehicle_class"),
            (CarRequest.status == RequestStatus.WAITING).label("is_waiting"),
            _days(first_offer.c.made_at - CarRequest.submitted_at).label("until_offer"),
            _days(first_loan.c.handed_over_at - CarRequest.submitted_at).label("until_handover"),
            _days(clock.now() - CarRequest.submitted_at).label("until_now"),
        )
        .join(asked, asked.id == CarRequest.application_id)
        .outerjoin(first_offer, and_(True))
        .outerjoin(first_loan, and_(True))
        .where(CarRequest.activation_id == activation_id)
        .subquery("lives")
    )


def _days(period: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.extract("epoch", cast(period, Interval)) / SECONDS_A_DAY


def _figures(lives: Subquery) -> list[ColumnElement[Any]]:
    so_far = case((lives.c.is_waiting, lives.c.until_now))
    waited = {"offer": lives.c.until_offer, "handover": lives.c.until_handover, "waiting": so_far}
    counts: list[ColumnElement[Any]] = [
        func.count().label("wished"),
        *(func.count(days).label(f"{name}_count") for name, days in waited.items()),
    ]
    shares = {"median": 0.5, "slow": 0.9}
    times = [
        func.percentile_cont(share).within_group(days).label(f"{name}_{word}_days")
        for name, days in waited.items()
        for word, share in shares.items()
    ]
    return [*counts, *times]


def _waits(row: Row[tuple[int, ...]], group: str) -> Waits:
    return Waits(
        group=group,
        wished=row.wished,
        offered=row.offer_count,
        served=row.handover_count,
        waiting=row.waiting_count,
        offer_median_days=row.offer_median_days,
        offer_slow_days=row.offer_slow_days,
        handover_median_days=row.handover_median_days,
        handover_slow_days=row.handover_slow_days,
        waiting_median_days=row.waiting_median_days,
        waiting_slow_days=row.waiting_slow_days,
    )
