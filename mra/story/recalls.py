"""Leased cars of the story: twelve contracts, eight of them asked back four days ago, and what their lessees said."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from mra.alliance.models import Municipality
from mra.core import clock
from mra.core.actor import Actor, ActorKind
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.geo import point
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.recalls import services
from mra.recalls.models import LeaseReturn, RecallSlot
from mra.recalls.rules import Problem, RingResult
from mra.recalls.services import Places
from mra.vehicles import services as vehicles
from mra.vehicles.facts import Registration, VehicleFacts
from mra.vehicles.leasing import LeaseFacts, LesseeKind, usual_end, usual_fee_yen
from mra.vehicles.models import Lease
from mra.vehicles.plates import Plate
from mra.vehicles.rules import DocumentKind, Drive, Paper, Transmission

from . import people

# Numbers that nobody has: 090-0009-….
FIRST_PHONE = 90_000


class Contract(NamedTuple):
    """Who has which car where; the town with its point, so that it can be told without the list of municipalities."""

    lessee: str
    contact: str
    vehicle_class: VehicleClass
    town: tuple[str, str, str, str, float, float]
    days_left: int = 200
    insured_days: int | None = 180
    return_within_days: int = 10
    is_heard_only: bool = False


FUKUOKA = ("40130", "福岡県", "福岡市", "フクオカシ", 33.5902, 130.4017)
KURUME = ("40203", "福岡県", "久留米市", "クルメシ", 33.3193, 130.5084)
SAGA = ("41201", "佐賀県", "佐賀市", "サガシ", 33.2635, 130.3009)
OITA = ("44201", "大分県", "大分市", "オオイタシ", 33.2396, 131.6093)
KAGOSHIMA = ("46201", "鹿児島県", "鹿児島市", "カゴシマシ", 31.5969, 130.5571)
KUMAMOTO = ("43100", "熊本県", "熊本市", "クマモトシ", 32.8031, 130.7079)
YATSUSHIRO = ("43202", "熊本県", "八代市", "ヤツシロシ", 32.5084, 130.6021)
KEI, VAN, TRUCK, CAR = (
    VehicleClass.KEI_PASSENGER,
    VehicleClass.KEI_VAN,
    VehicleClass.KEI_TRUCK,
    VehicleClass.PASSENGER,
)
CONTRACTS = (
    Contract("有限会社肥後設備", "坂本 亮", KEI, KUMAMOTO),
    Contract("株式会社筑後フーズ", "古賀 直子", VAN, KURUME),
    Contract("社会福祉法人あおば会", "松尾 恵", CAR, SAGA),
    Contract("株式会社博多リネン", "原 健二", KEI, FUKUOKA),
    Contract("豊後電機株式会社", "佐藤 隆", VAN, OITA),
    Contract("合同会社桜島工房", "川畑 仁", TRUCK, KAGOSHIMA),
    Contract("株式会社有明ガス", "井上 薫", KEI, SAGA),
    Contract("たちばな薬局", "立花 節子", KEI, KURUME, return_within_days=3, is_heard_only=True),
    Contract("株式会社大濠企画", "森 大輔", CAR, FUKUOKA, days_left=25),
    Contract("NPO法人由布の森", "後藤 晃", KEI, OITA, insured_days=12),
    Contract("球磨川観光株式会社", "東 由美", CAR, YATSUSHIRO),
    Contract("中村 一郎", "", KEI, KAGOSHIMA, insured_days=None),
)
RECALLED = 8


def tell(activation: Activation, bases: list[Base], *, staff: Actor, today: date, rounds: int = 1) -> dict[str, int]:
    """Lease the cars out, ask some of them back, and let their lessees answer."""
    with clock.stopped(clock.now() - timedelta(days=150)):
        leases = [_lease(number, contract, staff, today) for number, contract in enumerate(CONTRACTS * rounds)]
    asked_on = today - timedelta(days=4)
    places = Places(tuple(bases[:2]), asked_on, today + timedelta(days=7), (10, 11, 13, 14, 15), 2)
    with clock.stopped(_at(asked_on, 9)):
        asked = services.start(
            activation,
            leases[:RECALLED],
            places,
            message="車を失った方にお貸しします。ご協力をお願いします。",
            by=staff,
        )
    _answer([one for one, _ in asked], bases, staff, today)
    db.session.flush()
    return {"leases": len(leases), "recalled": RECALLED}


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), JAPAN)


def _lease(number: int, contract: Contract, staff: Actor, today: date) -> Lease:
    [vehicle] = vehicles.register_all([_car(number, contract.vehicle_class, today)], by=staff)
    _town(contract)
    is_company = bool(contract.contact)
    starts_on = today - timedelta(days=365 - contract.days_left)
    facts = LeaseFacts(
        lessee_kind=LesseeKind.COMPANY if is_company else LesseeKind.PERSON,
        lessee_name=contract.lessee,
        contact_name=contract.contact,
        lessee_phone=f"+81942{number:06}" if contract.is_heard_only else f"+8190{FIRST_PHONE + number:08}",
        lessee_can_sms=not contract.is_heard_only,
        lessee_email=None if contract.is_heard_only or not is_company else f"lessee{number}@example.jp",
        kept_in_code=contract.town[0],
        starts_on=starts_on,
        ends_on=usual_end(starts_on),
        monthly_fee_yen=usual_fee_yen(contract.vehicle_class),
        return_within_days=contract.return_within_days,
        insurer="火の国損害保険" if contract.insured_days is not None else "",
        policy_number=f"HK-{7000 + number}" if contract.insured_days is not None else "",
        insured_until=today + timedelta(days=contract.insured_days) if contract.insured_days is not None else None,
    )
    return vehicles.lease_out(vehicle, facts, by=staff)


def _town(contract: Contract) -> None:
    code, prefecture, name, kana, lat, lon = contract.town
    if db.session.get(Municipality, code) is None:
        db.session.add(Municipality(code=code, prefecture=prefecture, name=name, kana=kana, place=point(lat, lon)))
        db.session.flush()


def _car(number: int, vehicle_class: VehicleClass, today: date) -> Registration:
    """The association's papers; the voluntary insurance is the lessee's."""
    names = people.CAR_NAMES[vehicle_class]
    facts = VehicleFacts(
        chassis_number=f"MRL01-{number + 1:05}",
        plate=Plate("宮城", "583" if vehicle_class in (KEI, CAR) else "483", "さ", 1101 + number),
        name=names[number % len(names)],
        vehicle_class=vehicle_class,
        seats=people.SEATS[vehicle_class],
        transmission=Transmission.AT,
        drive=Drive.TWO,
        features=(),
        base_id=None,
        odometer_km=31_000 + 1_700 * number,
    )
    ends_on = today + timedelta(days=240 + 11 * number)
    papers = [
        Paper(DocumentKind.INSPECTION, None, ends_on),
        Paper(DocumentKind.COMPULSORY_INSURANCE, None, ends_on + timedelta(days=30)),
    ]
    return Registration(facts, papers)


def _answer(asked: list[LeaseReturn], bases: list[Base], staff: Actor, today: date) -> None:
    """One car is back, three come, one is to be fetched, one was in an accident, two are silent (one of them late)."""
    back, now, soon, later, fetched, broken, _silent, late = asked
    with clock.stopped(_at(today - timedelta(days=3), 10)):
        for one, day in ((now, today), (soon, today + timedelta(days=1))):
            services.choose_slot(one, _first_slot(one, day), by=_lessee(one))
        services.choose_slot(later, _extra_slot(later, bases[0], today + timedelta(days=4)), by=_lessee(later))
        note = "平日の午後は事務所にいます。"
        services.ask_collection(fetched, address="大分市金池南1丁目", note_text=note, by=_lessee(fetched))
        services.tell_problem(
            broken, problem=Problem.ACCIDENT, note_text="追突され、修理工場にあります。", by=_lessee(broken)
        )
    with clock.stopped(_at(today - timedelta(days=1), 11)):
        services.take_back(back, bases[0], odometer_km=back.lease.vehicle.odometer_km + 640, by=staff)
    with clock.stopped(_at(today - timedelta(days=1), 15)):
        assert staff.id is not None
        services.ring(late, result=RingResult.NO_ANSWER, note_text="", staff_id=staff.id, by=staff)


def _lessee(one: LeaseReturn) -> Actor:
    return Actor(ActorKind.LESSEE, one.id)


def _first_slot(one: LeaseReturn, day: date) -> RecallSlot:
    return next(slot for slot in one.campaign.slots if slot.day >= day)


def _extra_slot(one: LeaseReturn, base: Base, day: date) -> RecallSlot:
    """An hour that the base opened for one car, even if it rests on that day."""
    slot = RecallSlot(campaign_id=one.campaign_id, base_id=base.id, starts_at=_at(day, 9), capacity=1)
    db.session.add(slot)
    db.session.flush()
    return slot
