"""Where a promise or an agreement counts: prefectures and municipalities by code.

An area is a set of keys: two digits are a prefecture (43: 熊本県), five a municipality. No key at all means the whole
country. A ward of a designated city lies also in the city.
"""

from collections.abc import Iterable

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
