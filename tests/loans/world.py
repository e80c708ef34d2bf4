"""Loans of the story in every state, for the tests of loans: Hanako, an Alto, the desk at Amakusa."""

from datetime import datetime, timedelta
from typing import Any

from mra.allocation.models import Offer
from mra.applications.models import Application
from mra.core.actor import Actor, ActorKind
from mra.core.clock import JAPAN
from mra.disasters.models import Activation, Base
from mra.loans import services
from mra.loans.models import Loan
from mra.loans.rules import LicenceMethod, LicenceSeen
from mra.vehicles.models import Vehicle
from tests import factories

NUMBER = "309012345620"
WRONG_CHECK_DIGIT = "309012345610"
THURSDAY_TEN = datetime(2026, 8, 20, 10, 0, tzinfo=JAPAN)


class World:
    """One activation with one base, and somebody at its desk."""

    def __init__(self, **of_base: Any) -> None:
        self.activation: Activation = factories.activation()
        self.base: Base = factories.base(self.activation, **of_base)
        self.desk = Actor(ActorKind.STAFF, factories.staff_member().id)

    def offer(self, car: Vehicle | None = None, **values: Any) -> Offer:
        """Somebody has an offer of a car."""
        application = factories.application(self.activation, **values)
        return factories.offer(application.requests[0], car or factories.vehicle(self.base))

    def reserve(self, offer: Offer | None = None, at: datetime = THURSDAY_TEN) -> Loan:
        """The offer is accepted for Thursday at ten."""
        return services.accept_offer(offer or self.offer(), handover_at=at, by=self.desk)

    def licences(self, application: Application, **changed: Any) -> list[LicenceSeen]:
        """Every driver shows a licence."""
        facts = {"number": NUMBER, "method": LicenceMethod.CARD} | changed
        return [LicenceSeen(driver_id=driver.id, **facts) for driver in application.drivers]

    def hand_over(self, loan: Loan, **changed: Any) -> Loan:
        """The keys change hands as agreed."""
        facts: dict[str, Any] = {
            "at": loan.handover_at,
            "odometer_km": 40_012,
            "fuel_eighths": 6,
            "licences": self.licences(loan.car_request.application),
        }
        return services.hand_over(loan, by=self.desk, **(facts | changed))

    def out(self, at: datetime = THURSDAY_TEN) -> Loan:
        """A car that is with its borrower."""
        return self.hand_over(self.reserve(at=at))

    def take_back(self, loan: Loan, **changed: Any) -> Loan:
        """The car comes back after twenty days."""
        assert loan.handed_over_at is not None
        facts: dict[str, Any] = {
            "at": loan.handed_over_at + timedelta(days=20),
            "odometer_km": 41_200,
            "fuel_eighths": 8,
            "damage_note": "",
            "is_fit": True,
        }
        return services.take_back(loan, by=self.desk, **(facts | changed))
