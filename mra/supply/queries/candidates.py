"""Who could help with a need: pledges and leases that fit the item and the place, with what is left of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from mra.alliance.models import Member, Pledge
from mra.alliance.rules.areas import keys_of
from mra.alliance.rules.members import MemberStatus
from mra.alliance.rules.pledges import PledgeStatus, specification_words
from mra.core import clock
from mra.core.db import db
from mra.disasters.models import Activation
from mra.disasters.rules import ActivationStatus
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Lease, Vehicle

from ..models import Call, Need
from ..rules.calls import CallStatus, Offer, fits_detail
from ..rules.channels import Channels
from .contacts import channels_of

MOST_SHOWN = 200


@dataclass(frozen=True)
class Candidate:
    """One pledge or lease that could be called, as the page lists it."""

    offer: Offer
    name: str
    total: int
    channels: list[Channels]
    umbrella: str = ""
    about: str = ""
    pledge: Pledge | None = None
    lease: Lease | None = None
    doubts: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """pledge-12 or lease-3: the name of its fields."""
        return self.offer.key

    @property
    def is_told(self) -> bool:
        """Whether anybody there gets a message; otherwise somebody has to ring."""
        return any(one.is_told for one in self.channels)

    @property
    def ways(self) -> str:
        """By which ways it will be told."""
        return "、".join(dict.fromkeys(one.words for one in self.channels)) or "連絡先なし（電話で確認）"


def candidates_for(need: Need, moment: datetime) -> list[Candidate]:
    """All that fits, the fastest first, doubtful words and those called already last."""
    called = _called_for(need)
    found = [*_of_pledges(need, moment, called), *_of_leases(need, called)]
    return sorted(found, key=lambda one: one.offer.rank)


def places_of(need: Need) -> list[str]:
    """The municipalities for which something is needed: that of the base, otherwise all that were struck."""
    return [need.base.municipality_code] if need.base else [town.code for town in need.activation.municipalities]


def _of_pledges(need: Need, moment: datetime, called: Collection[str]) -> Iterable[Candidate]:
    pledges = list(db.session.scalars(_fitting(need).limit(MOST_SHOWN)))
    left = left_of_pledges([pledge.id for pledge in pledges])
    today = clock.today()
    for pledge in pledges:
        key, words = f"pledge-{pledge.id}", specification_words(pledge.specification)
        doubts = ["長く確認されていません"] if pledge.is_doubtful(today) else []
        doubts += [] if fits_detail(need.detail, words) else ["規格が違うかもしれません"]
        offer = Offer(
            key,
            pledge.quantity - left.get(pledge.id, 0),
            pledge.lead_time_days,
            is_doubtful=bool(doubts),
            is_called=key in called,
        )
        yield Candidate(
            offer,
            pledge.member.name,
            pledge.quantity,
            channels_of(pledge.member, moment),
            umbrella=pledge.member.parent.name if pledge.member.parent else "",
            about="、".join(words),
            pledge=pledge,
            doubts=doubts,
        )


def _fitting(need: Need) -> Select[Pledge]:
    today = clock.today()
    keys = sorted({key for code in places_of(need) for key in keys_of(code)})
    return (
        select(Pledge)
        .join(Pledge.member)
        .where(Pledge.kind == need.kind, Pledge.unit == need.unit, Pledge.status != PledgeStatus.LAPSED)
        .where(Pledge.valid_from <= today, or_(Pledge.valid_until.is_(None), Pledge.valid_until >= today))
        .where(Member.status == MemberStatus.CURRENT)
        .where(_is_class(need), or_(func.cardinality(Pledge.area) == 0, Pledge.area.overlap(keys)))
        .options(contains_eager(Pledge.member).options(joinedload(Member.parent), selectinload(Member.contacts)))
        .order_by(Pledge.lead_time_days, Pledge.id)
    )


def _is_class(need: Need) -> ColumnElement[bool]:
    return Pledge.vehicle_class.is_not_distinct_from(need.vehicle_class)


def left_of_pledges(pledge_ids: Collection[int]) -> dict[int, int]:
    """How much of each pledge calls of all activations take."""
    wanted = taken_of_pledges().where(Call.pledge_id.in_(pledge_ids))
    return {number: int(total) for number, total in db.session.execute(wanted) if number}


def taken_of_pledges() -> Select[int | None, Any]:
    """How much calls take of each pledge that was called: what is asked or agreed, and what was given and is still out."""
    given = (Call.status == CallStatus.MET) & (Activation.status != ActivationStatus.CLOSED)
    taken = case(
        (Call.status == CallStatus.ASKED, Call.quantity),
        (or_(Call.status == CallStatus.AGREED, given), Call.agreed_quantity),
        else_=0,
    )
    return select(Call.pledge_id, func.sum(taken).label("taken")).join(Call.activation).group_by(Call.pledge_id)


def _of_leases(need: Need, called: Collection[str]) -> Iterable[Candidate]:
    if need.vehicle_class is None:
        return
    struck = {town.code for town in need.activation.municipalities}
    wanted = (
        select(Lease)
        .join(Lease.vehicle)
        .where(Lease.status != LeaseStatus.ENDED, Vehicle.vehicle_class == need.vehicle_class)
        .options(contains_eager(Lease.vehicle), joinedload(Lease.kept_in))
        .order_by(Lease.return_within_days, Lease.id)
        .limit(MOST_SHOWN)
    )
    for lease in db.session.scalars(wanted):
        key, is_struck = f"lease-{lease.id}", lease.kept_in_code in struck
        is_running = lease.status is LeaseStatus.RUNNING
        if is_running or key in called:
            offer = Offer(
                key, int(is_running), lease.return_within_days, is_doubtful=is_struck, is_called=key in called
            )
            about = f"リース車 {lease.vehicle.name}（{lease.kept_in.full_name}）"
            doubts = ["被災した地域にある車です"] if is_struck else []
            yield Candidate(
                offer, lease.lessee_name, 1, [Channels.of_lease(lease)], about=about, lease=lease, doubts=doubts
            )


def _called_for(need: Need) -> set[str]:
    """The keys of what was called for this need and is asked or agreed."""
    wanted = select(Call.pledge_id, Call.lease_id).where(
        Call.need_id == need.id, Call.parent_id.is_(None), Call.status.in_((CallStatus.ASKED, CallStatus.AGREED))
    )
    return {f"pledge-{pledge}" if pledge else f"lease-{lease}" for pledge, lease in db.session.execute(wanted)}


def leases_by_id(lease_ids: Collection[int]) -> dict[int, Lease]:
    """Leases by their ids."""
    return {lease.id: lease for lease in db.session.scalars(select(Lease).where(Lease.id.in_(lease_ids)))}
