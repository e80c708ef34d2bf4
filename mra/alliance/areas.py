"""Where a municipality is: which one covers a place, and shapes for maps."""

from collections.abc import Collection
from typing import NamedTuple

from geoalchemy2 import WKBElement
from shapely import MultiPolygon
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from mra.core import clock
from mra.core.db import db
from mra.core.geo import bounds_box, shape

from .models import Municipality, MunicipalityArea, PrefectureOutline
from .municipality_codes import PREFECTURES

Bounds = tuple[float, float, float, float]


class AreaShape(NamedTuple):
    """A municipality with its shape, simplified for drawing (Web Mercator)."""

    municipality: Municipality
    shape: MultiPolygon
    is_approximate: bool


class PrefectureShape(NamedTuple):
    """A prefecture with its shape, simplified for drawing (Web Mercator)."""

    code: str
    name: str
    shape: MultiPolygon


def valid_today() -> ColumnElement[bool]:
    """The municipalities that exist today."""
    today = clock.today()
    begun = or_(Municipality.valid_from.is_(None), Municipality.valid_from <= today)
    return begun & or_(Municipality.valid_until.is_(None), Municipality.valid_until >= today)


def has_no_wards() -> ColumnElement[bool]:
    """Wards instead of the designated cities above them: together they cover the country once."""
    ward = aliased(Municipality)
    return ~exists().where(ward.city_code == Municipality.code)


def municipality_at(lat: float, lon: float) -> Municipality | None:
    """The municipality (in a designated city: the ward) whose ground covers a place; None on the sea and abroad."""
    place = func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
    covering = (
        select(Municipality)
        .join(MunicipalityArea, MunicipalityArea.municipality_code == Municipality.code)
        .where(func.ST_Covers(MunicipalityArea.area, place), valid_today(), has_no_wards())
        # On a border a known boundary speaks before a guess.
        .order_by(MunicipalityArea.is_approximate, Municipality.code)
    )
    return db.session.scalar(covering.limit(1))


def areas_for_map(
    codes: Collection[str] = (),
    *,
    prefecture: str | None = None,
    within: Bounds | None = None,
    tolerance_m: float = 100,
) -> list[AreaShape]:
    """Shapes for drawing: of these codes, of a prefecture (two digits), or of all that a frame (Web Mercator) touches.

    For a whole prefecture or a frame the wards stand for their city; a city asked for by its code comes as one.
    """
    wanted = _shapes(tolerance_m)
    if prefecture is not None:
        wanted = wanted.where(Municipality.code.startswith(prefecture, autoescape=True), has_no_wards())
    elif within is not None:
        wanted = wanted.where(MunicipalityArea.outline.intersects(bounds_box(within)), has_no_wards())
    else:
        wanted = wanted.where(Municipality.code.in_(codes))
    return [AreaShape(one, shape(outline), guess) for one, outline, guess in db.session.execute(wanted)]


def bounds_of(codes: Collection[str]) -> Bounds | None:
    """The frame (Web Mercator) around the shapes of these municipalities; None where no shape is known."""
    extent = select(func.ST_Extent(MunicipalityArea.outline).label("box")).where(
        MunicipalityArea.municipality_code.in_(codes)
    )
    box = extent.subquery().c.box
    corners = select(func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box))
    west, south, east, north = db.session.execute(corners).one()
    return None if west is None else (west, south, east, north)


def prefecture_shapes_for_map(tolerance_m: float = 2000) -> list[PrefectureShape]:
    """All prefectures for the map of the country, in the order of codes."""
    simplified = func.ST_SimplifyPreserveTopology(
        PrefectureOutline.outline, tolerance_m, type_=PrefectureOutline.outline.type
    )
    rows = db.session.execute(select(PrefectureOutline.code, simplified).order_by(PrefectureOutline.code))
    return [PrefectureShape(code, PREFECTURES[code], shape(outline)) for code, outline in rows]


def approximate_municipalities() -> list[Municipality]:
    """The municipalities of today whose area is only a guess."""
    guessed = (
        select(Municipality)
        .join(MunicipalityArea, MunicipalityArea.municipality_code == Municipality.code)
        .where(MunicipalityArea.is_approximate, valid_today())
    )
    return list(db.session.scalars(guessed.order_by(Municipality.code)))


def _shapes(tolerance_m: float) -> Select[Municipality, WKBElement, bool]:
    simplified = func.ST_SimplifyPreserveTopology(
        MunicipalityArea.outline, tolerance_m, type_=MunicipalityArea.outline.type
    )
    return (
        select(Municipality, simplified, MunicipalityArea.is_approximate)
        .join(MunicipalityArea, MunicipalityArea.municipality_code == Municipality.code)
        .where(valid_today())
        .order_by(Municipality.code)
    )
