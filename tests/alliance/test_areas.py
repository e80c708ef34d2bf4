"""Where a promise counts."""

from mra.alliance.municipality_codes import parse_code
from mra.alliance.rules import areas


def test_a_ward_lies_in_its_city_and_its_prefecture() -> None:
    assert areas.keys_of("43101") == ("43101", "43100", "43")
    assert areas.keys_of("14137") == ("14137", "14130", "14")
    assert areas.keys_of("27146") == ("27146", "27140", "27")


def test_a_town_and_a_special_ward_lie_in_their_prefecture_only() -> None:
    assert areas.keys_of("43443") == ("43443", "43")
    assert areas.keys_of("13101") == ("13101", "13")
    assert areas.keys_of("43100") == ("43100", "43")


def test_no_key_at_all_is_the_whole_country() -> None:
    assert areas.contains([], "43215")
    assert areas.contains(["43"], "43215")
    assert not areas.contains(["44", "43443"], "43215")


def test_every_designated_city_is_a_real_code() -> None:
    assert all(parse_code(code) for code in areas.DESIGNATED_CITY_CODES)
