"""The window of a map: where things lie in it, and which tiles lie under it."""

from itertools import pairwise

import pytest

from mra.core.geo import Coordinates
from mra.core.maps.frame import EDGE_M, TALLEST, WIDTH, Frame, frame_around, mercator
from mra.core.maps.tiles import HOST, tiles_for, zoom_for

AMAKUSA = Coordinates(32.4586, 130.1930)
YATSUSHIRO = Coordinates(32.5066, 130.6010)


def framed(*places: Coordinates) -> Frame:
    frame = frame_around([], places)
    assert frame is not None
    return frame


class TestMercator:
    def test_the_equator_and_greenwich_are_nothing(self) -> None:
        assert mercator(Coordinates(0, 0)) == pytest.approx((0, 0), abs=1e-6)

    def test_a_known_place(self) -> None:
        # As ST_Transform(…, 3857) has it.
        assert mercator(Coordinates(35.681236, 139.767125)) == pytest.approx((15558805.2, 4256848.1), abs=1)

    def test_the_square_world_ends_at_85_degrees(self) -> None:
        assert mercator(Coordinates(85.0511287798, 180)) == pytest.approx((EDGE_M, EDGE_M), abs=0.1)


class TestFrame:
    def test_everything_lies_in_the_window_with_a_margin(self) -> None:
        frame = framed(AMAKUSA, YATSUSHIRO)
        for place in (AMAKUSA, YATSUSHIRO):
            x, y = frame.units(*mercator(place))
            assert WIDTH * 0.03 < x < WIDTH * 0.97
            assert frame.height * 0.03 < y < frame.height * 0.97

    def test_west_is_left_and_north_is_up(self) -> None:
        frame = framed(AMAKUSA, YATSUSHIRO)
        (west, south), (east, north) = frame.units(*mercator(AMAKUSA)), frame.units(*mercator(YATSUSHIRO))
        assert west < east
        assert north < south

    def test_a_single_place_is_shown_with_its_surroundings(self) -> None:
        frame = framed(AMAKUSA)
        assert frame.east - frame.west >= 12_000
        assert frame.units(*mercator(AMAKUSA))[0] == WIDTH / 2

    def test_a_long_thin_country_stays_on_the_page(self) -> None:
        frame = frame_around([(0, 0, 1000, 1_000_000)])
        assert frame is not None
        assert frame.height == pytest.approx(WIDTH * TALLEST, abs=1)

    def test_shapes_and_places_count_alike(self) -> None:
        x, y = mercator(AMAKUSA)
        assert frame_around([(x, y, x, y), None]) == framed(AMAKUSA)

    def test_nothing_has_no_window(self) -> None:
        assert frame_around([None]) is None


class TestTiles:
    def test_the_whole_world_is_one_tile_at_the_coarsest(self) -> None:
        tiles = tiles_for(Frame(-EDGE_M, -EDGE_M, EDGE_M, EDGE_M))
        # Level 5 is the coarsest that exists.
        assert len(tiles) == 32 * 32
        assert tiles[0].address == f"{HOST}/xyz/pale/5/0/0.png"

    def test_the_tile_of_a_known_place(self) -> None:
        # As ST_TileEnvelope(13, …) has it.
        frame = framed(AMAKUSA)
        assert zoom_for(frame) == 13
        assert f"{HOST}/xyz/pale/13/7058/3314.png" in [tile.address for tile in tiles_for(frame)]

    def test_tiles_cover_the_window_without_gaps(self) -> None:
        frame = framed(AMAKUSA, YATSUSHIRO)
        tiles = tiles_for(frame)
        assert min(tile.x for tile in tiles) <= 0
        assert min(tile.y for tile in tiles) <= 0
        assert max(tile.x + tile.size for tile in tiles) >= WIDTH
        assert max(tile.y + tile.size for tile in tiles) >= frame.height
        columns = sorted({tile.x for tile in tiles})
        assert all(right - left <= tiles[0].size for left, right in pairwise(columns))

    def test_a_place_lies_on_its_tile(self) -> None:
        frame = framed(AMAKUSA)
        tile = next(one for one in tiles_for(frame) if one.address.endswith("/13/7058/3314.png"))
        x, y = frame.units(*mercator(AMAKUSA))
        assert tile.x <= x <= tile.x + tile.size
        assert tile.y <= y <= tile.y + tile.size

    @pytest.mark.parametrize("width_m", [1, 1_000, 50_000, 3_000_000, 40_000_000])
    def test_a_map_needs_few_tiles(self, width_m: float) -> None:
        x, y = mercator(AMAKUSA)
        frame = Frame(x - width_m / 2, y - width_m / 2, x + width_m / 2, y + width_m / 2)
        assert 5 <= zoom_for(frame) <= 18
        if width_m < 10_000_000:
            assert len(tiles_for(frame)) <= 36
