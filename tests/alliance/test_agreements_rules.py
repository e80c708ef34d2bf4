"""The secretariat's sentences about agreements: which day follows which, what needs doing, whom to ring at which hour."""

from datetime import date, datetime

import pytest

from mra.alliance.rules.agreements import (
    AgreementStatus,
    Attention,
    Dates,
    answers_at,
    applies_on,
    attention,
    date_fault,
    is_time_to_remind,
    reminder_due,
    runs_until,
)
from mra.alliance.rules.members import ContactHours
from mra.core.clock import JAPAN

TODAY = date(2026, 8, 18)


def days(
    signed: date | None = None,
    effective: date | None = None,
    expires: date | None = None,
    review: date | None = None,
    renews: bool = False,
) -> Dates:
    return Dates(signed, effective, expires, review, renews)


class TestOrderOfDays:
    def test_days_in_their_order_are_fine(self) -> None:
        assert date_fault(days(date(2024, 3, 19), date(2024, 4, 1), date(2027, 3, 31), date(2026, 12, 1))) is None

    def test_an_agreement_without_any_day_is_fine(self) -> None:
        assert date_fault(days()) is None

    @pytest.mark.parametrize(
        ("reversed_days", "fault"),
        [
            (days(date(2024, 4, 1), date(2024, 3, 31)), ("effective_on", "effective_before_signing")),
            (days(date(2024, 4, 1), None, date(2024, 3, 1)), ("expires_on", "expiry_before_effect")),
            (days(None, date(2024, 4, 1), date(2024, 3, 1)), ("expires_on", "expiry_before_effect")),
            (days(date(2024, 4, 1), None, None, date(2024, 3, 1)), ("review_on", "review_before_effect")),
            (days(None, None, date(2024, 4, 1), date(2024, 5, 1)), ("review_on", "review_after_expiry")),
        ],
    )
    def test_a_day_before_the_one_it_follows_is_told(self, reversed_days: Dates, fault: tuple[str, str]) -> None:
        assert date_fault(reversed_days) == fault

    def test_what_renews_itself_may_be_looked_at_after_its_first_term(self) -> None:
        assert date_fault(days(None, None, date(2024, 4, 1), date(2027, 1, 1), renews=True)) is None


class TestTerm:
    def test_an_agreement_that_renews_itself_goes_on_year_by_year(self) -> None:
        assert runs_until(date(2024, 3, 31), True, TODAY) == date(2027, 3, 31)
        assert runs_until(date(2024, 8, 18), True, TODAY) == TODAY
        assert runs_until(date(2026, 12, 1), True, TODAY) == date(2026, 12, 1)

    def test_the_last_of_february_has_an_end_every_year(self) -> None:
        assert runs_until(date(2024, 2, 29), True, TODAY) == date(2027, 2, 28)

    def test_without_renewal_the_paper_counts(self) -> None:
        assert runs_until(date(2024, 3, 31), False, TODAY) == date(2024, 3, 31)
        assert runs_until(None, True, TODAY) is None

    def test_both_ends_of_a_term_are_included(self) -> None:
        begins, ends = date(2026, 1, 1), TODAY
        assert applies_on(ends, effective_on=begins, expires_on=ends)
        assert applies_on(begins, effective_on=begins, expires_on=ends)
        assert not applies_on(date(2026, 8, 19), effective_on=begins, expires_on=ends)
        assert not applies_on(date(2025, 12, 31), effective_on=begins, expires_on=ends)


class TestAttention:
    @pytest.mark.parametrize(
        ("status", "expires_on", "renews", "review_on", "wanted"),
        [
            (AgreementStatus.DRAFT, None, False, None, Attention.DRAFT),
            (AgreementStatus.IN_FORCE, date(2026, 8, 17), False, None, Attention.EXPIRED),
            (AgreementStatus.IN_FORCE, date(2026, 8, 17), True, None, None),
            (AgreementStatus.IN_FORCE, TODAY, False, None, None),
            (AgreementStatus.IN_FORCE, None, False, date(2026, 8, 17), Attention.REVIEW_OVERDUE),
            (AgreementStatus.IN_FORCE, None, False, date(2026, 11, 16), Attention.REVIEW_DUE),
            (AgreementStatus.IN_FORCE, None, False, date(2026, 11, 17), None),
            (AgreementStatus.ENDED, date(2020, 1, 1), False, date(2020, 1, 1), None),
        ],
    )
    def test_an_agreement_asks_for_what_its_dates_say(
        self,
        status: AgreementStatus,
        expires_on: date | None,
        renews: bool,
        review_on: date | None,
        wanted: Attention | None,
    ) -> None:
        told = attention(status, TODAY, expires_on=expires_on, renews_automatically=renews, review_on=review_on)
        assert told is wanted


class TestReminders:
    @pytest.mark.parametrize(
        ("review_on", "threshold"),
        [
            (date(2026, 11, 17), None),
            (date(2026, 11, 16), 90),
            (date(2026, 9, 18), 90),
            (date(2026, 9, 17), 30),
            (date(2026, 8, 25), 7),
            (date(2026, 8, 1), 7),
        ],
    )
    def test_only_the_nearest_threshold_counts(self, review_on: date, threshold: int | None) -> None:
        assert reminder_due(review_on, TODAY) == threshold

    def test_nobody_is_reminded_at_night(self) -> None:
        assert is_time_to_remind(datetime(2026, 8, 18, 9, 0, tzinfo=JAPAN))
        assert not is_time_to_remind(datetime(2026, 8, 18, 8, 59, tzinfo=JAPAN))
        assert not is_time_to_remind(datetime(2026, 8, 18, 17, 0, tzinfo=JAPAN))


class TestWhomToRing:
    TUESDAY_MORNING = datetime(2026, 8, 18, 9, 0, tzinfo=JAPAN)
    TUESDAY_NIGHT = datetime(2026, 8, 18, 3, 0, tzinfo=JAPAN)
    SUNDAY_MORNING = datetime(2026, 8, 16, 9, 0, tzinfo=JAPAN)
    HOLIDAY_MORNING = datetime(2026, 8, 11, 9, 0, tzinfo=JAPAN)
    YEAR_END_MORNING = datetime(2026, 12, 30, 9, 0, tzinfo=JAPAN)

    def test_the_town_hall_answers_on_weekdays(self) -> None:
        assert answers_at(ContactHours.DAY, self.TUESDAY_MORNING)
        assert not answers_at(ContactHours.NIGHT, self.TUESDAY_MORNING)

    @pytest.mark.parametrize("moment", [TUESDAY_NIGHT, SUNDAY_MORNING, HOLIDAY_MORNING, YEAR_END_MORNING])
    def test_at_night_and_on_sundays_one_rings_the_other_number(self, moment: datetime) -> None:
        assert answers_at(ContactHours.NIGHT, moment)
        assert not answers_at(ContactHours.DAY, moment)

    def test_who_can_always_be_rung_is_rung(self) -> None:
        assert answers_at(ContactHours.ALWAYS, self.TUESDAY_NIGHT)
        assert answers_at(ContactHours.ALWAYS, self.TUESDAY_MORNING)
