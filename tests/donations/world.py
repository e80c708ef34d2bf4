"""What people say when they give a car: Yamada Hanako's kei truck, complete and right, to be changed field by field."""

from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from mra.alliance.models import PostalCode
from mra.core import clock
from mra.core.actor import PUBLIC
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.phone import parse_phone
from mra.core.vehicle_classes import VehicleClass
from mra.donations import queries, services
from mra.donations.models import Appeal, Donation
from mra.donations.rules import CONSENT_VERSION, Channel, Condition, DonorKind, Handing, Owner
from mra.donations.services import DonatedCar, Donor, Handover, Submission
from mra.vehicles.plates import Plate
from mra.vehicles.rules import Drive, Transmission
from tests import factories

Typed = dict[str, Any]
RECEIVED_AT = datetime(2026, 8, 18, 8, 30, tzinfo=JAPAN)
_numbers = count(1)


def typed(**changes: Any) -> Typed:
    """The whole form as a browser posts it at the end; a change of None takes the field out."""
    values: Typed = {
        "submission_key": str(uuid4()),
        "name": "ハイゼットトラック",
        "plate": "熊本４８０あ１２－３４",
        "chassis_number": "Ｓ５１０Ｐ－０１２３４５６",
        "vehicle_class": "kei_truck",
        "seats": "２",
        "first_registered_era": "R",
        "first_registered_year": "元",
        "first_registered_month": "6",
        "inspection_ends_on_era": "R",
        "inspection_ends_on_year": "9",
        "inspection_ends_on_month": "5",
        "inspection_ends_on_day": "31",
        "owner": "donor",
        "address_changed": "no",
        "odometer_km": "６２，０００",
        "transmission": "MT",
        "drive": "4WD",
        "colour": "白",
        "condition": "good",
        "kind": "person",
        "family_name": "山田",
        "given_name": "花子",
        "family_kana": "やまだ",
        "given_kana": "ﾊﾅｺ",
        "phone": "０９０ー１２３４ー５６７８",
        "email": "hanako＠example.jp",
        "postal_code": "８６３−００１３",
        "municipality_code": "43215",
        "address": "今釜新町1-1",
        "handing": "pick_up",
        "may_be_recycled": "yes",
        "personal_consent": "yes",
        "personal_consent_version": CONSENT_VERSION,
    }
    values |= changes
    return {name: value for name, value in values.items() if value is not None}


def postal_codes() -> None:
    """One code for one town."""
    factories.municipality()
    db.session.add(PostalCode(code="8630013", municipality_code="43215", town="今釜新町", town_kana=""))
    db.session.flush()


def car(**changes: Any) -> DonatedCar:
    """A kei truck within all limits, each with chassis number and plate of its own."""
    number = next(_numbers)
    usual = DonatedCar(
        name="ハイゼットトラック",
        plate=Plate("熊本", "480", "あ", 1000 + number),
        chassis_number=f"S510P-{100000 + number}",
        vehicle_class=VehicleClass.KEI_TRUCK,
        first_registered_on=date(2019, 6, 1),
        inspection_ends_on=date(2027, 5, 31),
        compulsory_starts_on=date(2025, 5, 31),
        compulsory_ends_on=date(2027, 6, 30),
        odometer_km=62_000,
        transmission=Transmission.MT,
        drive=Drive.FOUR,
        seats=2,
        colour="白",
        condition=Condition.GOOD,
        damage="",
        owner=Owner.DONOR,
        address_changed=False,
    )
    return replace(usual, **changes)


def registered_car(**changes: Any) -> DonatedCar:
    """A 登録車: it needs the donor's seal certificate."""
    number = next(_numbers)
    return car(
        name="プリウス",
        vehicle_class=VehicleClass.PASSENGER,
        plate=Plate("熊本", "300", "さ", 1000 + number),
        chassis_number=f"ZVW30-{1000000 + number}",
        seats=5,
        **changes,
    )


def said(of: DonatedCar | None = None, **donor: Any) -> Submission:
    """What the donor told us."""
    phone = parse_phone("090-1234-5678")
    assert phone is not None
    who = Donor(
        kind=DonorKind.PERSON,
        organisation="",
        family_name="山田",
        given_name="花子",
        family_kana="ヤマダ",
        given_kana="ハナコ",
        phone=phone,
        email="hanako@example.jp",
        postal_code="8630013",
        municipality=factories.municipality(),
        address="今釜新町1-1",
    )
    how = Handover(stands_at="", handing=Handing.PICK_UP, handed_from=None, may_be_recycled=True, remarks="")
    return Submission(of or car(), replace(who, **donor), how, CONSENT_VERSION)


def donation(
    of: DonatedCar | None = None, *, appeal: Appeal | None = None, key: UUID | None = None, **donor: Any
) -> Donation:
    """A donation that just came in by the web."""
    return services.submit(
        said(of, **donor),
        appeal=appeal or services.standing_appeal(),
        channel=Channel.WEB,
        by=PUBLIC,
        received_at=clock.now(),
        submission_key=key or uuid4(),
    )


def again(of: Donation) -> Donation:
    """The same donation, read afresh."""
    db.session.flush()
    db.session.expire_all()
    found = queries.donation_in_full(of.id)
    assert found is not None
    return found
