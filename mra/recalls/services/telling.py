"""Telling lessees by SMS and by e-mail; the address of their page travels with it, never a name."""

from datetime import date
from typing import Any

from flask import current_app

from mra.accounts import services as accounts
from mra.core import clock
from mra.core.db import db
from mra.disasters.models import Activation
from mra.messaging import examples, texts
from mra.messaging.services import promise_email, promise_text

from ..models import LeaseReturn
from ..rules import text_holds

KIND = "recall"


def tell(lease_return: LeaseReturn, template: str, *, key: str = "", with_link: bool = True) -> int:
    """Promise a text and a mail to the lessee; the same key twice tells once. Zero: somebody has to ring."""
    lease, activation = lease_return.lease, lease_return.campaign.activation
    about: dict[str, Any] = {
        "subject_kind": KIND,
        "subject_id": lease_return.id,
        "activation_id": activation.id,
        "link_id": link_id_of(lease_return) if with_link else None,
        "help_phone": activation.help_phone,
        "due": lease_return.due_on,
        "when": lease_return.slot.starts_at if lease_return.slot else None,
    }
    name, told = f"{key or template}-{lease_return.id}", 0
    if lease.lessee_phone and lease.lessee_can_sms:
        text = promise_text(template, phone=lease.lessee_phone, can_sms=True, key=f"{name}-sms", **about)
        told += text is not None
    if lease.lessee_email:
        promise_email(template, email=lease.lessee_email, key=f"{name}-mail", **about, **_words(lease_return))
        told += 1
    return told


def _words(lease_return: LeaseReturn) -> dict[str, Any]:
    """What a mail has room for."""
    slot = lease_return.slot
    return {
        "name": lease_return.lease.who,
        "support": lease_return.campaign.activation.name,
        "car": f"{lease_return.lease.vehicle.name}（{lease_return.lease.vehicle.plate_text}）",
        "base": slot.base.name if slot else "—",
        "place": slot.base.address if slot else "—",
        "message": lease_return.campaign.message or "—",
        "reason": lease_return.campaign.reason or "—",
    }


def text_yen(activation: Activation, due: date) -> int:
    """What one text of a recall costs, by the longest form that it can take."""
    text = texts.render("recall_made", texts.FIRST_LANGUAGE, {"due": due, "help_phone": activation.help_phone})
    address = f"{current_app.extensions['mra'].public_url}/recalls/{examples.ADDRESS_END}"
    return examples.measured("recall_made", texts.FIRST_LANGUAGE, texts.with_link(text.body, address)).yen


def link_id_of(lease_return: LeaseReturn) -> int:
    """The lessee's private link, made once."""
    link = accounts.newest_link(KIND, lease_return.id) or accounts.make_link(KIND, lease_return.id)
    db.session.flush()
    return link.id


def still_holds(template: str, return_id: int) -> bool:
    """Whether a text is still true when it goes out: nobody is asked for a car that is back or let be."""
    found = db.session.get(LeaseReturn, return_id)
    if found is None:
        return False
    starts_at = found.slot.starts_at if found.slot else None
    return text_holds(template, found.status, starts_at, clock.now())
