"""What the forms here share beyond texts and days: numbers, choices, phones, addresses, municipalities."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from mra.alliance import queries as alliance
from mra.core.email_address import parse_email
from mra.core.fields import PHONE_SENTENCE, FieldsForm, help_line
from mra.core.phone import PhoneFault, parse_phone
from mra.core.text import whole_number

Choice = TypeVar("Choice", bound=StrEnum)


class RecallForm(FieldsForm):
    """The readings of this capability."""

    def take_number(self, name: str, sentence: str, *, least: int = 1, most: int) -> int:
        """A whole number within its limits; anything else is told with the sentence."""
        number = whole_number(self.text(name))
        if number is None or not least <= number <= most:
            self.wrong(name, sentence)
            return least
        return number

    def take_choice(self, name: str, words: Mapping[Choice, str], sentence: str) -> Choice | None:
        """One of the words; anything else is told with the sentence."""
        found = next((one for one in words if one.value == self.text(name)), None)
        if found is None:
            self.wrong(name, sentence)
        return found

    def take_phone(self, name: str) -> tuple[str | None, bool]:
        """A number and whether it can get texts; an office's free line is for the voice only."""
        try:
            number = parse_phone(self.text(name))
            return (number.e164, number.can_sms) if number else (None, False)
        except PhoneFault:
            pass
        try:
            return help_line(self.text(name)), False
        except PhoneFault:
            self.wrong(name, PHONE_SENTENCE)
            return None, False

    def take_email(self, name: str) -> str | None:
        """An address; None for an empty field."""
        typed = self.text(name)
        address = parse_email(typed) if typed else None
        if typed and address is None:
            self.wrong(name, "メールアドレスの形が違います。例：soumu@example.co.jp")
        return address

    def take_municipality(self, name: str, sentence: str) -> str:
        """The code of a municipality given by its name or code."""
        typed = self.need(name, sentence)
        keys = alliance.area_keys_of([typed])[typed] if typed else []
        if len(keys) > 1:
            names = "、".join(alliance.names_of_keys(keys).values())
            self.wrong(name, f"同じ名前の市区町村が複数あります（{names}）。都道府県名から入力してください。")
        elif typed and (not keys or len(keys[0]) == 2):
            self.wrong(name, f"「{typed[:40]}」という市区町村は見つかりません。名前かコードを確かめてください。")
        return keys[0] if len(keys) == 1 else ""
