"""The people, cars and places of the story, made one by one, in any state that a test needs.

Everything here goes through the lifecycles (`begin`, `move`), so that a test's world could really have come about.
"""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from mra.accounts import services as accounts
from mra.accounts.models import Staff
from mra.alliance.models import Agreement, Member, MemberContact, MemberPerson, Municipality, Pledge
from mra.alliance.rules.agreements import AgreementLevel, AgreementTrigger
from mra.alliance.rules.members import ContactHours
from mra.alliance.rules.pledges import SupplyKind
from mra.allocation.models import Offer, Override
from mra.allocation.rules import OverrideKind
from mra.applications import rules as application_rules
from mra.applications.models import Application, CarRequest, Driver
from mra.applications.rules import ApplicantKind, Channel, Evidence, LicenceKind
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import SYSTEM
from mra.core.audit import begin, move
from mra.core.circumstances import Circumstance
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.geo import point
from mra.core.text import search_key
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base, Disaster, TermsLine, TermsVersion
from mra.disasters.priorities import tier_of
from mra.disasters.queries import priorities_in_force
from mra.disasters.rules import DisasterKind, usual_terms
from mra.disasters.services import add_first_priorities
from mra.loans.models import Loan
from mra.vehicles.models import Lease, Vehicle, VehicleDocument
from mra.vehicles.rules import DocumentKind, Drive, DriverScope, OutReason, Transmission

PASSWORD = "correct horse battery"
_numbers = count(1)


def municipality(code: str = "43215", name: str = "天草市", prefecture: str = "熊本県") -> Municipality:
    """A municipality, made once per code."""
    found = db.session.get(Municipality, code)
    if found is None:
        found = Municipality(
            code=code, name=name, kana="アマクサシ", prefecture=prefecture, place=point(32.4586, 130.1930)
        )
        db.session.add(found)
        db.session.flush()
    return found


def staff_member(role: Role = Role.DESK, name: str = "佐藤 明") -> Staff:
    """Somebody of the secretariat."""
    return accounts.create_staff(
        email=f"{role.value}{next(_numbers)}@example.jp", name=name, role=role, password=PASSWORD
    )


def activation(*, is_open: bool = True, slug: str = "kumamoto-2026", **values: Any) -> Activation:
    """The support after the flood, with one municipality and the usual terms; open unless told otherwise."""
    disaster = Disaster(
        name="令和8年8月 熊本豪雨", kind=DisasterKind.FLOOD, occurred_on=date(2026, 8, 11), created_at=clock.now()
    )
    db.session.add(disaster)
    db.session.flush()
    made = Activation(
        disaster_id=disaster.id,
        slug=slug,
        name="熊本豪雨 車の無償貸出",
        intake_from=datetime(2026, 8, 16, 9, 0, tzinfo=JAPAN),
        intake_until=datetime(2026, 11, 30, 17, 0, tzinfo=JAPAN),
        ends_on=date(2026, 12, 25),
        help_phone="+81960000000",
        created_at=clock.now(),
        **values,
    )
    made.municipalities.append(municipality())
    begin(made, by=SYSTEM)
    add_first_priorities(made)
    terms(made)
    if is_open:
        move(made, "open", by=SYSTEM)
    db.session.flush()
    return made


def terms(of: Activation, number: int = 1, **days: int) -> TermsVersion:
    """A version of the lending terms; `days` by class name override the usual ones."""
    version = TermsVersion(activation_id=of.id, number=number, reason="開始時の条件", created_at=clock.now())
    version.lines = [
        TermsLine(vehicle_class=kind, days=days.get(kind.value, usual), is_renewable=renewable)
        for kind, (usual, renewable) in usual_terms().items()
    ]
    db.session.add(version)
    db.session.flush()
    return version


def base(of: Activation, name: str = "天草拠点", **values: Any) -> Base:
    """A base, open 9:30 to 16:00, closed on Wednesdays."""
    facts: dict[str, Any] = {
        "address": "天草市東町1-1",
        "municipality_code": municipality().code,
        "place": point(32.4586, 130.1930),
        "phone": "+81969000000",
        "opens_at": time(9, 30),
        "closes_at": time(16, 0),
        "closed_weekdays": [2],
    }
    made = Base(activation_id=of.id, name=name, **(facts | values))
    db.session.add(made)
    db.session.flush()
    return made


def vehicle(at: Base | None = None, *, lawful_until: date | None = date(2027, 6, 30), **values: Any) -> Vehicle:
    """A car: ready at its base if it has one, promised otherwise; all papers end on `lawful_until` (None: no papers)."""
    number = next(_numbers)
    facts: dict[str, Any] = {
        "chassis_number": f"HA36S-{100000 + number}",
        "plate_area": "熊本",
        "plate_class": "580",
        "plate_kana": "わ",
        "plate_serial": number,
        "name": "アルト",
        "vehicle_class": VehicleClass.KEI_PASSENGER,
        "seats": 4,
        "transmission": Transmission.AT,
        "drive": Drive.TWO,
        "features": [],
        "odometer_km": 40_000,
    }
    made = Vehicle(created_at=clock.now(), base_id=at.id if at else None, **(facts | values))
    begin(made, by=SYSTEM)
    if lawful_until:
        papers(made, lawful_until)
    if at:
        move(made, "arrive", by=SYSTEM)
    db.session.flush()
    return made


def out_of_service(car: Vehicle) -> Vehicle:
    """A car that may not be lent for now, whoever has it."""
    move(car, "take_out", by=SYSTEM)
    car.out_reason = OutReason.BREAKDOWN
    return car


def papers(of: Vehicle, ends_on: date, kinds: tuple[DocumentKind, ...] = tuple(DocumentKind)) -> None:
    """The papers of a car, all ending on one day."""
    for kind in kinds:
        scope = DriverScope.UNLIMITED if kind is DocumentKind.VOLUNTARY_INSURANCE else None
        db.session.add(
            VehicleDocument(
                vehicle_id=of.id, kind=kind, starts_on=None, ends_on=ends_on, driver_scope=scope, created_at=clock.now()
            )
        )
    db.session.flush()


def application(of: Activation, *, is_admitted: bool = True, cars: int = 1, **values: Any) -> Application:
    """Yamada Hanako's application, admitted unless told otherwise, wishing for `cars` kei cars."""
    facts: dict[str, Any] = {
        "channel": Channel.WEB,
        "received_at": clock.now(),
        "kind": ApplicantKind.PERSON,
        "family_name": "山田",
        "given_name": "花子",
        "family_kana": "ヤマダ",
        "given_kana": "ハナコ",
        "born_on": date(1980, 4, 2),
        "phone": "+819000001234",
        "can_sms": True,
        "postal_code": "8630013",
        "municipality_code": municipality().code,
        "address": "天草市今釜新町1-1",
        "place": point(32.45, 130.19),
        "evidence": [Evidence.RISAI_SHOMEI.value],
        "circumstances": [Circumstance.COMMUTE.value],
        "consent_version": application_rules.CONSENT_VERSION,
    } | values
    made = Application(
        submission_key=uuid4(),
        activation_id=of.id,
        name_key=search_key(
            facts["family_name"] + facts["given_name"] + " " + facts["family_kana"] + facts["given_kana"]
        ),
        **facts,
    )
    begin(made, by=SYSTEM)
    driver(made)
    for position in range(1, cars + 1):
        car_request(made, position=position)
    if is_admitted:
        move(made, "admit", by=SYSTEM)
        made.decided_at = clock.now()
    db.session.flush()
    return made


def driver(of: Application, **values: Any) -> Driver:
    """The applicant as driver."""
    facts: dict[str, Any] = {
        "position": 1,
        "name": of.full_name,
        "kana": f"{of.family_kana} {of.given_kana}",
        "born_on": of.born_on,
        "licence_kind": LicenceKind.STANDARD,
        "licence_expires_on": date(2029, 5, 2),
        "is_automatic_only": False,
    }
    made = Driver(application_id=of.id, **(facts | values))
    db.session.add(made)
    db.session.flush()
    return made


def car_request(of: Application, **values: Any) -> CarRequest:
    """One car wished for: a kei passenger car for a month from tomorrow, within 30 km."""
    order = priorities_in_force(of.activation_id)
    facts: dict[str, Any] = {
        "position": 1,
        "tier": tier_of(order.priorities, of.circumstances),
        "priority_version_id": order.id,
        "submitted_at": of.received_at,
        "classes": [VehicleClass.KEI_PASSENGER.value],
        "seats": 2,
        "can_drive_manual": False,
        "required_features": [],
        "needed_from": clock.today() + timedelta(days=1),
        "needed_until": clock.today() + timedelta(days=31),
        "max_distance_km": 30,
    }
    made = CarRequest(application_id=of.id, activation_id=of.activation_id, **(facts | values))
    return begin(made, by=SYSTEM)


def offer(of: CarRequest, car: Vehicle, *, hours: int = 24) -> Offer:
    """An open offer of a ready car."""
    moment = clock.now()
    made = Offer(
        activation_id=of.activation_id,
        request_id=of.id,
        vehicle_id=car.id,
        base_id=car.base_id,
        made_at=moment,
        deadline_at=moment + timedelta(hours=hours),
    )
    return begin(made, by=SYSTEM)


def override(of: Activation, car: Vehicle, car_request: CarRequest | None = None, **values: Any) -> Override:
    """A car held back; with a person, the pair forbidden."""
    staff = db.session.query(Staff).first() or staff_member(Role.COORDINATOR)
    facts: dict[str, Any] = {
        "kind": OverrideKind.FORBID if car_request else OverrideKind.HOLD,
        "reason": "点検のため",
        "made_by_staff_id": staff.id,
        "made_at": clock.now(),
    }
    made = Override(
        activation_id=of.id,
        vehicle_id=car.id,
        request_id=car_request.id if car_request else None,
        **(facts | values),
    )
    return begin(made, by=staff.actor)


def loan(of: CarRequest, car: Vehicle, *, handover_at: datetime | None = None, days: int = 30) -> Loan:
    """A reservation of a ready car: handover tomorrow at ten unless told otherwise; the request is reserved."""
    move(of, "reserve", by=SYSTEM)
    appointed = handover_at or clock.in_japan(clock.now() + timedelta(days=1)).replace(hour=10, minute=0, second=0)
    version = db.session.query(TermsVersion).filter_by(activation_id=of.activation_id).first()
    assert version is not None
    made = Loan(
        activation_id=of.activation_id,
        request_id=of.id,
        vehicle_id=car.id,
        base_id=car.base_id,
        terms_version_id=version.id,
        handover_at=appointed,
        due_at=appointed + timedelta(days=days),
    )
    return begin(made, by=SYSTEM)


def loan_out(of: CarRequest, car: Vehicle, *, handed_over_at: datetime, days: int = 30) -> Loan:
    """A car that is out with its borrower."""
    made = loan(of, car, handover_at=handed_over_at, days=days)
    move(made, "hand_over", by=SYSTEM)
    made.handed_over_at = handed_over_at
    made.odometer_out_km = car.odometer_km
    made.fuel_out_eighths = 8
    move(of, "serve", by=SYSTEM)
    db.session.flush()
    return made


def member(name: str = "", *, under: Member | None = None, with_contact: bool = True) -> Member:
    """A member of the alliance, or a local firm under one; reached by SMS and e-mail unless told otherwise."""
    number = next(_numbers)
    made = Member(
        name=name or f"東北オート{number}",
        kana="トウホクオート",
        parent_id=under.id if under else None,
        joined_on=date(2021, 7, 28),
        created_at=clock.now(),
    )
    begin(made, by=SYSTEM)
    if with_contact:
        contact(made)
    return made


def contact(of: Member, **values: Any) -> MemberContact:
    """Whom to reach at a member."""
    facts: dict[str, Any] = {
        "name": "高橋 誠",
        "hours": ContactHours.ALWAYS,
        "phone": "+819000005678",
        "can_sms": True,
        "email": f"takahashi{next(_numbers)}@example.jp",
    }
    made = MemberContact(member_id=of.id, **(facts | values))
    db.session.add(made)
    db.session.flush()
    return made


def member_person(of: Member, name: str = "高橋 誠") -> Staff:
    """Somebody of a member who signs in."""
    person = staff_member(Role.MEMBER, name)
    db.session.add(MemberPerson(staff_id=person.id, member_id=of.id))
    db.session.flush()
    return person


def pledge(of: Member, *, is_confirmed: bool = True, **values: Any) -> Pledge:
    """Five kei cars anywhere within a week; confirmed today unless told otherwise."""
    facts: dict[str, Any] = {
        "kind": SupplyKind.VEHICLE,
        "quantity": 5,
        "unit": "台",
        "area": [],
        "lead_time_days": 7,
        "valid_from": date(2026, 1, 1),
        "specification": {},
    } | values
    if facts["kind"] is SupplyKind.VEHICLE:
        facts.setdefault("vehicle_class", VehicleClass.KEI_PASSENGER)
    made = begin(Pledge(member_id=of.id, created_at=clock.now(), **facts), by=SYSTEM)
    if is_confirmed:
        move(made, "confirm", by=SYSTEM)
        made.confirmed_on = clock.today()
        db.session.flush()
    return made


def agreement(*, is_signed: bool = True, **values: Any) -> Agreement:
    """The agreement with 熊本県, in force unless told otherwise."""
    facts: dict[str, Any] = {
        "name": "災害時における被災者等の移動手段の確保に関する協定",
        "level": AgreementLevel.PREFECTURE,
        "area": ["43"],
        "trigger": AgreementTrigger.EITHER,
    }
    made = begin(Agreement(created_at=clock.now(), **(facts | values)), by=SYSTEM)
    if is_signed:
        move(made, "sign", by=SYSTEM)
        made.signed_on = made.effective_on = date(2021, 2, 10)
        db.session.flush()
    return made


def lease(of: Vehicle, **values: Any) -> Lease:
    """A car out on a return-on-disaster lease in the municipality of the story."""
    facts: dict[str, Any] = {
        "lessee_name": "株式会社天草商会",
        "lessee_phone": "+819000004321",
        "lessee_can_sms": True,
        "kept_in_code": municipality().code,
        "starts_on": date(2026, 4, 1),
        "ends_on": date(2027, 3, 31),
        "monthly_fee_yen": 11_000,
    }
    return begin(Lease(vehicle_id=of.id, created_at=clock.now(), **(facts | values)), by=SYSTEM)
