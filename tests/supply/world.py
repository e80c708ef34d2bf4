"""What the tests of supply stand on: a need after the flood, and people to ask."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from mra.alliance.models import Member, Pledge
from mra.alliance.rules.pledges import SupplyKind
from mra.core import clock
from mra.core.actor import SYSTEM, Actor, ActorKind
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.messaging.models import Message
from mra.supply import services
from mra.supply.models import Call, Need
from tests import factories

BY = Actor(ActorKind.STAFF, 1)


def need(of: Activation, base: Base | None = None, **values: Any) -> Need:
    """Ten kei cars at a base, or somewhere in the support."""
    facts: dict[str, Any] = {
        "kind": SupplyKind.VEHICLE,
        "vehicle_class": VehicleClass.KEI_PASSENGER,
        "detail": "",
        "quantity": 10,
        "unit": "台",
        "note": "",
        "version": 1,
    }
    made = Need(activation_id=of.id, base_id=base.id if base else None, changed_at=clock.now(), **(facts | values))
    db.session.add(made)
    db.session.flush()
    return made


def tomorrow() -> datetime:
    return clock.now() + timedelta(days=1)


def call(of: Need, pledge: Pledge, quantity: int = 5, *, deadline_at: datetime | None = None) -> Call:
    """A member is asked for a part of a need."""
    wish = services.Wish(quantity, pledge=pledge)
    [(made, _told)] = services.make_calls(of, [wish], deadline_at=deadline_at or tomorrow(), message="", by=BY)
    return made


def agreed(of: Need, pledge: Pledge, quantity: int = 5) -> Call:
    """A member that said yes to all."""
    made = call(of, pledge, quantity)
    services.answer_by_link(made, quantity=quantity, ready_on=clock.today(), reason="", by=SYSTEM)
    return made


def umbrella(firms: int = 2) -> tuple[Member, list[Member]]:
    """An umbrella body with its firms."""
    above = factories.member("全国整備協会")
    return above, [factories.member(f"整備工場{number}", under=above) for number in range(1, firms + 1)]


def told(call_id: int) -> list[str]:
    """The texts and mails about a call, in order: call_made sms …"""
    wanted = select(Message).where(Message.subject_kind == "call", Message.subject_id == call_id).order_by(Message.id)
    return [f"{message.template} {message.channel.value}" for message in db.session.scalars(wanted)]
