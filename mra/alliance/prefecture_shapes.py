"""The shapes of the 47 prefectures' mainlands, read from the data that the registry package japanmap brings along.

The file is read directly: importing the package asks for drawing libraries that nobody here needs. Islands are missing in
it, Awaji and Sado included; whoever uses the shapes has to think of the municipalities that lie outside of them.
"""

import json
from collections.abc import Iterator

from shapely import MultiPolygon, Polygon, make_valid

from .municipality_codes import PREFECTURES
from .reference import package_folder


def prefecture_shapes() -> Iterator[tuple[str, MultiPolygon]]:
    """The two digits of each prefecture and its mainland, in degrees."""
    points, prefectures = json.loads((package_folder("japanmap") / "japan.json").read_text("utf-8"))
    for code, borders in zip(PREFECTURES, prefectures, strict=True):
        # Each border is (the prefecture on its other side, indexes of points); one after the other they close a ring.
        ring = [points[index][0] for _, indexes in borders for index in indexes]
        yield code, _ground(Polygon(ring))


def _ground(ring: Polygon) -> MultiPolygon:
    # Some rings touch themselves at one point.
    mended = make_valid(ring)
    parts = getattr(mended, "geoms", [mended])
    return MultiPolygon([part for part in parts if isinstance(part, Polygon)])
