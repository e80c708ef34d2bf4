"""Taking a donation in, from the web or the phone, exactly once."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from mra.accounts import services as accounts
from mra.alliance.models import Municipality
from mra.core import clock
from mra.core.actor import Actor
from mra.core.audit import begin, begin_all
from mra.core.db import db
from mra.core.errors import Refused
from mra.core.phone import PhoneNumber
from mra.core.vehicle_classes import VehicleClass
from mra.vehicles.plates import Plate
from mra.vehicles.rules import Drive, Transmission

from ..models import Appeal, Donation, DonationPaper
from ..rules import Channel, Condition, DonorKind, Handing, Owner, judging, papers
from ..rules.lifecycles import OPEN
from .telling import tell


@dataclass(frozen=True)
class DonatedCar:
    """The car as its certificate and its owner describe it."""

    name: str
    plate: Plate | None
    chassis_number: str
    vehicle_class: VehicleClass
    first_registered_on: date
    inspection_ends_on: date | None
    compulsory_starts_on: date | None
    compulsory_ends_on: date | None
    odometer_km: int
    transmission: Transmission
    drive: Drive
    seats: int
    colour: str
    condition: Condition
    damage: str
    owner: Owner
    address_changed: bool

    @property
    def judged(self) -> judging.Car:
        """What the limits ask of it."""
        return judging.Car(
            self.vehicle_class, self.first_registered_on, self.inspection_ends_on, self.odometer_km, self.condition
        )


@dataclass(frozen=True)
class Donor:
    """Who gives it, and how they are reached."""

    kind: DonorKind
    organisation: str
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    phone: PhoneNumber
    email: str | None
    postal_code: str
    municipality: Municipality
    address: str


@dataclass(frozen=True)
class Handover:
    """How it comes to us, and what may become of it."""

    stands_at: str
    handing: Handing
    handed_from: date | None
    may_be_recycled: bool
    remarks: str


@dataclass(frozen=True)
class Submission:
    """Everything a donor told us, checked and clean."""

    car: DonatedCar
    donor: Donor
    handover: Handover
    consent_version: str


def submit(
    said: Submission,
    *,
    appeal: Appeal,
    channel: Channel,
    by: Actor,
    received_at: datetime,
    submission_key: UUID,
    entered_by_staff_id: int | None = None,
) -> Donation:
    """Take a donation in, judged by the limits in force; the donor gets a number, a link and a checklist.

    The same key twice, also at the same instant, is one donation.
    """
    first = submitted_with(submission_key)
    if first:
        return first
    if not appeal.is_open_on(clock.in_japan(received_at).date()):
        raise Refused("appeal_closed")
    try:
        # The savepoint lets the unique key decide between two senders without losing the transaction.
        with db.session.begin_nested():
            made = _donation(said, appeal, channel, received_at, submission_key)
            made.entered_by_staff_id = entered_by_staff_id
            begin(made, by=by, channel=channel, use=made.use)
            begin_checklist(made, by=by)
            accounts.make_link("donation", made.id)
    except IntegrityError:
        first = submitted_with(submission_key)
        if first:
            return first
        if is_offered(said.car.chassis_number):
            raise Refused("donated_already") from None
        raise
    tell(made, "donation_received", key=f"donation-{made.id}-received")
    return made


def submitted_with(submission_key: UUID) -> Donation | None:
    """What was sent with this form already."""
    return db.session.scalar(select(Donation).where(Donation.submission_key == submission_key))


def begin_checklist(donation: Donation, *, by: Actor) -> None:
    """Add what the car needs and does not have on its list yet."""
    known = set(db.session.scalars(select(DonationPaper.kind).where(DonationPaper.donation_id == donation.id)))
    kinds = [kind for kind in papers.needed(donation.circumstances) if kind not in known]
    begin_all(
        [DonationPaper(donation_id=donation.id, kind=kind, note="") for kind in kinds],
        by=by,
        facts=lambda paper: {"kind": paper.kind},
    )
    db.session.expire(donation, ["papers"])


def _donation(
    said: Submission, appeal: Appeal, channel: Channel, received_at: datetime, submission_key: UUID
) -> Donation:
    version = appeal.version
    found = judging.shortcomings(said.car.judged, version.limits, clock.in_japan(received_at).date())
    return Donation(
        submission_key=submission_key,
        appeal_id=appeal.id,
        limits_id=version.id,
        channel=channel,
        received_at=received_at,
        use=judging.use_of(found),
        shortcomings=[one.value for one in found],
        consent_version=said.consent_version,
        use_reason="",
        decision_reason="",
        recycler="",
        **_columns_of_donor(said.donor),
        **_columns_of_car(said.car),
        **vars(said.handover),
    )


def _columns_of_donor(donor: Donor) -> dict[str, object]:
    return {
        "kind": donor.kind,
        "organisation": donor.organisation,
        "family_name": donor.family_name,
        "given_name": donor.given_name,
        "family_kana": donor.family_kana,
        "given_kana": donor.given_kana,
        "phone": donor.phone.e164,
        "can_sms": donor.phone.can_sms,
        "email": donor.email,
        "postal_code": donor.postal_code,
        "municipality_code": donor.municipality.code,
        "address": donor.address,
    }


def _columns_of_car(car: DonatedCar) -> dict[str, object]:
    plate = car.plate
    others = {name: value for name, value in vars(car).items() if name not in {"name", "plate"}}
    return others | {
        "car_name": car.name,
        "plate_area": plate.area if plate else None,
        "plate_class": plate.class_number if plate else None,
        "plate_kana": plate.kana if plate else None,
        "plate_serial": plate.serial if plate else None,
    }


def is_offered(chassis_number: str, *, except_key: UUID | None = None) -> bool:
    """Whether this very car is being given already."""
    same = select(Donation.id).where(Donation.chassis_number == chassis_number, Donation.status.in_(OPEN))
    others = same.where(Donation.submission_key != except_key) if except_key else same
    return db.session.scalar(others.limit(1)) is not None
