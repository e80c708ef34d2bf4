"""The maps of where agreements stand: the country by prefecture, a prefecture by municipality."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import url_for

from mra.core.maps import Drawing, Frame, Ground, country, draw, frame_around

from .. import queries
from ..queries import MunicipalityCoverage, PrefectureCoverage
from ..rules.coverage import COVERAGE_WORDS, Coverage

# The nearer the partner, the darker; without an agreement the land stays as it is.
STEPS = {
    Coverage.NONE: 0,
    Coverage.ASSOCIATION: 1,
    Coverage.TOWNS_ONLY: 2,
    Coverage.PREFECTURE: 3,
    Coverage.OWN: 5,
}
# What a shape of the country may lose without being noticed at the size of a page.
COUNTRY_TOLERANCE_M = 3000
PREFECTURE_TOLERANCE_M = 300
# The longest names that are written on the map of a prefecture with many municipalities.
MOST_NAMES = 80


def country_drawing(prefectures: Sequence[PrefectureCoverage]) -> Drawing | None:
    """Every prefecture with its coverage, each leading to its own map; None while no shape is known."""
    shapes = {one.code: one.shape for one in queries.prefecture_shapes_for_map(COUNTRY_TOLERANCE_M)}
    whole = country(shapes)
    if whole is None:
        return None
    coverage = {_prefecture_url(one.code): one.coverage for one in prefectures}
    grounds = [
        Ground(
            one.name.removesuffix("県"),
            whole.shapes[one.code],
            f"{one.name}、{COVERAGE_WORDS[one.coverage].label}",
            _prefecture_url(one.code),
            is_named=True,
        )
        for one in prefectures
        if one.code in whole.shapes
    ]
    return _coloured(grounds, whole.frame, coverage, whole.line)


def prefecture_drawing(prefecture: str, municipalities: Sequence[MunicipalityCoverage]) -> tuple[Drawing | None, bool]:
    """Every municipality of a prefecture with its coverage, each leading to its page, and whether shapes are guesses.

    No drawing while no shape is known.
    """
    areas = queries.areas_for_map(prefecture=prefecture, tolerance_m=PREFECTURE_TOLERANCE_M)
    frame = frame_around([area.shape.bounds for area in areas])
    if frame is None:
        return None, False
    by_code = {one.municipality.code: one.coverage for one in municipalities}
    coverage = {_municipality_url(code): one for code, one in by_code.items()}
    grounds = [
        Ground(
            area.municipality.name,
            area.shape,
            f"{area.municipality.name}、{COVERAGE_WORDS[by_code[area.municipality.code]].label}",
            _municipality_url(area.municipality.code),
            is_named=len(areas) <= MOST_NAMES,
        )
        for area in areas
        if area.municipality.code in by_code
    ]
    return _coloured(grounds, frame, coverage), any(area.is_approximate for area in areas)


def _coloured(grounds: list[Ground], frame: Frame, coverage: Mapping[str, Coverage], line: str = "") -> Drawing:
    """The drawing with kinds instead of counts: a colour for each, and its words in the legend."""
    drawing = draw(grounds, frame, line=line)
    used = set(coverage.values())
    legend = [(STEPS[kind], word.label) for kind, word in COVERAGE_WORDS.items() if kind in used]
    coloured = [replace(ground, step=STEPS[coverage[ground.url]]) for ground in drawing.grounds if ground.url]
    return replace(drawing, grounds=coloured, legend=legend)


def _prefecture_url(code: str) -> str:
    return url_for("alliance.prefecture_map", prefecture=code)


def _municipality_url(code: str) -> str:
    return url_for("alliance.municipality", code=code)
