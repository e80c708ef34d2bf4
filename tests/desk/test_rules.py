"""What a resident is told, worked out from the application, the request, the offer and the loan."""

from datetime import datetime, timedelta

import pytest

from mra.allocation.rules import OfferStatus
from mra.applications.rules import ApplicationStatus, RequestStatus
from mra.desk import rules
from mra.desk.rules import Standing
from mra.loans.rules import LoanStatus
from tests.conftest import STORY_NOW

A, R, L = ApplicationStatus, RequestStatus, LoanStatus


def standing(
    application: ApplicationStatus = A.ADMITTED,
    car_request: RequestStatus = R.WAITING,
    *,
    has_open_offer: bool = False,
    loan: LoanStatus | None = None,
    is_overdue: bool = False,
) -> Standing:
    return rules.standing(application, car_request, has_open_offer=has_open_offer, loan=loan, is_overdue=is_overdue)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (A.RECEIVED, Standing.RECEIVED),
        (A.ASKED_BACK, Standing.ASKED_BACK),
        (A.ADMITTED, Standing.WAITING),
        (A.TURNED_DOWN, Standing.TURNED_DOWN),
        (A.WITHDRAWN, Standing.WITHDRAWN),
    ],
)
def test_before_any_car_the_application_decides(status: ApplicationStatus, told: Standing) -> None:
    assert standing(status) is told


def test_an_open_offer_is_what_an_admitted_resident_reads_about() -> None:
    assert standing(has_open_offer=True) is Standing.OFFERED


def test_a_reservation_stands_before_the_offer_it_came_from() -> None:
    assert standing(car_request=R.RESERVED, loan=L.RESERVED) is Standing.RESERVED


def test_a_car_that_is_out_must_come_back_whatever_became_of_the_application() -> None:
    assert standing(A.WITHDRAWN, R.SERVED, loan=L.ON_LOAN) is Standing.ON_LOAN
    assert standing(A.ADMITTED, R.SERVED, loan=L.ON_LOAN, is_overdue=True) is Standing.OVERDUE


def test_a_returned_car_ends_the_way() -> None:
    assert standing(car_request=R.SERVED, loan=L.RETURNED) is Standing.RETURNED
    assert rules.step_of(Standing.RETURNED) == len(rules.STEPS) + 1


def test_a_withdrawn_request_is_withdrawn_though_others_go_on() -> None:
    assert standing(A.ADMITTED, R.WITHDRAWN) is Standing.WITHDRAWN


def test_every_standing_has_a_step_or_has_ended_early() -> None:
    ended_early = {one for one in Standing if rules.step_of(one) is None}
    assert ended_early == {Standing.TURNED_DOWN, Standing.WITHDRAWN}


def test_every_standing_has_its_urgency_and_its_next_step_for_staff() -> None:
    assert set(rules.URGENCY) == set(rules.NEXT_FOR_STAFF) == set(Standing)


def test_a_case_with_a_late_car_is_about_that_car() -> None:
    assert rules.most_pressing({Standing.WAITING, Standing.OVERDUE, Standing.ON_LOAN}) is Standing.OVERDUE
    assert rules.most_pressing(set()) is Standing.RECEIVED


@pytest.mark.parametrize("busy", [R.RESERVED, R.SERVED])
def test_nobody_withdraws_by_link_while_a_car_is_reserved_or_out(busy: RequestStatus) -> None:
    assert rules.can_withdraw(A.ADMITTED, [R.WAITING])
    assert not rules.can_withdraw(A.ADMITTED, [R.WAITING, busy])


@pytest.mark.parametrize("ended", [A.TURNED_DOWN, A.WITHDRAWN])
def test_what_has_ended_cannot_be_withdrawn(ended: ApplicationStatus) -> None:
    assert not rules.can_withdraw(ended, [R.WAITING])


def test_every_end_of_an_offer_is_told_kindly() -> None:
    assert "辞退" in rules.offer_ended_in(OfferStatus.DECLINED)
    assert "申し訳ありません" in rules.offer_ended_in(OfferStatus.RETRACTED)
    assert "期限を過ぎた" in rules.offer_ended_in(OfferStatus.EXPIRED)
    # Past its deadline and not tidied up yet is the same to the person who waits.
    assert rules.offer_ended_in(OfferStatus.MADE) == rules.offer_ended_in(OfferStatus.EXPIRED)


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (timedelta(minutes=20), "1時間超過"),
        (timedelta(hours=5, minutes=10), "5時間超過"),
        (timedelta(days=3, hours=2), "3日超過"),
    ],
)
def test_lateness_is_told_in_its_largest_unit(late: timedelta, words: str) -> None:
    moment: datetime = STORY_NOW
    assert rules.lateness(moment - late, moment) == words
