"""The whole of Japan on one page: the far south-west stands in the empty corner of the Japan Sea, as on printed maps."""

from collections.abc import Mapping
from dataclasses import dataclass

from shapely import MultiPolygon, Polygon
from shapely.affinity import translate

from mra.core.geo import Coordinates

from .frame import WIDTH, Bounds, Frame, frame_around, mercator

# South of this: 沖縄県, and of 鹿児島県 the islands of 奄美.
INSET_SOUTH_OF = 30.0
INSET_PREFECTURES = frozenset({"46", "47"})
# How far the corner stays away from what is drawn in it, in metres of Web Mercator.
AIR_M = 40_000


@dataclass(frozen=True)
class Country:
    """Shapes by prefecture, as they are to be drawn; the window; the line around the corner (units)."""

    shapes: dict[str, MultiPolygon]
    frame: Frame
    line: str


def country(shapes: Mapping[str, MultiPolygon]) -> Country | None:
    """Move the south-west into the corner. Islands farther out (小笠原 and others) are left outside of the window.

    None while no shape of the main islands is known.
    """
    _, limit = mercator(Coordinates(INSET_SOUTH_OF, 135))
    near = {code: _parts(shape, limit, is_north=True) for code, shape in shapes.items()}
    frame = frame_around([part.bounds for parts in near.values() for part in parts])
    if frame is None:
        return None
    far = {code: _parts(shapes[code], limit, is_north=False) for code in INSET_PREFECTURES & set(shapes)}
    corner = _around([part.bounds for parts in far.values() for part in parts])
    if corner is None:
        return Country({code: MultiPolygon(parts) for code, parts in near.items()}, frame, "")
    west, south, east, north = corner
    shift = frame.west + AIR_M - west, frame.north - AIR_M - north
    moved = {code: [translate(part, *shift) for part in parts] for code, parts in far.items()}
    x, y = frame.units(east + shift[0] + AIR_M, south + shift[1] - AIR_M)
    cut = y // 3
    # Beyond the edges: a drawing that is lower than its place on the page shows a little more at its sides.
    line = f"M-{WIDTH} {y}H{x - cut}L{x} {y - cut}V-{WIDTH}"
    return Country({code: MultiPolygon(near[code] + moved.get(code, [])) for code in near}, frame, line)


def _parts(shape: MultiPolygon, limit: float, *, is_north: bool) -> list[Polygon]:
    return [part for part in shape.geoms if (part.bounds[3] >= limit) is is_north]


def _around(bounds: list[Bounds]) -> Bounds | None:
    if not bounds:
        return None
    wests, souths, easts, norths = zip(*bounds, strict=True)
    return min(wests), min(souths), max(easts), max(norths)
