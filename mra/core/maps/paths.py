"""Polygons as the `d` of an SVG path: whole units, relative steps, no point that does not show."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from shapely import MultiPolygon, maximum_inscribed_circle

from .frame import WIDTH, Frame

Unit = tuple[int, int]

# Square units below which an island or a hole is a speck.
SPECK = 8.0
# What is drawn of a shape that would be a speck as a whole: it can still be seen and pressed.
TINY = ((0, -4), (4, 0), (0, 4), (-4, 0))


def path_of(shape: MultiPolygon, frame: Frame) -> str:
    """The path of a shape within a frame; empty where none of it can be seen."""
    rings = [_ring(ring.coords, frame) for part in shape.geoms for ring in (part.exterior, *part.interiors)]
    rings = [ring for ring in rings if _is_seen(ring, frame)]
    if not rings:
        return ""
    seen = [ring for ring in rings if abs(_area(ring)) >= SPECK] or [_tiny(rings[0])]
    return "".join(_commands(ring) for ring in seen)


def middle_of(shape: MultiPolygon, frame: Frame) -> tuple[int, int, float]:
    """The roomiest place of a shape in units, and how far it is to its edge there: where words go."""
    largest = max(shape.geoms, key=lambda part: part.area)
    radius = maximum_inscribed_circle(largest, tolerance=2 * frame.metres_per_unit)
    x, y = radius.coords[0]
    return *frame.units(x, y), radius.length / frame.metres_per_unit


def _ring(coordinates: Iterable[Sequence[float]], frame: Frame) -> list[Unit]:
    """The ring in whole units, without repeated points and without points on a straight line."""
    points: list[Unit] = []
    for x, y, *_ in coordinates:
        point = frame.units(x, y)
        if points and point == points[-1]:
            continue
        if len(points) > 1 and _is_straight(points[-2], points[-1], point):
            points.pop()
        points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


def _is_straight(a: Unit, b: Unit, c: Unit) -> bool:
    # Going on in the same direction; a turn back is an edge.
    ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) > 0
    return ahead and (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])


def _is_seen(ring: list[Unit], frame: Frame) -> bool:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return max(xs) >= 0 and min(xs) <= WIDTH and max(ys) >= 0 and min(ys) <= frame.height


def _area(ring: list[Unit]) -> float:
    closed = [*ring, ring[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(closed)) / 2


def _tiny(ring: list[Unit]) -> list[Unit]:
    x, y = ring[0]
    return [(x + dx, y + dy) for dx, dy in TINY]


def _commands(ring: list[Unit]) -> str:
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring)]
    moves = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
    return f"M{ring[0][0]} {ring[0][1]}l{moves}z".replace(" -", "-")
