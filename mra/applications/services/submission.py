"""Taking an application in, from whichever channel, exactly once."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mra.accounts import services as accounts
from mra.accounts.models import AccessLink
from mra.alliance.models import Municipality
from mra.core.actor import Actor
from mra.core.audit import begin_all
from mra.core.circumstances import Circumstance
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.phone import PhoneNumber
from mra.core.text import search_key
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, PriorityVersion
from mra.disasters.priorities import tier_of
from mra.disasters.services import hold_priorities
from mra.messaging.services import promise_text

from ..models import Application, CarRequest, Driver
from ..rules import ApplicantKind, Channel, Evidence, LicenceKind, text_holds

LONGEST_NAME_KEY = 300


@dataclass(frozen=True)
class DriverFacts:
    """One person who will drive, with what their licence says."""

    name: str
    kana: str
    born_on: date
    licence_kind: LicenceKind
    licence_expires_on: date
    is_automatic_only: bool


@dataclass(frozen=True)
class FamilyConsent:
    """Who of the family agreed that somebody of 75 or older drives."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True)
class CarWish:
    """What kind of car is wanted, for how long; `cars` of them, all alike."""

    classes: tuple[VehicleClass, ...]
    seats: int
    can_drive_manual: bool
    required_features: tuple[str, ...]
    needed_from: date
    needed_until: date
    max_distance_km: int
    cars: int = 1


@dataclass(frozen=True)
class Submission:
    """Everything an applicant told us, checked and clean."""

    kind: ApplicantKind
    organisation: str
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    born_on: date
    phone: PhoneNumber
    postal_code: str
    municipality: Municipality
    address: str
    present_address: str
    drivers: tuple[DriverFacts, ...]
    evidence: tuple[Evidence, ...]
    circumstances: tuple[Circumstance, ...]
    purpose: str
    wish: CarWish
    family_consent: FamilyConsent | None
    consent_version: str
    shares_with_municipality: bool


def submit(
    submission: Submission,
    *,
    activation: Activation,
    channel: Channel,
    by: Actor,
    received_at: datetime,
    submission_key: UUID,
    entered_by_staff_id: int | None = None,
) -> Application:
    """Take an application in: its cars wait from the time of receipt, the applicant gets a link and an SMS.

    The same key twice, also at the same instant, is one application: the second sender gets the first's. Another person
    on a form that somebody had sent before (the back button of a shared telephone) gets an application of their own.
    """
    if not activation.takes_applications(received_at):
        return _sent_before(submission, submission_key) or _refuse_closed()
    try:
        # The savepoint lets the unique key decide between two senders without losing the transaction.
        with db.session.begin_nested():
            made = _application(submission, activation, channel, received_at, submission_key)
            made.entered_by_staff_id = entered_by_staff_id
            made.requests = _requests(made, submission.wish, hold_priorities(activation.id))
            begun: list[Application | CarRequest] = [made, *made.requests]
            begin_all(begun, by=by, facts=_first_facts)
            link = accounts.make_link("application", made.id)
    except IntegrityError:
        first = _submitted_with(submission_key)
        if first is None:
            raise
        if not _is_from(first, submission):
            return submit(
                submission,
                activation=activation,
                channel=channel,
                by=by,
                received_at=received_at,
                submission_key=_own_key(submission, submission_key),
                entered_by_staff_id=entered_by_staff_id,
            )
        return first
    key = f"application-{made.id}-received"
    tell(made, "application_received", key=key, help_phone=activation.help_phone, link=link)
    return made


def _refuse_closed() -> Application:
    raise Refused("intake_closed")


def _sent_before(said: Submission, submission_key: UUID) -> Application | None:
    """What this person sent with this form already."""
    found = (_submitted_with(key) for key in (submission_key, _own_key(said, submission_key)))
    return next((first for first in found if first and _is_from(first, said)), None)


def _is_from(first: Application, said: Submission) -> bool:
    return _person(first) == _person(said)


def _person(told: Application | Submission) -> tuple[str, str, date]:
    return told.family_name, told.given_name, told.born_on


def _own_key(said: Submission, submission_key: UUID) -> UUID:
    """The key of another person on the same form; worked out, so that pressing twice is one application here too."""
    return uuid5(submission_key, "/".join(str(part) for part in _person(said)))


def _submitted_with(submission_key: UUID) -> Application | None:
    return db.session.scalar(select(Application).where(Application.submission_key == submission_key))


def _application(
    said: Submission, activation: Activation, channel: Channel, received_at: datetime, submission_key: UUID
) -> Application:
    consent = said.family_consent or FamilyConsent("", "", "")
    return Application(
        submission_key=submission_key,
        activation_id=activation.id,
        channel=channel,
        received_at=received_at,
        kind=said.kind,
        organisation=said.organisation,
        family_name=said.family_name,
        given_name=said.given_name,
        family_kana=said.family_kana,
        given_kana=said.given_kana,
        name_key=_name_key(said),
        born_on=said.born_on,
        phone=said.phone.e164,
        can_sms=said.phone.can_sms,
        postal_code=said.postal_code,
        municipality_code=said.municipality.code,
        address=said.address,
        present_address=said.present_address,
        # Coarse on purpose: the municipality is near enough to choose a base, and tells nobody where the house is.
        place=said.municipality.place,
        evidence=[kind.value for kind in said.evidence],
        circumstances=[kind.value for kind in said.circumstances],
        purpose=said.purpose,
        family_consent_name=consent.name,
        family_consent_relation=consent.relation,
        family_consent_phone=consent.phone,
        consent_version=said.consent_version,
        shares_with_municipality=said.shares_with_municipality,
        drivers=[_driver(position, facts) for position, facts in enumerate(said.drivers, 1)],
    )


def _name_key(said: Submission) -> str:
    """What staff find an application by: the group, the name as written, and its reading."""
    names = (said.organisation, said.family_name, said.given_name, said.family_kana, said.given_kana)
    return search_key(" ".join(names))[:LONGEST_NAME_KEY]


def _driver(position: int, facts: DriverFacts) -> Driver:
    return Driver(
        position=position,
        name=facts.name,
        kana=facts.kana,
        born_on=facts.born_on,
        licence_kind=facts.licence_kind,
        licence_expires_on=facts.licence_expires_on,
        is_automatic_only=facts.is_automatic_only,
    )


def _requests(application: Application, wish: CarWish, order: PriorityVersion) -> list[CarRequest]:
    """One for each car, all alike; they wait from the time of receipt, in the tier of the rule in force."""
    tier = tier_of(order.priorities, application.circumstances)
    return [
        CarRequest(
            activation_id=application.activation_id,
            position=position,
            tier=tier,
            priority_version_id=order.id,
            submitted_at=application.received_at,
            classes=[kind.value for kind in wish.classes],
            seats=wish.seats,
            can_drive_manual=wish.can_drive_manual,
            required_features=list(wish.required_features),
            needed_from=wish.needed_from,
            needed_until=wish.needed_until,
            max_distance_km=wish.max_distance_km,
        )
        for position in range(1, wish.cars + 1)
    ]


def _first_facts(begun: Application | CarRequest) -> dict[str, Any]:
    """What the first event of each tells."""
    if isinstance(begun, Application):
        return {"channel": begun.channel, "cars": len(begun.requests)}
    return {"tier": begun.tier}


def tell(application: Application, template: str, *, key: str, help_phone: str, link: AccessLink | None) -> None:
    """Promise the applicant a text; every one says the number of the application and where to ring."""
    promise_text(
        template,
        phone=application.phone,
        can_sms=application.can_sms,
        subject_kind="application",
        subject_id=application.id,
        activation_id=application.activation_id,
        key=key,
        link_id=link.id if link else None,
        number=application.serial,
        help_phone=help_phone,
    )


def still_holds(template: str, application_id: int) -> bool:
    """Whether a text about an application is still true when it goes out: no question and no decision that was overtaken."""
    status = db.session.scalar(select(Application.status).where(Application.id == application_id))
    return status is None or text_holds(template, status)
