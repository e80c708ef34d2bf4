"""The whole country on one page."""

import pytest
from shapely import MultiPolygon, box

from mra.core.geo import Coordinates
from mra.core.maps import country, mercator
from mra.core.maps.frame import WIDTH


def ground(*corners: tuple[float, float]) -> MultiPolygon:
    """Squares of a degree, by the latitude and longitude of their lower left corner."""
    return MultiPolygon(
        [box(*mercator(Coordinates(lat, lon)), *mercator(Coordinates(lat + 1, lon + 1))) for lat, lon in corners]
    )


JAPAN = {
    "01": ground((43, 142)),
    "13": ground((35, 139), (26, 142)),
    "42": ground((32, 129)),
    "46": ground((31, 130), (28, 129)),
    "47": ground((26, 127), (24, 123)),
}


def test_the_south_west_stands_in_the_upper_left_corner() -> None:
    drawn = country(JAPAN)
    assert drawn is not None
    for part in drawn.shapes["47"].geoms:
        x, y = drawn.frame.units(part.centroid.x, part.centroid.y)
        assert 0 < x < WIDTH / 2
        assert 0 < y < drawn.frame.height / 2
    assert drawn.line.startswith("M")


def test_islands_of_the_south_move_and_keep_their_size() -> None:
    drawn = country(JAPAN)
    assert drawn is not None
    assert drawn.shapes["46"].area == pytest.approx(JAPAN["46"].area)
    near, far = sorted(drawn.shapes["46"].geoms, key=lambda part: part.centroid.y)
    assert near.equals(JAPAN["46"].geoms[0])
    assert not far.equals(JAPAN["46"].geoms[1])


def test_the_main_islands_stay_where_they_are() -> None:
    drawn = country(JAPAN)
    assert drawn is not None
    assert drawn.shapes["01"].equals(JAPAN["01"])
    west, south, east, north = JAPAN["01"].bounds
    assert drawn.frame.holds(west, south)
    assert drawn.frame.holds(east, north)


def test_far_islands_do_not_make_the_map_small() -> None:
    drawn = country(JAPAN)
    assert drawn is not None
    assert len(drawn.shapes["13"].geoms) == 1


def test_without_the_south_west_there_is_no_corner() -> None:
    drawn = country({"01": JAPAN["01"]})
    assert drawn is not None
    assert drawn.line == ""


def test_nothing_is_no_country() -> None:
    assert country({}) is None
