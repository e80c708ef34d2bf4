"""The window through which a map is seen: Web Mercator metres outside, whole units of the drawing inside."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asinh, pi, radians, tan

from mra.core.geo import Coordinates

EARTH_RADIUS_M = 6378137.0
# Half of the way around the earth in Web Mercator.
EDGE_M = pi * EARTH_RADIUS_M

# A drawing is 1000 units wide: on a desk about 0.7 of a pixel each, on a phone a third.
WIDTH = 1000
FLATTEST, TALLEST = 0.55, 1.25
MARGIN = 0.04
# A single small place is shown with its surroundings.
NARROWEST_M = 12_000.0

Bounds = tuple[float, float, float, float]


def mercator(place: Coordinates) -> tuple[float, float]:
    """East and north of a place in Web Mercator (EPSG:3857), in metres."""
    return radians(place.lon) * EARTH_RADIUS_M, asinh(tan(radians(place.lat))) * EARTH_RADIUS_M


@dataclass(frozen=True)
class Frame:
    """West, south, east, north in Web Mercator metres, drawn `WIDTH` units wide."""

    west: float
    south: float
    east: float
    north: float

    @property
    def bounds(self) -> Bounds:
        """The four edges, as queries for shapes want them."""
        return self.west, self.south, self.east, self.north

    @property
    def metres_per_unit(self) -> float:
        """How much of Web Mercator one unit of the drawing is: shapes need not be finer."""
        return (self.east - self.west) / WIDTH

    @property
    def height(self) -> int:
        """The height of the drawing in units."""
        return round((self.north - self.south) / self.metres_per_unit)

    def units(self, x: float, y: float) -> tuple[int, int]:
        """A place in Web Mercator as units from the upper left corner."""
        return round((x - self.west) / self.metres_per_unit), round((self.north - y) / self.metres_per_unit)

    def holds(self, x: float, y: float) -> bool:
        """Whether a place in Web Mercator lies in the window."""
        return self.west <= x <= self.east and self.south <= y <= self.north


def frame_around(bounds: Iterable[Bounds | None], places: Iterable[Coordinates] = ()) -> Frame | None:
    """The window that shows all of this with a margin, neither too flat nor too tall; None where there is nothing."""
    known = [one for one in bounds if one is not None] + [(*mercator(one), *mercator(one)) for one in places]
    if not known:
        return None
    west, south = min(one[0] for one in known), min(one[1] for one in known)
    east, north = max(one[2] for one in known), max(one[3] for one in known)
    width = max((east - west) * (1 + 2 * MARGIN), NARROWEST_M, (north - south) * (1 + 2 * MARGIN) / TALLEST)
    height = max((north - south) * (1 + 2 * MARGIN), width * FLATTEST)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return Frame(middle_x - width / 2, middle_y - height / 2, middle_x + width / 2, middle_y + height / 2)
