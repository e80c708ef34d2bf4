"""How long an offer stands, what a proposal is worth, and the words for people without a car."""

from datetime import date, datetime, time

import pytest

from mra.allocation import rules
from mra.allocation.rules import NoCar, OfferStatus, OpeningHours
from mra.core.clock import JAPAN
from mra.core.lifecycle import MoveNotAllowed

# Closed on Wednesdays; 18 August 2026 is a Tuesday.
HOURS = OpeningHours(time(9, 30), time(16, 0), [2], None)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 8, day, hour, minute, tzinfo=JAPAN)


class TestDeadline:
    def test_people_have_a_day_to_answer(self) -> None:
        assert rules.answer_deadline(at(20, 11), HOURS, ()) == at(21, 11)

    def test_a_deadline_at_night_moves_to_the_next_closing_time(self) -> None:
        assert rules.answer_deadline(at(20, 22), HOURS, ()) == at(22, 16)

    def test_a_deadline_before_opening_moves_to_that_days_closing_time(self) -> None:
        assert rules.answer_deadline(at(20, 7), HOURS, ()) == at(21, 16)

    def test_a_closed_weekday_is_passed_over(self) -> None:
        assert rules.answer_deadline(at(18, 11), HOURS, ()) == at(20, 16)

    def test_opening_and_closing_time_themselves_are_within_the_hours(self) -> None:
        assert rules.answer_deadline(at(20, 9, 30), HOURS, ()) == at(21, 9, 30)
        assert rules.answer_deadline(at(20, 16), HOURS, ()) == at(21, 16)

    def test_a_base_that_closes_for_good_gets_no_late_deadline(self) -> None:
        last_day = OpeningHours(time(9, 30), time(16, 0), [2], date(2026, 8, 20))
        assert rules.answer_deadline(at(19, 11), last_day, ()) == at(20, 11)
        assert rules.answer_deadline(at(20, 11), last_day, ()) is None

    def test_a_base_that_never_opens_gets_no_deadline(self) -> None:
        assert rules.answer_deadline(at(20, 11), OpeningHours(time(9), time(16), list(range(7)), None), ()) is None

    @pytest.mark.parametrize("end", [at(21, 10), at(20, 23)])
    def test_no_deadline_lies_after_an_end(self, end: datetime) -> None:
        assert rules.answer_deadline(at(20, 11), HOURS, (None, end)) is None

    def test_an_end_at_the_deadline_itself_is_early_enough(self) -> None:
        assert rules.answer_deadline(at(20, 11), HOURS, (at(21, 11), rules.end_of(date(2026, 8, 21)))) == at(21, 11)


class TestHandover:
    """Whoever says yes in the last minute must still be able to get the keys. Closed on Wednesdays, open 9:30 to 16:00."""

    def test_the_keys_can_be_given_later_on_the_day_of_the_deadline(self) -> None:
        assert rules.handover_on(at(21, 10), HOURS, None) == date(2026, 8, 21)
        assert rules.handover_on(at(21, 15, 30), HOURS, None) == date(2026, 8, 21)

    def test_after_the_last_half_hour_of_the_day_it_is_the_next_open_day(self) -> None:
        assert rules.handover_on(at(21, 15, 31), HOURS, None) == date(2026, 8, 22)
        assert rules.handover_on(at(18, 16), HOURS, None) == date(2026, 8, 20)  # the Wednesday is passed over

    def test_no_keys_are_given_after_the_last_day(self) -> None:
        assert rules.handover_on(at(21, 15, 30), HOURS, date(2026, 8, 21)) == date(2026, 8, 21)
        assert rules.handover_on(at(21, 15, 31), HOURS, date(2026, 8, 21)) is None
        assert rules.handover_on(at(18, 16), HOURS, date(2026, 8, 19)) is None

    def test_a_base_that_closes_for_good_gives_no_keys_afterwards(self) -> None:
        closing = OpeningHours(time(9, 30), time(16, 0), [2], date(2026, 8, 21))
        assert rules.handover_on(at(21, 15, 30), closing, None) == date(2026, 8, 21)
        assert rules.handover_on(at(21, 16), closing, None) is None


class TestStatus:
    def test_an_offer_past_its_deadline_has_expired_without_any_job(self) -> None:
        assert rules.status_at(OfferStatus.MADE, at(20, 11), at(20, 11)) is OfferStatus.EXPIRED
        assert not rules.is_open(OfferStatus.MADE, at(20, 11), at(20, 11))

    def test_an_offer_before_its_deadline_waits_for_its_answer(self) -> None:
        assert rules.status_at(OfferStatus.MADE, at(20, 11), at(20, 10)) is OfferStatus.MADE

    def test_an_accepted_offer_does_not_expire(self) -> None:
        assert rules.status_at(OfferStatus.ACCEPTED, at(20, 11), at(30, 11)) is OfferStatus.ACCEPTED

    @pytest.mark.parametrize("status", [status for status in OfferStatus if status is not OfferStatus.MADE])
    def test_an_ended_offer_stays_as_it_ended(self, status: OfferStatus) -> None:
        for action in ("accept", "decline", "expire", "retract"):
            with pytest.raises(MoveNotAllowed):
                rules.OFFER.move(action, status)


class TestPeriod:
    TODAY = date(2026, 8, 18)

    def test_a_car_is_sought_from_tomorrow_at_the_earliest(self) -> None:
        period = rules.lent_period(date(2026, 8, 10), date(2026, 8, 22), today=self.TODAY, longest_days=30)
        assert period == (date(2026, 8, 19), date(2026, 8, 22))

    def test_a_long_need_is_sought_for_one_term(self) -> None:
        period = rules.lent_period(date(2026, 9, 1), date(2027, 3, 31), today=self.TODAY, longest_days=30)
        assert period == (date(2026, 9, 1), date(2026, 10, 1))

    def test_a_need_beyond_the_end_of_the_support_is_sought_until_that_end(self) -> None:
        period = rules.lent_period(
            date(2026, 8, 20), date(2026, 12, 31), today=self.TODAY, longest_days=30, ends_on=date(2026, 8, 31)
        )
        assert period == (date(2026, 8, 20), date(2026, 8, 31))

    def test_a_need_that_begins_after_the_end_of_the_support_is_not_sought(self) -> None:
        period = rules.lent_period(
            date(2026, 9, 1), date(2026, 9, 10), today=self.TODAY, longest_days=30, ends_on=date(2026, 8, 31)
        )
        assert period is None

    def test_a_need_that_is_over_is_sought_no_more(self) -> None:
        assert rules.lent_period(date(2026, 8, 1), date(2026, 8, 18), today=self.TODAY, longest_days=30) is None


class TestWords:
    def test_every_reason_has_its_sentence(self) -> None:
        assert set(rules.NO_CAR_SENTENCES) == set(NoCar)

    def test_every_reason_can_be_counted_by_its_words(self) -> None:
        assert set(rules.NO_CAR_WORDS) == set(NoCar)

    def test_the_outranked_hear_how_many_cars_would_suit(self) -> None:
        assert "12台" in rules.why_no_car("outranked", 12)

    def test_every_refused_constraint_has_its_sentence(self) -> None:
        assert set(rules.CONSTRAINTS.values()) <= set(rules.REFUSALS)
