"""Rules of supports, bases and terms, in the words of the secretariat."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from mra.core.access import Role
from mra.core.clock import JAPAN
from mra.core.vehicle_classes import VehicleClass
from mra.disasters import rules
from mra.disasters.rules import ActivationDetails, ActivationStatus, Intake

DETAILS = ActivationDetails(
    name="熊本豪雨 車の無償貸出",
    slug="kumamoto-2026",
    intake_from=datetime(2026, 8, 16, 9, 0, tzinfo=JAPAN),
    intake_until=None,
    ends_on=None,
    help_phone="+81960000000",
)


@pytest.mark.parametrize("text", ["kumamoto-2026", "abc", "noto-2024-2", "a1-2-3"])
def test_small_letters_digits_and_single_hyphens_make_an_address(text: str) -> None:
    assert rules.is_slug(text)


@pytest.mark.parametrize(
    "text", ["", "ab", "2026", "7-noto", "Noto", "noto_2024", "noto--2024", "noto-", "熊本", "a" * 61]
)
def test_anything_else_is_no_address(text: str) -> None:
    assert not rules.is_slug(text)


def test_a_support_opens_with_a_base_and_terms_only() -> None:
    assert rules.opening_hindrance(bases=0, has_terms=True) == "no_base"
    assert rules.opening_hindrance(bases=1, has_terms=False) == "no_terms"
    assert rules.opening_hindrance(bases=1, has_terms=True) is None


@pytest.mark.parametrize(
    ("role", "status", "may"),
    [
        (Role.COORDINATOR, ActivationStatus.PREPARING, True),
        (Role.ADMIN, ActivationStatus.WINDING_DOWN, True),
        (Role.ADMIN, ActivationStatus.CLOSED, False),
        (Role.DESK, ActivationStatus.OPEN, False),
        (Role.VIEWER, ActivationStatus.OPEN, False),
        (None, ActivationStatus.OPEN, False),
    ],
)
def test_coordinators_change_settings_until_the_support_is_over(
    role: Role | None, status: ActivationStatus, may: bool
) -> None:
    assert rules.may_change(status, role) is may


class TestIntakeEnd:
    begins = datetime(2026, 8, 16, 9, 0, tzinfo=JAPAN)

    def test_winding_down_ends_the_intake_now(self) -> None:
        now = datetime(2026, 11, 1, 12, 0, tzinfo=JAPAN)
        assert rules.intake_end(now, self.begins, date(2026, 12, 25)) == now

    def test_an_intake_that_had_not_begun_ends_as_it_begins(self) -> None:
        assert rules.intake_end(datetime(2026, 8, 1, tzinfo=JAPAN), self.begins, None) == self.begins

    def test_a_support_that_outlived_its_end_ends_its_intake_on_that_day(self) -> None:
        late = datetime(2027, 1, 10, 12, 0, tzinfo=JAPAN)
        assert rules.intake_end(late, self.begins, date(2026, 12, 25)).date() == date(2026, 12, 25)


class TestEdition:
    def test_the_same_settings_have_the_same_mark(self) -> None:
        assert rules.edition(DETAILS) == rules.edition(replace(DETAILS))

    def test_the_time_zone_of_a_moment_does_not_matter(self) -> None:
        assert rules.edition(DETAILS) == rules.edition(
            replace(DETAILS, intake_from=DETAILS.intake_from.astimezone(UTC))
        )

    def test_any_change_changes_the_mark(self) -> None:
        assert rules.edition(DETAILS) != rules.edition(replace(DETAILS, ends_on=date(2026, 12, 25)))

    def test_changed_fields_are_told_by_name(self) -> None:
        assert rules.changed_fields(DETAILS, replace(DETAILS, name="別の名前", ends_on=date(2026, 12, 25))) == [
            "name",
            "ends_on",
        ]


class TestTerms:
    def test_the_usual_terms_are_a_month_renewable_and_three_days(self) -> None:
        month, three_days = rules.lendings(rules.usual_terms())
        assert (month.days, month.is_renewable) == (30, True)
        assert VehicleClass.KEI_PASSENGER in month.classes
        assert (three_days.days, three_days.is_renewable) == (3, False)
        assert VehicleClass.KEI_TRUCK in three_days.classes

    def test_a_class_on_terms_of_its_own_is_told_apart(self) -> None:
        terms = rules.usual_terms() | {VehicleClass.KEI_PASSENGER: (14, True)}
        assert [lending.days for lending in rules.lendings(terms)] == [30, 14, 3]

    def test_a_change_is_told_class_by_class(self) -> None:
        new = rules.usual_terms() | {VehicleClass.KEI_PASSENGER: (14, False)}
        (change,) = rules.terms_changes(rules.usual_terms(), new)
        assert change == (VehicleClass.KEI_PASSENGER, (30, True), (14, False))


class TestBaseDays:
    def test_a_base_rests_on_its_weekly_day_and_after_its_last_day(self) -> None:
        wednesday, last = date(2026, 8, 19), date(2026, 8, 31)
        assert not rules.is_open_on(wednesday, [2], None)
        assert rules.is_open_on(last, [2], last)
        assert not rules.is_open_on(date(2026, 9, 1), [2], last)

    def test_a_handover_begins_every_half_hour_before_closing(self) -> None:
        moments = list(rules.slots(date(2026, 8, 18), time(9, 30), time(11, 0)))
        assert [moment.strftime("%H:%M") for moment in moments] == ["09:30", "10:00", "10:30"]


def test_every_field_has_a_word_for_the_timeline() -> None:
    names = set(rules.ActivationDetails.__dataclass_fields__) | set(rules.BaseDetails.__dataclass_fields__)
    assert names <= set(rules.FIELD_WORDS)


def test_paper_that_arrived_in_time_is_taken_while_the_support_winds_down() -> None:
    begins = datetime(2026, 8, 16, 9, 0, tzinfo=JAPAN)
    ended = begins + timedelta(days=60)
    status = ActivationStatus.WINDING_DOWN
    assert rules.intake(status, begins, ended, ended - timedelta(hours=3)) is Intake.TAKING
    assert rules.intake(status, begins, ended, ended) is Intake.OVER
    assert rules.intake(ActivationStatus.CLOSED, begins, ended, ended - timedelta(hours=3)) is Intake.ENDED
