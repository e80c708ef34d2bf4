"""Which papers a notice reaches, and until when they hold."""

from datetime import date

from mra.vehicles.extending import Home, Notice, effective_end, home_of, notice_fault
from mra.vehicles.rules import DocumentKind, VehicleStatus

WAJIMA, NANAO, ISHINOMAKI = "17204", "17202", "04202"
NEW_YEAR, FEBRUARY, END_OF_FEBRUARY = date(2024, 1, 1), date(2024, 2, 8), date(2024, 2, 29)
END_OF_MARCH, END_OF_APRIL = date(2024, 3, 31), date(2024, 4, 30)
AT_HOME = Home(WAJIMA, None)


def notice(**values: object) -> Notice:
    """The first notice after the earthquake: the whole prefecture, cars used there for relief too."""
    facts: dict[str, object] = {
        "areas": frozenset({"17"}),
        "first_on": NEW_YEAR,
        "last_on": FEBRUARY,
        "until_on": END_OF_FEBRUARY,
        "insurance_waits": True,
        "covers_relief": True,
    }
    return Notice(**(facts | values))  # type: ignore[arg-type]


def held(printed: date, *notices: Notice, home: Home = AT_HOME, kind: DocumentKind = DocumentKind.INSPECTION) -> date:
    return effective_end(kind, printed, home, notices)


class TestWindow:
    def test_a_certificate_that_ends_in_the_window_holds_until_the_day_of_the_notice(self) -> None:
        assert held(NEW_YEAR, notice()) == held(FEBRUARY, notice()) == END_OF_FEBRUARY

    def test_one_that_ends_before_or_after_the_window_keeps_its_day(self) -> None:
        for printed in (date(2023, 12, 31), date(2024, 2, 9), date(2025, 1, 15)):
            assert held(printed, notice()) == printed

    def test_a_later_notice_that_lists_the_printed_days_extends_once_more(self) -> None:
        later = notice(last_on=END_OF_MARCH, until_on=END_OF_MARCH)
        assert held(NEW_YEAR, notice(), later) == END_OF_MARCH

    def test_a_later_notice_that_lists_the_extended_day_extends_once_more(self) -> None:
        later = notice(first_on=END_OF_FEBRUARY, last_on=END_OF_MARCH, until_on=END_OF_APRIL)
        assert held(NEW_YEAR, notice(), later) == held(NEW_YEAR, later, notice()) == END_OF_APRIL
        assert held(NEW_YEAR, later) == NEW_YEAR

    def test_the_longest_of_two_notices_counts(self) -> None:
        assert held(NEW_YEAR, notice(until_on=END_OF_APRIL), notice()) == END_OF_APRIL


class TestArea:
    def test_a_car_registered_elsewhere_is_not_meant(self) -> None:
        assert held(NEW_YEAR, notice(), home=Home(ISHINOMAKI, None)) == NEW_YEAR
        assert held(NEW_YEAR, notice(), home=Home(None, None)) == NEW_YEAR

    def test_a_car_from_elsewhere_that_is_used_there_for_relief_is_meant_if_the_notice_says_so(self) -> None:
        helping = Home(ISHINOMAKI, NANAO)
        assert held(NEW_YEAR, notice(), home=helping) == END_OF_FEBRUARY
        assert held(NEW_YEAR, notice(covers_relief=False), home=helping) == NEW_YEAR

    def test_a_notice_for_one_town_leaves_the_next_one_alone(self) -> None:
        assert held(NEW_YEAR, notice(areas=frozenset({NANAO}))) == NEW_YEAR

    def test_a_notice_for_a_city_reaches_its_wards(self) -> None:
        assert held(NEW_YEAR, notice(areas=frozenset({"43100"})), home=Home("43101", None)) == END_OF_FEBRUARY

    def test_a_notice_for_the_whole_country_reaches_every_car(self) -> None:
        assert held(NEW_YEAR, notice(areas=frozenset()), home=Home(None, None)) == END_OF_FEBRUARY

    def test_a_car_on_its_way_is_not_used_at_its_base_yet(self) -> None:
        for status in VehicleStatus:
            home = home_of(status, registered_in=None, base_lies_in=NANAO)
            assert (home.used_in == NANAO) == (status in {VehicleStatus.READY, VehicleStatus.OUT_OF_SERVICE})


class TestKind:
    def test_the_compulsory_insurance_waits_only_if_the_notice_says_so(self) -> None:
        kind = DocumentKind.COMPULSORY_INSURANCE
        assert held(NEW_YEAR, notice(), kind=kind) == END_OF_FEBRUARY
        assert held(NEW_YEAR, notice(insurance_waits=False), kind=kind) == NEW_YEAR

    def test_no_notice_prolongs_a_voluntary_insurance(self) -> None:
        assert held(NEW_YEAR, notice(), kind=DocumentKind.VOLUNTARY_INSURANCE) == NEW_YEAR


class TestNotice:
    def test_a_notice_that_can_not_be_is_named(self) -> None:
        assert notice_fault(notice()) is None
        assert notice_fault(notice(last_on=date(2023, 12, 31))) == "extension_window"
        assert notice_fault(notice(until_on=date(2024, 2, 7))) == "extension_shortens"
        assert notice_fault(notice(until_on=date(2034, 2, 29 - 1))) == "extension_too_long"
