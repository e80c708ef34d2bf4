"""Where the country is covered: which agreement stands nearest to each prefecture and municipality."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from mra.core.lifecycle import Word

from .agreements import AgreementLevel
from .areas import keys_of


class Coverage(StrEnum):
    """By whom a place is covered, the nearest partner first."""

    OWN = "own"
    PREFECTURE = "prefecture"
    TOWNS_ONLY = "towns_only"
    ASSOCIATION = "association"
    NONE = "none"


COVERAGE_WORDS = {
    Coverage.OWN: Word("市区町村との協定あり", "success"),
    Coverage.PREFECTURE: Word("都道府県との協定あり", "info"),
    Coverage.TOWNS_ONLY: Word("一部の市区町村のみ", "warning"),
    Coverage.ASSOCIATION: Word("市長会などの協定のみ", "warning"),
    Coverage.NONE: Word("協定なし", "neutral"),
}


class Covering(NamedTuple):
    """An agreement as far as coverage is concerned."""

    level: AgreementLevel
    area: tuple[str, ...]


def of_municipality(code: str, agreements: Iterable[Covering]) -> Coverage:
    """By whom a municipality is covered."""
    keys = set(keys_of(code))
    found = {_nearness(one, keys) for one in agreements}
    return next((coverage for coverage in Coverage if coverage in found), Coverage.NONE)


def _nearness(agreement: Covering, keys: set[str]) -> Coverage:
    hit = keys.intersection(agreement.area)
    if agreement.area and not hit:
        return Coverage.NONE
    if agreement.level is AgreementLevel.ASSOCIATION or not agreement.area:
        return Coverage.ASSOCIATION
    return Coverage.OWN if any(len(key) == 5 for key in hit) else Coverage.PREFECTURE


def of_prefecture(prefecture: str, agreements: Iterable[Covering]) -> Coverage:
    """By whom a prefecture is covered: as a whole, in parts, or only by an association."""
    found = set()
    for one in agreements:
        if prefecture in one.area and one.level is not AgreementLevel.ASSOCIATION:
            found.add(Coverage.PREFECTURE)
        elif one.level is not AgreementLevel.ASSOCIATION and any(key[:2] == prefecture for key in one.area):
            found.add(Coverage.TOWNS_ONLY)
        elif not one.area or prefecture in one.area:
            found.add(Coverage.ASSOCIATION)
    return next((coverage for coverage in Coverage if coverage in found), Coverage.NONE)
