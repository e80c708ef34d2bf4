"""Importing boundaries over a small made-up country of squares, and asking where a place is."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text

from mra.alliance import areas, queries
from mra.alliance.approximation import SOURCE
from mra.alliance.boundaries import ImportReport, import_boundaries
from mra.alliance.boundary_file import BoundaryFileFault
from mra.alliance.models import Municipality, MunicipalityArea
from mra.core import clock
from mra.core.clock import JAPAN
from mra.core.db import db
from mra.web.cli import main
from tests import factories

from .boundary_files import collection, feature, square

FILE = "N03-2026.geojson"


@pytest.fixture
def country(session: None) -> None:
    """天草市 and its neighbour 上天草市, guessed to reach into one another, and a city of two wards."""
    factories.municipality("43215", "天草市")
    factories.municipality("43212", "上天草市")
    factories.municipality("43100", "熊本市")
    for code, name in (("43101", "熊本市中央区"), ("43102", "熊本市東区")):
        factories.municipality(code, name).city_code = "43100"
    guess("43215", 130.0, 32.3)
    guess("43212", 130.05, 32.3)
    guess("43101", 130.7, 32.8)
    guess("43102", 130.8, 32.8)
    db.session.flush()


def guess(code: str, west: float, south: float) -> None:
    """An approximate area: a square of a tenth of a degree."""
    area = "ST_Multi(ST_MakeEnvelope(:west, :south, :west + 0.1, :south + 0.1, 4326))"
    db.session.execute(
        text(f"INSERT INTO municipality_areas VALUES (:code, {area}, ST_Transform({area}, 3857), true, :source)"),
        {"code": code, "west": west, "south": south, "source": SOURCE},
    )


def take(*features: dict[str, Any]) -> ImportReport:
    return import_boundaries(io.StringIO(collection(*features)), FILE)


def square_degrees(code: str) -> float:
    found = db.session.scalar(select(MunicipalityArea.area.ST_Area()).where(MunicipalityArea.municipality_code == code))
    assert found is not None
    return float(found)


def state() -> list[tuple[Any, ...]]:
    """All that an import may change."""
    rows = db.session.execute(
        text(
            "SELECT municipality_code, ST_AsText(ST_Normalize(area), 6), ST_AsText(ST_Normalize(outline), 0), is_approximate, source"
            " FROM municipality_areas ORDER BY 1"
        )
    )
    return [tuple(row) for row in rows]


def name_at(lat: float, lon: float) -> str | None:
    found = queries.municipality_at(lat, lon)
    return found.name if found else None


@pytest.mark.usefixtures("country")
class TestImport:
    def test_a_real_boundary_takes_the_place_of_a_guess(self) -> None:
        report = take(feature("43215", square(129.9, 32.3)))
        area = db.session.get(MunicipalityArea, "43215")
        assert area is not None
        assert (area.is_approximate, area.source, report.taken) == (False, FILE, 1)
        assert name_at(32.35, 129.95) == "天草市"

    def test_features_of_one_code_become_one_area(self) -> None:
        take(
            feature("43215", square(129.9, 32.3)),
            feature("43215", square(129.95, 32.3)),
            feature("43215", square(129, 32)),
        )
        assert square_degrees("43215") == pytest.approx(0.015 + 0.01, abs=1e-5)

    def test_a_guess_gives_way_to_a_real_neighbour(self) -> None:
        report = take(feature("43215", square(130.0, 32.3)))
        assert square_degrees("43212") == pytest.approx(0.005, abs=1e-5)
        assert name_at(32.35, 130.07) == "天草市"
        assert "43212 熊本県上天草市" in report.still_approximate

    def test_who_would_be_left_without_ground_keeps_the_guess(self) -> None:
        take(feature("43215", square(129.9, 32.2, 0.5)))
        assert square_degrees("43212") == pytest.approx(0.01)

    def test_a_city_is_the_union_of_its_wards(self) -> None:
        report = take(feature("43101", square(130.7, 32.8)), feature("43102", square(130.8, 32.8)))
        assert square_degrees("43100") == pytest.approx(0.02, abs=1e-5)
        assert report.taken == 2
        assert not [one for one in report.still_approximate if "熊本市" in one]

    def test_a_city_with_one_guessed_ward_is_a_guess(self) -> None:
        report = take(feature("43101", square(130.7, 32.8)))
        assert "43100 熊本県熊本市" in report.still_approximate

    def test_what_could_not_be_matched_is_listed(self) -> None:
        report = take(
            feature("43215", square(130.0, 32.3)),
            feature(None, square(131.0, 32.3), "所属未定地"),
            feature("01695", square(146.0, 43.8), "色丹村"),
            feature("01695", square(146.2, 43.8), "色丹村"),
            feature("43100", square(130.7, 32.8), "熊本市"),
            feature("43212", None, "上天草市"),
        )
        assert (report.features, report.taken) == (6, 1)
        assert report.without_code == ["熊本県所属未定地"]
        assert report.unknown == ["01695 熊本県色丹村", "43100 熊本県熊本市"]
        assert report.without_shape == ["43212 熊本県上天草市"]

    def test_a_polygon_that_crosses_itself_is_mended(self) -> None:
        bow_tie = {"type": "Polygon", "coordinates": [[[130, 32], [131, 33], [131, 32], [130, 33], [130, 32]]]}
        take(feature("43215", bow_tie))
        assert square_degrees("43215") == pytest.approx(0.5, abs=1e-4)

    def test_a_line_drawn_as_a_polygon_is_no_ground(self) -> None:
        line = {"type": "Polygon", "coordinates": [[[130, 32], [131, 33], [130, 32], [130, 32]]]}
        assert take(feature("43215", line)).taken == 0
        assert square_degrees("43215") == pytest.approx(0.01)

    def test_old_wards_are_kept_as_the_past(self) -> None:
        report = take(feature("22131", square(137.7, 34.7), "浜松市中区"))
        old = db.session.get(Municipality, "22131")
        assert old is not None
        assert (report.taken, report.past, old.valid_until) == (0, ["22131 浜松市中区"], date(2023, 12, 31))
        assert name_at(34.75, 137.75) is None
        assert queries.municipality_by_code("22131") is None

    def test_new_wards_share_the_ground_of_the_old_ones(self) -> None:
        factories.municipality("22130", "浜松市")
        for code in ("22138", "22139"):
            factories.municipality(code, f"浜松市の区{code}").city_code = "22130"
        guess("22138", 137.0, 34.0)
        guess("22139", 137.0, 34.0)
        report = take(feature("22131", square(137.7, 34.7)), feature("22132", square(137.8, 34.7)))
        assert square_degrees("22138") + square_degrees("22139") == pytest.approx(0.02, rel=0.01)
        assert square_degrees("22130") == pytest.approx(0.02, rel=0.01)
        assert min(square_degrees("22138"), square_degrees("22139")) > 0.004
        assert "22138 熊本県浜松市の区22138" in report.still_approximate

    def test_a_second_import_changes_nothing(self) -> None:
        features = [feature("43215", square(130.0, 32.3)), feature("22131", square(137.7, 34.7)), feature(None, None)]
        first = take(*features)
        before = state()
        assert take(*features) == first
        assert state() == before


@pytest.mark.usefixtures("session")
def test_without_municipalities_there_is_nothing_to_match() -> None:
    with pytest.raises(BoundaryFileFault, match="mra reference load"):
        take(feature("43215", square(130.0, 32.3)))


@pytest.mark.usefixtures("country")
class TestWhere:
    def test_a_place_lies_in_the_ward_and_not_in_the_city_above_it(self) -> None:
        take(feature("43101", square(130.7, 32.8)))
        assert name_at(32.85, 130.75) == "熊本市中央区"

    @pytest.mark.parametrize(("lat", "lon"), [(30.0, 140.0), (0.0, 0.0), (48.85, 2.35)])
    def test_the_sea_and_abroad_belong_to_nobody(self, lat: float, lon: float) -> None:
        assert name_at(lat, lon) is None

    def test_the_index_answers(self) -> None:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(
            db.session.scalars(
                text(
                    "EXPLAIN SELECT municipality_code FROM municipality_areas"
                    " WHERE ST_Covers(area, ST_SetSRID(ST_MakePoint(130, 32), 4326))"
                )
            )
        )
        assert "ix_municipality_areas_area" in plan

    def test_a_prefecture_is_drawn_by_wards(self) -> None:
        assert codes(areas.areas_for_map(prefecture="43")) == ["43101", "43102", "43212", "43215"]

    def test_a_frame_holds_what_touches_it(self) -> None:
        frame = areas.bounds_of(["43101"])
        assert frame is not None
        assert codes(areas.areas_for_map(within=frame)) == ["43101", "43102"]

    def test_codes_bring_what_has_a_shape(self) -> None:
        assert codes(areas.areas_for_map(["43212", "43215", "99999"])) == ["43212", "43215"]
        assert areas.bounds_of(["99999"]) is None

    def test_prefectures_are_their_municipalities_put_together(self) -> None:
        take(feature("43215", square(129.9, 32.3, 0.5)))
        (kumamoto,) = areas.prefecture_shapes_for_map(100)
        assert (kumamoto.code, kumamoto.name) == ("43", "熊本県")
        west, _, east, _ = kumamoto.shape.bounds
        assert east - west > 50_000


def codes(found: list[areas.AreaShape]) -> list[str]:
    return [one.municipality.code for one in found]


@pytest.mark.usefixtures("session")
class TestValidity:
    def test_only_municipalities_of_today_are_offered(self) -> None:
        factories.municipality("43215", "天草市")
        factories.municipality("43299", "天草の昔の市").valid_until = date(2026, 3, 31)
        factories.municipality("43298", "天草の未来の市").valid_from = date(2026, 10, 1)
        with clock.stopped(datetime(2026, 4, 1, tzinfo=JAPAN)):
            assert [one.code for one in queries.municipalities_in("43")] == ["43215"]
            assert [one.code for one in queries.municipalities_matching("天草")] == ["43215"]
            assert queries.municipality_choices() == [("熊本県", [("43215", "天草市")])]
            assert queries.municipality_by_code("43299") is None
            assert queries.municipality_by_code("43298") is None
            assert [one.code for one in queries.municipalities_of(["43299"])] == ["43299"]

    def test_a_municipality_exists_on_its_last_day(self) -> None:
        factories.municipality("43299", "天草の昔の市").valid_until = date(2026, 3, 31)
        with clock.stopped(datetime(2026, 3, 31, 23, tzinfo=JAPAN)):
            assert queries.municipality_by_code("43299") is not None


class TestCommand:
    """The command commits, so these run on real transactions."""

    @pytest.fixture
    def country(self, app: Flask, committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mra.web.cli._app", lambda: app)
        factories.municipality("43215", "天草市")
        guess("43215", 130.0, 32.3)
        db.session.commit()

    def run(self, folder: Path, content: bytes) -> Any:
        file = folder / FILE
        file.write_bytes(content)
        return CliRunner().invoke(main, ["municipalities", "import", str(file)])

    def test_it_reports_and_keeps(self, country: None, tmp_path: Path) -> None:
        content = collection(feature("43215", square(129.9, 32.3)), feature("01695", square(146, 43.8), "色丹村"))
        ended = self.run(tmp_path, b"\xef\xbb\xbf" + content.encode())
        assert ended.exit_code == 0, ended.output
        assert "features: 2, municipalities taken: 1" in ended.output
        assert "not matched, code unknown: 1\n  01695 熊本県色丹村" in ended.output
        assert db.session.scalar(select(MunicipalityArea.is_approximate)) is False

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"PK\x03\x04\xff\xfe",
            collection(feature("43215", square(129.9, 32.3))).encode()[:-1],
            collection(feature("43215", square(129.9, 32.3)), feature("43215", square(2.0, 48.0))).encode(),
        ],
        ids=["empty", "zip", "cut off", "second half abroad"],
    )
    def test_a_wrong_file_changes_nothing(self, country: None, tmp_path: Path, content: bytes) -> None:
        before = state()
        db.session.rollback()
        ended = self.run(tmp_path, content)
        assert ended.exit_code == 2
        assert f"Error: {FILE}: The file" in ended.output or f"Error: {FILE}: Feature 2" in ended.output
        assert "Nothing was changed." in ended.output
        assert "Traceback" not in ended.output
        assert state() == before

    def test_a_file_that_is_not_there_is_said_to_be_missing(self) -> None:
        ended = CliRunner().invoke(main, ["municipalities", "import", "no-such-file.geojson"])
        assert ended.exit_code == 2
        assert "does not exist" in ended.output
