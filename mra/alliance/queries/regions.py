"""Reading a region as people write it: names or codes of prefectures and municipalities."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mra.core.text import fold_width

from ..municipality_codes import parse_code
from ..rules import areas
from .places import area_keys_of, names_of_keys, prefecture_key

SEPARATORS = re.compile(r"[、,，・;；\r\n\t]+")
WHOLE_COUNTRY = frozenset({"全国", "日本全国"})
# Twice the municipalities of Hokkaido; nobody names more one by one.
MOST_NAMES = 400


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
    meant = area_keys_of(named)
    faults = [_fault(part, meant[part]) for part in named if len(meant[part]) != 1]
    return Region(tuple(areas.normal(keys[0] for keys in meant.values() if len(keys) == 1)), tuple(faults))


def _parts(text: str) -> list[str]:
    """The names, each once. A space parts prefectures and codes, and stands within 大分県 日田市."""
    parts: list[str] = []
    for part in SEPARATORS.split(text):
        words = part.split()
        parts += words if all(prefecture_key(word) or parse_code(word) for word in words) else ["".join(words)]
    return list(dict.fromkeys(parts))


def _fault(part: str, meant: list[str]) -> str:
    if meant:
        names = "、".join(names_of_keys(meant[:3]).values())
        return f"「{part[:40]}」は複数あります（{names}）。都道府県から入力してください。"
    if re.fullmatch("[0-9]+", fold_width(part)):
        return f"「{part[:40]}」という市区町村コードはありません。コードを確かめるか、名前で入力してください。"
    return f"「{part[:40]}」という都道府県・市区町村は見つかりません。正式な名前かコードで入力してください。"


def region_text(area: Sequence[str]) -> str:
    """An area as the form shows it, so that reading it again gives the same keys; one statement where towns are named."""
    names = names_of_keys(area)
    return "、".join(names.get(key, key) for key in area)
