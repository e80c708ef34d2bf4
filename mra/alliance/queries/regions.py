"""Reading a region as people write it: names or codes of prefectures and municipalities."""

import re
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import or_, select

from mra.core.db import db
from mra.core.text import fold_width

from ..models import Municipality
from ..municipality_codes import PREFECTURES, check_digit, parse_code
from ..rules import areas

SEPARATORS = re.compile(r"[、,，・;；\r\n\t]+")
WHOLE_COUNTRY = frozenset({"全国", "日本全国"})
# Twice the municipalities of Hokkaido; nobody names more one by one.
MOST_NAMES = 400
_PREFECTURE_BY_NAME = {name: code for code, name in PREFECTURES.items()} | {
    re.sub("[都府県]$", "", name): code for code, name in PREFECTURES.items()
}


@dataclass(frozen=True)
class Region:
    """The keys that a text names, and what in it could not be understood, in words for the person who typed it."""

    keys: tuple[str, ...]
    faults: tuple[str, ...]


def read_region(text: str) -> Region:
    """The area of a text such as 熊本県、大分県日田市、43215; empty or 全国 is the whole country."""
    named = [part for part in _parts(text) if part not in WHOLE_COUNTRY]
    if len(named) > MOST_NAMES:
        return Region((), (f"地域は{MOST_NAMES}か所以内で入力してください。都道府県でまとめられます。",))
    keys = {part: key for part in named if (key := _prefecture(part))}
    towns = _towns([part for part in named if part not in keys])
    faults = []
    for part in named:
        found = towns.get(part, [])
        if len(found) == 1:
            keys[part] = found[0].code
        elif part not in keys:
            faults.append(_fault(part, found))
    return Region(tuple(areas.normal(keys.values())), tuple(faults))


def _parts(text: str) -> list[str]:
    """The names, each once. A space parts prefectures and codes, and stands within 大分県 日田市."""
    parts: list[str] = []
    for part in SEPARATORS.split(text):
        words = part.split()
        parts += words if all(_prefecture(word) or parse_code(word) for word in words) else ["".join(words)]
    return list(dict.fromkeys(parts))


def _prefecture(part: str) -> str | None:
    """43, 430005 and 熊本県 are the same; 熊本 too."""
    code = fold_width(part)
    if code in PREFECTURES:
        return code
    is_full_code = re.fullmatch("[0-9]{2}000[0-9]?", code) and code[:2] in PREFECTURES
    if is_full_code:
        return code[:2] if len(code) == 5 or code[5] == check_digit(code[:5]) else None
    return _PREFECTURE_BY_NAME.get(part)


def _towns(parts: list[str]) -> dict[str, list[Municipality]]:
    """What each part may mean: a code, or a name with or without prefecture and county; one statement."""
    if not parts:
        return {}
    codes = {part: parse_code(part) for part in parts}
    spellings = {spelling for part in parts for spelling in (part, part.replace("ヶ", "ケ"), part.replace("ケ", "ヶ"))}
    full = Municipality.prefecture + Municipality.county + Municipality.name
    without_county = Municipality.prefecture + Municipality.name
    rows = db.session.scalars(
        select(Municipality).where(
            or_(
                Municipality.code.in_([code for code in codes.values() if code]),
                *(name.in_(spellings) for name in (Municipality.name, full, without_county)),
                (Municipality.county + Municipality.name).in_(spellings),
            )
        )
    ).all()
    meant = defaultdict(list)
    for part in parts:
        meant[part] = [town for town in rows if codes[part] == town.code or _is_called(town, part)]
    return meant


def _is_called(town: Municipality, part: str) -> bool:
    names = {
        town.name,
        town.county + town.name,
        town.prefecture + town.name,
        town.full_name,
    }
    return part.replace("ヶ", "ケ") in {name.replace("ヶ", "ケ") for name in names}


def _fault(part: str, found: list[Municipality]) -> str:
    if found:
        names = "、".join(town.full_name for town in found[:3])
        return f"「{part[:40]}」は複数あります（{names}）。都道府県から入力してください。"
    if re.fullmatch("[0-9]+", fold_width(part)):
        return f"「{part[:40]}」という市区町村コードはありません。コードを確かめるか、名前で入力してください。"
    return f"「{part[:40]}」という都道府県・市区町村は見つかりません。正式な名前かコードで入力してください。"


def region_text(area: list[str] | tuple[str, ...]) -> str:
    """An area as the form shows it, so that reading it again gives the same keys; one statement where towns are named."""
    towns = [key for key in area if len(key) > 2]
    names: dict[str, str] = {}
    if towns:
        rows = db.session.scalars(select(Municipality).where(Municipality.code.in_(towns)))
        names = {town.code: town.full_name for town in rows}
    return "、".join(PREFECTURES.get(key) or names.get(key, key) for key in area)
