"""Prefectures and municipalities as people write them in a form: by name or by code, many in one statement.

`regions` reads a whole line of them on top of this.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import func, or_, select

from mra.core.db import db
from mra.core.text import fold_width

from ..areas import valid_today
from ..models import Municipality
from ..municipality_codes import PREFECTURES, full_code, parse_code
from ..rules.areas import DESIGNATED_CITY_CODES, city_of_ward

# 熊本 is said for 熊本県; no municipality is called like that.
_PREFECTURE_KEYS = {name: key for key, name in PREFECTURES.items()} | {
    re.sub("[都府県]$", "", name): key for key, name in PREFECTURES.items()
}
_WITH_CODE = re.compile(r".*\(([0-9]{2,6})\)")


def area_keys_of(texts: Iterable[str]) -> dict[str, list[str]]:
    """The keys (`rules.areas`) that each text may mean: none for an unknown one, several for a name that is ambiguous."""
    wanted = {text: _plain(text) for text in texts}
    known = _municipality_keys({plain for plain in wanted.values() if _prefecture_key(plain) is None})
    return {
        text: [key] if (key := _prefecture_key(plain)) is not None else known.get(plain, [])
        for text, plain in wanted.items()
    }


def prefecture_key(text: str) -> str | None:
    """The key of a prefecture by its name or code: 熊本県, 熊本, 43 and 430005 are the same."""
    return _prefecture_key(_plain(text))


def names_of_keys(keys: Collection[str]) -> dict[str, str]:
    """The name of every key: the prefecture, or the municipality with its prefecture; unknown keys are left out."""
    codes = [key for key in keys if len(key) == 5]
    named = {key: PREFECTURES[key] for key in keys if key in PREFECTURES}
    if codes:
        found = db.session.scalars(select(Municipality).where(Municipality.code.in_(codes)))
        named |= {one.code: one.full_name for one in found}
    return {key: named[key] for key in sorted(keys) if key in named}


def _plain(text: str) -> str:
    """Without spaces; of 熊本県天草市(43215) the code alone."""
    folded = fold_width(text).replace(" ", "").replace("ヶ", "ケ")
    coded = _WITH_CODE.fullmatch(folded)
    return coded[1] if coded else folded


def _prefecture_key(plain: str) -> str | None:
    if plain in _PREFECTURE_KEYS:
        return _PREFECTURE_KEYS[plain]
    if plain in PREFECTURES:
        return plain
    # The code of a prefecture on papers: 430005, or 43000 without its check digit.
    key = plain[:2]
    return key if key in PREFECTURES and plain in (f"{key}000", full_code(f"{key}000")) else None


def _municipality_keys(plains: set[str]) -> dict[str, list[str]]:
    codes = {plain: code for plain in plains if (code := parse_code(plain))}
    names = {plain for plain in plains if not plain.isdigit()}
    if not codes and not names:
        return {}
    name = func.replace(Municipality.name, "ヶ", "ケ")
    county_name = Municipality.county + name
    spellings = (name, county_name, Municipality.prefecture + name, Municipality.prefecture + county_name)
    rows = db.session.execute(
        select(Municipality.code, *spellings)
        .where(
            or_(Municipality.code.in_(codes.values()), *(spelling.in_(names) for spelling in spellings)), valid_today()
        )
        .order_by(Municipality.code)
    )
    known: dict[str, list[str]] = defaultdict(list)
    for code, *spelt in rows:
        for spelling in {code, *spelt}:
            known[spelling].append(code)
    return {plain: known.get(codes.get(plain, plain), []) for plain in plains}


def municipality_codes_of(code: str) -> list[str]:
    """A municipality with those that lie in it or around it: a designated city with its wards, a ward with its city."""
    city = city_of_ward(code) or code
    wards = [ward for ward in _codes_after(city) if city_of_ward(ward) == city] if city in DESIGNATED_CITY_CODES else []
    return [code, city] if city != code else [code, *wards]


def _codes_after(city: str) -> list[str]:
    """The codes in which the wards of a city can be numbered."""
    return [f"{number:05}" for number in range(int(city) + 1, int(city) + 30)]
