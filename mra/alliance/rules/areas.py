"""Where a promise or an agreement counts: prefectures and municipalities by code.

An area is a set of keys: two digits are a prefecture (43: 熊本県), five a municipality. No key at all means the whole
country. A ward of a designated city lies also in the city.
"""

from collections.abc import Iterable, Mapping

from ..municipality_codes import PREFECTURES

# The designated cities by code; their wards follow each of them in the numbering (43100 熊本市, 43101 中央区 …).
DESIGNATED_CITY_CODES = (
    "01100", "04100", "11100", "12100", "14100", "14130", "14150", "15100", "22100", "22130",
    "23100", "26100", "27100", "27140", "28100", "33100", "34100", "40100", "40130", "43100",
)  # fmt: skip


def keys_of(code: str) -> tuple[str, ...]:
    """Every key whose area contains this municipality: itself, the city of a ward, its prefecture."""
    city = city_of_ward(code)
    return (code, city, code[:2]) if city else (code, code[:2])


def city_of_ward(code: str) -> str | None:
    """The designated city of a ward's code, None for everything else (the city itself, special wards of Tokyo)."""
    if code[2] != "1" or code in DESIGNATED_CITY_CODES:
        return None
    below = [city for city in DESIGNATED_CITY_CODES if city[:2] == code[:2] and city < code]
    return max(below) if below else None


def contains(area: Iterable[str], code: str) -> bool:
    """Whether an area contains a municipality; an area without keys is the whole country."""
    keys = set(area)
    return not keys or not keys.isdisjoint(keys_of(code))


def normal(keys: Iterable[str]) -> list[str]:
    """The same area without what it says twice: a town beside its prefecture, a ward beside its city; in order."""
    wanted = set(keys)
    return sorted(key for key in wanted if len(key) == 2 or not (set(keys_of(key)) - {key}) & wanted)


# More towns or prefectures than this are counted rather than named: a line has to be read at a glance.
NAMED_TOWNS = 3
NAMED_PREFECTURES = 4


def words(area: Iterable[str], names: Mapping[str, str] | None = None) -> str:
    """An area in one line: 全国, 熊本県・大分県, 熊本県天草市・上天草市.

    `names` are full names of municipalities by code; where a name is not at hand, its prefecture is told in part.
    """
    keys = sorted(set(area))
    prefectures = _prefecture_words([PREFECTURES.get(key, key) for key in keys if len(key) == 2])
    towns = [key for key in keys if len(key) != 2]
    return "・".join(prefectures + _town_words(towns, names or {})) or "全国"


def _prefecture_words(names: list[str]) -> list[str]:
    rest = len(names) - NAMED_PREFECTURES
    return names if rest <= 0 else [*names[:NAMED_PREFECTURES], f"ほか{rest}都道府県"]


def _town_words(codes: list[str], names: Mapping[str, str]) -> list[str]:
    if not all(code in names for code in codes):
        return [f"{name}の一部" for name in dict.fromkeys(PREFECTURES.get(code[:2], code) for code in codes)]
    told = [names[code] for code in codes[:NAMED_TOWNS]]
    rest = len(codes) - len(told)
    return told + ([f"ほか{rest}市区町村"] if rest else [])
