"""What the forms about agreements share: texts, days, choices, phones, places, points on the map."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from mra.core.dates import DateFault, parse_date
from mra.core.email_address import parse_email
from mra.core.fields import PHONE_SENTENCE, PlaceFault, help_line, typed_place
from mra.core.forms import Form
from mra.core.geo import Coordinates
from mra.core.phone import PhoneFault
from mra.core.text import keep_name

from .. import queries

Choice = TypeVar("Choice", bound=StrEnum)

DAY_EXAMPLE = "日付の形が違います。例：2026/12/1、令和8年12月1日"
LONGEST_TEXT = 2000


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
        try:
            return help_line(self.text(name))
        except PhoneFault:
            self.wrong(name, PHONE_SENTENCE)
            return None

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
        try:
            return typed_place(self.text(name))
        except PlaceFault as fault:
            self.wrong(name, fault.sentence)
            return None
