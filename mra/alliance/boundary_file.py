"""Reading a file of administrative boundaries (国土数値情報 N03, GeoJSON), one feature after the other.

The file of the whole country has hundreds of megabytes: it is never held in memory at once.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO

import shapely
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

CODE = "N03_007"
NAMES = ("N03_001", "N03_002", "N03_003", "N03_004", "N03_005")
# Degrees in WGS 84 or in the Japanese systems that agree with it to a metre.
DEGREES = ("CRS84", "EPSG::4326", "EPSG::6668", "EPSG::4612", "EPSG:4326", "EPSG:6668", "EPSG:4612")
JAPAN_WEST, JAPAN_SOUTH, JAPAN_EAST, JAPAN_NORTH = 122.0, 20.0, 154.5, 46.5
CHUNK = 1 << 20


class BoundaryFileFault(Exception):
    """Why a file cannot be taken, in a sentence."""


class Boundary(NamedTuple):
    """One feature: its code as written, its names put together, its polygons (WKB in hex; None: it has none)."""

    code: str
    name: str
    shape: str | None


def boundaries(file: TextIO) -> Iterator[Boundary]:
    """Every feature of the file; raises BoundaryFileFault where it is of the wrong kind, if need be at its very end."""
    try:
        yield from _Reading(_Json(file)).features()
    except UnicodeDecodeError as fault:
        raise BoundaryFileFault("The file is not text in UTF-8, so it is no GeoJSON.") from fault


class _Reading:
    """The members of the outermost object, in whatever order they come."""

    def __init__(self, source: "_Json") -> None:
        self.source = source
        self.kind: object = None
        self.count = 0
        self.has_codes = False
        self.has_features = False

    def features(self) -> Iterator[Boundary]:
        if self.source.next_character() is None:
            raise BoundaryFileFault("The file is empty.")
        if not self.source.skip("{"):
            self.source.value()
            raise BoundaryFileFault("The file is JSON, but no GeoJSON FeatureCollection.")
        while not self.source.skip("}"):
            yield from self._member()
            self.source.skip(",")
        if self.source.next_character() is not None:
            raise BoundaryFileFault(NOT_JSON)
        self._check_whole()

    def _member(self) -> Iterator[Boundary]:
        name = self.source.value()
        if not isinstance(name, str) or not self.source.skip(":"):
            raise BoundaryFileFault(NOT_JSON)
        if name == "features" and self.source.skip("["):
            self.has_features = True
            while not self.source.skip("]"):
                yield self._feature(self.source.value())
                self.source.skip(",")
            return
        value = self.source.value()
        if name == "crs":
            _check_reference_system(value)
        if name == "type":
            self.kind = value

    def _feature(self, feature: Any) -> Boundary:
        self.count += 1
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            raise BoundaryFileFault(f"Feature {self.count} has no properties: this is no GeoJSON FeatureCollection.")
        properties = feature["properties"]
        has_code = CODE in properties
        self.has_codes |= has_code
        name = "".join(str(properties[name]) for name in NAMES if properties.get(name))
        return Boundary(_code(properties.get(CODE)), name, self._shape(feature) if has_code else None)

    def _shape(self, feature: dict[str, Any]) -> str | None:
        geometry = feature.get("geometry")
        if geometry is None:
            return None
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind not in ("Polygon", "MultiPolygon"):
            raise BoundaryFileFault(f"Feature {self.count} is a {kind}; boundaries are polygons.")
        try:
            shape = shape_of(geometry)
        except (ValueError, TypeError, LookupError, AttributeError, shapely.errors.ShapelyError) as fault:
            raise BoundaryFileFault(f"The coordinates of feature {self.count} cannot be read.") from fault
        if shape.is_empty:
            return None
        if not _is_in_japan(shape):
            raise BoundaryFileFault(
                f"Feature {self.count} lies outside of Japan. The coordinates must be longitude and latitude in degrees."
            )
        return str(shapely.to_wkb(shapely.force_2d(shape), hex=True))

    def _check_whole(self) -> None:
        if self.kind != "FeatureCollection" or not self.has_features:
            raise BoundaryFileFault("The file is JSON, but no GeoJSON FeatureCollection.")
        if not self.count:
            raise BoundaryFileFault("The file holds no features.")
        if not self.has_codes:
            raise BoundaryFileFault(f"No feature has the property {CODE}: this is no file of boundaries (N03).")


NOT_JSON = "The file cannot be read as JSON, or it is cut off."


class _Json:
    """JSON text of which only the part that is being read is in memory."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.text = ""
        self.place = 0
        self.decoder = json.JSONDecoder()

    def next_character(self) -> str | None:
        """What comes after white space; None at the end of the file."""
        while True:
            while self.place < len(self.text) and self.text[self.place].isspace():
                self.place += 1
            if self.place < len(self.text):
                return self.text[self.place]
            if not self._read_on():
                return None

    def skip(self, character: str) -> bool:
        """Step over this character if it comes next."""
        found = self.next_character()
        if found is None:
            raise BoundaryFileFault(NOT_JSON)
        self.place += found == character
        return found == character

    def value(self) -> Any:
        """The next value; reads on until it is complete."""
        self.next_character()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.place)
            except (json.JSONDecodeError, RecursionError) as fault:
                if isinstance(fault, RecursionError) or not self._read_on():
                    raise BoundaryFileFault(NOT_JSON) from fault
                continue
            # A number at the edge of what was read may have more digits.
            if end < len(self.text) or not self._read_on():
                self.place = end
                return value

    def _read_on(self) -> bool:
        """Read at least as much again as is waiting, so that a long value is tried only a few times."""
        more = self.file.read(max(CHUNK, len(self.text) - self.place))
        self.text, self.place = self.text[self.place :] + more, 0
        return bool(more)


def _code(value: object) -> str:
    if isinstance(value, int):
        return f"{value:05d}"
    return value.strip() if isinstance(value, str) else ""


def _is_in_japan(shape: BaseGeometry) -> bool:
    west, south, east, north = shape.bounds
    return JAPAN_WEST <= west <= east <= JAPAN_EAST and JAPAN_SOUTH <= south <= north <= JAPAN_NORTH


def _check_reference_system(value: Any) -> None:
    """GeoJSON is in degrees; an old file may name its system itself."""
    name = str((value or {}).get("properties", {}).get("name", "")) if isinstance(value, dict | None) else str(value)
    if name and not name.endswith(DEGREES):
        raise BoundaryFileFault(
            f"The coordinates are in another system ({name[:80]}). Convert the file to longitude and latitude (JGD2011)."
        )
