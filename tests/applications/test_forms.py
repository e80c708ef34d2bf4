"""Everything typed is either understood or answered with a sentence."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from mra.applications.forms import ApplicationForm
from mra.core import clock
from tests import factories
from tests.applications import typed

pytestmark = pytest.mark.usefixtures("session", "story_time")


@pytest.fixture(autouse=True)
def places(session: None) -> None:
    typed.postal_codes()


def checked(**changes: Any) -> ApplicationForm:
    form = ApplicationForm(posted(typed.application(**changes)))
    form.check()
    return form


def posted(values: typed.Typed) -> MultiDict[str, Any]:
    return MultiDict(
        [(name, one) for name, value in values.items() for one in (value if isinstance(value, list) else [value])]
    )


def test_widths_dashes_and_kana_of_every_kind_are_understood() -> None:
    form = checked()
    said = form.submission()
    assert form.errors == {}
    assert (said.family_kana, said.given_kana) == ("ヤマダ", "ハナコ")
    assert (said.phone.e164, said.postal_code) == ("+819012345678", "8630013")
    assert said.born_on.isoformat() == "1980-04-02"
    assert said.wish.seats == 3


def test_the_applicant_is_the_first_driver_unless_another_is_named() -> None:
    assert checked().submission().drivers[0].name == "山田 花子"
    named = checked(**typed.driver(1, name="山田 一郎", kana="ヤマダ イチロウ", born_on="1985/1/1"))
    assert named.submission().drivers[0].name == "山田 一郎"


def test_a_rare_character_stays_as_typed() -> None:
    assert checked(family_name="髙﨑").submission().family_name == "髙﨑"


def test_a_name_in_latin_letters_needs_no_kana() -> None:
    form = checked(family_name="Nguyen", given_name="Van An", family_kana="", given_kana="")
    assert form.errors == {}
    assert form.submission().family_kana == "Nguyen"


def test_a_person_with_one_name_can_apply() -> None:
    said = checked(family_name="Suharto", given_name="", family_kana="", given_kana="").submission()
    assert (said.family_name, said.given_name, said.given_kana) == ("Suharto", "", "")


def test_a_landline_is_taken_and_known_to_get_no_sms() -> None:
    form = checked(phone="0969-22-1111")
    assert form.errors == {}
    assert not form.submission().phone.can_sms
    assert form.has_landline()


def test_a_western_year_counts_whatever_era_stands_beside_it() -> None:
    assert checked(born_on_era="S", born_on_year="1980").submission().born_on.year == 1980


def test_the_municipality_follows_from_the_postal_code() -> None:
    said = checked(municipality_code=None).submission()
    assert said.municipality.code == "43215"


def test_an_earlier_answer_does_not_survive_a_new_postal_code() -> None:
    form = checked(postal_code="863-0015", looked_up="8666666", municipality_code="43212")
    assert form.submission().municipality.code == "43215"


def test_a_municipality_chosen_by_hand_needs_no_postal_code() -> None:
    said = checked(postal_code="", municipality_code="43212").submission()
    assert (said.postal_code, said.municipality.code) == ("", "43212")


def test_the_head_of_an_address_is_not_stored_twice() -> None:
    assert checked(address="熊本県天草市今釜新町1-1").submission().address == "今釜新町1-1"


def test_an_open_end_is_as_long_as_the_first_wish_is_usually_lent() -> None:
    assert checked().submission().wish.needed_until.isoformat() == "2026-09-19"
    assert checked(class_1="kei_truck", seats="2").submission().wish.needed_until.isoformat() == "2026-08-23"


def test_the_same_class_wished_twice_is_one_wish() -> None:
    assert len(checked(class_2="kei_passenger").submission().wish.classes) == 1


def test_a_household_gets_one_car_and_a_group_as_many_as_it_asks_for() -> None:
    assert checked(cars="5").submission().wish.cars == 1
    group = checked(kind="group", organisation="天草支援の会", cars="５", evidence=None)
    assert group.errors == {}
    assert group.submission().wish.cars == 5


def test_family_consent_is_asked_only_where_a_driver_is_75_or_older() -> None:
    assert checked().submission().family_consent is None
    old = checked(**typed.old_driver(2))
    assert "family_consent_name" in old.errors
    agreed = checked(
        **typed.old_driver(2),
        family_consent_name="山田 花子",
        family_consent_relation="長女",
        family_consent_phone="090-1234-5678",
    )
    assert agreed.errors == {}
    consent = agreed.submission().family_consent
    assert consent is not None
    assert consent.phone == "+819012345678"


def test_a_driver_who_turns_75_before_the_car_is_needed_counts_as_75() -> None:
    born = {"born_on": "1951/8/19"}
    soon = typed.driver(2, name="山田 太郎", kana="ヤマダ タロウ", **born)
    assert "family_consent_name" in checked(**soon).errors
    assert "family_consent_name" not in checked(**soon, needed_from_day="18").errors


def test_a_removed_driver_leaves_the_others_in_place() -> None:
    form = ApplicationForm(
        typed.application(
            driver_count="3", **typed.driver(2, name="二郎"), **typed.driver(3, name="三郎", automatic_only="yes")
        )
    )
    form.remove_driver(2)
    assert form.driver_count() == 2
    assert (form.text("driver2_name"), form.text("driver2_automatic_only")) == ("三郎", "yes")
    assert form.text("driver3_name") == ""


def test_a_licence_that_ends_during_the_loan_is_pointed_out_and_not_refused() -> None:
    form = checked(**typed.driver(1, expires_on_year="8", expires_on_month="9", expires_on_day="1"))
    assert form.errors == {}
    assert form.expiring_licences() == ["山田 花子"]


WRONG = [
    ("kind", {"kind": None}),
    ("kind", {"kind": "robot"}),
    ("organisation", {"kind": "group", "organisation": "", "cars": "1"}),
    ("family_name", {"family_name": ""}),
    ("family_name", {"family_name": "山田2"}),
    ("family_name", {"family_name": "山" * 61}),
    ("given_name", {"given_name": ""}),
    ("family_kana", {"family_kana": "山田"}),
    ("family_kana", {"family_kana": ""}),
    ("given_kana", {"given_kana": "ハナコ1"}),
    ("born_on", {"born_on_year": ""}),
    ("born_on", {"born_on_era": ""}),
    ("born_on", {"born_on_era": "W"}),
    ("born_on", {"born_on_month": "13"}),
    ("born_on", {"born_on_year": "65"}),
    ("born_on", {"born_on_year": "2030"}),
    ("born_on", {"born_on_year": "1890"}),
    ("born_on", {"born_on_year": "", "born_on_month": "", "born_on_day": ""}),
    ("phone", {"phone": ""}),
    ("phone", {"phone": "やまだ"}),
    ("phone", {"phone": "090-1234-567"}),
    ("phone", {"phone": "0120-123-456"}),
    ("phone", {"phone": "0800-123-4567"}),
    ("phone", {"phone": "0570-123-456"}),
    ("phone", {"phone": "0990-123-456"}),
    ("phone", {"phone": "020-1234-5678"}),
    ("phone", {"phone": "+1 202 555 0100"}),
    ("postal_code", {"postal_code": "86300"}),
    ("postal_code", {"postal_code": "", "municipality_code": None}),
    ("municipality_code", {"postal_code": "999-9999", "municipality_code": None}),
    ("municipality_code", {"postal_code": "866-6666", "municipality_code": None}),
    ("municipality_code", {"municipality_code": "99999"}),
    ("address", {"address": ""}),
    ("address", {"address": "町" * 201}),
    ("present_address", {"present_address": "町" * 201}),
    ("driver1_licence_kind", {"driver1_licence_kind": ""}),
    ("driver1_expires_on", {"driver1_expires_on_year": ""}),
    ("driver1_expires_on", {"driver1_expires_on_year": "7"}),
    ("driver1_born_on", {"driver1_name": "山田 花子"}),
    ("driver1_born_on", typed.driver(1, name="山田 幼", kana="ヤマダ ヨウ", born_on="2010/1/1")),
    ("driver2_kana", typed.driver(2, name="山田 次郎", born_on="1985/1/1")),
    ("driver2_name", {"driver2_licence_kind": "standard"}),
    ("evidence", {"evidence": None}),
    ("circumstances", {"circumstances": None}),
    ("circumstances", {"circumstances": ["something"]}),
    ("purpose", {"purpose": "あ" * 501}),
    ("class_1", {"class_1": "", "class_2": ""}),
    ("class_1", {"class_1": "tank"}),
    ("class_1", {"class_1": "kei_truck", "class_2": ""}),
    ("seats", {"seats": ""}),
    ("seats", {"seats": "0"}),
    ("seats", {"seats": "九人"}),
    ("can_drive_manual", {"can_drive_manual": None}),
    ("can_drive_manual", {"can_drive_manual": "yes", "driver1_automatic_only": "yes"}),
    ("needed_from", {"needed_from_day": ""}),
    ("needed_from", {"needed_from_day": "17"}),
    ("needed_from", {"needed_from_year": "2027"}),
    ("needed_until", {"needed_until": "2026/8/19"}),
    ("needed_until", {"needed_until": "2028/8/19"}),
    ("needed_until", {"needed_until_year": "2026"}),
    ("max_distance_km", {"max_distance_km": ""}),
    ("cars", {"kind": "group", "organisation": "会", "cars": "11"}),
    ("cars", {"kind": "group", "organisation": "会"}),
    ("personal_consent", {"personal_consent": None}),
    ("personal_consent", {"personal_consent_version": "2020-01"}),
    ("family_consent_phone", {**typed.old_driver(2), "family_consent_name": "山田", "family_consent_relation": "子"}),
    ("family_consent_relation", {**typed.old_driver(2), "family_consent_name": "山田"}),
]


@pytest.mark.parametrize(("field", "changes"), WRONG)
def test_everything_typed_wrong_has_a_sentence(field: str, changes: dict[str, Any]) -> None:
    errors = checked(**changes).errors
    assert list(errors) == [field] or (field in errors and field.startswith(("family_consent", "driver")))
    assert "。" in errors[field]


def test_an_expired_licence_is_refused_in_words() -> None:
    form = checked(**typed.driver(1, expires_on_year="8", expires_on_month="8", expires_on_day="17"))
    assert "期限が過ぎています" in form.errors["driver1_expires_on"]


def test_a_licence_that_never_ends_is_a_year_mistyped() -> None:
    """2026-11-22: the year 9999 went through."""
    form = checked(**typed.driver(1, expires_on_era="W", expires_on_year="9999"))
    assert "年が違うようです" in form.errors["driver1_expires_on"]


def test_a_licence_is_good_until_the_end_of_its_last_day() -> None:
    today = clock.today()
    last = typed.driver(
        1, expires_on_year=str(today.year), expires_on_month=str(today.month), expires_on_day=str(today.day)
    )
    assert checked(**last).errors == {}


def test_reading_stops_at_the_first_section_that_is_wrong() -> None:
    factories.municipality()
    form = ApplicationForm(typed.application(address="", seats=""))
    wrong = form.first_wrong("wish")
    assert wrong is not None
    assert wrong.key == "place"
    assert list(form.errors) == ["address"]
