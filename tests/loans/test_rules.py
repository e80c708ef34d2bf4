"""When a car is due, who may drive it, and on which papers."""

from datetime import date, datetime, time, timedelta

import pytest

from mra.core.clock import JAPAN
from mra.disasters.rules import slots
from mra.loans import rules
from mra.loans.rules import DriverTold, LicenceMethod, LicenceSeen, LoanStatus
from mra.vehicles.rules import DocumentKind, DriverScope, Paper

TUESDAY = date(2026, 8, 18)
TEN = datetime(2026, 8, 18, 10, 0, tzinfo=JAPAN)
FOREVER = date(2030, 1, 1)


def open_except_wednesday(day: date) -> bool:
    return day.weekday() != 2


def due(
    handover_at: datetime = TEN, *, days: int = 30, needed_until: date = FOREVER, limits: tuple[date | None, ...] = ()
) -> datetime | None:
    return rules.due_at(
        handover_at,
        days=days,
        needed_until=needed_until,
        limits=limits,
        closes_at=time(16),
        is_open_on=open_except_wednesday,
    )


def at_closing(day: date) -> datetime:
    return datetime.combine(day, time(16), JAPAN)


class TestDueDate:
    def test_a_car_is_due_at_closing_hour_after_the_days_of_the_terms(self) -> None:
        assert due(days=30) == at_closing(date(2026, 9, 17))

    def test_nobody_keeps_a_car_longer_than_they_asked_for(self) -> None:
        assert due(needed_until=date(2026, 8, 24)) == at_closing(date(2026, 8, 24))

    def test_a_wish_that_is_already_over_does_not_shorten_the_loan(self) -> None:
        assert due(needed_until=date(2026, 8, 10), days=3) == at_closing(date(2026, 8, 21))

    def test_no_loan_outlives_the_activation_or_its_base(self) -> None:
        assert due(limits=(date(2026, 9, 1), None)) == at_closing(date(2026, 9, 1))
        assert due(limits=(date(2026, 9, 1), date(2026, 8, 31))) == at_closing(date(2026, 8, 31))

    def test_a_closed_day_moves_back_to_the_last_open_one(self) -> None:
        assert due(days=8) == at_closing(date(2026, 8, 25)), "26 August is a Wednesday"

    def test_a_car_is_never_due_before_it_is_handed_over(self) -> None:
        assert due(days=1) == at_closing(TUESDAY), "the 19th is closed: back on the day itself"
        assert due(limits=(date(2026, 8, 17),)) is None
        assert due(datetime(2026, 8, 18, 16, 0, tzinfo=JAPAN), limits=(TUESDAY,)) is None


class TestExtension:
    def faults(self, due_on: date, **changed: object) -> list[str]:
        facts: dict[str, object] = {
            "due_before": date(2026, 9, 17),
            "today": date(2026, 9, 15),
            "days": 30,
            "is_renewable": True,
            "last_on": date(2026, 12, 25),
            "is_open_on": open_except_wednesday,
        }
        return [code for code, _ in rules.extension_faults(due_on, **(facts | changed))]  # type: ignore[arg-type]

    def test_a_month_more_is_granted(self) -> None:
        assert self.faults(date(2026, 10, 17)) == []

    @pytest.mark.parametrize(
        ("due_on", "changed", "code"),
        [
            (date(2026, 10, 17), {"is_renewable": False}, "not_renewable"),
            (date(2026, 9, 17), {}, "extension_too_short"),
            (date(2026, 9, 20), {"today": date(2026, 9, 25)}, "extension_too_short"),
            (date(2026, 10, 18), {}, "extension_too_long"),
            (date(2026, 10, 1), {"last_on": date(2026, 9, 30)}, "after_support_ends"),
            (date(2026, 9, 23), {}, "base_closed_that_day"),
        ],
    )
    def test_an_extension_against_the_terms_is_refused(
        self, due_on: date, changed: dict[str, object], code: str
    ) -> None:
        assert self.faults(due_on, **changed) == [code]

    def test_an_overdue_loan_is_extended_from_today(self) -> None:
        assert self.faults(date(2026, 10, 24), today=date(2026, 9, 25)) == []


class TestHandoverTimes:
    def test_a_full_half_hour_is_not_offered(self) -> None:
        day = list(slots(TUESDAY, time(9, 30), time(11)))
        taken = [TEN, TEN + timedelta(minutes=10), TEN + timedelta(minutes=30)]
        free = list(rules.free_slots(day, taken, 2, TEN - timedelta(hours=2)))
        assert [f"{one:%H:%M}" for one in free] == ["09:30", "10:30"]

    def test_what_has_begun_is_not_offered(self) -> None:
        day = list(slots(TUESDAY, time(9, 30), time(11)))
        assert [f"{one:%H:%M}" for one in rules.free_slots(day, [], 1, TEN)] == ["10:30"]

    def fault(self, at: datetime, last_on: date | None = None) -> str | None:
        day = list(slots(at.date(), time(9, 30), time(16)))
        now = TEN - timedelta(hours=1)
        return rules.slot_fault(at, slots=day, now=now, today=TUESDAY, last_on=last_on)

    def test_a_time_between_two_half_hours_is_no_slot(self) -> None:
        assert self.fault(TEN) is None
        assert self.fault(TEN + timedelta(minutes=10)) == "slot_not_open"

    def test_a_time_that_has_passed_is_no_slot(self) -> None:
        assert self.fault(TEN - timedelta(days=1)) == "slot_not_open"

    def test_no_handover_after_the_support_has_ended(self) -> None:
        assert self.fault(TEN + timedelta(days=3), last_on=TUESDAY) == "slot_not_open"

    def test_a_car_does_not_wait_for_weeks(self) -> None:
        assert self.fault(TEN + timedelta(days=14)) is None
        assert self.fault(TEN + timedelta(days=15)) == "slot_too_far"


def paper(kind: DocumentKind, ends_on: date, starts_on: date | None = None, *, limited: bool = False) -> Paper:
    is_insurance = kind is DocumentKind.VOLUNTARY_INSURANCE
    scope = (DriverScope.LIMITED if limited else DriverScope.UNLIMITED) if is_insurance else None
    return Paper(kind, starts_on, ends_on, scope)


class TestGate:
    UNTIL = date(2026, 9, 17)

    def missing(self, *papers: Paper) -> list[DocumentKind]:
        return rules.missing_papers(rules.gate(papers, from_on=TUESDAY, until=self.UNTIL))

    def test_papers_that_end_on_the_day_of_return_are_enough(self) -> None:
        assert self.missing(*(paper(kind, self.UNTIL) for kind in DocumentKind)) == []

    @pytest.mark.parametrize("short", list(DocumentKind))
    def test_a_paper_that_ends_a_day_early_is_named(self, short: DocumentKind) -> None:
        papers = (paper(kind, self.UNTIL - timedelta(days=kind is short)) for kind in DocumentKind)
        assert self.missing(*papers) == [short]

    def test_a_paper_that_nobody_has_is_named(self) -> None:
        assert self.missing(paper(DocumentKind.INSPECTION, FOREVER)) == [
            DocumentKind.COMPULSORY_INSURANCE,
            DocumentKind.VOLUNTARY_INSURANCE,
        ]

    def test_an_insurance_for_named_drivers_does_not_count(self) -> None:
        papers = [paper(kind, FOREVER, limited=True) for kind in DocumentKind]
        assert self.missing(*papers) == [DocumentKind.VOLUNTARY_INSURANCE]

    def others(self) -> list[Paper]:
        return [paper(kind, FOREVER) for kind in DocumentKind if kind is not DocumentKind.VOLUNTARY_INSURANCE]

    def test_a_renewal_continues_the_paper_before_it(self) -> None:
        kind = DocumentKind.VOLUNTARY_INSURANCE
        renewed = paper(kind, FOREVER, date(2026, 9, 1))
        assert self.missing(*self.others(), paper(kind, date(2026, 8, 31)), renewed) == []

    def test_a_gap_between_two_papers_closes_the_gate(self) -> None:
        kind = DocumentKind.VOLUNTARY_INSURANCE
        late = paper(kind, FOREVER, date(2026, 9, 2))
        assert self.missing(*self.others(), paper(kind, date(2026, 8, 31)), late) == [kind]

    def test_a_paper_that_ends_within_thirty_days_warns(self) -> None:
        ends = {30: True, 31: False}
        for days, warns in ends.items():
            papers = [paper(kind, TUESDAY + timedelta(days=days)) for kind in DocumentKind]
            states = rules.gate(papers, from_on=TUESDAY, until=TUESDAY + timedelta(days=3))
            assert {state.ends_soon for state in states} == {warns}


class TestLicences:
    HANAKO = DriverTold(1, "山田 花子", date(2026, 8, 18), False)
    TARO = DriverTold(2, "山田 太郎", date(2029, 1, 1), True)

    def faults(self, *seen: LicenceSeen, is_manual: bool = False) -> list[tuple[int, str]]:
        licences = {one.driver_id: one for one in seen}
        found = rules.licence_faults([self.HANAKO, self.TARO], licences, day=TUESDAY, is_manual=is_manual)
        return [(driver_id, code) for driver_id, (code, _) in found]

    def shown(self, driver: DriverTold, **read: object) -> LicenceSeen:
        return LicenceSeen(driver.id, "309012345620", LicenceMethod.CARD, **read)  # type: ignore[arg-type]

    def test_every_driver_shows_a_licence(self) -> None:
        assert self.faults(self.shown(self.HANAKO)) == [(2, "licence_not_seen")]

    def test_a_licence_is_good_on_its_last_day(self) -> None:
        assert self.faults(self.shown(self.HANAKO), self.shown(self.TARO)) == []

    def test_an_expired_licence_is_refused(self) -> None:
        seen = self.shown(self.HANAKO, expires_on=date(2026, 8, 17))
        assert self.faults(seen, self.shown(self.TARO)) == [(1, "licence_expired")]

    def test_an_automatic_only_driver_gets_no_manual_car(self) -> None:
        licences = [self.shown(self.HANAKO), self.shown(self.TARO)]
        assert self.faults(*licences, is_manual=True) == [(2, "automatic_only")]

    def test_the_card_is_truer_than_the_application(self) -> None:
        licences = [self.shown(self.HANAKO), self.shown(self.TARO, is_automatic_only=False)]
        assert self.faults(*licences, is_manual=True) == []


def test_a_lower_reading_and_a_leap_are_looked_at_again() -> None:
    assert rules.odometer_doubt(40_000, 39_999) == "odometer_lower"
    assert rules.odometer_doubt(40_000, 400_010) == "odometer_leaps"
    assert rules.odometer_doubt(40_000, 40_000) is None


def test_a_loan_of_a_few_days_is_not_reminded_at_once() -> None:
    assert rules.remind_from(TEN, TEN + timedelta(days=30)) == TEN + timedelta(days=27)
    assert rules.remind_from(TEN, TEN + timedelta(days=3)) == TEN + timedelta(days=2)


class TestTextsThatWaited:
    DUE = datetime(2026, 8, 20, 18, 0, tzinfo=JAPAN)

    @pytest.mark.parametrize(
        ("template", "status", "hours", "holds"),
        [
            ("due_soon", LoanStatus.ON_LOAN, -24, True),
            ("due_soon", LoanStatus.ON_LOAN, 1, False),
            ("due_soon", LoanStatus.ON_LOAN, -24 * 8, False),
            ("due_soon", LoanStatus.RETURNED, -24, False),
            ("overdue", LoanStatus.ON_LOAN, 1, True),
            ("overdue", LoanStatus.ON_LOAN, -1, False),
            ("overdue", LoanStatus.RETURNED, 1, False),
            ("reservation_made", LoanStatus.CANCELLED, 0, False),
            ("reservation_cancelled", LoanStatus.CANCELLED, 0, True),
            ("loan_extended", LoanStatus.ON_LOAN, 0, True),
        ],
    )
    def test_a_text_holds_while_what_it_says_is_so(
        self, template: str, status: LoanStatus, hours: int, holds: bool
    ) -> None:
        assert rules.text_holds(template, status, self.DUE, self.DUE + timedelta(hours=hours)) is holds
