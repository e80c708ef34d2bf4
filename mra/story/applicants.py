"""The people of the story: their applications, drivers, wishes, offers and loans."""

import secrets
import uuid
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from flask import current_app

from mra.accounts import rules as account_rules
from mra.accounts.models import AccessLink
from mra.allocation.models import Offer
from mra.allocation.rules import OFFER, OfferStatus
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
    tier_of,
)
from mra.core import clock
from mra.core.actor import Actor
from mra.core.dates import age_on
from mra.core.geo import point
from mra.core.text import search_key
from mra.disasters.models import Activation, Base, TermsVersion
from mra.loans.models import Loan
from mra.loans.rules import LOAN, LoanStatus

from . import people, places
from .cars import Cars
from .ledger import Ledger
from .lives import CARGO_CYCLE_DAYS, NEEDS_A_CAR, PASSENGER_CYCLE_DAYS, Fate, Life

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
        self, ledger: Ledger, random: Random, activation: Activation, terms: TermsVersion, staff: Actor, today: date
    ) -> None:
        self.ledger, self.random, self.activation, self.terms = ledger, random, activation, terms
        self.staff, self.today = staff, today
        self.resting = places.closed_weekday(today)
        self.terms_days = {line.vehicle_class: line.days for line in terms.lines}
        self.number = 0

    def live(self, life: Life, received_at: datetime, cars: Cars) -> None:
        """One application, from its arrival to today."""
        self.number += 1
        loan_starts_at = self._handover_moment(life)
        if loan_starts_at:
            received_at = min(received_at, loan_starts_at - timedelta(days=2, hours=self.number % 5))
        wishes = self._apply(life, received_at, loan_starts_at)
        if life.fate in NEEDS_A_CAR:
            self._get_a_car(life, wishes[0], received_at, loan_starts_at, cars)

    def _handover_moment(self, life: Life) -> datetime | None:
        """When the keys change (or changed) hands, from the fate; None where no car is in sight."""
        at = time(10 + self.number % 5, 30 * (self.number % 2))
        length = self._cycle_days(life)
        days_ago = {
            Fate.RESERVED_TODAY: 0,
            Fate.RESERVED_SOON: -1,
            Fate.ON_LOAN: 1,
            Fate.DUE_TODAY: self._term_days(life),
            Fate.OVERDUE: self._term_days(life) + 2,
            Fate.RETURNED: 4 + length * life.loans_ago,
        }.get(life.fate)
        if days_ago is None:
            return None
        earlier = life.fate is not Fate.RESERVED_SOON
        return places.working_moment(self.today - timedelta(days=days_ago), self.resting, at, earlier=earlier)

    def _term_days(self, life: Life) -> int:
        # Passenger cars go out for a month; those who had asked for less bring them back within the story's week.
        return min(3, self.terms_days[life.vehicle_class]) if life.vehicle_class else 0

    def _cycle_days(self, life: Life) -> int:
        return CARGO_CYCLE_DAYS if life.vehicle_class in people.CARGO else PASSENGER_CYCLE_DAYS

    def _apply(self, life: Life, received_at: datetime, loan_starts_at: datetime | None) -> list[int]:
        random = self.random
        who = people.person(random, self.number, self.today)
        town = random.choice(places.TOWNS)
        status = STATUS.get(life.fate, ApplicationStatus.ADMITTED)
        channel = random.choices(CHANNELS, (72, 22, 6))[0] if who.can_sms else Channel.PHONE
        is_group = self.number % GROUP_EVERY == 0
        wished = [life.vehicle_class.value] if life.vehicle_class else people.wished_classes(random)
        answers = people.circumstances(random, wished)
        is_old = age_on(who.born_on, self.today) >= FAMILY_CONSENT_AGE
        decided_at = None if status is ApplicationStatus.RECEIVED else self._decided_at(received_at, loan_starts_at)
        application_id = self.ledger.add(
            Application,
            submission_key=uuid.UUID(int=random.getrandbits(128), version=4),
            activation_id=self.activation.id,
            status=status,
            channel=channel,
            received_at=received_at,
            entered_by_staff_id=None if channel is Channel.WEB else self.staff.id,
            kind=ApplicantKind.GROUP if is_group else ApplicantKind.PERSON,
            organisation=random.choice(people.GROUPS) if is_group else "",
            family_name=who.family_name,
            given_name=who.given_name,
            family_kana=who.family_kana,
            given_kana=who.given_kana,
            name_key=search_key(who.family_name + who.given_name + " " + who.family_kana + who.given_kana),
            born_on=who.born_on,
            phone=who.phone,
            can_sms=who.can_sms,
            postal_code=town.postal_code,
            municipality_code=town.code,
            address=f"{town.town}{random.randrange(1, 900)}",
            present_address=f"{town.municipality}総合体育館（避難所）" if random.random() < 0.2 else "",
            place=point(town.lat, town.lon),
            evidence=people.evidence(random),
            circumstances=answers,
            purpose="",
            family_consent_name=f"{who.family_name} 一郎" if is_old else "",
            family_consent_relation="長男" if is_old else "",
            family_consent_phone="+819000000000" if is_old else "",
            consent_version=CONSENT_VERSION,
            shares_with_municipality=random.random() < 0.7,
            decision_reason=REASON.get(status, ""),
            decided_at=decided_at,
        )
        self._link(application_id, received_at)
        self._driver(application_id, who)
        steps = [("begin", received_at)] + ([(STEP[status], decided_at)] if decided_at else [])
        self.ledger.lived(APPLICATION, application_id, self.activation.id, *steps, by=self.staff)
        return [
            self._wish(life, application_id, position, wished, answers, received_at, loan_starts_at)
            for position in range(1, (2 if is_group else 1) + 1)
        ]

    def _decided_at(self, received_at: datetime, loan_starts_at: datetime | None) -> datetime:
        moment = received_at + timedelta(hours=self.random.randrange(3, 30))
        latest = loan_starts_at - timedelta(days=1, hours=12) if loan_starts_at else clock.now()
        return min(moment, max(latest, received_at))

    def _link(self, application_id: int, at: datetime) -> None:
        nonce = secrets.token_bytes(16)
        token = account_rules.link_token(current_app.extensions["mra"].secret_key, nonce)
        self.ledger.add(
            AccessLink,
            subject_kind=APPLICATION.subject,
            subject_id=application_id,
            nonce=nonce,
            token_hash=account_rules.token_hash(token),
            created_at=at,
        )

    def _driver(self, application_id: int, who: people.Person) -> None:
        self.ledger.add(
            Driver,
            application_id=application_id,
            position=1,
            name=f"{who.family_name} {who.given_name}",
            kana=f"{who.family_kana} {who.given_kana}",
            born_on=who.born_on,
            licence_kind=self.random.choices(tuple(LicenceKind)[:3], (70, 10, 20))[0],
            licence_expires_on=self.today + timedelta(days=self.random.randrange(120, 1800)),
            is_automatic_only=self.random.random() < 0.2,
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
            tier=tier_of(answers),
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

    def _get_a_car(
        self, life: Life, request_id: int, received_at: datetime, loan_starts_at: datetime | None, cars: Cars
    ) -> None:
        assert life.car is not None
        assert life.vehicle_class is not None
        base, vehicle_id = cars.base_of(life.car), cars.id_of(life.car, life.vehicle_class)
        offered_at = (loan_starts_at or clock.now()) - timedelta(hours=20 if loan_starts_at else 2)
        if loan_starts_at and offered_at > clock.now():
            offered_at = clock.now() - timedelta(hours=3)
        answered_at = offered_at + timedelta(hours=1) if loan_starts_at else None
        offer_id = self.ledger.add(
            Offer,
            activation_id=self.activation.id,
            request_id=request_id,
            vehicle_id=vehicle_id,
            base_id=base.id,
            status=OfferStatus.ACCEPTED if answered_at else OfferStatus.MADE,
            made_at=offered_at,
            deadline_at=offered_at + timedelta(hours=30),
            ended_at=answered_at,
        )
        answered = [("accept", answered_at)] if answered_at else []
        self.ledger.lived(OFFER, offer_id, self.activation.id, ("begin", offered_at), *answered, by=self.staff)
        if loan_starts_at and answered_at:
            self._lend(life, request_id, vehicle_id, base, offer_id, loan_starts_at, answered_at)

    def _lend(
        self,
        life: Life,
        request_id: int,
        vehicle_id: int,
        base: Base,
        offer_id: int,
        starts_at: datetime,
        reserved_at: datetime,
    ) -> None:
        status, steps, facts = self._course(life, starts_at)
        due_days = 3 if life.fate in {Fate.DUE_TODAY, Fate.OVERDUE} else self.terms_days[life.vehicle_class]  # type: ignore[index]
        due_day = starts_at.date() + timedelta(days=due_days)
        due_at = places.working_moment(due_day, self.resting, base.closes_at, earlier=life.fate is Fate.OVERDUE)
        if life.fate is Fate.DUE_TODAY:
            due_at = places.working_moment(self.today, self.resting, base.closes_at)
        loan_id = self.ledger.add(
            Loan,
            activation_id=self.activation.id,
            request_id=request_id,
            vehicle_id=vehicle_id,
            base_id=base.id,
            offer_id=offer_id,
            terms_version_id=self.terms.id,
            status=status,
            handover_at=starts_at,
            due_at=due_at,
            damage_note="",
            cancel_reason="",
            **facts,
        )
        self.ledger.lived(LOAN, loan_id, self.activation.id, ("begin", reserved_at), *steps, by=self.staff)

    def _course(self, life: Life, starts_at: datetime) -> tuple[LoanStatus, list[tuple[str, datetime]], dict[str, Any]]:
        """Status, moves and facts of a loan."""
        facts: dict[str, Any] = dict.fromkeys(
            (
                "handed_over_at",
                "odometer_out_km",
                "fuel_out_eighths",
                "returned_at",
                "odometer_in_km",
                "fuel_in_eighths",
            )
        )
        if life.fate in {Fate.RESERVED_TODAY, Fate.RESERVED_SOON}:
            return LoanStatus.RESERVED, [], facts
        out_km = self.random.randrange(10_000, 15_000)
        facts |= {"handed_over_at": starts_at, "odometer_out_km": out_km, "fuel_out_eighths": 8}
        if life.fate is not Fate.RETURNED:
            return LoanStatus.ON_LOAN, [("hand_over", starts_at)], facts
        back_at = starts_at + timedelta(days=self._cycle_days(life) - 2, hours=3)
        facts |= {
            "returned_at": back_at,
            "odometer_in_km": out_km + self.random.randrange(30, 900),
            "fuel_in_eighths": 8,
        }
        return LoanStatus.RETURNED, [("hand_over", starts_at), ("take_back", back_at)], facts
