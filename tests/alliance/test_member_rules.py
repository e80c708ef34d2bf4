"""Members and pledges as rules: two levels, who is called when, how a promise is worded."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from mra.alliance.rules import areas, members, pledges
from mra.alliance.rules.members import ContactHours
from mra.alliance.rules.pledges import PledgeDetails, PledgeStatus, SupplyKind
from mra.core.clock import JAPAN
from mra.core.vehicle_classes import VehicleClass

TUESDAY_MORNING = datetime(2026, 8, 18, 10, 0, tzinfo=JAPAN)
TUESDAY_NIGHT = datetime(2026, 8, 18, 2, 0, tzinfo=JAPAN)


class TestTwoLevels:
    def test_a_firm_stands_under_an_umbrella(self) -> None:
        assert hindrance() is None

    @pytest.mark.parametrize(
        ("fact", "code"),
        [
            ("parent_is_firm", "parent_is_a_firm"),
            ("parent_left", "parent_left"),
            ("is_itself", "own_parent"),
            ("has_firms", "member_has_firms"),
        ],
    )
    def test_there_is_no_third_level(self, fact: str, code: str) -> None:
        assert hindrance(**{fact: True}) == code


def hindrance(**facts: bool) -> str | None:
    usual = dict.fromkeys(("parent_is_firm", "parent_left", "is_itself", "has_firms"), False)
    return members.parent_hindrance(**(usual | facts))


class TestHours:
    @pytest.mark.parametrize(
        "moment",
        [
            datetime(2026, 8, 18, 8, 59, tzinfo=JAPAN),
            datetime(2026, 8, 18, 18, 0, tzinfo=JAPAN),
            datetime(2026, 8, 22, 10, 0, tzinfo=JAPAN),  # a Saturday
            datetime(2026, 8, 11, 10, 0, tzinfo=JAPAN),  # 山の日
            datetime(2026, 12, 30, 10, 0, tzinfo=JAPAN),  # a Wednesday at the turn of the year
            datetime(2027, 1, 2, 10, 0, tzinfo=JAPAN),
        ],
    )
    def test_offices_are_closed_at_night_on_holidays_and_at_the_turn_of_the_year(self, moment: datetime) -> None:
        assert not members.is_office_time(moment)

    def test_offices_are_open_on_a_working_day_whatever_the_time_zone(self) -> None:
        assert members.is_office_time(datetime.fromisoformat("2026-08-18T00:30:00+00:00"))

    def test_by_day_the_day_is_called_and_by_night_the_night(self) -> None:
        day, night, always = (SimpleNamespace(hours=hours) for hours in ("day", "night", "always"))
        for one, hours in ((day, "day"), (night, "night"), (always, "always")):
            one.hours = ContactHours(hours)
        assert members.reached_at([day, night, always], TUESDAY_MORNING) == [day, always]
        assert members.reached_at([day, night, always], TUESDAY_NIGHT) == [night, always]

    def test_where_nobody_has_the_hours_all_are_called(self) -> None:
        day = SimpleNamespace(hours=ContactHours.DAY)
        assert members.reached_at([day], TUESDAY_NIGHT) == [day]


def cars(**values: object) -> PledgeDetails:
    usual: dict[str, object] = {
        "kind": SupplyKind.VEHICLE,
        "vehicle_class": VehicleClass.KEI_PASSENGER,
        "quantity": 5,
        "unit": "台",
        "lead_time_days": 7,
        "valid_from": date(2026, 1, 1),
        "area": ("43", "44"),
    }
    return PledgeDetails(**(usual | values))  # type: ignore[arg-type]


class TestWords:
    def test_a_pledge_of_cars(self) -> None:
        assert pledges.words(cars()) == "軽乗用車 5台（7日以内、熊本県・大分県）"

    def test_a_pledge_of_tyres_at_once_anywhere(self) -> None:
        tyres = cars(
            kind=SupplyKind.TYRE,
            vehicle_class=None,
            quantity=1200,
            unit="本",
            lead_time_days=0,
            area=(),
            specification={"season": "studless", "size": "155/65R14"},
        )
        assert pledges.words(tyres) == "タイヤ 155/65R14 スタッドレス 1,200本（当日、全国）"

    def test_towns_are_named_where_the_names_are_at_hand(self) -> None:
        one = cars(area=("43215", "44204"))
        assert pledges.words(one) == "軽乗用車 5台（7日以内、熊本県の一部・大分県の一部）"
        names = {"43215": "熊本県天草市", "44204": "大分県日田市"}
        assert "熊本県天草市・大分県日田市" in pledges.words(one, names)

    def test_many_towns_are_counted(self) -> None:
        names = {f"4320{digit}": f"町{digit}" for digit in range(1, 7)}
        assert areas.words(names, names) == "町1・町2・町3・ほか3市区町村"


class TestAreas:
    def test_many_prefectures_are_counted(self) -> None:
        assert areas.words(["40", "41", "42", "43", "44", "45"]) == "福岡県・佐賀県・長崎県・熊本県・ほか2都道府県"

    def test_what_is_said_twice_is_kept_once(self) -> None:
        assert areas.normal(["43215", "43", "44204"]) == ["43", "44204"]

    def test_a_ward_beside_its_city_says_nothing_new(self) -> None:
        assert areas.normal(["43101", "43100"]) == ["43100"]


class TestConfirmation:
    TODAY = date(2026, 8, 18)

    def test_a_word_is_asked_for_after_a_year(self) -> None:
        assert not pledges.is_to_be_asked(date(2025, 8, 18), date(2024, 1, 1), self.TODAY)
        assert pledges.is_to_be_asked(date(2025, 8, 17), date(2024, 1, 1), self.TODAY)

    def test_a_word_never_confirmed_is_asked_for_after_a_month(self) -> None:
        assert not pledges.is_to_be_asked(None, date(2026, 7, 19), self.TODAY)
        assert pledges.is_to_be_asked(None, date(2026, 7, 18), self.TODAY)

    def test_what_was_not_confirmed_is_shown_as_doubtful(self) -> None:
        assert standing(confirmed_on=date(2025, 6, 18)) == "要確認"
        assert standing(confirmed_on=date(2025, 6, 19)) == "有効"
        assert standing(confirmed_on=date(2025, 6, 18), asked=True) == "要確認（依頼済み）"

    def test_what_is_over_is_said_before_what_is_doubtful(self) -> None:
        assert standing(confirmed_on=None, valid_until=date(2026, 8, 17)) == "期限切れ"
        assert standing(status=PledgeStatus.LAPSED) == "終了"


def standing(
    status: PledgeStatus = PledgeStatus.IN_FORCE,
    confirmed_on: date | None = None,
    valid_until: date | None = None,
    asked: bool = False,
) -> str:
    return pledges.standing(status, confirmed_on, valid_until, TestConfirmation.TODAY, asked=asked).label
