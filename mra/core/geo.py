"""Places: the one door through which points and areas enter and leave the database (WGS 84, degrees)."""

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from geoalchemy2 import Geography, Geometry, WKBElement
from geoalchemy2.shape import from_shape, to_shape
from shapely import MultiPolygon, Point, Polygon, box

EARTH_RADIUS_KM = 6371.0088


class Coordinates(NamedTuple):
    """Latitude and longitude in degrees."""

    lat: float
    lon: float


def point_column() -> Geography:
    """The column type of a point; distances come out in metres. Its GiST index is declared on the table."""
    return Geography("POINT", srid=4326, spatial_index=False)


def area_column() -> Geometry:
    """The column type of an area (degrees). Its GiST index is declared on the table."""
    return Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)


def outline_column() -> Geometry:
    """The column type of a shape for drawing (Web Mercator, metres at the equator)."""
    return Geometry("MULTIPOLYGON", srid=3857, spatial_index=False)


def shape(outline: WKBElement) -> MultiPolygon:
    """The polygons of an outline column's value."""
    found = to_shape(outline)
    return MultiPolygon([part for part in getattr(found, "geoms", [found]) if isinstance(part, Polygon)])


def bounds_box(bounds: tuple[float, float, float, float]) -> WKBElement:
    """A value for comparing outlines with a frame (west, south, east, north in Web Mercator)."""
    return from_shape(box(*bounds), srid=3857)


def point(lat: float, lon: float) -> WKBElement:
    """A value for a point column."""
    return from_shape(Point(lon, lat), srid=4326)


def coordinates(place: WKBElement | None) -> Coordinates | None:
    """Latitude and longitude of a point column's value."""
    if place is None:
        return None
    (lon, lat) = to_shape(place).coords[0]
    return Coordinates(lat, lon)


def distance_km(a: Coordinates, b: Coordinates) -> float:
    """Great-circle distance in km (haversine), as the allocation contract defines it."""
    half_lat, half_lon = radians(b.lat - a.lat) / 2, radians(b.lon - a.lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(chord))
