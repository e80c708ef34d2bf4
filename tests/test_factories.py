"""The story's world can be made in every state that tests need."""

from datetime import timedelta

from mra.alliance import queries as alliance
from mra.alliance.rules.agreements import AgreementStatus
from mra.core import clock
from mra.loans.rules import LoanStatus
from mra.vehicles.leasing import LeaseStatus
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


def test_a_member_with_a_pledge_an_agreement_and_a_leased_car(session: None, story_time: object) -> None:
    firm = factories.member(under=factories.member("東北自動車団体"))
    assert factories.pledge(firm).counts_on(clock.today())
    assert not factories.pledge(firm).is_doubtful(clock.today())
    assert factories.pledge(firm, is_confirmed=False).is_doubtful(clock.today())
    assert factories.agreement().status is AgreementStatus.IN_FORCE
    assert factories.lease(factories.vehicle()).status is LeaseStatus.RUNNING
    assert alliance.member_id_of_person(factories.member_person(firm).id) == firm.id
