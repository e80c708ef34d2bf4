"""From what was typed, in a form or in a row of a spreadsheet, to the clean facts of a car: one set of rules for both."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from mra.alliance.queries import area_keys_of
from mra.core import clock
from mra.core.dates import DateFault, parse_date
from mra.core.text import FormatFault, fold_width, keep_name, whole_number
from mra.core.vehicle_classes import FEATURE_WORDS, VEHICLE_CLASS_WORDS, VehicleClass

from . import rules, words
from .chassis import ChassisNumber, parse_chassis_number
from .facts import Registration, VehicleFacts
from .plates import Plate, parse_plate
from .rules import DocumentKind, Drive, Paper

NAME_LONGEST = 60
REMARKS_LONGEST = 1000
MOST_KM = 2_000_000
# Excel counts days from here; a cell that lost its date format shows such a number (30000 is 1982, 59999 is 2064).
EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAY = re.compile(r"[345][0-9]{4}")
# 令和3年4月, R3.4, 2021/04: a month alone, as the certificate tells the first registration.
MONTH_ALONE = re.compile(r"(?P<year>[^0-9]{0,2}[0-9元]+)(?P<sign>年|[-/.])(?P<month>[0-9]{1,2})月?")
FEATURE_SEPARATORS = re.compile(r"[、,，;；/／\n・+＋\s]+")

PAPER_FIELDS = {
    DocumentKind.INSPECTION: "inspection_ends_on",
    DocumentKind.COMPULSORY_INSURANCE: "compulsory_ends_on",
    DocumentKind.VOLUNTARY_INSURANCE: "voluntary_ends_on",
}

ODD_CHASSIS = (
    "車台番号の形が通常と異なります。車検証を見直してください。正しい場合は、1台ずつの登録画面で登録できます。"
)
SCOPE_NEEDED = "任意保険の運転者の範囲(限定なし・限定あり)を入力してください。"

Value = TypeVar("Value")


class Unreadable(Exception):
    """What was typed cannot be used; the message is the sentence for the person who typed it."""


class Cells:
    """Named texts being read one by one; what is wrong gathers in `faults`, by name."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self.typed = typed
        self.faults: dict[str, str] = {}

    def wrong(self, name: str, sentence: str) -> None:
        """Tell what is wrong; the first thing told stays."""
        self.faults.setdefault(name, sentence)

    def take(self, name: str, reader: Callable[[str], Value]) -> Value | None:
        """The value behind a text, None for an empty or an unreadable one."""
        text = self.typed.get(name, "").strip()
        if not text:
            return None
        try:
            return reader(text)
        except Unreadable as fault:
            self.wrong(name, str(fault))
            return None

    def need(self, name: str, reader: Callable[[str], Value], sentence: str) -> Value | None:
        """As `take`, where the absence is a fault told with the sentence."""
        if not self.typed.get(name, "").strip():
            self.wrong(name, sentence)
        return self.take(name, reader)


def read_registration(
    cells: Cells,
    *,
    today: date,
    base: Callable[[str], int],
    keys_of: Callable[[str], list[str]] | None = None,
    odd_chassis_seen: bool = False,
) -> Registration | None:
    """A car ready to be registered; None where something is wrong, which then stands in `cells.faults`.

    `base` finds the id of a base from what was typed, `keys_of` the keys of a place (default: asks the database for each);
    `odd_chassis_seen`: a person has looked at the paper again.
    """
    facts = read_facts(cells, base=base, keys_of=keys_of, odd_chassis_seen=odd_chassis_seen)
    papers = _papers(cells, today)
    has_arrived = cells.take("arrived", _arrived) or False
    if has_arrived and not cells.typed.get("base", "").strip():
        cells.wrong("base", "到着済の車両には拠点が必要です。拠点を入力してください。")
    return None if cells.faults or facts is None else Registration(facts, papers, has_arrived)


def read_facts(
    cells: Cells,
    *,
    base: Callable[[str], int],
    keys_of: Callable[[str], list[str]] | None = None,
    odd_chassis_seen: bool = False,
) -> VehicleFacts | None:
    """The facts of a car without its papers; None where something is wrong."""
    chassis = cells.need("chassis_number", _chassis, "車台番号を入力してください。例：HA36S-105678")
    if chassis and chassis.needs_confirmation and not odd_chassis_seen:
        cells.wrong("chassis_number", ODD_CHASSIS)
    plate = cells.take("plate", _plate)
    name = cells.need("name", _name, "車名を入力してください。例：アルト")
    vehicle_class = cells.need("vehicle_class", _class, "車種区分を入力してください。例：軽乗用車")
    seats = cells.need("seats", _seats, "定員を入力してください。例：4")
    transmission = cells.need(
        "transmission", _word(words.TRANSMISSIONS, "ATかMT"), "変速機(ATかMT)を入力してください。"
    )
    drive = cells.need("drive", _word(words.DRIVES, "2WDか4WD"), "駆動(2WDか4WD)を入力してください。")
    odometer_km = cells.need("odometer_km", _kilometres, "走行距離を入力してください。例：42000")
    features = cells.take("features", _features) or ()
    base_id = cells.take("base", base)
    available_from = cells.take("available_from", read_day)
    registered_in = cells.take("registered_in", _town(keys_of or _keys_of))
    first_registered_on = cells.take("first_registered_on", _past_month)
    remarks = cells.take("remarks", _remarks) or ""
    _agree(cells, plate, vehicle_class, seats, drive, features)
    if cells.faults or not (chassis and name and vehicle_class and seats and transmission and drive):
        return None
    return VehicleFacts(
        chassis_number=chassis.number,
        plate=plate,
        name=name,
        vehicle_class=vehicle_class,
        seats=seats,
        transmission=transmission,
        drive=drive,
        features=features,
        base_id=base_id,
        odometer_km=odometer_km or 0,
        available_from=available_from,
        remarks=remarks,
        registered_in_code=registered_in,
        first_registered_on=first_registered_on,
    )


def _agree(
    cells: Cells,
    plate: Plate | None,
    vehicle_class: VehicleClass | None,
    seats: int | None,
    drive: Drive | None,
    features: tuple[str, ...],
) -> None:
    """What was read must fit together: a kei car has a kei plate and at most four seats."""
    if plate and vehicle_class and not rules.plate_fits(plate, vehicle_class):
        cells.wrong(
            "plate", f"分類番号{plate.class_number}は軽自動車のナンバーではありません。車種区分と見比べてください。"
        )
    if seats and vehicle_class and not rules.seats_fit(seats, vehicle_class):
        cells.wrong("seats", "軽自動車の定員は4人までです。定員か車種区分を直してください。")
    if drive is Drive.TWO and rules.FOUR_WHEEL_FEATURE in features:
        cells.wrong("features", "装備の「4WD」と駆動の「2WD」が合いません。どちらかを直してください。")


def _papers(cells: Cells, today: date) -> list[Paper]:
    scope = cells.take("driver_scope", _word(words.SCOPES, "限定なしか限定あり"))
    papers = []
    for kind, field in PAPER_FIELDS.items():
        ends_on = cells.take(field, read_day)
        if ends_on is None:
            continue
        is_voluntary = kind is DocumentKind.VOLUNTARY_INSURANCE
        paper = Paper(kind, None, ends_on, scope if is_voluntary else None)
        if fault := rules.paper_fault(paper, today):
            place = "driver_scope" if fault == "paper_scope" else field
            cells.wrong(place, SCOPE_NEEDED if fault == "paper_scope" else rules.REFUSALS[fault])
        papers.append(paper)
    if scope and not cells.typed.get("voluntary_ends_on", "").strip():
        cells.wrong("voluntary_ends_on", "運転者の範囲を入力したときは、任意保険の満了日も入力してください。")
    return papers


def read_day(text: str) -> date:
    """A day in western years or in an era, full width or not, or as Excel's bare number."""
    folded = fold_width(text)
    if EXCEL_DAY.fullmatch(folded):
        return EXCEL_DAY_ZERO + timedelta(days=int(folded))
    try:
        day = parse_date(text)
    except DateFault as fault:
        raise Unreadable(words.DATE_SENTENCES[fault.code]) from None
    if day is None:
        raise Unreadable(words.DATE_SENTENCES["bad_shape"])
    return day


def read_month(text: str) -> date:
    """The first day of a month: 令和3年4月, R3.4, 2021/04, or any day of it."""
    folded = fold_width(text).replace(" ", "")
    alone = MONTH_ALONE.fullmatch(folded)
    if alone is None or EXCEL_DAY.fullmatch(folded):
        return read_day(text).replace(day=1)
    try:
        return read_day(f"{alone['year']}/{alone['month']}/1")
    except Unreadable:
        # 平成 began on the 8th of its first month.
        return read_day(f"{alone['year']}/{alone['month']}/28").replace(day=1)


def _past_month(text: str) -> date:
    month = read_month(text)
    if month > clock.today():
        raise Unreadable("初度登録年月が先の月になっています。車検証を確認してください。例：令和3年4月")
    return month


def _keys_of(text: str) -> list[str]:
    return area_keys_of([text])[text]


def _town(keys_of: Callable[[str], list[str]]) -> Callable[[str], str]:
    def read(text: str) -> str:
        keys = [key for key in keys_of(text) if len(key) == 5]
        if len(keys) > 1:
            raise Unreadable(f"「{text[:20]}」は複数あります。都道府県から入力してください。例：熊本県天草市")
        if not keys:
            raise Unreadable(f"「{text[:20]}」という市区町村は見つかりません。名前かコードを確認してください。")
        return keys[0]

    return read


def _plate(text: str) -> Plate:
    try:
        return parse_plate(text)
    except FormatFault as fault:
        raise Unreadable(words.PLATE_SENTENCES[fault.code].format(**fault.facts)) from None


def _chassis(text: str) -> ChassisNumber:
    try:
        return parse_chassis_number(text)
    except FormatFault as fault:
        raise Unreadable(words.CHASSIS_SENTENCES[fault.code]) from None


def _name(text: str) -> str:
    return _text_of(text, NAME_LONGEST, "車名")


def _remarks(text: str) -> str:
    return _text_of(text, REMARKS_LONGEST, "備考")


def _text_of(text: str, longest: int, label: str) -> str:
    kept = keep_name(text)
    if len(kept) > longest:
        raise Unreadable(f"{label}が長すぎます。{longest:,}文字までで入力してください。")
    return kept


def _word(known: Mapping[str, Value], expected: str) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        found = known.get(words.key(text))
        if found is None:
            raise Unreadable(f"「{text[:20]}」は読み取れません。{expected}を入力してください。")
        return found

    return read


def _class(text: str) -> VehicleClass:
    found = words.CLASSES.get(words.key(text))
    if found is None:
        raise Unreadable(
            f"「{text[:20]}」という車種区分はありません。{words.choices(VEHICLE_CLASS_WORDS.values())}から選んでください。"
        )
    return found


def _seats(text: str) -> int:
    seats = whole_number(fold_width(text).removesuffix("人").removesuffix("名"))
    if seats is None or not 1 <= seats <= rules.MOST_SEATS:
        raise Unreadable(f"定員は1〜{rules.MOST_SEATS}の数字で入力してください。")
    return seats


def _kilometres(text: str) -> int:
    kilometres = whole_number(fold_width(text).lower().removesuffix("km").strip())
    if kilometres is None or kilometres > MOST_KM:
        raise Unreadable("走行距離はキロメートル単位の整数で入力してください。例：42000")
    return kilometres


def _features(text: str) -> tuple[str, ...]:
    typed = [part for part in FEATURE_SEPARATORS.split(text) if part and words.key(part) not in words.NONE_OF_THEM]
    found = {part: words.FEATURES.get(words.key(part)) for part in typed}
    unknown = [part for part, code in found.items() if code is None]
    if unknown:
        raise Unreadable(
            f"{words.choices(part[:20] for part in unknown)}という装備はありません。"
            f"{words.choices(FEATURE_WORDS.values())}から選び、「、」で区切って入力してください。"
        )
    return tuple(sorted({code for code in found.values() if code}))


def _arrived(text: str) -> bool:
    found = words.ARRIVED.get(words.key(text))
    if found is None:
        raise Unreadable(f"「{text[:20]}」は読み取れません。「到着済」か「提供予定」を入力してください。")
    return found
