"""Loading the country: once, again, and looking things up in it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from mra.alliance import queries
from mra.alliance.approximation import approximate_areas
from mra.alliance.models import Municipality, PostalCode
from mra.alliance.services import Loaded, load_reference
from mra.core import maps
from mra.core.db import db
from mra.core.geo import coordinates, distance_km
from mra.web.cli import main
from tests import factories


@pytest.fixture(scope="module")
def country(app: Flask) -> Iterator[Loaded]:
    """The whole country, loaded once for this file in a transaction that never commits."""
    with app.app_context():
        try:
            yield load_reference()
        finally:
            db.session.remove()


class TestLoading:
    def test_the_tables_hold_the_whole_country(self, country: Loaded) -> None:
        assert country.municipalities > 1900
        assert country.postal_codes > 140_000
        assert db.session.scalar(select(func.count()).select_from(Municipality)) == country.municipalities
        assert db.session.scalar(select(func.count()).select_from(PostalCode)) == country.postal_codes

    def test_a_second_load_changes_no_row(self, country: Loaded) -> None:
        before = db.session.execute(select(func.max(PostalCode.id), func.count(PostalCode.id))).one()
        assert load_reference() == country
        assert db.session.execute(select(func.max(PostalCode.id), func.count(PostalCode.id))).one() == before

    def test_a_load_mends_what_was_changed_and_drops_what_is_no_more(self, country: Loaded) -> None:
        amakusa = db.session.get(Municipality, "43215")
        assert amakusa is not None
        amakusa.name = "違う市"
        db.session.add(PostalCode(code="9999999", municipality_code="43215", town="無い町", town_kana=""))
        db.session.flush()
        load_reference()
        assert amakusa.name == "天草市"
        assert queries.towns_of("9999999") == []

    def test_a_municipality_that_left_the_list_stays_for_those_who_point_at_it(self, country: Loaded) -> None:
        factories.municipality("43999", "昔の町")
        load_reference()
        assert db.session.get(Municipality, "43999") is not None
        assert queries.municipality_by_code("43999") is None

    def test_every_municipality_has_a_point(self, country: Loaded) -> None:
        kumamoto = db.session.get(Municipality, "43100")
        amakusa = db.session.get(Municipality, "43215")
        assert kumamoto is not None
        assert amakusa is not None
        a, b = coordinates(kumamoto.place), coordinates(amakusa.place)
        assert a is not None
        assert b is not None
        assert 50 < distance_km(a, b) < 80


class TestAreas:
    def test_every_municipality_has_ground_around_its_office(self, country: Loaded) -> None:
        lost = db.session.scalars(
            text("""
                SELECT code || name FROM municipalities LEFT JOIN municipality_areas ON municipality_code = code
                WHERE valid_until IS NULL AND (area IS NULL OR ST_IsEmpty(area) OR NOT ST_IsValid(area) OR NOT is_approximate
                   OR (city_code IS NULL AND NOT ST_Covers(area, place::geometry)))
            """)
        ).all()
        assert lost == []

    def test_every_office_lies_in_its_own_municipality(self, country: Loaded) -> None:
        found = {name: queries.municipality_at(*place) for name, place in OFFICES.items()}
        assert {name: one.name for name, one in found.items() if one} == {name: name for name in OFFICES}

    def test_wards_cover_their_city_once(self, country: Loaded) -> None:
        ratios = db.session.execute(
            text("""
                SELECT city.code, count(*), sum(ST_Area(ward_area.area)) / max(ST_Area(city_area.area))
                FROM municipalities AS ward JOIN municipalities AS city ON city.code = ward.city_code
                JOIN municipality_areas AS ward_area ON ward_area.municipality_code = ward.code
                JOIN municipality_areas AS city_area ON city_area.municipality_code = city.code GROUP BY 1
            """)
        ).all()
        assert len(ratios) == 20
        assert sum(wards for _, wards, _ in ratios) == 171
        assert all(ratio == pytest.approx(1, abs=1e-3) for _, _, ratio in ratios)

    def test_the_ward_called_north_lies_north_of_the_ward_called_south(self, country: Loaded) -> None:
        north, south = (area.shape.centroid.y for area in queries.areas_for_map(["43105", "43104"])[::-1])
        assert north > south

    def test_a_second_load_guesses_nothing_anew(self, country: Loaded) -> None:
        assert not approximate_areas()

    def test_a_load_leaves_real_boundaries_and_moves_guesses_with_their_offices(self, country: Loaded) -> None:
        db.session.execute(
            text(
                "UPDATE municipality_areas SET is_approximate = false, source = 'N03' WHERE municipality_code = '43212'"
            )
        )
        db.session.execute(text("UPDATE municipalities SET place = 'POINT(140 36)' WHERE code = '43215'"))
        db.session.execute(
            text(
                "UPDATE municipality_areas SET area = 'SRID=4326;MULTIPOLYGON(((140 36,141 36,141 37,140 36)))'"
                " WHERE municipality_code = '43215'"
            )
        )
        load_reference()
        assert db.session.scalars(
            text("SELECT municipality_code FROM municipality_areas WHERE NOT is_approximate")
        ).all() == ["43212"]
        found = queries.municipality_at(*OFFICES["天草市"])
        assert found is not None
        assert found.name == "天草市"

    def test_the_map_of_the_country_is_small(self, country: Loaded) -> None:
        prefectures = queries.prefecture_shapes_for_map()
        assert [one.name for one in prefectures][::46] == ["北海道", "沖縄県"]
        drawn = maps.country({one.code: one.shape for one in prefectures})
        assert drawn is not None
        drawing = maps.draw(
            [maps.Ground(one.name, drawn.shapes[one.code], one.name) for one in prefectures], drawn.frame
        )
        assert len(drawing.grounds) == 47
        assert sum(len(one.path) for one in drawing.grounds) < 25_000


OFFICES = {
    "天草市": (32.4585, 130.1933),
    "石巻市": (38.4343, 141.3029),
    "北山村": (33.9322, 135.9698),
    "佐渡市": (38.0184, 138.3681),
    "小笠原村": (27.0944, 142.1920),
    "与那国町": (24.4680, 123.0045),
}


def names(found: list[Municipality]) -> list[str]:
    return [one.name for one in found]


class TestMunicipalitiesMatching:
    @pytest.mark.parametrize(
        "typed",
        ["天草", "熊本県天草", "熊本県 天草市", "あまくさ", "アマクサ", "ｱﾏｸｻ", "43215", "432156", "４３２１５"],
    )
    def test_a_part_of_the_name_the_reading_or_the_code_finds_it(self, country: Loaded, typed: str) -> None:
        assert "天草市" in names(queries.municipalities_matching(typed))

    def test_names_that_begin_with_the_text_come_first(self, country: Loaded) -> None:
        assert names(queries.municipalities_matching("天草"))[:2] == ["天草市", "上天草市"]

    @pytest.mark.parametrize("typed", ["茅ヶ崎", "茅ケ崎"])
    def test_both_ways_of_writing_ga_find_the_city(self, country: Loaded, typed: str) -> None:
        assert names(queries.municipalities_matching(typed)) == ["茅ヶ崎市"]

    def test_a_town_is_found_with_and_without_its_county(self, country: Loaded) -> None:
        assert names(queries.municipalities_matching("熊本県上益城郡益城町")) == ["益城町"]
        assert names(queries.municipalities_matching("熊本県益城町")) == ["益城町"]

    @pytest.mark.parametrize("typed", ["", "  ", "　", "%", "_", "存在しない市"])
    def test_nothing_meant_is_nothing_found(self, country: Loaded, typed: str) -> None:
        assert queries.municipalities_matching(typed) == []

    def test_no_more_come_than_were_asked_for(self, country: Loaded) -> None:
        assert len(queries.municipalities_matching("市", limit=7)) == 7


class TestTownsOf:
    @pytest.mark.parametrize("typed", ["8630013", "863-0013", "〒８６３－００１３", "863ー0013"])
    def test_a_postal_code_however_typed_leads_to_its_town(self, country: Loaded, typed: str) -> None:
        (town,) = queries.towns_of(typed)
        assert (town.municipality.full_name, town.town) == ("熊本県天草市", "今釜新町")

    def test_one_code_may_stand_for_several_towns(self, country: Loaded) -> None:
        found = queries.towns_of("860-0046")
        assert [(town.town, town.municipality.name) for town in found] == [
            ("横手", "熊本市中央区"),
            ("横手", "熊本市西区"),
        ]

    def test_an_address_in_a_county_begins_with_the_county(self, country: Loaded) -> None:
        assert queries.towns_of("861-2241")[0].municipality.full_name == "熊本県上益城郡益城町"

    @pytest.mark.parametrize("typed", ["", "863", "0000000", "abcdefg"])
    def test_an_unknown_code_has_no_towns(self, country: Loaded, typed: str) -> None:
        assert queries.towns_of(typed) == []

    def test_towns_and_municipalities_come_in_one_statement(self, country: Loaded) -> None:
        db.session.flush()
        db.session.expire_all()
        statements: list[str] = []

        def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", count)
        try:
            assert [town.municipality.name for town in queries.towns_of("860-0046")]
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        assert len(statements) == 1


def test_choices_are_grouped_by_prefecture_in_the_order_of_codes(country: Loaded) -> None:
    choices = dict(queries.municipality_choices())
    assert next(iter(choices)) == "北海道"
    assert len(choices) == 47
    assert ("43443", "上益城郡益城町") in choices["熊本県"]


def test_a_code_with_a_wrong_check_digit_is_no_municipality(country: Loaded) -> None:
    right, wrong = queries.municipality_by_code("432156"), queries.municipality_by_code("432151")
    assert right is not None
    assert wrong is None


def test_the_command_is_part_of_the_command_line() -> None:
    assert "load" in main.commands["reference"].commands  # type: ignore[attr-defined]
