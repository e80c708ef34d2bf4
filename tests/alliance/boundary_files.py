"""Small boundary files of made-up squares."""

import json
from typing import Any

Json = dict[str, Any]


def square(west: float, south: float, size: float = 0.1) -> Json:
    """A square polygon, in degrees."""
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def feature(code: object, geometry: Json | None, name: str = "天草市") -> Json:
    """One feature as N03 has it."""
    return {
        "type": "Feature",
        "properties": {"N03_001": "熊本県", "N03_004": name, "N03_007": code},
        "geometry": geometry,
    }


def collection(*features: Json, **members: Any) -> str:
    """The text of a file."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | members, ensure_ascii=False)
