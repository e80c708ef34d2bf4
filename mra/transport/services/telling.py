"""Telling drivers, firms and staff: by SMS and by e-mail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app

from mra.accounts import services as accounts
from mra.alliance import queries as alliance
from mra.core import clock
from mra.core.db import db
from mra.core.phone import grouped
from mra.messaging.services import promise_email, promise_text

from .. import queries
from ..models import TransportDriver, TransportJob, TransportOffer
from ..rules.offers import text_holds


class Address(NamedTuple):
    """How one person is reached in writing."""

    phone: str | None
    email: str | None


def help_phone(job: TransportJob) -> str:
    """The number that answers questions about a job, as people read it."""
    return (
        grouped(job.activation.help_phone if job.activation else current_app.extensions["mra"].help_phone) or "事務局"
    )


def addresses_of(offer: TransportOffer, moment: datetime) -> Iterable[Address]:
    """The driver, or everybody who answers at the firm at this hour; each address once."""
    if offer.driver:
        return [Address(offer.driver.phone if offer.driver.can_sms else None, offer.driver.email)]
    contacts = alliance.contacts_for_call(offer.member, moment) if offer.member else []
    seen: set[str | None] = set()
    several = []
    for contact in contacts:
        phone = contact.phone if contact.can_sms else None
        several.append(Address(None if phone in seen else phone, None if contact.email in seen else contact.email))
        seen |= {phone, contact.email}
    return several


def tell(offer: TransportOffer, template: str, *, with_link: bool = False, occasion: str = "") -> int:
    """Promise a text and a mail about an offer; the same occasion twice tells once. Returns how many messages."""
    link_id = _link_of("transport", offer.id) if with_link else None
    job = offer.job
    words: dict[str, Any] = {
        "when": job.starts_on,
        "deadline": offer.deadline_at,
        "car": f"{job.vehicle.name}（{job.licence_words}）",
        "route": f"{job.from_region or job.from_name}から{job.to_base.name if job.to_base else job.to_region or job.to_name}まで",
        "help_phone": job.activation.help_phone if job.activation else None,
    }
    about = {"subject_kind": "transport_offer", "subject_id": offer.id, "activation_id": job.activation_id}
    return sum(
        _promise(
            template, address, f"{template}-{offer.id}-{occasion}{number}", offer.asked_name, link_id, about | words
        )
        for number, address in enumerate(addresses_of(offer, clock.now()))
    )


def _promise(template: str, address: Address, key: str, name: str, link_id: int | None, values: dict[str, Any]) -> int:
    told = 0
    if address.phone:
        text = promise_text(template, phone=address.phone, can_sms=True, key=f"{key}-sms", link_id=link_id, **values)
        told += text is not None
    if address.email:
        promise_email(template, email=address.email, key=f"{key}-mail", link_id=link_id, name=name, **values)
        told += 1
    return told


def _link_of(kind: str, subject_id: int) -> int:
    link = accounts.newest_link(kind, subject_id) or accounts.make_link(kind, subject_id)
    db.session.flush()
    return link.id


def tell_taker(job: TransportJob, template: str, *, occasion: str = "") -> int:
    """Tell whoever drives; returns how many messages."""
    taken = queries.taken_offer(job.id)
    return tell(taken, template, with_link=True, occasion=occasion) if taken else 0


def tell_driver(driver: TransportDriver, template: str, *, occasion: str = "") -> int:
    """Tell a volunteer about the registration, with the link to their own page; returns how many messages."""
    values: dict[str, Any] = {"subject_kind": "transport_driver", "subject_id": driver.id, "activation_id": None}
    address = Address(driver.phone if driver.can_sms else None, driver.email)
    key = f"{template}-{driver.id}-{occasion}"
    return _promise(template, address, key, driver.name, _link_of("driver", driver.id), values)


def tell_staff(job: TransportJob, offer: TransportOffer) -> None:
    """A job that was settled is open again: those who coordinate hear of it by mail, and find it on top of the board."""
    for person in alliance.people_to_remind():
        promise_email(
            "transport_given_back",
            email=person.email,
            subject_kind="transport_offer",
            subject_id=offer.id,
            activation_id=job.activation_id,
            key=f"transport_given_back-{offer.id}-{person.id}",
            when=job.starts_on,
            car=job.vehicle.name,
            address=queries.address_of(job),
            help_phone=job.activation.help_phone if job.activation else None,
        )


def still_holds(template: str, offer_id: int) -> bool:
    """Whether a text about an offer is still true when it goes out: nobody sets out for a job that was called off."""
    offer = queries.offer_in_full(offer_id)
    if offer is None:
        return False
    return text_holds(template, offer.status, offer.job.status, offer.deadline_at, clock.now())
