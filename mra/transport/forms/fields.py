"""What the forms of this capability share: days, times, phones, places, choices."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from mra.alliance import queries as alliance
from mra.alliance.models import Municipality
from mra.core import clock
from mra.core.clock import JAPAN, in_japan
from mra.core.dates import DateFault, parse_date
from mra.core.fields import PHONE_SENTENCE, FieldsForm, typed_time
from mra.core.phone import PhoneFault, PhoneNumber, parse_phone
from mra.core.text import fold_width, whole_number

E = TypeVar("E", bound=StrEnum)


def choices(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Options of a field from the words of an enum."""
    return [(kind.value, word) for kind, word in words.items()]


def day_text(day: date | None) -> str:
    """A day as a box shows it."""
    return f"{day:%Y/%-m/%-d}" if day else ""


def time_text(at: time | None) -> str:
    """A time of day as a box shows it."""
    return f"{at:%-H:%M}" if at else ""


def moment_values(name: str, moment: datetime) -> dict[str, str]:
    """A moment as the boxes of its day and its time show it."""
    local = in_japan(moment)
    return {f"{name}_on": day_text(local.date()), f"{name}_time": time_text(local.time())}


class TransportForm(FieldsForm):
    """Days, times, numbers, places and phones as they are read here."""

    def take_one_day(self, name: str, sentence: str = "") -> date | None:
        """A day in one box, however it is written (2026/8/22, 8/22, 令和8年8月22日); with a sentence it must be there."""
        typed = self.text(name)
        if not typed:
            if sentence:
                self.wrong(name, sentence)
            return None
        try:
            return parse_date(with_year(typed))
        except DateFault:
            self.wrong(name, "日付として読めません。例：2026/8/22")
            return None

    def take_days(self, name: str, most: int) -> tuple[date, ...]:
        """Several days in one box, with commas, spaces or lines between them."""
        parts = self.text(name).replace("、", " ").replace(",", " ").replace("，", " ").split()
        days = set()
        for part in parts[: most + 1]:
            try:
                day = parse_date(with_year(part))
            except DateFault:
                self.wrong(name, f"「{part[:20]}」を日付として読めません。例：8/25、8/30")
                return ()
            if day:
                days.add(day)
        if len(parts) > most:
            self.wrong(name, f"日付は{most}日までにしてください。")
        return tuple(sorted(days))

    def take_time(self, name: str) -> time | None:
        """A time of day that may be missing."""
        typed = self.text(name)
        found = typed_time(typed) if typed else None
        if typed and found is None:
            self.wrong(name, "時刻として読めません。例：9:30")
        return found

    def take_moment(self, name: str, sentence: str) -> datetime | None:
        """A day and a time in two boxes."""
        day = self.take_one_day(f"{name}_on", sentence)
        at = self.take_time(f"{name}_time")
        if at is None and f"{name}_time" not in self.errors:
            self.wrong(f"{name}_time", "時刻を入力してください。例：17:00")
        return datetime.combine(day, at, JAPAN) if day and at else None

    def take_number(self, name: str, sentence: str, *, least: int, most: int, required: bool = True) -> int | None:
        """A whole number within its limits."""
        if not self.text(name) and not required:
            return None
        number = whole_number(self.text(name))
        if number is None or not least <= number <= most:
            self.wrong(name, sentence)
            return None
        return number

    def take_choice(self, name: str, kind: type[E], sentence: str) -> E | None:
        """One of the offered values."""
        value = self.text(name)
        if value not in {member.value for member in kind}:
            self.wrong(name, sentence)
            return None
        return kind(value)

    def take_phone(self, name: str, *, required: bool) -> PhoneNumber | None:
        """A number at which somebody can be rung."""
        try:
            found = parse_phone(self.text(name))
        except PhoneFault:
            self.wrong(name, PHONE_SENTENCE)
            return None
        if found is None and required:
            self.wrong(name, "電話番号を入力してください。")
        return found

    def take_municipality(self, name: str, *, required: bool) -> Municipality | None:
        """A municipality by its name or by a postal code; who means one of several says the prefecture too."""
        typed = self.text(name)
        if not typed:
            if required:
                self.wrong(name, "市区町村を入力してください。例：熊本県天草市")
            return None
        found = {town.municipality for town in alliance.towns_of(typed)} or exactly(typed)
        if len(found) == 1:
            return found.pop()
        self.wrong(
            name,
            "あてはまる市区町村が複数あります。都道府県から入力してください。例：熊本県天草市"
            if found
            else "市区町村が見つかりません。都道府県から入力してください。例：熊本県天草市",
        )
        return None

    def is_yes(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.text(name) == "yes"


def exactly(typed: str) -> set[Municipality]:
    """The municipalities that somebody means; one whose name was typed in full is meant and no other."""
    found = alliance.municipalities_matching(typed)
    wanted = "".join(typed.split())
    same = {one for one in found if wanted in (one.full_name, one.prefecture + one.name, one.name)}
    return same or set(found)


def with_year(typed: str) -> str:
    """A day without its year is the next one of that name: 1/5 in December is in the new year."""
    parts = fold_width(typed).replace("月", "/").replace("日", "").split("(")[0].split("/")
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        return typed
    today = clock.today()
    month, day = (int(part) for part in parts)
    year = today.year + ((month, day) < (today.month, today.day))
    return f"{year}/{month}/{day}"
