"""An alliance as large as it may become: members with pledges all over the country, leased cars, cars at the yards."""

import random
from datetime import date, timedelta

from sqlalchemy import insert, select, text

from mra.alliance.models import Member, Municipality, Pledge
from mra.alliance.rules.members import MemberStatus
from mra.alliance.rules.pledges import UNITS, PledgeStatus, SupplyKind
from mra.core import clock
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation, Base
from mra.disasters.rules import ActivationStatus
from mra.vehicles.leasing import LeaseStatus
from mra.vehicles.models import Lease, Vehicle, VehicleDocument
from mra.vehicles.rules import DocumentKind, Drive, DriverScope, Transmission, VehicleStatus

# Half of what members promise is cars.
KINDS = [SupplyKind.VEHICLE] * 10 + [kind for kind in SupplyKind if kind is not SupplyKind.VEHICLE]
# Nationwide, one prefecture, a few prefectures, a few municipalities.
REACHES = {"country": 3, "prefecture": 62, "prefectures": 20, "towns": 15}
BASES = 12


def gather(*, members: int, pledges_each: int, leases: int, cars: int, seed: int) -> dict[str, int]:
    """Write the alliance into the tables; what could not come about by the services is not made here either."""
    chance = random.Random(seed)
    towns = list(db.session.scalars(select(Municipality.code).order_by(Municipality.code)))
    _members(members, towns, chance)
    _pledges(members, pledges_each, towns, chance)
    bases = _bases(towns, chance)
    _cars(leases + cars, leases, bases, chance)
    _leases(leases, towns, chance)
    db.session.commit()
    return {"members": members, "pledges": members * pledges_each, "leases": leases, "cars": cars, "bases": len(bases)}


def _members(count: int, towns: list[str], chance: random.Random) -> None:
    rows = [
        {
            "id": number,
            "name": f"加盟団体{number}",
            "kana": "カメイダンタイ",
            "municipality_code": chance.choice(towns),
            "joined_on": date(2021, 7, 28),
            "status": MemberStatus.CURRENT,
            "created_at": clock.now(),
        }
        for number in range(1, count + 1)
    ]
    db.session.execute(insert(Member), rows)


def _pledges(members: int, each: int, towns: list[str], chance: random.Random) -> None:
    prefectures = sorted({code[:2] for code in towns})
    rows = []
    for member in range(1, members + 1):
        home = chance.choice(towns)
        rows += [_pledge(member, home, prefectures, towns, chance) for _ in range(each)]
    db.session.execute(insert(Pledge), rows)


def _pledge(
    member: int, home: str, prefectures: list[str], towns: list[str], chance: random.Random
) -> dict[str, object]:
    kind = chance.choice(KINDS)
    return {
        "member_id": member,
        "kind": kind,
        "vehicle_class": chance.choice(list(VehicleClass)) if kind is SupplyKind.VEHICLE else None,
        "specification": {},
        "quantity": chance.randint(1, 10),
        "unit": chance.choice(UNITS[kind]),
        "area": _area(home, prefectures, towns, chance),
        "lead_time_days": chance.choice([1, 2, 3, 3, 5, 7, 7, 7, 10, 14, 14, 21, 30]),
        "valid_from": clock.today() - timedelta(days=400),
        "valid_until": chance.choice([None, None, clock.today() + timedelta(days=chance.randint(-30, 700))]),
        "status": chance.choice([PledgeStatus.IN_FORCE] * 9 + [PledgeStatus.LAPSED]),
        "confirmed_on": clock.today() - timedelta(days=chance.randint(0, 520)),
        "created_at": clock.now(),
    }


def _area(home: str, prefectures: list[str], towns: list[str], chance: random.Random) -> list[str]:
    [reach] = chance.choices(list(REACHES), list(REACHES.values()))
    if reach == "country":
        return []
    if reach == "prefecture":
        return [home[:2]]
    if reach == "prefectures":
        return sorted({home[:2], *chance.sample(prefectures, min(len(prefectures), chance.randint(1, 4)))})
    near = [code for code in towns if code[:2] == home[:2]]
    return sorted(chance.sample(near, min(len(near), chance.randint(1, 5))))


def _bases(towns: list[str], chance: random.Random) -> list[int]:
    """Bases of one large support; their places are those of municipalities."""
    disaster = db.session.execute(
        text(
            "INSERT INTO disasters (name, kind, occurred_on, created_at) "
            "VALUES ('訓練', 'earthquake', :day, now()) RETURNING id"
        ),
        {"day": clock.today()},
    ).scalar_one()
    activation = Activation(
        disaster_id=disaster,
        slug="drill",
        name="訓練",
        status=ActivationStatus.OPEN,
        intake_from=clock.now(),
        intake_until=clock.now() + timedelta(days=30),
        ends_on=clock.today() + timedelta(days=120),
        help_phone="+81225000000",
        created_at=clock.now(),
    )
    db.session.add(activation)
    db.session.flush()
    places = db.session.execute(
        select(Municipality.code, Municipality.place).where(
            Municipality.code.in_(chance.sample(towns, min(len(towns), BASES * 2)))
        )
    ).all()
    made = [_base(activation, place.code, place.place) for place in places if place.place is not None][:BASES]
    db.session.add_all(made)
    db.session.flush()
    return [base.id for base in made]


def _base(activation: Activation, code: str, place: object) -> Base:
    return Base(
        activation_id=activation.id,
        name=f"拠点{code}",
        address="1-1",
        municipality_code=code,
        place=place,
        phone="+81225000000",
        opens_at=clock.now().replace(hour=9).time(),
        closes_at=clock.now().replace(hour=16).time(),
        closed_weekdays=[],
    )


def _cars(count: int, leased: int, bases: list[int], chance: random.Random) -> None:
    """The first of them are out on a lease; the others stand at bases, or are promised."""
    rows = []
    for number in range(1, count + 1):
        base = None if number <= leased or chance.random() < 0.2 else chance.choice(bases)
        rows.append(
            {
                "id": number,
                "chassis_number": f"BENCH-{number}",
                "name": "アルト",
                "vehicle_class": chance.choice(list(VehicleClass)),
                "seats": 4,
                "transmission": Transmission.AT,
                "drive": Drive.TWO,
                "features": [],
                "base_id": base,
                "status": VehicleStatus.READY if base else VehicleStatus.PROMISED,
                "odometer_km": 40_000,
                "created_at": clock.now(),
            }
        )
    db.session.execute(insert(Vehicle), rows)
    db.session.execute(
        insert(VehicleDocument), [_paper(row["id"], kind, chance) for row in rows for kind in DocumentKind]
    )


def _paper(vehicle_id: object, kind: DocumentKind, chance: random.Random) -> dict[str, object]:
    return {
        "vehicle_id": vehicle_id,
        "kind": kind,
        "ends_on": clock.today() + timedelta(days=chance.randint(-5, 700)),
        "driver_scope": DriverScope.UNLIMITED if kind is DocumentKind.VOLUNTARY_INSURANCE else None,
        "created_at": clock.now(),
    }


def _leases(count: int, towns: list[str], chance: random.Random) -> None:
    rows = [
        {
            "vehicle_id": number,
            "lessee_name": f"借受人{number}",
            "lessee_phone": "+81225000000",
            "kept_in_code": chance.choice(towns),
            "starts_on": clock.today() - timedelta(days=100),
            "ends_on": clock.today() + timedelta(days=265),
            "monthly_fee_yen": 11_000,
            "status": LeaseStatus.RUNNING,
            "created_at": clock.now(),
        }
        for number in range(1, count + 1)
    ]
    db.session.execute(insert(Lease), rows)
