"""Bringing the municipalities and postal codes of the whole country into the tables."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import text

from mra.core.db import db
from mra.core.geo import point

from .. import reference
from ..approximation import approximate_areas
from ..copying import copy
from ..fitting import fit_areas

# Serialises two loads: the second waits and then finds nothing to change.
LOADING = "SELECT pg_advisory_xact_lock(hashtext('mra.alliance.load_reference'))"

NEW_TABLES = (
    "CREATE TEMP TABLE new_municipalities (LIKE municipalities INCLUDING DEFAULTS) ON COMMIT DROP",
    "CREATE TEMP TABLE new_postal_codes (code text, municipality_code text, town text, town_kana text) ON COMMIT DROP",
)

KEEP_MUNICIPALITIES = """
    INSERT INTO municipalities (code, prefecture, county, name, kana, place, city_code, valid_from, valid_until)
    SELECT code, prefecture, county, name, kana, place, city_code, valid_from, valid_until FROM new_municipalities
    ON CONFLICT (code) DO UPDATE SET prefecture = excluded.prefecture, county = excluded.county, name = excluded.name,
        kana = excluded.kana, place = excluded.place, city_code = excluded.city_code,
        valid_from = excluded.valid_from, valid_until = excluded.valid_until
"""

# A municipality that has left the list stays, as one of the past: applications and activations may point at it.
END_MUNICIPALITIES = """
    UPDATE municipalities AS old SET valid_until = greatest(valid_from, current_date - 1)
    WHERE valid_until IS NULL AND NOT EXISTS (SELECT FROM new_municipalities AS new WHERE new.code = old.code)
"""

# An office that moved moves the guess of where its ground is.
FORGET_GUESSES = """
    DELETE FROM municipality_areas USING municipalities AS old, new_municipalities AS new
    WHERE is_approximate AND municipality_code = old.code AND old.code = new.code
      AND NOT ST_Equals(old.place::geometry, new.place::geometry)
"""

# Only the differences are written, so that a second load leaves the table (and its readers) in peace.
DROP_OLD_POSTAL_CODES = """
    DELETE FROM postal_codes AS old WHERE NOT EXISTS (
        SELECT FROM new_postal_codes AS new
        WHERE (new.code, new.municipality_code, new.town, new.town_kana)
            = (old.code, old.municipality_code, old.town, old.town_kana))
"""
ADD_NEW_POSTAL_CODES = """
    INSERT INTO postal_codes (code, municipality_code, town, town_kana)
    SELECT code, municipality_code, town, town_kana FROM new_postal_codes
    EXCEPT SELECT code, municipality_code, town, town_kana FROM postal_codes
    ORDER BY code, municipality_code, town
"""


class Loaded(NamedTuple):
    """How many rows the reference data has."""

    municipalities: int
    postal_codes: int


def load_reference() -> Loaded:
    """Bring both tables to what the registry packages know; running it again changes nothing."""
    db.session.execute(text(LOADING))
    for statement in NEW_TABLES:
        db.session.execute(text(statement))
    loaded = Loaded(
        copy(
            "new_municipalities (code, prefecture, county, name, kana, place, city_code, valid_from)",
            _municipality_rows(),
        ),
        copy("new_postal_codes (code, municipality_code, town, town_kana)", reference.postal_codes()),
    )
    for statement in (FORGET_GUESSES, KEEP_MUNICIPALITIES, END_MUNICIPALITIES):
        db.session.execute(text(statement))
    for statement in ("ANALYZE new_postal_codes", DROP_OLD_POSTAL_CODES, ADD_NEW_POSTAL_CODES):
        db.session.execute(text(statement))
    # With fresh statistics the first look-up already uses the index; the temporary tables go, so that a load may follow.
    for statement in ("ANALYZE postal_codes", "DROP TABLE new_municipalities, new_postal_codes"):
        db.session.execute(text(statement))
    if approximate_areas():
        fit_areas()
    db.session.expire_all()
    return loaded


def _municipality_rows() -> Iterable[tuple[str | None, ...]]:
    for one in reference.municipalities():
        place = None if one.lat is None or one.lon is None else str(point(one.lat, one.lon).desc)
        begun_on = reference.VALID_FROM.get(one.code5)
        yield one.code5, one.prefecture, one.county, one.name, one.kana, place, one.city_code5, begun_on
