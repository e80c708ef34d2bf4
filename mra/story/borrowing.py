"""How people of the story came by their cars: offers, loans, licences seen, cars brought back."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

from mra.allocation.models import Offer
from mra.allocation.rules import OFFER, OfferStatus
from mra.allocation.services.replies import OFFER_QUESTION
from mra.applications.models import Driver
from mra.core import clock, sealed
from mra.core.actor import Actor
from mra.core.vehicle_classes import VehicleClass
from mra.disasters.models import Base, TermsVersion
from mra.loans.models import LicenceCheck, Loan
from mra.loans.rules import LOAN, LicenceMethod, LoanStatus
from mra.messaging.inbound.models import OpenQuestion

from . import people, places
from .cars import Cars
from .ledger import Ledger
from .lives import CARGO_CYCLE_DAYS, PASSENGER_CYCLE_DAYS, Fate, Life
from .texts import Texts

# A published example number with the right check digit (domain §3.1); the people are invented, so is their licence.
LICENCE_NUMBER = "309012345620"
SHORT_LOAN_DAYS = 3
RESERVED = frozenset({Fate.RESERVED_TODAY, Fate.RESERVED_SOON})


class Applicant(NamedTuple):
    """The ids of somebody who asked for a car; no phone where no SMS can arrive."""

    application_id: int
    request_id: int
    driver_id: int
    link_id: int
    phone: str | None


def cycle_days(life: Life) -> int:
    """From one borrower of a car to the next."""
    return CARGO_CYCLE_DAYS if life.vehicle_class in people.CARGO else PASSENGER_CYCLE_DAYS


def handover_moment(life: Life, number: int, today: date, terms_days: Mapping[VehicleClass, int]) -> datetime | None:
    """When the keys change (or changed) hands, from the fate; None where no handover is agreed."""
    # Passenger cars go out for a month; those who had asked for less bring them back within the story's week.
    term = min(SHORT_LOAN_DAYS, terms_days[life.vehicle_class]) if life.vehicle_class else 0
    days_ago = {
        Fate.RESERVED_TODAY: 0,
        Fate.RESERVED_SOON: -1,
        Fate.ON_LOAN: 1,
        Fate.DUE_TODAY: term,
        Fate.OVERDUE: term + 2,
        Fate.RETURNED: 4 + cycle_days(life) * life.loans_ago,
    }.get(life.fate)
    if days_ago is None:
        return None
    at = time(10 + number % 5, 30 * (number % 2))
    day = today - timedelta(days=days_ago)
    return places.working_moment(day, places.closed_weekday(today), at, earlier=life.fate is not Fate.RESERVED_SOON)


class Borrowing:
    """Offers cars to people and lets them drive."""

    def __init__(
        self, ledger: Ledger, random: Random, terms: TermsVersion, staff: Actor, today: date, cars: Cars
    ) -> None:
        self.ledger, self.random, self.terms, self.staff, self.cars = ledger, random, terms, staff, cars
        self.today = today
        self.activation = terms.activation
        self.texts = Texts(ledger, terms.activation)
        self.terms_days = {line.vehicle_class: line.days for line in terms.lines}

    def get_a_car(self, life: Life, applicant: Applicant, starts_at: datetime | None) -> None:
        """An offer, answered where a handover was agreed; then the loan."""
        assert life.car is not None
        assert life.vehicle_class is not None
        base, vehicle_id = self.cars.base_of(life.car), self.cars.id_of(life.car, life.vehicle_class)
        offered_at = self._offered_at(starts_at)
        answered_at = offered_at + timedelta(hours=1) if starts_at else None
        offer_id = self._offer(applicant, vehicle_id, base, offered_at, answered_at)
        if starts_at and answered_at:
            self._lend(life, applicant, vehicle_id, base, offer_id, starts_at, answered_at)

    def _offered_at(self, starts_at: datetime | None) -> datetime:
        if starts_at is None:
            return clock.now() - timedelta(hours=2)
        return min(starts_at - timedelta(hours=20), clock.now() - timedelta(hours=3))

    def _offer(
        self, applicant: Applicant, vehicle_id: int, base: Base, offered_at: datetime, answered_at: datetime | None
    ) -> int:
        day = clock.in_japan(offered_at).date() + timedelta(days=1)
        deadline_at = places.working_moment(day, places.closed_weekday(self.today), base.closes_at)
        offer_id = self.ledger.add(
            Offer,
            activation_id=self.activation.id,
            request_id=applicant.request_id,
            vehicle_id=vehicle_id,
            base_id=base.id,
            status=OfferStatus.ACCEPTED if answered_at else OfferStatus.MADE,
            made_at=offered_at,
            deadline_at=deadline_at,
            ended_at=answered_at,
        )
        answered = [("accept", answered_at)] if answered_at else []
        self.ledger.lived(OFFER, offer_id, self.activation.id, ("begin", offered_at), *answered, by=self.staff)
        self._tell("offer_made", ("offer", offer_id), applicant, offered_at, deadline=deadline_at)
        if applicant.phone and answered_at is None:
            self._ask(offer_id, applicant.phone, offered_at, deadline_at)
        return offer_id

    def _ask(self, offer_id: int, phone: str, asked_at: datetime, expires_at: datetime) -> None:
        """An offer without an answer can be answered by SMS."""
        self.ledger.add(
            OpenQuestion,
            phone=phone,
            kind=OFFER_QUESTION,
            subject_id=offer_id,
            activation_id=self.activation.id,
            opened_at=asked_at,
            expires_at=expires_at,
        )

    def _tell(self, template: str, subject: tuple[str, int], applicant: Applicant, at: datetime, **values: Any) -> None:
        if applicant.phone:
            self.texts.arrived(template, subject, applicant.phone, applicant.link_id, at, **values)

    def _lend(
        self,
        life: Life,
        applicant: Applicant,
        vehicle_id: int,
        base: Base,
        offer_id: int,
        starts_at: datetime,
        reserved_at: datetime,
    ) -> None:
        status, steps, facts = self._course(life, starts_at)
        loan_id = self.ledger.add(
            Loan,
            activation_id=self.activation.id,
            request_id=applicant.request_id,
            vehicle_id=vehicle_id,
            base_id=base.id,
            offer_id=offer_id,
            terms_version_id=self.terms.id,
            status=status,
            handover_at=starts_at,
            due_at=self._due_at(life, starts_at, base),
            **facts,
        )
        self.ledger.lived(LOAN, loan_id, self.activation.id, ("begin", reserved_at), *steps, by=self.staff)
        self._tell("reservation_made", ("loan", loan_id), applicant, reserved_at, when=starts_at, base=base.name)
        if status is not LoanStatus.RESERVED:
            self._see_licence(loan_id, applicant.driver_id, starts_at)

    def _due_at(self, life: Life, starts_at: datetime, base: Base) -> datetime:
        resting = places.closed_weekday(self.today)
        if life.fate is Fate.DUE_TODAY:
            return places.working_moment(self.today, resting, base.closes_at)
        is_overdue = life.fate is Fate.OVERDUE
        days = SHORT_LOAN_DAYS if is_overdue else self.terms_days[life.vehicle_class]  # type: ignore[index]
        return places.working_moment(
            starts_at.date() + timedelta(days=days), resting, base.closes_at, earlier=is_overdue
        )

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
        if life.fate in RESERVED:
            return LoanStatus.RESERVED, [], facts
        assert life.car is not None
        km = self.random.randrange(30, 900) if life.fate is Fate.RETURNED else 0
        out_km, in_km = self.cars.drive(life.car, km)
        facts |= {"handed_over_at": starts_at, "odometer_out_km": out_km, "fuel_out_eighths": 8}
        if life.fate is not Fate.RETURNED:
            return LoanStatus.ON_LOAN, [("hand_over", starts_at)], facts
        # Three days before the next borrower, whose day may move to the day before where the base rests.
        back_at = starts_at + timedelta(days=cycle_days(life) - 3, hours=3)
        facts |= {"returned_at": back_at, "odometer_in_km": in_km, "fuel_in_eighths": 8}
        return LoanStatus.RETURNED, [("hand_over", starts_at), ("take_back", back_at)], facts

    def _see_licence(self, loan_id: int, driver_id: int, at: datetime) -> None:
        self.ledger.add(
            LicenceCheck,
            loan_id=loan_id,
            driver_id=driver_id,
            staff_id=self.staff.id,
            seen_at=at,
            method=LicenceMethod.CARD,
            check_digit_matches=True,
        )
        driver = self.ledger.row(Driver, driver_id)
        driver["licence_number"], driver["licence_last_four"] = sealed.seal(LICENCE_NUMBER), LICENCE_NUMBER[-4:]
