"""Putting areas together after they were approximated or imported: neighbours, cities, prefectures."""

from sqlalchemy import text

from mra.core.db import db

from .approximation import DIVIDE_CITIES, area_sql, drop_temporary, keep, outline_sql

# A city whose old wards have real boundaries while its new ones have none: the new ones share what it leaves to them.
FREE_GROUND_OF_CITIES = """
    CREATE TEMP TABLE divided ON COMMIT DROP AS
    SELECT city, ST_Difference(whole, coalesce(taken, 'SRID=3857;POLYGON EMPTY'), 1) AS shape, wards
    FROM (
        SELECT wards.city_code AS city,
            ST_Union(ST_Transform(area, 3857)) FILTER (WHERE NOT is_approximate) AS whole,
            ST_Union(ST_Transform(area, 3857)) FILTER (WHERE NOT is_approximate AND valid_until IS NULL) AS taken,
            array_agg(code) FILTER (WHERE is_approximate AND valid_until IS NULL) AS wards
        FROM municipalities AS wards JOIN municipality_areas ON municipality_code = code
        WHERE city_code IS NOT NULL GROUP BY city_code
        HAVING bool_or(NOT is_approximate AND valid_until IS NOT NULL)
           AND bool_or(is_approximate AND valid_until IS NULL)) AS cities
"""

# Where nothing would be left, the guess stays: everybody has some ground.
GIVE_WAY = f"""
    WITH fitted AS (
        SELECT guess.municipality_code, ST_Difference(guess.area, ST_Union(known.area), 1e-6) AS area
        FROM municipality_areas AS guess
        JOIN municipality_areas AS known ON NOT known.is_approximate AND ST_Intersects(known.area, guess.area)
        JOIN municipalities AS today ON today.code = known.municipality_code AND today.valid_until IS NULL
        WHERE guess.is_approximate GROUP BY guess.municipality_code)
    UPDATE municipality_areas AS guess SET area = {area_sql("fitted.area")},
        outline = {outline_sql("ST_Transform(fitted.area, 3857)")}
    FROM fitted WHERE fitted.municipality_code = guess.municipality_code AND NOT ST_IsEmpty(fitted.area)
"""  # noqa: S608  (no value from outside)

JOIN_CITIES = f"""
    INSERT INTO municipality_areas (municipality_code, area, outline, is_approximate, source)
    SELECT city_code, {area_sql("ST_Union(area, 1e-6)")}, {outline_sql("ST_Union(outline, 1)")}, bool_or(is_approximate),
        coalesce(min(source) FILTER (WHERE is_approximate), min(source))
    FROM municipality_areas JOIN municipalities ON code = municipality_code
    WHERE city_code IS NOT NULL AND valid_until IS NULL GROUP BY city_code
    ON CONFLICT (municipality_code) DO UPDATE SET area = excluded.area, outline = excluded.outline,
        is_approximate = excluded.is_approximate, source = excluded.source
"""  # noqa: S608

# Drawn on a map of the whole country: 500 m are less than a pixel.
JOIN_PREFECTURES = """
    INSERT INTO prefecture_outlines (code, outline)
    SELECT left(municipality_code, 2), ST_Multi(ST_SimplifyPreserveTopology(ST_Union(ST_Buffer(outline, 30)), 500))
    FROM municipality_areas JOIN municipalities ON code = municipality_code
    WHERE valid_until IS NULL AND NOT EXISTS (
        SELECT FROM municipalities AS wards WHERE wards.city_code = municipality_code)
    GROUP BY 1
    ON CONFLICT (code) DO UPDATE SET outline = excluded.outline
"""


def fit_areas() -> None:
    """Approximate areas give way to real ones; cities and prefectures are put together anew."""
    db.session.execute(text(FREE_GROUND_OF_CITIES))
    db.session.execute(text(DIVIDE_CITIES))
    keep("shares")
    drop_temporary(("divided", "shares"))
    for statement in (GIVE_WAY, JOIN_CITIES, JOIN_PREFECTURES, "ANALYZE municipality_areas"):
        db.session.execute(text(statement))
