"""Polygons as paths: small, and the same line for both neighbours."""

import re

from shapely import MultiPolygon, Point, Polygon, box

from mra.core.maps.frame import Frame
from mra.core.maps.paths import middle_of, path_of

# One metre is one unit.
FRAME = Frame(0, 0, 1000, 600)


def path(*polygons: Polygon) -> str:
    return path_of(MultiPolygon(polygons), FRAME)


def points(path: str) -> set[tuple[int, int]]:
    """The absolute corners of a path."""
    found = set()
    for ring in re.findall(r"M([^z]+)z", path):
        numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
        x, y = numbers[0], numbers[1]
        found.add((x, y))
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            found.add((x, y))
    return found


def test_a_square_is_four_corners_seen_from_above() -> None:
    assert points(path(box(100, 100, 200, 200))) == {(100, 500), (200, 500), (200, 400), (100, 400)}


def test_a_path_is_short() -> None:
    assert path(box(100, 100, 200, 200)) == "M200 500l0-100-100 0 0 100z"


def test_points_on_a_straight_line_are_left_out() -> None:
    detailed = Polygon([(100, 100), (130, 100), (160, 100), (200, 100), (200, 200), (100, 200)])
    assert len(points(path(detailed))) == 4


def test_what_is_finer_than_a_unit_is_left_out() -> None:
    circle = Point(500, 300).buffer(100, quad_segs=500)
    assert len(points(path(circle))) < 500


def test_neighbours_share_their_border() -> None:
    border = [(150.4, 100), (160.3, 130.7), (149.9, 170.2), (150.4, 200)]
    left = Polygon([(100, 100), *border, (100, 200)])
    right = Polygon([(200, 200), *reversed(border), (200, 100)])
    assert len(points(path(left)) & points(path(right))) == 4


def test_a_hole_is_a_ring_of_its_own() -> None:
    ring = Polygon(box(100, 100, 300, 300).exterior, [box(150, 150, 250, 250).exterior])
    assert path(ring).count("M") == 2


def test_specks_beside_a_large_island_are_left_out() -> None:
    assert path(box(100, 100, 300, 300), box(400, 400, 402, 402)).count("M") == 1


def test_an_island_smaller_than_a_unit_can_still_be_seen_and_pressed() -> None:
    (one,) = re.findall("M[^z]+z", path(box(400, 400, 400.2, 400.2)))
    xs = [x for x, _ in points(one)]
    assert max(xs) - min(xs) == 8


def test_what_lies_outside_of_the_window_is_not_drawn() -> None:
    assert path(box(2000, 100, 2100, 200)) == ""
    assert path(box(900, 100, 1100, 200)) != ""


def test_words_go_where_a_shape_is_roomiest() -> None:
    hammer = Polygon([(100, 290), (300, 290), (300, 200), (500, 200), (500, 400), (300, 400), (300, 310), (100, 310)])
    x, y, room = middle_of(MultiPolygon([hammer]), FRAME)
    assert 390 < x < 410
    assert 290 < y < 310
    assert 95 < room <= 101
