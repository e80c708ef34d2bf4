"""The people of the story: their applications, drivers and wishes."""

import secrets
import uuid
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from flask import current_app

from mra.accounts import rules as account_rules
from mra.accounts.models import AccessLink
from mra.applications.models import Application, CarRequest, Driver
from mra.applications.rules import (
    APPLICATION,
    CONSENT_VERSION,
    FAMILY_CONSENT_AGE,
    REQUEST,
    ApplicantKind,
    ApplicationStatus,
    Channel,
    LicenceKind,
    RequestStatus,
)
from mra.core import clock
from mra.core.actor import Actor
from mra.core.dates import age_on
from mra.core.geo import point
from mra.core.text import search_key
from mra.disasters.models import TermsVersion
from mra.disasters.priorities import tier_of
from mra.disasters.queries import priorities_in_force

from . import people, places
from .borrowing import Applicant, Borrowing, handover_moment
from .ledger import Ledger
from .lives import NEEDS_A_CAR, Fate, Life

STATUS = {
    Fate.RECEIVED: ApplicationStatus.RECEIVED,
    Fate.ASKED_BACK: ApplicationStatus.ASKED_BACK,
    Fate.TURNED_DOWN: ApplicationStatus.TURNED_DOWN,
    Fate.WITHDRAWN: ApplicationStatus.WITHDRAWN,
}
STEP = {
    ApplicationStatus.ASKED_BACK: "ask_back",
    ApplicationStatus.TURNED_DOWN: "turn_down",
    ApplicationStatus.WITHDRAWN: "withdraw",
    ApplicationStatus.ADMITTED: "admit",
}
REASON = {
    ApplicationStatus.ASKED_BACK: "被災の証明（写真）をもう一度送っていただくようお願いしました。",
    ApplicationStatus.TURNED_DOWN: "被災地域の外にお住まいで、車の被害がないため。",
}
CHANNELS = (Channel.WEB, Channel.PHONE, Channel.PAPER)
GROUP_EVERY = 24


class Applicants:
    """Lets people apply and live their fates."""

    def __init__(
        self,
        ledger: Ledger,
        random: Random,
        terms: TermsVersion,
        staff: Actor,
        today: date,
        borrowing: Borrowing,
    ) -> None:
        self.ledger, self.random, self.activation, self.borrowing = ledger, random, terms.activation, borrowing
        self.staff, self.today = staff, today
        self.texts = borrowing.texts
        self.order = priorities_in_force(terms.activation_id)
        self.terms_days = {line.vehicle_class: line.days for line in terms.lines}
        self.number = 0

    def live(self, life: Life, received_at: datetime) -> None:
        """One application, from its arrival to today."""
        self.number += 1
        starts_at = handover_moment(life, self.number, self.today, self.terms_days)
        if starts_at:
            received_at = min(received_at, starts_at - timedelta(days=2, hours=self.number % 5))
        applicant = self._apply(life, received_at, starts_at)
        if life.fate in NEEDS_A_CAR:
            self.borrowing.get_a_car(life, applicant, starts_at)

    def _apply(self, life: Life, received_at: datetime, loan_starts_at: datetime | None) -> Applicant:
        random = self.random
        who = people.person(random, self.number, self.today)
        town = random.choice(places.TOWNS)
        status = STATUS.get(life.fate, ApplicationStatus.ADMITTED)
        channel = random.choices(CHANNELS, (72, 22, 6))[0] if who.can_sms else Channel.PHONE
        is_group = self.number % GROUP_EVERY == 0
        wished = [life.vehicle_class.value] if life.vehicle_class else people.wished_classes(random)
        answers = people.circumstances(random, wished)
        decided_at = None if status is ApplicationStatus.RECEIVED else self._decided_at(received_at, loan_starts_at)
        application_id = self.ledger.add(
            Application,
            serial=self.number,
            submission_key=uuid.UUID(int=random.getrandbits(128), version=4),
            activation_id=self.activation.id,
            status=status,
            channel=channel,
            received_at=received_at,
            entered_by_staff_id=None if channel is Channel.WEB else self.staff.id,
            kind=ApplicantKind.GROUP if is_group else ApplicantKind.PERSON,
            organisation=random.choice(people.GROUPS) if is_group else "",
            **self._about(who),
            postal_code=town.postal_code,
            municipality_code=town.code,
            address=f"{town.town}{random.randrange(1, 900)}",
            present_address=f"{town.municipality}総合体育館（避難所）" if random.random() < 0.2 else "",
            place=point(town.lat, town.lon),
            evidence=people.evidence(random),
            circumstances=answers,
            purpose="",
            consent_version=CONSENT_VERSION,
            shares_with_municipality=random.random() < 0.7,
            decision_reason=REASON.get(status, ""),
            decided_at=decided_at,
        )
        link_id = self._link(application_id, received_at)
        driver_id = self._driver(application_id, who)
        steps = [("begin", received_at)] + ([(STEP[status], decided_at)] if decided_at else [])
        self.ledger.lived(APPLICATION, application_id, self.activation.id, *steps, by=self.staff)
        wishes = [
            self._wish(life, application_id, position, wished, answers, received_at, loan_starts_at)
            for position in range(1, (2 if is_group else 1) + 1)
        ]
        applicant = Applicant(application_id, wishes[0], driver_id, link_id, who.phone if who.can_sms else None)
        if applicant.phone:
            subject = (APPLICATION.subject, application_id)
            self.texts.arrived(
                "application_received", subject, applicant.phone, link_id, received_at, number=self.number
            )
        return applicant

    def _about(self, who: people.Person) -> dict[str, Any]:
        """What an application says of its person, with a son's consent from 75 on."""
        is_old = age_on(who.born_on, self.today) >= FAMILY_CONSENT_AGE
        return {
            "family_name": who.family_name,
            "given_name": who.given_name,
            "family_kana": who.family_kana,
            "given_kana": who.given_kana,
            "name_key": search_key(who.family_name + who.given_name + " " + who.family_kana + who.given_kana),
            "born_on": who.born_on,
            "phone": who.phone,
            "can_sms": who.can_sms,
            "family_consent_name": f"{who.family_name} 一郎" if is_old else "",
            "family_consent_relation": "長男" if is_old else "",
            "family_consent_phone": "+819000000000" if is_old else "",
        }

    def _decided_at(self, received_at: datetime, loan_starts_at: datetime | None) -> datetime:
        moment = received_at + timedelta(hours=self.random.randrange(3, 30))
        latest = loan_starts_at - timedelta(days=1, hours=12) if loan_starts_at else clock.now()
        return min(moment, max(latest, received_at))

    def _link(self, application_id: int, at: datetime) -> int:
        nonce = secrets.token_bytes(16)
        token = account_rules.link_token(current_app.extensions["mra"].secret_key, nonce)
        return self.ledger.add(
            AccessLink,
            subject_kind=APPLICATION.subject,
            subject_id=application_id,
            nonce=nonce,
            token_hash=account_rules.token_hash(token),
            created_at=at,
        )

    def _driver(self, application_id: int, who: people.Person) -> int:
        return self.ledger.add(
            Driver,
            application_id=application_id,
            position=1,
            name=f"{who.family_name} {who.given_name}",
            kana=f"{who.family_kana} {who.given_kana}",
            born_on=who.born_on,
            licence_kind=self.random.choices(tuple(LicenceKind)[:3], (70, 10, 20))[0],
            licence_expires_on=self.today + timedelta(days=self.random.randrange(120, 1800)),
            is_automatic_only=self.random.random() < 0.2,
            licence_number=None,
            licence_last_four="",
        )

    def _wish(
        self,
        life: Life,
        application_id: int,
        position: int,
        wished: list[str],
        answers: list[str],
        received_at: datetime,
        loan_starts_at: datetime | None,
    ) -> int:
        random = self.random
        status = self._wish_status(life) if position == 1 else RequestStatus.WAITING
        starts = (loan_starts_at or clock.now()).astimezone(clock.JAPAN).date()
        request_id = self.ledger.add(
            CarRequest,
            application_id=application_id,
            activation_id=self.activation.id,
            position=position,
            status=RequestStatus.WITHDRAWN if life.fate is Fate.WITHDRAWN else status,
            tier=tier_of(self.order.priorities, answers),
            priority_version_id=self.order.id,
            submitted_at=received_at,
            classes=wished,
            seats=random.choice((1, 1, 2, 2, 2, 3, 4)) if wished[0] not in people.CARGO else 1,
            can_drive_manual=random.random() < 0.5,
            required_features=[],
            needed_from=received_at.astimezone(clock.JAPAN).date() + timedelta(days=1),
            needed_until=max(starts, self.today) + timedelta(days=random.choice((30, 60, 90))),
            max_distance_km=random.choice((20, 30, 30, 60)),
        )
        self.ledger.lived(
            REQUEST,
            request_id,
            self.activation.id,
            ("begin", received_at),
            *self._wish_steps(life, received_at, position),
        )
        return request_id

    def _wish_status(self, life: Life) -> RequestStatus:
        if life.fate in {Fate.RESERVED_TODAY, Fate.RESERVED_SOON}:
            return RequestStatus.RESERVED
        if life.fate in NEEDS_A_CAR - {Fate.OFFERED}:
            return RequestStatus.SERVED
        return RequestStatus.WAITING

    def _wish_steps(self, life: Life, received_at: datetime, position: int) -> list[tuple[str, datetime]]:
        if life.fate is Fate.WITHDRAWN:
            return [("withdraw", received_at + timedelta(hours=30))]
        if position > 1:
            return []
        later = received_at + timedelta(days=1)
        status = self._wish_status(life)
        if status is RequestStatus.WAITING:
            return []
        steps = [("reserve", later)]
        return steps + ([("serve", later + timedelta(hours=1))] if status is RequestStatus.SERVED else [])
