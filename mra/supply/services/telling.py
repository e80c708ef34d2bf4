"""Telling members and lessees: by SMS and by e-mail, to whoever answers there at this hour."""

from collections.abc import Iterable
from typing import Any

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.db import db
from mra.messaging.services import promise_email, promise_text

from .. import queries
from ..models import Call
from ..rules.calls import text_holds
from ..rules.channels import Channels, each_address_once


def tell(call: Call, template: str, *, with_link: bool = False, key: str = "") -> int:
    """Promise a text and an e-mail to everybody who is to be reached now; the same key twice tells once.

    Returns how many messages were promised; none: somebody has to ring.
    """
    link_id = _link_of(call) if with_link else None
    return sum(
        _tell_one(call, template, channels, f"{key or template}-{call.id}-{number}", link_id)
        for number, channels in enumerate(each_address_once(_reached(call)))
    )


def _reached(call: Call) -> Iterable[Channels]:
    if call.lease:
        return [Channels.of_lease(call.lease)]
    return queries.channels_of(call.member, clock.now()) if call.member else []


def _link_of(call: Call) -> int:
    link = accounts.newest_link("call", call.id) or accounts.make_link("call", call.id)
    db.session.flush()
    return link.id


def _tell_one(call: Call, template: str, channels: Channels, key: str, link_id: int | None) -> int:
    about: dict[str, Any] = {
        "subject_kind": "call",
        "subject_id": call.id,
        "activation_id": call.activation_id,
        "link_id": link_id,
        "deadline": call.deadline_at,
        "help_phone": call.activation.help_phone,
    }
    told = 0
    if channels.sms:
        told += promise_text(template, phone=channels.sms, can_sms=True, key=f"{key}-sms", **about) is not None
    if channels.email:
        words: dict[str, Any] = {
            "name": call.asked_name,
            "support": call.activation.name,
            "item": call.need.word,
            "quantity": f"{call.quantity:,}{call.unit}",
            "place": queries.place_word(call.need),
            "message": call.message or "—",
        }
        promise_email(template, email=channels.email, key=f"{key}-mail", **about, **words)
        told += 1
    return told


def still_holds(template: str, call_id: int) -> bool:
    """Whether a message about a call still holds when it goes out."""
    call = db.session.get(Call, call_id)
    return call is not None and text_holds(
        template, call.status, is_passed_on=call.is_passed_on, deadline_at=call.deadline_at, moment=clock.now()
    )
