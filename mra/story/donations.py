"""Cars that people give: one in every state, told day by day, with the papers that came and one that runs out."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from mra.alliance.models import Municipality
from mra.core import clock
from mra.core.actor import PUBLIC, Actor
from mra.core.db import db
from mra.core.phone import PhoneKind, PhoneNumber
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.donations import queries, services
from mra.donations.models import Appeal, Donation
from mra.donations.rules import (
    CONSENT_VERSION,
    Channel,
    Condition,
    DonorKind,
    Handing,
    Limits,
    Owner,
    PaperKind,
    PaperStatus,
)
from mra.donations.rules.judging import EMERGENCY_INSPECTION_MONTHS
from mra.donations.services import DonatedCar, Donor, Handover, Submission
from mra.vehicles import services as vehicles
from mra.vehicles.models import Vehicle
from mra.vehicles.plates import Plate
from mra.vehicles.rules import Drive, Transmission

from . import people, places

APPEAL_NAME = "熊本豪雨 車の緊急募集"
APPEAL_WORDS = "豪雨で多くの方が車を失いました。軽自動車・軽トラックを中心に、すぐにお貸しできる車を探しています。"
FIRST_PERSON = 7000
KEI, TRUCK, CAR, VAN = VehicleClass.KEI_PASSENGER, VehicleClass.KEI_TRUCK, VehicleClass.PASSENGER, VehicleClass.KEI_VAN
CHASSIS = {KEI: "HA36S", TRUCK: "DA16T", CAR: "GK3", VAN: "DA17V"}


@dataclass(frozen=True)
class Gift:
    """One donation of the story: what car, how many days ago, how it went on."""

    vehicle_class: VehicleClass
    days_ago: int
    goes_on: tuple[str, ...] = ()
    changes: dict[str, object] = field(default_factory=dict)
    company: str = ""
    is_emergency: bool = False
    by_phone: bool = False


GIFTS = (
    Gift(CAR, 75, ("send_papers", "papers", "accept", "arrive", "complete"), company="天草水産株式会社"),
    Gift(TRUCK, 62, ("send_papers", "papers", "accept", "arrive", "complete"), by_phone=True),
    Gift(KEI, 58, ("hand_to_recycler", "finish_recycling"), {"odometer_km": 213_000, "inspection_ends_on": None}),
    Gift(CAR, 40, ("send_papers", "papers", "accept", "arrive")),
    Gift(KEI, 34, ("send_papers", "papers", "accept", "dispatch")),
    Gift(TRUCK, 26, ("send_papers", "papers", "accept")),
    Gift(CAR, 24, ("send_papers", "old_seal"), {"owner": Owner.LOAN_COMPANY}),
    Gift(VAN, 12, ("send_papers", "papers"), is_emergency=True),
    Gift(KEI, 9, ("send_papers", "some_papers"), {"address_changed": True}, is_emergency=True),
    Gift(KEI, 8, ("hand_to_recycler",), {"condition": Condition.NOT_RUNNING, "damage": "エンジンがかかりません。"}),
    Gift(CAR, 7, ("decline",)),
    Gift(VAN, 6, ("withdraw",), by_phone=True),
    Gift(TRUCK, 1, is_emergency=True),
    Gift(CAR, 0, changes={"odometer_km": 168_000, "damage": "左のドアにへこみがあります。"}),
)
DAYS_OF_STEP = {"send_papers": 2, "accept": 9, "arrive": 14, "complete": 15, "dispatch": 12, "finish_recycling": 12}


def tell(activation: Activation, bases: list[Base], *, staff: Actor, seed: int, rounds: int = 1) -> dict[str, int]:
    """Let people give cars over the past weeks."""
    story = Donations(bases, staff, Random(f"donations-{seed}"))  # noqa: S311  (a story, not a secret)
    emergency = story.call_for_cars(activation)
    gifts = GIFTS * rounds
    for number, gift in enumerate(gifts):
        story.give(number, gift, emergency if gift.is_emergency else services.standing_appeal())
    return {"donations": len(gifts), "donated_vehicles": sum("accept" in gift.goes_on for gift in gifts)}


class Donations:
    """Tells one gift after the other, each at its own days."""

    def __init__(self, bases: list[Base], staff: Actor, random: Random) -> None:
        self.bases, self.staff, self.random = bases, staff, random
        self.now = clock.now()

    def call_for_cars(self, activation: Activation) -> Appeal:
        """Kei cars, with three months of 車検 left."""
        with clock.stopped(self.now - timedelta(days=14)):
            services.standing_appeal()
            details = services.AppealDetails(APPEAL_NAME, APPEAL_WORDS, clock.today(), None, activation.id)
            limits = Limits(EMERGENCY_INSPECTION_MONTHS, area_note="沖縄県・離島を除く全国")
            return services.make_appeal(details, limits, by=self.staff)

    def give(self, number: int, gift: Gift, appeal: Appeal) -> None:
        """The form, and what followed."""
        given_at = self.now - timedelta(days=gift.days_ago, minutes=10 + number)
        with clock.stopped(given_at):
            donation = services.submit(
                self._said(number, gift),
                appeal=appeal,
                channel=Channel.PHONE if gift.by_phone else Channel.WEB,
                by=self.staff if gift.by_phone else PUBLIC,
                received_at=given_at,
                submission_key=UUID(int=self.random.getrandbits(128)),
                entered_by_staff_id=self.staff.id if gift.by_phone else None,
            )
        for step in gift.goes_on:
            self._go_on(donation.id, step, given_at)

    def _go_on(self, donation_id: int, step: str, given_at: datetime) -> None:
        day = given_at + timedelta(days=DAYS_OF_STEP.get(step, 4), hours=1)
        with clock.stopped(min(day, self.now - timedelta(minutes=5))):
            db.session.flush()
            donation = queries.donation_in_full(donation_id)
            assert donation is not None
            STEPS[step](self, donation)
            db.session.flush()
            db.session.expire_all()

    def _said(self, number: int, gift: Gift) -> Submission:
        person = people.person(self.random, FIRST_PERSON + number, clock.today())
        town = places.TOWNS[number % len(places.TOWNS)]
        phone = PhoneNumber(person.phone, PhoneKind.MOBILE if person.can_sms else PhoneKind.LANDLINE)
        municipality = db.session.get(Municipality, town.code)
        assert municipality is not None
        donor = Donor(
            kind=DonorKind.COMPANY if gift.company else DonorKind.PERSON,
            organisation=gift.company,
            family_name=person.family_name,
            given_name=person.given_name,
            family_kana=person.family_kana,
            given_kana=person.given_kana,
            phone=phone,
            email=f"donor{number}@example.jp" if number % 2 else None,
            postal_code=town.postal_code,
            municipality=municipality,
            address=f"{town.town}{1 + number}",
        )
        handing = Handing.LAST_DRIVE if number % 4 == 1 else Handing.PICK_UP
        handover = Handover("", handing, None, may_be_recycled=True, remarks="")
        return Submission(self._car(number, gift), donor, handover, CONSENT_VERSION)

    def _car(self, number: int, gift: Gift) -> DonatedCar:
        kind, today = gift.vehicle_class, clock.today()
        is_kei = kind is not CAR
        car = DonatedCar(
            name=self.random.choice(people.CAR_NAMES[kind]),
            plate=Plate("熊本", "580" if is_kei else "500", "さ", 4100 + number),
            chassis_number=f"{CHASSIS[kind]}-{900100 + number}",
            vehicle_class=kind,
            first_registered_on=date(today.year - 4 - number % 8, 1 + number % 12, 1),
            inspection_ends_on=today + timedelta(days=210 + 37 * number),
            compulsory_starts_on=None,
            compulsory_ends_on=today + timedelta(days=230 + 37 * number),
            odometer_km=self.random.randrange(30, 110) * 1000,
            transmission=Transmission.MT if kind is TRUCK else Transmission.AT,
            drive=Drive.FOUR if kind is TRUCK else Drive.TWO,
            seats=people.SEATS[kind],
            colour=self.random.choice(("白", "銀", "青", "黒")),
            condition=Condition.GOOD,
            damage="",
            owner=Owner.DONOR,
            address_changed=False,
        )
        return replace(car, **gift.changes)  # type: ignore[arg-type]

    def receive(self, donation: Donation, *, leave_out: int = 0, issued_days_ago: int = 6) -> None:
        """An envelope came back, perhaps without the last few papers; certificates with the day of their issue."""
        today = clock.today()
        for paper in donation.papers[: len(donation.papers) - leave_out]:
            is_seal = paper.kind in (PaperKind.SEAL_CERTIFICATE, PaperKind.OUR_SEAL_CERTIFICATE)
            services.record_paper(
                paper,
                PaperStatus.RECEIVED,
                received_on=today,
                issued_on=today - timedelta(days=issued_days_ago) if is_seal else None,
                remark="",
                by=self.staff,
            )

    def arrive(self, donation: Donation) -> None:
        """It stands at a base."""
        assert donation.vehicle is not None
        base = self.bases[donation.id % len(self.bases)]
        km = donation.odometer_km + 85
        vehicles.arrive(donation.vehicle, base, by=self.staff, odometer_km=km)


Step = Callable[[Donations, Donation], None]
STEPS: dict[str, Step] = {
    "send_papers": lambda story, donation: services.send_papers(donation, by=story.staff),
    "papers": lambda story, donation: story.receive(donation),
    "some_papers": lambda story, donation: story.receive(donation, leave_out=4),
    "old_seal": lambda story, donation: story.receive(donation, leave_out=6, issued_days_ago=62),
    "accept": lambda story, donation: services.accept(donation, by=story.staff),
    "dispatch": lambda story, donation: vehicles.dispatch(_car_of(donation), by=story.staff, to=story.bases[0]),
    "arrive": lambda story, donation: story.arrive(donation),
    "complete": lambda story, donation: services.complete(donation, name_changed_on=clock.today(), by=story.staff),
    "hand_to_recycler": lambda story, donation: services.hand_to_recycler(
        donation, recycler="八代自動車リサイクル", by=story.staff
    ),
    "finish_recycling": lambda story, donation: services.finish_recycling(
        donation, appraised_yen=41_800, by=story.staff
    ),
    "decline": lambda story, donation: services.decline(
        donation, reason="離島にある車のため、運ぶ手段がありませんでした。", by=story.staff
    ),
    "withdraw": lambda story, donation: services.withdraw(
        donation, reason="親族が使うことになったため。", by=story.staff
    ),
}


def _car_of(donation: Donation) -> Vehicle:
    assert donation.vehicle is not None
    return donation.vehicle
