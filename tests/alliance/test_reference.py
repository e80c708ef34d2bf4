"""The reference data: the whole country, each municipality once, with a reading and a point."""

from collections import Counter

import pytest

from mra.alliance.municipality_codes import PREFECTURES, parse_code
from mra.alliance.reference import (
    DESIGNATED_CITIES,
    Municipality,
    MunicipalityKind,
    PostalCode,
    municipalities,
    postal_codes,
)
from mra.core.postal import parse_postal_code
from mra.core.text import kana


@pytest.fixture(scope="module")
def listed() -> list[Municipality]:
    return list(municipalities())


@pytest.fixture(scope="module")
def by_code(listed: list[Municipality]) -> dict[str, Municipality]:
    return {municipality.code5: municipality for municipality in listed}


@pytest.fixture(scope="module")
def towns() -> list[PostalCode]:
    return list(postal_codes())


def test_the_whole_country_is_there(by_code: dict[str, Municipality]) -> None:
    """1,718 cities, towns and villages and 23 special wards; mergers are rare, wards of designated cities vary."""
    kinds = Counter(municipality.kind for municipality in by_code.values())
    wards = kinds.pop(MunicipalityKind.WARD)
    assert kinds[MunicipalityKind.DESIGNATED_CITY] == len(DESIGNATED_CITIES) == 20
    assert kinds[MunicipalityKind.SPECIAL_WARD] == 23
    assert 1700 <= kinds.total() <= 1741
    assert 165 <= wards <= 180


def test_codes_are_unique_ordered_and_belong_to_their_prefecture(listed: list[Municipality]) -> None:
    codes = [municipality.code5 for municipality in listed]
    assert codes == sorted(set(codes))
    assert all(parse_code(code) == code for code in codes)
    assert all(PREFECTURES[municipality.code5[:2]] == municipality.prefecture for municipality in listed)


def test_every_municipality_has_a_point_in_japan(by_code: dict[str, Municipality]) -> None:
    outside = [
        municipality
        for municipality in by_code.values()
        if municipality.lat is None
        or municipality.lon is None
        or not (24 < municipality.lat < 46 and 122 < municipality.lon < 149)
    ]
    assert outside == []


def test_every_municipality_has_a_katakana_reading(by_code: dict[str, Municipality]) -> None:
    assert [m for m in by_code.values() if not m.kana or kana(m.kana) != m.kana] == []


def test_every_ward_stands_below_its_city(by_code: dict[str, Municipality]) -> None:
    for municipality in by_code.values():
        if municipality.kind is MunicipalityKind.WARD:
            city = by_code[municipality.city_code5 or ""]
            assert municipality.name.startswith(city.name)
            assert municipality.kana.startswith(city.kana)
        else:
            assert municipality.city_code5 is None


@pytest.mark.parametrize(
    ("code5", "prefecture", "county", "name", "reading", "kind"),
    [
        ("04100", "宮城県", "", "仙台市", "センダイシ", MunicipalityKind.DESIGNATED_CITY),
        ("04101", "宮城県", "", "仙台市青葉区", "センダイシアオバク", MunicipalityKind.WARD),
        ("04202", "宮城県", "", "石巻市", "イシノマキシ", MunicipalityKind.CITY),
        ("10344", "群馬県", "北群馬郡", "榛東村", "シントウムラ", MunicipalityKind.VILLAGE),
        ("13101", "東京都", "", "千代田区", "チヨダク", MunicipalityKind.SPECIAL_WARD),
        ("13381", "東京都", "三宅島", "三宅村", "ミヤケムラ", MunicipalityKind.VILLAGE),
        ("13401", "東京都", "八丈島", "八丈町", "ハチジョウマチ", MunicipalityKind.TOWN),
        ("22130", "静岡県", "", "浜松市", "ハママツシ", MunicipalityKind.DESIGNATED_CITY),
        ("22138", "静岡県", "", "浜松市中央区", "ハママツシチュウオウク", MunicipalityKind.WARD),
        ("28481", "兵庫県", "赤穂郡", "上郡町", "カミゴオリチョウ", MunicipalityKind.TOWN),
        ("29203", "奈良県", "", "大和郡山市", "ヤマトコオリヤマシ", MunicipalityKind.CITY),
        ("40344", "福岡県", "糟屋郡", "須惠町", "スエマチ", MunicipalityKind.TOWN),
        ("43443", "熊本県", "上益城郡", "益城町", "マシキマチ", MunicipalityKind.TOWN),
    ],
)
def test_names_are_split_as_people_look_for_them(
    by_code: dict[str, Municipality],
    code5: str,
    prefecture: str,
    county: str,
    name: str,
    reading: str,
    kind: MunicipalityKind,
) -> None:
    found = by_code[code5]
    assert (found.prefecture, found.county, found.name, found.kana, found.kind) == (
        prefecture,
        county,
        name,
        reading,
        kind,
    )


@pytest.mark.parametrize("code5", ["13381", "13401", "28221", "39405", "40344"])
def test_places_filed_under_another_name_have_their_point(by_code: dict[str, Municipality], code5: str) -> None:
    assert by_code[code5].lat is not None


def test_every_town_lies_in_a_known_municipality(by_code: dict[str, Municipality], towns: list[PostalCode]) -> None:
    assert {town.code5 for town in towns} <= set(by_code)
    assert {town.code5 for town in towns} == {
        code5 for code5, m in by_code.items() if m.kind is not MunicipalityKind.DESIGNATED_CITY
    }


def test_each_pair_of_code_and_town_comes_once(towns: list[PostalCode]) -> None:
    assert len(towns) == len(set(towns)) > 140_000
    assert all(parse_postal_code(town.postal_code) == town.postal_code for town in towns)


def test_a_postal_code_leads_to_its_town(towns: list[PostalCode]) -> None:
    assert PostalCode("9860813", "04202", "駅前北通り", "エキマエキタドオリ") in towns


def test_one_postal_code_may_lie_in_two_prefectures(towns: list[PostalCode]) -> None:
    assert {town.code5[:2] for town in towns if town.postal_code == "4980000"} == {"23", "24"}


def test_a_large_office_has_a_postal_code_of_its_own(towns: list[PostalCode]) -> None:
    assert PostalCode("1028604", "13101", "麹町", "コウジマチ") in towns


def test_remarks_of_the_postal_list_are_no_towns(towns: list[PostalCode]) -> None:
    assert [town for town in towns if "地割" in town.town or "場合" in town.town] == []
    assert PostalCode("0295503", "03366", "穴明", "アナアケ") in towns
