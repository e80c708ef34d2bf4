"""Looking up municipalities and postal codes, offline."""

from itertools import groupby

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from mra.core import clock
from mra.core.db import db
from mra.core.postal import parse_postal_code
from mra.core.text import digits, fold_width, kana

from ..areas import valid_today
from ..models import Municipality, MunicipalityArea, PostalCode
from ..municipality_codes import parse_code

# Names of counties and municipalities are far shorter; also keeps endless input out of the statement.
LONGEST_SEARCH = 40


def is_reference_loaded() -> bool:
    """Whether the postal codes of the country and the areas of its municipalities are there."""
    return bool(db.session.scalar(select(exists(select(PostalCode.id)) & exists(select(MunicipalityArea.source)))))


def municipality_by_code(code: str) -> Municipality | None:
    """Today's municipality of a five-digit code, or of a six-digit one whose check digit fits."""
    code5 = parse_code(code)
    found = db.session.get(Municipality, code5) if code5 else None
    return found if found and found.is_valid_on(clock.today()) else None


def municipalities_of(codes: list[str]) -> list[Municipality]:
    """The municipalities of these five-digit codes, in the order of codes, those of the past too; unknown codes are left out."""
    if not codes:
        return []
    return list(
        db.session.scalars(select(Municipality).where(Municipality.code.in_(codes)).order_by(Municipality.code))
    )


def municipalities_matching(text: str, limit: int = 20) -> list[Municipality]:
    """The municipalities that somebody means by a part of the name, the beginning of the reading or of the code."""
    wanted = text.strip()[:LONGEST_SEARCH]
    if not fold_width(wanted):
        return []
    name = _plain_ke(wanted.replace(" ", "").replace("　", ""))
    begins = _comparable(Municipality.name).startswith(name, autoescape=True)
    found = select(Municipality).where(or_(*_meanings(wanted, name)), valid_today())
    return list(db.session.scalars(found.order_by(begins.desc(), Municipality.code).limit(limit)))


def municipalities_in(prefecture_code: str) -> list[Municipality]:
    """All municipalities of a prefecture by its two digits (43: 熊本県), in the order of codes."""
    return list(
        db.session.scalars(
            select(Municipality)
            .where(Municipality.code.startswith(prefecture_code, autoescape=True), valid_today())
            .order_by(Municipality.code)
        )
    )


def municipality_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """(prefecture, [(code, name), …]) for a select with groups, in the order of codes."""
    rows = db.session.execute(
        select(Municipality.code, Municipality.prefecture, Municipality.county, Municipality.name)
        .where(valid_today())
        .order_by(Municipality.code)
    )
    return [
        (prefecture, [(row.code, f"{row.county}{row.name}") for row in group])
        for prefecture, group in groupby(rows, key=lambda row: row.prefecture)
    ]


def towns_of(postal_code: str) -> list[PostalCode]:
    """The towns of a postal code however it was typed, each with its municipality; empty for an unknown code."""
    code = parse_postal_code(postal_code)
    if code is None:
        return []
    return list(
        db.session.scalars(
            select(PostalCode)
            .join(PostalCode.municipality)
            .options(contains_eager(PostalCode.municipality))
            .where(PostalCode.code == code)
            .order_by(PostalCode.municipality_code, PostalCode.id)
        )
    )


def _meanings(wanted: str, name: str) -> list[ColumnElement[bool]]:
    full_name = Municipality.prefecture + Municipality.county + Municipality.name
    without_county = Municipality.prefecture + Municipality.name
    meanings = [
        _comparable(full_name).contains(name, autoescape=True),
        _comparable(without_county).contains(name, autoescape=True),
    ]
    reading = kana(wanted)
    if reading:
        meanings.append(Municipality.kana.startswith(reading.replace(" ", ""), autoescape=True))
    code = digits(wanted)
    if code and code == fold_width(wanted):
        meanings.append(Municipality.code.startswith(parse_code(code) or code, autoescape=True))
    return meanings


def _comparable(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """茅ヶ崎 and 茅ケ崎, 鎌ケ谷 and 鎌ヶ谷 are typed both ways."""
    return func.replace(column, "ヶ", "ケ")


def _plain_ke(text: str) -> str:
    return text.replace("ヶ", "ケ")
