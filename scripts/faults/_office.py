"""An office that takes applications in and decides on them; each transaction promises texts, some are rolled back.

python scripts/faults/_office.py ACTIVATION MESSAGES SECONDS FOLDER

It stops when so many messages are promised. It may be killed at any moment: what counts is what was committed. The ids of
messages whose transaction was rolled back are written down, since nobody may ever hear of them.
"""

import sys
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

from sqlalchemy import func, select

from mra.alliance.models import Municipality
from mra.applications import services as applications
from mra.applications.models import Application
from mra.applications.rules import CONSENT_VERSION, ApplicantKind, Channel, Evidence, LicenceKind
from mra.applications.services import CarWish, DriverFacts, Submission
from mra.core import clock
from mra.core.actor import SYSTEM
from mra.core.circumstances import Circumstance
from mra.core.db import db
from mra.core.phone import parse_phone
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Activation
from mra.messaging.models import Message
from mra.web import queue
from mra.web.app import create_app

ROLLED_BACK = "rolled-back"
FAILING_SHARE = 0.06
TOGETHER = 3


class Failed(Exception):
    """Something that goes wrong after the promise and before the commit."""


class Office:
    """One desk that works at a steady pace until enough is promised."""

    def __init__(self, activation_id: int, folder: Path) -> None:
        self.activation_id, self.notes = activation_id, folder / ROLLED_BACK
        self.random = Random()
        self.app = create_app()

    def work(self, messages: int, seconds: float) -> None:
        """Promise until there are so many messages, spread over so many seconds."""
        began, before = time.monotonic(), self.promised()
        while (count := self.promised()) < messages:
            self.transaction()
            due = (count - before) / messages * seconds
            time.sleep(max(0.0, min(1.0, began + due - time.monotonic())))

    def promised(self) -> int:
        """How many messages there are."""
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(Message)) or 0

    def transaction(self) -> None:
        """Several people at once, as a desk works through its pile; then either all of it counts or nothing."""
        with self.app.app_context():
            support = db.session.get_one(Activation, self.activation_id)
            made = [self._apply(support) for _one in range(TOGETHER)]
            try:
                self._decide(made)
                db.session.commit()
            except Failed:
                self._note_rolled_back(made)
                db.session.rollback()
                return
            if self.random.random() < 0.7:  # The others are left to the schedule.
                queue.ask_for_drain(self.app)

    def _apply(self, support: Activation) -> Application:
        return applications.submit(
            _somebody(db.session.get_one(Municipality, support.municipalities[0].code), self.random),
            activation=support,
            channel=Channel.PAPER,
            by=SYSTEM,
            received_at=clock.now(),
            submission_key=uuid4(),
        )

    def _decide(self, made: list[Application]) -> None:
        for application in made[:2]:
            applications.admit(application, by=SYSTEM)
        applications.turn_down(made[2], by=SYSTEM, reason="被災地域の外にお住まいのため。")
        db.session.flush()
        if self.random.random() < FAILING_SHARE:
            raise Failed

    def _note_rolled_back(self, made: list[Application]) -> None:
        ids = [application.id for application in made]
        mine = Message.subject_kind == "application", Message.subject_id.in_(ids)
        with self.notes.open("a") as notes:
            notes.writelines(f"{one}\n" for one in db.session.scalars(select(Message.id).where(*mine)))


def _somebody(town: Municipality, random: Random) -> Submission:
    phone = parse_phone(f"070{random.randrange(10_000_000, 100_000_000)}")
    driver = DriverFacts("山田 花子", "ヤマダ ハナコ", date(1980, 4, 2), LicenceKind.STANDARD, date(2031, 5, 2), False)
    today = clock.today()
    return Submission(
        kind=ApplicantKind.PERSON,
        organisation="",
        family_name="山田",
        given_name="花子",
        family_kana="ヤマダ",
        given_kana="ハナコ",
        born_on=driver.born_on,
        phone=phone,
        postal_code="8660861",
        municipality=town,
        address="本町1-1",
        present_address="",
        drivers=(driver,),
        evidence=(Evidence.RISAI_SHOMEI,),
        circumstances=(Circumstance.COMMUTE,),
        purpose="片付けと通勤のため。",
        wish=CarWish(
            (VehicleClass.KEI_PASSENGER,), 2, True, (), today + timedelta(days=3), today + timedelta(days=30), 30
        ),
        family_consent=None,
        consent_version=CONSENT_VERSION,
        shares_with_municipality=True,
    )


if __name__ == "__main__":
    activation_id_, messages_, seconds_, folder_ = sys.argv[1:]
    Office(int(activation_id_), Path(folder_)).work(int(messages_), float(seconds_))
