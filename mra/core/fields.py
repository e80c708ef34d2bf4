"""Fields that forms of several capabilities share: texts of a limited length, days in three boxes, times, points, phones."""

import re
from datetime import date, time

from .dates import DateFault, parse_date
from .forms import Form
from .geo import Coordinates
from .phone import PhoneFault, parse_phone
from .text import fold_width, keep_name

DAY_PARTS = ("year", "month", "day")
# Help lines may be numbers on which nobody can be called back, or newer than the library's list of areas.
HELP_LINE_KINDS = frozenset({"toll_free", "navi_dial", "not_a_number"})
HELP_LINE = re.compile(r"0[1-9][0-9]{8}|0800[0-9]{7}")
PHONE_SENTENCE = "電話番号の形が違います。市外局番から入力してください。例：0969-00-0000"
CLOCK_TIME = re.compile(r"([0-9]{1,2})(?::|時)([0-9]{2})分?|([0-9]{2})([0-9]{2})")
LAT_LON = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)[,、 ]+([0-9]{1,3}(?:\.[0-9]+)?)")
JAPAN_LATS, JAPAN_LONS = (20.0, 46.0), (122.0, 154.0)


def help_line(text: str) -> str | None:
    """A number for enquiries as it is stored; None for an empty field, PhoneFault for anything else."""
    try:
        number = parse_phone(text)
    except PhoneFault as fault:
        dialled = fold_width(text).replace("-", "").replace(" ", "")
        if fault.code not in HELP_LINE_KINDS or not HELP_LINE.fullmatch(dialled):
            raise
        return f"+81{dialled[1:]}"
    return number.e164 if number else None


def day_values(name: str, day: date | None) -> dict[str, str]:
    """A day as the three boxes show it."""
    return (
        dict(zip((f"{name}_{part}" for part in DAY_PARTS), f"{day:%Y-%-m-%-d}".split("-"), strict=True)) if day else {}
    )


def typed_time(text: str) -> time | None:
    """A time of day as people type it: 9:30, ９時３０分, 0930; None for anything else."""
    found = CLOCK_TIME.fullmatch(fold_width(text).replace(" ", ""))
    hour, minute = (int(part) for part in found.groups() if part is not None) if found else (24, 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


class PlaceFault(ValueError):
    """What was typed is no point in Japan; `sentence` tells it to people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def typed_place(text: str) -> Coordinates | None:
    """Latitude and longitude within Japan; None for an empty field, PlaceFault for anything else."""
    folded = fold_width(text).strip("() ")
    if not folded:
        return None
    found = LAT_LON.fullmatch(folded)
    if found is None:
        raise PlaceFault("緯度と経度をコンマで区切って入力してください。例：32.4586, 130.1930")
    place = Coordinates(float(found[1]), float(found[2]))
    if _within(place.lon, JAPAN_LATS) and _within(place.lat, JAPAN_LONS):
        raise PlaceFault("緯度と経度が逆になっています。緯度（例：32.4586）を先に入力してください。")
    if not (_within(place.lat, JAPAN_LATS) and _within(place.lon, JAPAN_LONS)):
        raise PlaceFault("日本の外の位置になっています。緯度と経度を確かめてください。")
    return place


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


class FieldsForm(Form):
    """A form with texts and days."""

    def take_text(self, name: str, sentence: str, longest: int) -> str:
        """A text that must be there and fit."""
        value = keep_name(self.need(name, sentence))
        if len(value) > longest:
            self.wrong(name, f"{longest}文字以内で入力してください。")
        return value

    def take_free_text(self, name: str, longest: int) -> str:
        """A text that may be missing but must fit; its lines stay lines."""
        value = "\n".join(keep_name(line) for line in self.text(name).splitlines())
        if len(value) > longest:
            self.wrong(name, f"{longest}文字以内で入力してください。")
        return value

    def take_day(self, name: str, sentence: str = "") -> date | None:
        """A day in three boxes; with a sentence it must be there."""
        parts = [self.text(f"{name}_{part}") for part in DAY_PARTS]
        if not any(parts):
            if sentence:
                self.wrong(name, sentence)
            return None
        try:
            return parse_date("-".join(parts))
        except DateFault:
            self.wrong(name, "年・月・日を数字で入力してください。例：2026年8月16日")
            return None
