"""Real boundaries instead of approximate areas."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TextIO

from sqlalchemy import select, text

from mra.core.db import db

from .approximation import area_sql, outline_sql
from .areas import approximate_municipalities
from .boundary_file import Boundary, BoundaryFileFault, boundaries
from .copying import copy
from .fitting import fit_areas
from .models import Municipality
from .reference import DESIGNATED_CITIES, PAST
from .services.reference_data import LOADING

# The boundaries of the whole country take longer than a page may.
NO_HURRY = "SET LOCAL statement_timeout = 0"

NEW_BOUNDARIES = "CREATE TEMP TABLE new_boundaries (code text, shape geometry) ON COMMIT DROP"

# Islets below two hectares are not drawn; the area has them. Fifty metres are less than a pixel on every map.
OUTLINE = """ST_SimplifyPreserveTopology(coalesce((
    SELECT ST_Collect(part.geom) FROM ST_Dump(ST_Transform(area, 3857)) AS part WHERE ST_Area(part.geom) >= 20000
), ST_Transform(area, 3857)), 50)"""

TAKE = f"""
    INSERT INTO municipality_areas (municipality_code, area, outline, is_approximate, source)
    SELECT code, area, {outline_sql(OUTLINE)}, false, :source
    FROM (
        SELECT code, {area_sql("ST_Union(ST_MakeValid(ST_SetSRID(shape, 4326)), 1e-6)")} AS area
        FROM new_boundaries GROUP BY code OFFSET 0) AS joined
    WHERE NOT ST_IsEmpty(area)
    ON CONFLICT (municipality_code) DO UPDATE
        SET area = excluded.area, outline = excluded.outline, is_approximate = false, source = excluded.source
    RETURNING municipality_code
"""  # noqa: S608  (no value from outside)


@dataclass
class ImportReport:
    """What became of the features of a file; every list holds code and name as people read them."""

    features: int = 0
    taken: int = 0
    past: list[str] = field(default_factory=list)
    without_code: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    without_shape: list[str] = field(default_factory=list)
    still_approximate: list[str] = field(default_factory=list)


def import_boundaries(file: TextIO, source: str) -> ImportReport:
    """Replace areas by the boundaries of a file; one that cannot be taken as a whole changes nothing (BoundaryFileFault)."""
    db.session.execute(text(LOADING))
    db.session.execute(text(NO_HURRY))
    known = {one.code: one for one in db.session.scalars(select(Municipality))}
    if not known:
        raise BoundaryFileFault("There are no municipalities yet. Run `mra reference load` first.")
    report = ImportReport()
    db.session.execute(text(NEW_BOUNDARIES))
    copy("new_boundaries (code, shape)", _rows(boundaries(file), known, report))
    _keep_past(known)
    taken = set(db.session.scalars(text(TAKE), {"source": source}))
    db.session.execute(text("DROP TABLE new_boundaries"))
    fit_areas()
    db.session.expire_all()
    past = {one.code5: one.name for one in PAST} | {code: one.name for code, one in known.items() if one.valid_until}
    report.past = [f"{code} {past[code]}" for code in sorted(taken & set(past))]
    report.taken = len(taken) - len(report.past)
    report.still_approximate = [f"{one.code} {one.full_name}" for one in approximate_municipalities()]
    return report


def _keep_past(known: Collection[str]) -> None:
    """Municipalities that ended, where the file still names them."""
    named = set(db.session.scalars(text("SELECT DISTINCT code FROM new_boundaries")))
    for one in PAST:
        if one.code5 in named - set(known):
            city = one.city_code5 if one.city_code5 in known else None
            facts = {"prefecture": one.prefecture, "name": one.name, "kana": one.kana, "valid_until": one.valid_until}
            db.session.add(Municipality(code=one.code5, city_code=city, **facts))
    db.session.flush()


def _rows(
    features: Iterator[Boundary], known: dict[str, Municipality], report: ImportReport
) -> Iterator[tuple[str, str]]:
    """The features that have a place here; the others are noted in the report."""
    takable = (set(known) | {one.code5 for one in PAST}) - set(DESIGNATED_CITIES.values())
    shapes: Counter[str] = Counter()
    empty: dict[str, str] = {}
    for feature in features:
        report.features += 1
        if not feature.code:
            report.without_code.append(feature.name)
        elif feature.code not in takable:
            _note(report.unknown, f"{feature.code} {feature.name}")
        elif feature.shape is None:
            empty[feature.code] = feature.name
        else:
            shapes[feature.code] += 1
            yield feature.code, feature.shape
    report.without_shape = [f"{code} {name}" for code, name in sorted(empty.items()) if not shapes[code]]


def _note(lines: list[str], line: str) -> None:
    if line not in lines:
        lines.append(line)
