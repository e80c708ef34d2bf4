"""What staff type into the settings: full-width digits are fine, slips of the fingers are told where they happened."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from mra.alliance.models import Municipality
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.core.vehicle_classes import VehicleClass
from mra.disasters import rules
from mra.disasters.forms import ActivationForm, BaseForm, DisasterForm, MunicipalitiesForm, TermsForm
from mra.disasters.rules import ActivationDetails, BaseDetails
from tests import factories

INTAKE_FROM = datetime(2026, 8, 16, 9, 0, tzinfo=JAPAN)
ACTIVATION = {
    "name": "熊本豪雨 車の無償貸出",
    "slug": "kumamoto-2026",
    "intake_from_on_year": "2026",
    "intake_from_on_month": "8",
    "intake_from_on_day": "16",
    "intake_from_time": "9:00",
    "help_phone": "0969-00-0000",
}
UNTIL_AUGUST_30 = {"intake_until_on_year": "2026", "intake_until_on_month": "8", "intake_until_on_day": "30"}
BASE = {
    "name": "天草拠点",
    "municipality_code": "43215",
    "address": "天草市東町1-1",
    "phone": "0969-00-0000",
    "opens_at": "9:30",
    "closes_at": "16:00",
    "handovers_per_slot": "2",
}


class TestDisasterForm:
    good = {
        "name": "令和8年8月 熊本豪雨",
        "kind": "flood",
        "occurred_on_year": "2026",
        "occurred_on_month": "8",
        "occurred_on_day": "11",
    }

    def test_full_width_digits_make_a_day(self, story_time: datetime) -> None:
        form = DisasterForm(self.good | {"occurred_on_year": "２０２６", "occurred_on_day": "１１"})
        assert form.check(), form.errors
        assert form.clean["occurred_on"] == date(2026, 8, 11)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "災" * 101}, "name"),
            ({"kind": "fire"}, "kind"),
            ({"occurred_on_month": "13"}, "occurred_on"),
            ({"occurred_on_day": ""}, "occurred_on"),
            ({"occurred_on_year": "", "occurred_on_month": "", "occurred_on_day": ""}, "occurred_on"),
            ({"occurred_on_day": "19"}, "occurred_on"),
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(
        self, story_time: datetime, change: dict[str, str], field: str
    ) -> None:
        form = DisasterForm(self.good | change)
        assert not form.check()
        assert list(form.errors) == [field]


def read_activation(change: dict[str, str], fixed_slug: str | None = None) -> ActivationForm:
    form = ActivationForm(ACTIVATION | change, fixed_slug)
    form.check()
    return form


class TestActivationForm:
    def test_clean_values_are_moments_in_japan(self) -> None:
        form = read_activation(UNTIL_AUGUST_30 | {"help_phone": "０９６９－００－００００"})
        assert form.clean["details"] == ActivationDetails(
            name="熊本豪雨 車の無償貸出",
            slug="kumamoto-2026",
            intake_from=INTAKE_FROM,
            intake_until=datetime(2026, 8, 30, 17, 0, tzinfo=JAPAN),
            ends_on=None,
            help_phone="+81969000000",
        )

    def test_full_width_addresses_and_capitals_are_made_plain(self) -> None:
        assert read_activation({"slug": "Ｋｕｍａｍｏｔｏ－２０２６"}).clean["details"].slug == "kumamoto-2026"

    def test_support_may_end_on_the_last_day_of_the_intake(self) -> None:
        change = UNTIL_AUGUST_30 | {"ends_on_year": "2026", "ends_on_month": "8", "ends_on_day": "30"}
        assert read_activation(change).clean["details"].ends_on == date(2026, 8, 30)

    def test_the_public_address_stays_whatever_is_posted(self) -> None:
        assert read_activation({"slug": "other"}, fixed_slug="kumamoto-2026").clean["details"].slug == "kumamoto-2026"

    @pytest.mark.parametrize("typed", ["0120-123-456", "０１２０１２３４５６", "0570-012-345", "0800-123-4567"])
    def test_a_help_line_may_be_toll_free(self, typed: str) -> None:
        assert read_activation({"help_phone": typed}).clean["details"].help_phone.startswith("+81")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": ""}, "name"),
            ({"slug": "熊本"}, "slug"),
            ({"slug": "2026-kumamoto"}, "slug"),
            ({"slug": ""}, "slug"),
            ({"intake_from_on_day": "32"}, "intake_from_on"),
            ({"intake_from_on_year": "", "intake_from_on_month": "", "intake_from_on_day": ""}, "intake_from_on"),
            ({"intake_from_time": "25:00"}, "intake_from_time"),
            ({"intake_from_time": "朝"}, "intake_from_time"),
            ({"intake_until_time": "17:00"}, "intake_until_on"),
            (UNTIL_AUGUST_30 | {"intake_until_on_day": "15"}, "intake_until_on"),
            (UNTIL_AUGUST_30 | {"ends_on_year": "2026", "ends_on_month": "8", "ends_on_day": "29"}, "ends_on"),
            ({"ends_on_year": "2026", "ends_on_month": "8", "ends_on_day": "15"}, "ends_on"),
            ({"help_phone": ""}, "help_phone"),
            ({"help_phone": "0120-1"}, "help_phone"),
            ({"help_phone": "0969-00-00000"}, "help_phone"),
            ({"help_phone": "110番"}, "help_phone"),
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(self, change: dict[str, str], field: str) -> None:
        form = read_activation(change)
        assert list(form.errors) == [field]
        assert "details" not in form.clean

    def test_what_it_shows_reads_back_the_same(self, session: None, story_time: datetime) -> None:
        activation = factories.activation(is_open=False)
        form = ActivationForm.of(activation)
        again = read_activation(form.values)
        assert again.clean["details"] == activation.details
        assert form.values["edition"] == rules.edition(activation.details)


def read_base(change: dict[str, Any]) -> BaseForm:
    posted = BASE | change
    form = BaseForm(
        MultiDict(
            [(name, one) for name, value in posted.items() for one in (value if isinstance(value, list) else [value])]
        ),
        INTAKE_FROM.astimezone(UTC),
    )
    form.check()
    return form


@pytest.fixture
def amakusa(session: None) -> Municipality:
    return factories.municipality()


@pytest.mark.usefixtures("amakusa")
class TestBaseForm:
    def test_clean_values_are_a_base(self) -> None:
        form = read_base({"closed_weekdays": ["2", "6"], "opens_at": "９時３０分", "handovers_per_slot": "３"})
        assert form.clean["details"] == BaseDetails(
            name="天草拠点",
            address="天草市東町1-1",
            municipality_code="43215",
            place=None,
            phone="+81969000000",
            opens_at=time(9, 30),
            closes_at=time(16, 0),
            closed_weekdays=(2, 6),
            closes_on=None,
            handovers_per_slot=3,
        )

    @pytest.mark.parametrize(
        "typed", ["32.4586, 130.1930", "（３２．４５８６，１３０．１９３０）", "32.4586 130.1930", "32.4586、130.1930"]
    )
    def test_a_point_is_read_as_maps_give_it(self, typed: str) -> None:
        assert read_base({"place": typed}).clean["details"].place == (32.4586, 130.193)

    @pytest.mark.parametrize("typed", ["900", "0930"])
    def test_times_without_a_sign_need_four_digits(self, typed: str) -> None:
        assert ("opens_at" in read_base({"opens_at": typed}).errors) is (typed == "900")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": ""}, "name"),
            ({"address": ""}, "address"),
            ({"address": "あ" * 201}, "address"),
            ({"municipality_code": ""}, "municipality_code"),
            ({"municipality_code": "99999"}, "municipality_code"),
            ({"municipality_code": "43999"}, "municipality_code"),
            ({"place": "天草市役所"}, "place"),
            ({"place": "130.1930, 32.4586"}, "place"),
            ({"place": "52.5200, 13.4050"}, "place"),
            ({"place": "35.6812, 139.7671"}, "place"),
            ({"place": "32.4586"}, "place"),
            ({"phone": "なし"}, "phone"),
            ({"opens_at": ""}, "opens_at"),
            ({"opens_at": "16:00"}, "closes_at"),
            ({"opens_at": "17:00"}, "closes_at"),
            ({"closes_at": "24:30"}, "closes_at"),
            ({"closed_weekdays": ["0", "1", "2", "3", "4", "5", "6"]}, "closed_weekdays"),
            ({"closes_on_year": "2026", "closes_on_month": "8", "closes_on_day": "15"}, "closes_on"),
            ({"closes_on_year": "2026", "closes_on_month": "2", "closes_on_day": "30"}, "closes_on"),
            ({"handovers_per_slot": "0"}, "handovers_per_slot"),
            ({"handovers_per_slot": "21"}, "handovers_per_slot"),
            ({"handovers_per_slot": "二"}, "handovers_per_slot"),
            ({"directions": "あ" * 501}, "directions"),
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(self, change: dict[str, Any], field: str) -> None:
        form = read_base(change)
        assert list(form.errors) == [field]
        assert "details" not in form.clean

    def test_a_municipality_without_a_point_needs_one(self) -> None:
        db.session.add(Municipality(code="43999", prefecture="熊本県", name="点のない町", kana="テンノナイマチ"))
        db.session.flush()
        assert list(read_base({"municipality_code": "43999"}).errors) == ["place"]
        assert not read_base({"municipality_code": "43999", "place": "32.4586, 130.1930"}).errors

    def test_weekdays_that_are_none_are_left_out(self) -> None:
        assert read_base({"closed_weekdays": ["2", "9", "x"]}).clean["details"].closed_weekdays == (2,)

    def test_directions_keep_their_lines_and_lose_what_no_page_can_show(self) -> None:
        assert (
            read_base({"directions": "南側の\x00駐車場\r\n体育館の横"}).clean["details"].directions
            == "南側の 駐車場\n体育館の横"
        )

    def test_what_it_shows_reads_back_the_same(self, story_time: datetime) -> None:
        base = factories.base(factories.activation(), closes_on=date(2026, 11, 30), directions="体育館の南側")
        form = BaseForm.of(base, INTAKE_FROM)
        assert read_base(form.values).clean["details"] == base.details


class TestMunicipalitiesForm:
    def test_the_change_is_the_difference_to_what_was_shown(self) -> None:
        form = MunicipalitiesForm(
            MultiDict([("code", "43215"), ("code", "43212"), ("held", "43215"), ("held", "43211")])
        )
        assert form.check()
        assert form.clean == {"add": ["43212"], "remove": ["43211"]}


def read_terms(change: dict[str, str]) -> TermsForm:
    form = TermsForm(TermsForm.of(rules.usual_terms(), 1).values | {"reason": "申込が多いため"} | change)
    form.check()
    return form


class TestTermsForm:
    def test_the_usual_terms_stand_ready(self) -> None:
        assert read_terms({}).clean == {"terms": rules.usual_terms(), "reason": "申込が多いため", "based_on": 1}

    def test_full_width_days_are_days(self) -> None:
        form = read_terms({"days_kei_passenger": "１４"})
        assert form.clean["terms"][VehicleClass.KEI_PASSENGER] == (14, True)

    def test_a_missing_tick_means_not_renewable(self) -> None:
        assert read_terms({"renewable_kei_passenger": ""}).clean["terms"][VehicleClass.KEI_PASSENGER] == (30, False)

    @pytest.mark.parametrize("days", ["", "0", "367", "-3", "三十", "3.5"])
    def test_impossible_days_are_told_with_the_class(self, days: str) -> None:
        form = read_terms({"days_kei_truck": days})
        assert list(form.errors) == ["days_kei_truck"]
        assert "軽トラック" in form.errors["days_kei_truck"]

    @pytest.mark.parametrize("reason", ["", "　", "長" * 201])
    def test_a_version_needs_a_reason_that_fits(self, reason: str) -> None:
        assert list(read_terms({"reason": reason}).errors) == ["reason"]
