"""The story's world can be made in every state that tests need."""

from datetime import timedelta

from mra.core import clock
from mra.loans.rules import LoanStatus
from tests import factories


def test_a_car_goes_from_promise_to_borrower(session: None, story_time: object) -> None:
    activation = factories.activation()
    base = factories.base(activation)
    car = factories.vehicle(base)
    wish = factories.application(activation).requests[0]
    factories.offer(wish, car)
    loan = factories.loan_out(wish, car, handed_over_at=clock.now() - timedelta(days=3))
    assert loan.status is LoanStatus.ON_LOAN
    assert not loan.is_overdue(clock.now())
