"""Tiles of 地理院タイル (淡色地図) under a drawing: which ones a frame needs, and where they lie in it."""

from dataclasses import dataclass
from math import floor, log2

from .frame import EDGE_M, WIDTH, Frame

HOST = "https://cyberjapandata.gsi.go.jp"
ADDRESS = HOST + "/xyz/pale/{z}/{x}/{y}.png"
TILE_PIXELS = 256
# How wide a map usually stands on a page; finer tiles would only cost.
DRAWN_PIXELS = 700
COARSEST, FINEST = 5, 18


@dataclass(frozen=True)
class Tile:
    """An image and its place in units of the drawing."""

    address: str
    x: float
    y: float
    size: float


def tiles_for(frame: Frame) -> list[Tile]:
    """The tiles that cover a frame, row by row."""
    zoom = zoom_for(frame)
    count = 2**zoom
    size_m = 2 * EDGE_M / count
    first_x, last_x = (_limited(floor((x + EDGE_M) / size_m), count) for x in (frame.west, frame.east))
    first_y, last_y = (_limited(floor((EDGE_M - y) / size_m), count) for y in (frame.north, frame.south))
    size = size_m / frame.metres_per_unit
    return [
        Tile(
            ADDRESS.format(z=zoom, x=x, y=y),
            round((x * size_m - EDGE_M - frame.west) / frame.metres_per_unit, 2),
            round((frame.north - (EDGE_M - y * size_m)) / frame.metres_per_unit, 2),
            # A hair more than its share, so that no line shows between two tiles.
            round(size + 0.5, 2),
        )
        for y in range(first_y, last_y + 1)
        for x in range(first_x, last_x + 1)
    ]


def zoom_for(frame: Frame) -> int:
    """The level whose pixels are about as large as those of the screen."""
    metres_per_pixel = frame.metres_per_unit * WIDTH / DRAWN_PIXELS
    wanted = log2(2 * EDGE_M / (TILE_PIXELS * metres_per_pixel))
    return max(COARSEST, min(FINEST, round(wanted)))


def _limited(index: int, count: int) -> int:
    return max(0, min(count - 1, index))
