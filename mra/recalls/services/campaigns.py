"""A campaign: leases asked back together, the slots in which bases take the cars, and letting be.

Rows are locked in one order everywhere: vehicle, lease, return, slot.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, lock, move, note
from mra.core.db import db
from mra.core.errors import Refused
from mra.disasters.models import Activation, Base
from mra.disasters.rules import ActivationStatus
from mra.transport import services as transport
from mra.vehicles import services as vehicles
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Lease

from .. import queries, rules
from ..models import LeaseReturn, RecallCampaign, RecallSlot
from ..rules import OPEN, CampaignStatus, due_on, remind_on
from .telling import tell


@dataclass(frozen=True)
class Places:
    """Where and when cars are taken: these bases, on each of their working days, in these hours, so many an hour."""

    bases: tuple[Base, ...]
    first_on: date
    last_on: date
    hours: tuple[int, ...]
    capacity: int


# Why a drive is called off, for those who were asked.
NOT_NEEDED = "リース車両の返却要請が取り消されたため"

Planned = tuple[Base, datetime]


def planned_slots(places: Places, moment: datetime) -> list[Planned]:
    """The slots that these places come to: only hours in which a base works, and that lie ahead."""
    days = rules.days_between(places.first_on, places.last_on)
    found = []
    for base in places.bases:
        hours = set(places.hours) & set(rules.open_hours(base.opens_at, base.closes_at))
        working = [day for day in days if base.is_open_on(day)]
        found += [(base, at) for at in rules.slot_moments(working, hours) if at > moment]
    return found


def start(
    activation: Activation, leases: Sequence[Lease], places: Places, *, message: str, by: Actor
) -> list[tuple[LeaseReturn, int]]:
    """Ask these lessees for their cars and tell them; with each return the number of messages that were promised."""
    if activation.status is ActivationStatus.CLOSED:
        raise Refused("recall_of_closed_support")
    if not leases:
        raise Refused("nothing_to_recall")
    if len(leases) > rules.MOST_RECALLED:
        raise Refused("too_many_recalls")
    moment = clock.now()
    campaign = begin(
        RecallCampaign(activation_id=activation.id, message=message, asked_at=moment, reason=""),
        by=by,
        leases=len(leases),
    )
    _open_slots(campaign, places)
    asked = [_ask(campaign, lease, moment, by) for lease in sorted(leases, key=lambda one: one.id)]
    return [(one, tell(one, "recall_made")) for one in asked]


def _open_slots(campaign: RecallCampaign, places: Places) -> int:
    """Write the slots down; those that are there already stay as they are."""
    if fault := rules.slots_fault(places.first_on, places.last_on, clock.today()):
        raise Refused(fault)
    if any(base.activation_id != campaign.activation_id for base in places.bases):
        raise Refused("recall_base_elsewhere")
    known = queries.slot_keys(campaign.id)
    planned = [(base, at) for base, at in planned_slots(places, clock.now()) if (base.id, at) not in known]
    if not planned:
        raise Refused("recall_needs_slots")
    if len(planned) > rules.MOST_SLOTS:
        raise Refused("too_many_slots")
    db.session.add_all(
        RecallSlot(campaign_id=campaign.id, base_id=base.id, starts_at=at, capacity=places.capacity)
        for base, at in planned
    )
    db.session.flush()
    return len(planned)


def _ask(campaign: RecallCampaign, lease: Lease, moment: datetime, by: Actor) -> LeaseReturn:
    lock(lease)
    if lease.status is not LeaseStatus.RUNNING:
        code = "lease_asked_back" if lease.status is LeaseStatus.RECALLED else "lease_not_out"
        raise Refused(code, plate=lease.vehicle.plate_text)
    vehicles.recall(lease, by=by)
    asked_on = clock.in_japan(moment).date()
    due = due_on(asked_on, lease.return_within_days)
    asked = LeaseReturn(
        campaign=campaign,
        lease=lease,
        asked_at=moment,
        due_on=due,
        remind_on=remind_on(asked_on, due),
        note="",
        collection_address="",
    )
    return begin(asked, by=by, campaign_id=campaign.id, lease_id=lease.id, due_on=due)


def add_slots(campaign: RecallCampaign, places: Places, *, by: Actor) -> int:
    """More hours, days or bases; returns how many slots are new."""
    lock(campaign)
    if campaign.status is not CampaignStatus.RUNNING:
        raise Refused("recall_over")
    added = _open_slots(campaign, places)
    note(campaign, "add_slots", by=by, slots=added)
    db.session.flush()
    db.session.expire(campaign, ["slots"])
    return added


def spare(lease_return: LeaseReturn, *, by: Actor) -> int:
    """This car is not needed, or cannot come: the lease goes on as before, and the lessee is told."""
    _spare([lease_return], by)
    return tell(lease_return, "recall_cancelled", with_link=False)


def cancel(campaign: RecallCampaign, *, reason: str, by: Actor) -> list[tuple[LeaseReturn, int]]:
    """The cars are not needed any more: everybody who has not brought theirs is told and keeps it."""
    if not reason.strip():
        raise Refused("recall_cancel_needs_reason")
    move(campaign, "cancel", by=by)
    campaign.reason = reason.strip()
    db.session.flush()
    still_out = queries.open_returns(campaign.id)
    _spare(still_out, by)
    spared = [one for one in still_out if one.status not in OPEN]
    return [(one, tell(one, "recall_cancelled", with_link=False)) for one in spared]


def _spare(several: Iterable[LeaseReturn], by: Actor) -> None:
    """Whoever brings a car at this moment is first at its row, and so goes before; nobody drives to fetch one any more."""
    spared = []
    for one in sorted(several, key=lambda each: each.lease_id):
        lock(one.lease.vehicle)
        lock(one.lease)
        lock(one)
        if one.status not in OPEN:
            continue
        if one.lease.status is LeaseStatus.RECALLED:
            vehicles.spare(one.lease, by=by)
        move(one, "spare", by=by)
        db.session.flush()
        spared.append(one.lease.vehicle)
    # After all rows of the recall, and in the order in which drives are locked elsewhere.
    transport.call_off(spared, reason=NOT_NEEDED, by=by)
