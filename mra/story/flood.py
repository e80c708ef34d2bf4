"""The flood: one activation, three bases, cars arriving, hundreds applying on the first day.

The story is told so that today is worth working: cars are due and overdue, somebody comes for keys, offers wait.
"""

from datetime import date, datetime, timedelta
from random import Random

from mra.accounts import services as accounts
from mra.accounts.models import Staff
from mra.alliance.models import Municipality
from mra.core import clock
from mra.core.access import Role
from mra.core.actor import Actor, ActorKind
from mra.core.audit import begin, move
from mra.core.db import db
from mra.core.geo import point
from mra.disasters import services as disasters
from mra.disasters.models import Activation, Base, Disaster, TermsLine, TermsVersion
from mra.disasters.rules import DisasterKind, usual_terms
from mra.messaging.models import Message
from mra.messaging.rules import MESSAGE

from . import agreements, alliance, donations, papers, places, recalls, supply, transport, upkeep
from .applicants import Applicants
from .borrowing import Borrowing
from .cars import Cars
from .ledger import Ledger
from .lives import plan_lives

PASSWORD = "mra-demo-2026"  # noqa: S105  (printed for visitors of the demo)
STAFF = (
    ("admin@example.jp", "千葉 恵", Role.ADMIN),
    ("coordinator@example.jp", "及川 誠", Role.COORDINATOR),
    ("desk@example.jp", "宮本 さくら", Role.DESK),
    ("viewer@example.jp", "古閑 隆", Role.VIEWER),
    ("member@example.jp", "緒方 健一", Role.MEMBER),
)
ACTIVATION_NAME = "熊本豪雨 車の無償貸出"
DAYS_TO_INTAKE = 5
DAYS_TO_LENDING = 9
DAYS_OF_LENDING = 8
# Donations, leases and drives are told once for so many cars.
CARS_OF_A_ROUND = 100


def tell(*, applications: int, vehicles: int, loans: int | None, seed: int) -> dict[str, int]:
    """Write the story; returns how many of each there are. The caller commits."""
    random = Random(seed)  # noqa: S311  (a story, not a secret)
    today = clock.today()
    lives = plan_lives(applications=applications, vehicles=vehicles, loans=loans, random=random)
    lending_from = today - timedelta(days=DAYS_OF_LENDING + lives.history_days)
    people = _staff()
    staff = Actor(ActorKind.STAFF, people[1].id)
    activation, bases, terms = _activation(today, lending_from, staff)
    ledger = Ledger()
    cars = Cars(ledger, random, activation, bases, today)
    borrowing = Borrowing(ledger, random, terms, staff, today, cars)
    applicants = Applicants(ledger, random, terms, staff, today, borrowing)
    received = _arrivals(random, applications, lending_from - timedelta(days=DAYS_TO_LENDING - DAYS_TO_INTAKE), today)
    for life, at in zip(lives.in_order_of_need(), received, strict=True):
        applicants.live(life, at)
    cars.add_the_rest(lives.free_cars, lives.vehicles_elsewhere)
    ledger.number_in_order_of_time(Message, MESSAGE.subject)
    ledger.write()
    papers.tell(staff=staff, today=today)
    figures = {"applications": applications, "vehicles": vehicles, "loans": lives.loans, "bases": len(bases)}
    figures |= alliance.tell(staff=staff, person=people[-1], today=today, seed=seed)
    figures |= {"agreements": agreements.tell(staff)}
    rounds = max(1, vehicles // CARS_OF_A_ROUND)
    figures |= recalls.tell(activation, bases, staff=staff, today=today, rounds=rounds)
    figures |= upkeep.tell(staff=staff, today=today, seed=seed)
    figures |= supply.tell(activation, bases, staff=staff, today=today)
    figures |= transport.tell(bases, staff=staff, rounds=rounds)
    return figures | donations.tell(activation, bases, staff=staff, seed=seed, rounds=rounds)


def _staff() -> list[Staff]:
    return [accounts.create_staff(email=email, name=name, role=role, password=PASSWORD) for email, name, role in STAFF]


def _activation(today: date, lending_from: date, by: Actor) -> tuple[Activation, list[Base], TermsVersion]:
    struck_on = lending_from - timedelta(days=DAYS_TO_LENDING)
    disaster = Disaster(
        name=f"{struck_on.year}年{struck_on.month}月 熊本豪雨",
        kind=DisasterKind.FLOOD,
        occurred_on=struck_on,
        created_at=clock.now(),
    )
    db.session.add(disaster)
    db.session.flush()
    intake_from = places.working_moment(
        struck_on + timedelta(days=DAYS_TO_INTAKE), places.closed_weekday(today), places.BASES[0].opens_at
    ).replace(hour=9, minute=0)
    activation = Activation(
        disaster_id=disaster.id,
        slug=f"kumamoto-{struck_on.year}",
        name=ACTIVATION_NAME,
        intake_from=intake_from,
        intake_until=datetime.combine(today + timedelta(days=60), places.BASES[0].closes_at, clock.JAPAN),
        ends_on=today + timedelta(days=120),
        help_phone="+81960000000",
        created_at=clock.now(),
    )
    activation.municipalities = [_municipality(town) for town in places.TOWNS]
    begin(activation, by=by)
    disasters.add_first_priorities(activation)
    terms = TermsVersion(activation_id=activation.id, number=1, reason="支援開始時の条件", created_at=clock.now())
    terms.lines = [
        TermsLine(vehicle_class=kind, days=days, is_renewable=renewable)
        for kind, (days, renewable) in usual_terms().items()
    ]
    db.session.add(terms)
    bases = [_base(plan, activation, today) for plan in places.BASES]
    db.session.add_all(bases)
    db.session.flush()
    move(activation, "open", by=by)
    db.session.flush()
    return activation, bases, terms


def _municipality(town: places.Town) -> Municipality:
    found = db.session.get(Municipality, town.code)
    return found or Municipality(
        code=town.code, prefecture="熊本県", name=town.municipality, kana=town.kana, place=point(town.lat, town.lon)
    )


def _base(plan: places.BasePlan, activation: Activation, today: date) -> Base:
    return Base(
        activation_id=activation.id,
        name=plan.name,
        address=plan.address,
        municipality_code=plan.code,
        place=point(plan.lat, plan.lon),
        phone=plan.phone,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        closed_weekdays=[places.closed_weekday(today)],
        closes_on=activation.ends_on,
    )


def _arrivals(random: Random, number: int, first_day: date, today: date) -> list[datetime]:
    """When applications came: up to 500 on the first day (497 in Kumamoto 2025), the rest on the days after, fewer each day."""
    opening = places.working_moment(first_day, -1, places.BASES[0].opens_at).replace(hour=9, minute=0)
    days = max(1, (today - first_day).days)
    moments = []
    for place in range(number):
        day = 0 if place < 500 else min(int(random.expovariate(3 / days)), days - 1)
        moments.append(opening + timedelta(days=day, minutes=random.triangular(0, 13 * 60, 45)))
    return sorted(moments)
