"""What the forms about agreements share: texts, days, choices, phones, places, points on the map."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from mra.core.dates import DateFault, parse_date
from mra.core.email_address import parse_email
from mra.core.forms import Form
from mra.core.geo import Coordinates
from mra.core.phone import PhoneFault, parse_phone
from mra.core.text import fold_width, keep_name

from .. import queries

Choice = TypeVar("Choice", bound=StrEnum)

DAY_EXAMPLE = "日付の形が違います。例：2026/12/1、令和8年12月1日"
LONGEST_TEXT = 2000
# Town halls have numbers that are newer than the library's list of areas, and toll-free ones.
TOWN_HALL_KINDS = frozenset({"toll_free", "navi_dial", "not_a_number"})
TOWN_HALL = re.compile(r"0[1-9][0-9]{8,9}")
LAT_LON = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)[,、 ]+([0-9]{1,3}(?:\.[0-9]+)?)")
JAPAN_LATS, JAPAN_LONS = (20.0, 46.0), (122.0, 154.0)


def shown_day(day: date | None) -> str:
    """A day as the field shows it."""
    return f"{day:%Y/%-m/%-d}" if day else ""


def shown_place(place: tuple[float, float] | None) -> str:
    """A point as the field shows it."""
    return f"{place[0]}, {place[1]}" if place else ""


def unknown_sentence(text: str) -> str:
    """There is no such prefecture or municipality."""
    return f"「{text}」という市区町村・都道府県は見つかりません。正式な名前かコードで入力してください。"


def ambiguous_sentence(text: str, keys: list[str]) -> str:
    """Several municipalities have this name."""
    names = "、".join(queries.names_of_keys(keys).values())
    return f"「{text}」は複数あります（{names}）。都道府県名から、またはコードで入力してください。"


class FieldsForm(Form):
    """The readings that the forms about agreements share."""

    def take_text(self, name: str, longest: int = LONGEST_TEXT, sentence: str = "") -> str:
        """A text that fits; with a sentence it must be there."""
        typed = self.need(name, sentence) if sentence else self.text(name)
        value = "\n".join(keep_name(line) for line in typed.splitlines())
        if len(value) > longest:
            self.wrong(name, f"{longest:,}文字以内で入力してください。")
        return value

    def take_day(self, name: str, sentence: str = "") -> date | None:
        """A day however it is written; with a sentence it must be there."""
        typed = self.need(name, sentence) if sentence else self.text(name)
        try:
            return parse_date(typed) if typed else None
        except DateFault:
            self.wrong(name, DAY_EXAMPLE)
            return None

    def take_choice(self, name: str, words: Mapping[Choice, str], sentence: str) -> Choice | None:
        """One of the words; anything else is told with the sentence."""
        found = next((one for one in words if one.value == self.text(name)), None)
        if found is None:
            self.wrong(name, sentence)
        return found

    def take_yes_or_no(self, name: str) -> bool | None:
        """Yes, no, or not known."""
        return {"yes": True, "no": False}.get(self.text(name))

    def take_phone(self, name: str) -> str | None:
        """A number of an office; None for an empty field."""
        typed = self.text(name)
        try:
            number = parse_phone(typed)
        except PhoneFault as fault:
            dialled = fold_width(typed).replace("-", "").replace(" ", "")
            if fault.code in TOWN_HALL_KINDS and TOWN_HALL.fullmatch(dialled):
                return f"+81{dialled[1:]}"
            self.wrong(name, "電話番号の形が違います。市外局番から入力してください。例：0969-00-0000")
            return None
        return number.e164 if number else None

    def take_email(self, name: str) -> str | None:
        """An address; None for an empty field."""
        typed = self.text(name)
        address = parse_email(typed) if typed else None
        if typed and address is None:
            self.wrong(name, "メールアドレスの形が違います。例：kikikanri@example.lg.jp")
        return address

    def take_municipality(self, name: str, sentence: str) -> str:
        """The code of a municipality given by its name or code."""
        typed = self.need(name, sentence)
        keys = queries.area_keys_of([typed])[typed] if typed else []
        if len(keys) > 1:
            self.wrong(name, ambiguous_sentence(typed, keys))
        elif not keys or len(keys[0]) == 2:
            self.wrong(name, f"「{typed[:40]}」という市区町村は見つかりません。名前かコードを確かめてください。")
        return keys[0] if len(keys) == 1 else ""

    def take_place(self, name: str) -> Coordinates | None:
        """Latitude and longitude within Japan; None for an empty field."""
        folded = fold_width(self.text(name)).strip("() ")
        if not folded:
            return None
        found = LAT_LON.fullmatch(folded)
        if found is None:
            self.wrong(name, "緯度と経度をコンマで区切って入力してください。例：32.4586, 130.1930")
            return None
        place = Coordinates(float(found[1]), float(found[2]))
        if _within(place.lon, JAPAN_LATS) and _within(place.lat, JAPAN_LONS):
            self.wrong(name, "緯度と経度が逆になっています。緯度（例：32.4586）を先に入力してください。")
        elif not (_within(place.lat, JAPAN_LATS) and _within(place.lon, JAPAN_LONS)):
            self.wrong(name, "日本の外の位置になっています。緯度と経度を確かめてください。")
        return place


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
