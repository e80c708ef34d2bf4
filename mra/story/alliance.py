"""The alliance before the flood: members in two levels, whom to reach there, and what they promised."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from mra.accounts.models import Staff
from mra.alliance.models import Member, MemberContact, MemberPerson, Pledge
from mra.alliance.rules.members import MEMBER, ContactHours, MemberStatus
from mra.alliance.rules.pledges import PLEDGE, PledgeStatus
from mra.core.actor import Actor
from mra.core.clock import JAPAN
from mra.core.db import db

from .alliance_names import BODIES, OF_THE_DEMO, PROMISES, Promise
from .ledger import Ledger
from .people import GIVEN_NAMES, SURNAMES

# Numbers that nobody has: 090-0005-…; the people who apply have 090-0000-… to 090-0004-….
FIRST_PHONE = 50_000
CONDITIONS = ("", "", "", "引取りをお願いします。", "燃料代の負担をお願いします。", "繁忙期（3月）は半数になります。")


@dataclass
class Alliance:
    """Writes the members into the ledger one after the other."""

    ledger: Ledger
    random: Random
    today: date
    by: Actor
    pledges: int = 0
    members: int = 0

    def join(self, name: str, kana: str, under: int | None, area: tuple[str, ...], gives: str) -> int:
        """A member with its contacts and pledges; returns its id."""
        self.members += 1
        joined_on = self.today - timedelta(days=self.random.randrange(500, 1900))
        number = self.ledger.add(
            Member,
            name=name,
            kana=kana,
            parent_id=under,
            municipality_code=next((key for key in area if len(key) == 5), None),
            address="",
            joined_on=joined_on,
            status=MemberStatus.CURRENT,
            left_on=None,
            remarks="",
            created_at=self._at(joined_on),
        )
        self.ledger.lived(MEMBER, number, None, ("begin", self._at(joined_on)), by=self.by)
        self._contacts(number)
        for promise in self._promises(gives):
            self._promise(number, promise, area, joined_on)
        return number

    def _contacts(self, member_id: int) -> None:
        """By day everybody is reached; at night one in eight is not."""
        rings_at_night = self.random.random() < 7 / 8
        hours = (ContactHours.DAY, ContactHours.NIGHT) if rings_at_night else (ContactHours.DAY,)
        for position, kind in enumerate(hours, start=1):
            (family, _), (given, _) = self.random.choice(SURNAMES), self.random.choice(GIVEN_NAMES)
            number = 2 * self.members + position
            self.ledger.add(
                MemberContact,
                member_id=member_id,
                position=position,
                name=f"{family} {given}",
                department="災害対応担当" if position == 1 else "当番",
                hours=kind,
                phone=f"+8190{FIRST_PHONE + number:08}",
                can_sms=True,
                email=f"alliance{number}@example.jp" if position == 1 else None,
            )

    def _promises(self, gives: str) -> list[Promise]:
        known = PROMISES[gives]
        return self.random.sample(known, min(len(known), self.random.choice((2, 2, 3, 4))))

    def _promise(self, member_id: int, promise: Promise, area: tuple[str, ...], joined_on: date) -> None:
        """Most were confirmed within the year; some wait for their question, some are doubtful, a few are over."""
        self.pledges += 1
        kind, vehicle_class, specification, unit, quantities = promise
        place = self.pledges
        declared_on = joined_on + timedelta(days=self.random.randrange(5, 60))
        confirmed_on = self.today - timedelta(days=self.random.randrange(20, 330))
        if place % 20 == 7:
            confirmed_on = self.today - timedelta(days=440)
        elif place % 20 == 13:
            confirmed_on = self.today - timedelta(days=380)
        is_declared, is_over = place % 60 == 31, place % 50 == 44
        if is_declared:
            declared_on = self.today - timedelta(days=3)
        status = PledgeStatus.DECLARED if is_declared else PledgeStatus.LAPSED if is_over else PledgeStatus.IN_FORCE
        number = self.ledger.add(
            Pledge,
            member_id=member_id,
            kind=kind,
            vehicle_class=vehicle_class,
            specification=specification,
            quantity=self.random.choice(quantities),
            unit=unit,
            area=sorted(area),
            lead_time_days=self.random.choice((0, 1, 3, 3, 5, 7, 7, 10, 14, 21)),
            valid_from=declared_on,
            valid_until=self.today + timedelta(days=40) if place % 25 == 3 else None,
            conditions=self.random.choice(CONDITIONS),
            status=status,
            confirmed_on=None if is_declared else confirmed_on,
            asked_at=self._at(self.today - timedelta(days=12)) if place % 40 == 7 else None,
            lapsed_on=self.today - timedelta(days=15) if is_over else None,
            lapse_reason="車両の入替えのため" if is_over else None,
            created_at=self._at(declared_on),
        )
        steps = [("begin", self._at(declared_on))]
        steps += [] if is_declared else [("confirm", self._at(confirmed_on))]
        steps += [("lapse", self._at(self.today - timedelta(days=15)))] if is_over else []
        self.ledger.lived(PLEDGE, number, None, *steps, by=self.by)

    def _at(self, day: date) -> datetime:
        return datetime.combine(day, time(10, 30), JAPAN)


def tell(*, staff: Actor, person: Staff, today: date, seed: int) -> dict[str, int]:
    """Write members and pledges with chances of their own, so that the rest of the story stays as it is."""
    ledger = Ledger()
    alliance = Alliance(ledger, Random(f"alliance-{seed}"), today, staff)  # noqa: S311  (a story, not a secret)
    for name, number in _join_all(alliance):
        if name == OF_THE_DEMO:
            ledger.rows[MemberPerson].append({"staff_id": person.id, "member_id": number})
    ledger.write()
    db.session.flush()
    return {"members": alliance.members, "pledges": alliance.pledges}


def _join_all(alliance: Alliance) -> Iterator[tuple[str, int]]:
    for body in BODIES:
        number = alliance.join(body.name, body.kana, None, body.area, body.gives)
        yield body.name, number
        for name, kana, area in body.firms:
            yield name, alliance.join(name, kana, number, area, body.gives)
