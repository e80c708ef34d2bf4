"""What the tests of recalls stand on: leased cars, a campaign, slots at a base."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.actor import Actor, ActorKind
from mra.core.db import db
from mra.disasters.models import Activation, Base
from mra.messaging.models import Message
from mra.recalls import services
from mra.recalls.models import LeaseReturn, RecallSlot
from mra.recalls.services import Places
from mra.vehicles.leasing import LeaseFacts, LesseeKind
from mra.vehicles.models import Lease
from tests import factories

BY = Actor(ActorKind.STAFF, 1)


def lessee(number: int = 1) -> Actor:
    return Actor(ActorKind.LESSEE, number)


def facts(**values: Any) -> LeaseFacts:
    """A contract as it is signed."""
    factories.municipality()
    usual: dict[str, Any] = {
        "lessee_kind": LesseeKind.COMPANY,
        "lessee_name": "株式会社天草商会",
        "contact_name": "山下 恵",
        "lessee_phone": "+819000004321",
        "lessee_can_sms": True,
        "lessee_email": "yamashita@example.jp",
        "kept_in_code": "43215",
        "starts_on": date(2026, 4, 1),
        "ends_on": date(2027, 3, 31),
        "monthly_fee_yen": 11_000,
        "return_within_days": 10,
        "insurer": "東都損保",
        "policy_number": "A-1234",
        "insured_until": date(2027, 3, 31),
    }
    return LeaseFacts(**(usual | values))


def places(*bases: Base, first: int = 1, days: int = 3, hours: tuple[int, ...] = (10, 14), capacity: int = 1) -> Places:
    """Slots of the coming days."""
    first_on = clock.today() + timedelta(days=first)
    return Places(bases, first_on, first_on + timedelta(days=days - 1), hours, capacity)


def leases(number: int, **values: Any) -> list[Lease]:
    """Cars out on lease."""
    return [factories.lease(factories.vehicle(), **values) for _ in range(number)]


def campaign(
    number: int = 1,
    *,
    support: Activation | None = None,
    at: Base | None = None,
    lease: dict[str, Any] | None = None,
    **of: Any,
) -> list[LeaseReturn]:
    """So many leased cars are asked back; their returns."""
    running = support or (at.activation if at else factories.activation())
    base = at or factories.base(running, closed_weekdays=[])
    asked = services.start(running, leases(number, **(lease or {})), places(base, **of), message="", by=BY)
    return [one for one, _ in asked]


def slots(of: LeaseReturn) -> list[RecallSlot]:
    """The slots of its campaign in order."""
    wanted = select(RecallSlot).where(RecallSlot.campaign_id == of.campaign_id)
    return list(db.session.scalars(wanted.order_by(RecallSlot.starts_at, RecallSlot.base_id)))


def told(of: LeaseReturn) -> list[str]:
    """The texts and mails about a return, in order."""
    wanted = select(Message).where(Message.subject_kind == "recall", Message.subject_id == of.id).order_by(Message.id)
    return [f"{message.template} {message.channel.value}" for message in db.session.scalars(wanted)]


def page_of(of: LeaseReturn) -> str:
    """The lessee's private page."""
    link = accounts.newest_link("recall", of.id)
    assert link is not None
    return f"/recalls/{accounts.token_of(link)}"
