"""Reading boundary files: what counts, and every kind of file that is not one."""

import io
import json
import random
from typing import Any

import pytest
import shapely

from mra.alliance import boundary_file
from mra.alliance.boundary_file import Boundary, BoundaryFileFault, boundaries

from .boundary_files import collection, feature, square


def read(text: str) -> list[Boundary]:
    return list(boundaries(io.StringIO(text)))


def fault(text: str) -> str:
    with pytest.raises(BoundaryFileFault) as told:
        read(text)
    return str(told.value)


AMAKUSA = feature("43215", square(130.0, 32.3))


class TestReading:
    def test_a_feature_has_its_code_its_name_and_its_ground(self) -> None:
        (one,) = read(collection(AMAKUSA))
        assert (one.code, one.name) == ("43215", "熊本県天草市")
        assert one.shape is not None
        assert shapely.from_wkb(one.shape).bounds == pytest.approx((130.0, 32.3, 130.1, 32.4))

    def test_a_code_written_as_a_number_keeps_its_zero(self) -> None:
        (one,) = read(collection(feature(1101, square(141.3, 43.0))))
        assert one.code == "01101"

    def test_a_feature_without_a_code_is_handed_on_as_such(self) -> None:
        assert [one.code for one in read(collection(AMAKUSA, feature(None, square(130, 32))))] == ["43215", ""]

    @pytest.mark.parametrize(
        "geometry", [None, {"type": "Polygon", "coordinates": []}, {"type": "MultiPolygon", "coordinates": None}]
    )
    def test_a_feature_without_a_shape_is_handed_on_as_such(self, geometry: dict[str, Any] | None) -> None:
        assert read(collection(feature("43215", geometry)))[0].shape is None

    def test_members_may_come_in_any_order(self) -> None:
        text = json.dumps({"features": [AMAKUSA], "name": "N03", "type": "FeatureCollection"})
        assert len(read(text)) == 1

    @pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::6668", "EPSG:4612"])
    def test_the_systems_of_degrees_are_taken(self, name: str) -> None:
        system = {"type": "name", "properties": {"name": name}}
        assert len(read(collection(AMAKUSA, crs=system))) == 1

    def test_heights_are_left_out(self) -> None:
        high = {"type": "Polygon", "coordinates": [[[*place, 5.0] for place in square(130, 32)["coordinates"][0]]]}
        (one,) = read(collection(feature("43215", high)))
        assert one.shape is not None
        assert not shapely.from_wkb(one.shape).has_z

    def test_a_file_read_in_small_pieces_gives_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = collection(
            *(feature(f"4320{number}", square(130 + number / 10, 32)) for number in range(9)), bbox=[1, 23]
        )
        whole = read(text)
        for chunk in (1, 7, 64, 1000):
            monkeypatch.setattr(boundary_file, "CHUNK", chunk)
            assert read(text) == whole

    def test_white_space_does_not_matter(self) -> None:
        text = json.dumps(json.loads(collection(AMAKUSA)), indent=2)
        assert read(f"\n {text}\n\n") == read(collection(AMAKUSA))


class TestWrongFiles:
    @pytest.mark.parametrize("text", ["", "  \n"])
    def test_an_empty_file(self, text: str) -> None:
        assert fault(text) == "The file is empty."

    @pytest.mark.parametrize(
        "text", ["コード,名前\n43215,天草市", "<gml/>", "{", '{"type": ', "{]", '{"type"}', "[" * 5000]
    )
    def test_a_file_that_is_not_json(self, text: str) -> None:
        assert "cannot be read as JSON" in fault(text)

    def test_a_file_that_is_cut_off_anywhere(self) -> None:
        whole = collection(AMAKUSA, AMAKUSA)
        for length in random.Random(7).sample(range(1, len(whole)), 60):
            assert "cannot be read as JSON" in fault(whole[:length])

    def test_a_file_with_something_behind_it(self) -> None:
        assert "cannot be read as JSON" in fault(collection(AMAKUSA) + "x")

    @pytest.mark.parametrize("text", ["[]", "12", '"text"', "{}", '{"type": "FeatureCollection"}', json.dumps(AMAKUSA)])
    def test_json_that_is_no_collection_of_features(self, text: str) -> None:
        assert "no GeoJSON FeatureCollection" in fault(text)

    @pytest.mark.parametrize("one", [1, None, [], {"type": "Feature"}, {"properties": None}])
    def test_features_that_are_none(self, one: Any) -> None:
        assert "no GeoJSON FeatureCollection" in fault(collection(one))

    def test_a_collection_of_nothing(self) -> None:
        assert fault(collection()) == "The file holds no features."

    def test_features_of_another_subject(self) -> None:
        school = {
            "type": "Feature",
            "properties": {"P29_001": "x"},
            "geometry": {"type": "Point", "coordinates": [1, 2]},
        }
        assert "no file of boundaries (N03)" in fault(collection(school))

    def test_points_instead_of_polygons(self) -> None:
        point = {"type": "Point", "coordinates": [130.2, 32.4]}
        assert fault(collection(feature("43215", point))) == "Feature 1 is a Point; boundaries are polygons."

    @pytest.mark.parametrize(
        "coordinates",
        [
            5,
            [[[130, 32]]],
            [[["a", "b"], [1, 2], [3, 4], ["a", "b"]]],
            [[[130], [131], [132], [130]]],
            [[{}]],
            [[[float("nan"), 32], [131, 32], [131, 33], [float("nan"), 32]]],
        ],
    )
    def test_coordinates_that_are_none(self, coordinates: object) -> None:
        told = fault(collection(feature("43215", {"type": "Polygon", "coordinates": coordinates})))
        assert told == "The coordinates of feature 1 cannot be read."

    def test_polygons_without_coordinates(self) -> None:
        assert "cannot be read" in fault(collection(feature("43215", {"type": "Polygon"})))

    def test_another_reference_system(self) -> None:
        system = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
        assert "another system (urn:ogc:def:crs:EPSG::3857)" in fault(collection(AMAKUSA, crs=system))

    @pytest.mark.parametrize(
        "geometry",
        [square(32.3, 130.0), square(14_500_000, 3_800_000, 1000), square(2.3, 48.8), square(129.95, 91)],
        ids=["turned round", "metres", "Paris", "beyond the pole"],
    )
    def test_coordinates_outside_of_japan(self, geometry: dict[str, Any]) -> None:
        assert "Feature 2 lies outside of Japan" in fault(collection(AMAKUSA, feature("43212", geometry)))

    def test_text_that_is_not_utf_8(self) -> None:
        file = io.TextIOWrapper(io.BytesIO(collection(AMAKUSA).encode("cp932")), "utf-8-sig")
        with pytest.raises(BoundaryFileFault, match="not text in UTF-8"):
            list(boundaries(file))
