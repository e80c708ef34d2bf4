"""Telling donors how far their car is: by SMS and by e-mail, always with their private link."""

from typing import Any

from mra.accounts import services as accounts
from mra.core.db import db
from mra.messaging.services import promise_email, promise_text

from ..models import Donation


def tell(donation: Donation, template: str, *, key: str, **words: Any) -> None:
    """Promise a text to a mobile phone, and a mail where there is an address; the same key twice tells once."""
    link = accounts.newest_link("donation", donation.id) or accounts.make_link("donation", donation.id)
    db.session.flush()
    about: dict[str, Any] = {
        "subject_kind": "donation",
        "subject_id": donation.id,
        "activation_id": donation.appeal.activation_id,
        "link_id": link.id,
        "donation_number": donation.number,
        # Of the support that the call is for; else the secretariat's stands in the words.
        "help_phone": donation.appeal.activation.help_phone if donation.appeal.activation else None,
    }
    promise_text(template, phone=donation.phone, can_sms=donation.can_sms, key=f"{key}-sms", **about, **words)
    if donation.email:
        named: dict[str, Any] = {"name": donation.donor_name, "car_name": donation.car_name}
        promise_email(template, email=donation.email, key=f"{key}-mail", **about, **named, **words)
