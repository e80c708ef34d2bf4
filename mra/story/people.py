"""Invented people, cars and places to live: drawn from lists, the same for the same seed."""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from mra.applications.rules import Evidence
from mra.core.circumstances import Circumstance
from mra.core.vehicle_classes import VehicleClass

SURNAMES = (
    ("佐藤", "サトウ"), ("鈴木", "スズキ"), ("髙橋", "タカハシ"), ("田中", "タナカ"), ("伊藤", "イトウ"), ("渡邊", "ワタナベ"),
    ("山本", "ヤマモト"), ("中村", "ナカムラ"), ("小林", "コバヤシ"), ("加藤", "カトウ"), ("吉田", "ヨシダ"), ("山﨑", "ヤマサキ"),
    ("松本", "マツモト"), ("井上", "イノウエ"), ("木村", "キムラ"), ("林田", "ハヤシダ"), ("清水", "シミズ"), ("坂本", "サカモト"),
    ("緒方", "オガタ"), ("宮本", "ミヤモト"), ("村上", "ムラカミ"), ("古閑", "コガ"), ("岩永", "イワナガ"), ("濱田", "ハマダ"),
)  # fmt: skip
GIVEN_NAMES = (
    ("明", "アキラ"), ("花子", "ハナコ"), ("健一", "ケンイチ"), ("陽子", "ヨウコ"), ("誠", "マコト"), ("久美子", "クミコ"),
    ("大輔", "ダイスケ"), ("美咲", "ミサキ"), ("翔太", "ショウタ"), ("さくら", "サクラ"), ("正", "タダシ"), ("和子", "カズコ"),
    ("隆", "タカシ"), ("恵", "メグミ"), ("拓也", "タクヤ"), ("直美", "ナオミ"), ("勝", "マサル"), ("節子", "セツコ"),
)  # fmt: skip
GROUPS = ("天草災害支援ネット", "八代ボランティア連絡会", "くまもと復興の会", "玉名片付け隊", "上天草こども支援の輪")

CAR_NAMES = {
    VehicleClass.KEI_PASSENGER: ("アルト", "ミラ", "ワゴンR", "N-WGN", "デイズ"),
    VehicleClass.PASSENGER: ("フィット", "ヤリス", "ノート", "デミオ"),
    VehicleClass.MINIVAN: ("セレナ", "ステップワゴン", "ノア"),
    VehicleClass.KEI_TRUCK: ("キャリイ", "ハイゼットトラック", "サンバートラック"),
    VehicleClass.KEI_VAN: ("エブリイ", "ハイゼットカーゴ", "N-VAN"),
    VehicleClass.VAN_LARGE: ("ハイエース", "キャラバン"),
    VehicleClass.TRUCK_DUMP: ("エルフ ダンプ", "キャンター ダンプ"),
    VehicleClass.WELFARE: ("タント スローパー", "ヴォクシー 福祉車両"),
}
SEATS = {
    VehicleClass.KEI_PASSENGER: 4, VehicleClass.PASSENGER: 5, VehicleClass.MINIVAN: 8, VehicleClass.KEI_TRUCK: 2,
    VehicleClass.KEI_VAN: 4, VehicleClass.VAN_LARGE: 10, VehicleClass.TRUCK_DUMP: 3, VehicleClass.WELFARE: 4,
}  # fmt: skip
# domain §9: 乗用 65 %, 軽トラ 20 %, 軽バン 10 %, other 5 %
CLASS_SHARES = (
    (VehicleClass.KEI_PASSENGER, 40),
    (VehicleClass.PASSENGER, 18),
    (VehicleClass.MINIVAN, 7),
    (VehicleClass.KEI_TRUCK, 20),
    (VehicleClass.KEI_VAN, 10),
    (VehicleClass.VAN_LARGE, 2),
    (VehicleClass.TRUCK_DUMP, 1),
    (VehicleClass.WELFARE, 2),
)
CARGO = frozenset({VehicleClass.KEI_TRUCK, VehicleClass.KEI_VAN, VehicleClass.VAN_LARGE, VehicleClass.TRUCK_DUMP})


class Person(NamedTuple):
    """An invented person. The number begins with 090-0000, which nobody has."""

    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    born_on: date
    phone: str
    can_sms: bool


def person(random: Random, number: int, today: date) -> Person:
    """The person of this number; one in twenty-five has a landline only."""
    family, family_kana = random.choice(SURNAMES)
    given, given_kana = random.choice(GIVEN_NAMES)
    age_days = int(random.triangular(19, 84, 52) * 365.25)
    has_mobile = number % 25 != 0
    phone = f"+8190{number:08}" if has_mobile else f"+8196{number:07}"
    return Person(family, given, family_kana, given_kana, today - timedelta(days=age_days), phone, has_mobile)


def vehicle_class(random: Random) -> VehicleClass:
    """A class of car, in the shares that a disaster asks for."""
    classes, shares = zip(*CLASS_SHARES, strict=True)
    drawn: VehicleClass = random.choices(classes, shares)[0]
    return drawn


def wished_classes(random: Random) -> list[str]:
    """One class for half of the people, otherwise two or three of the same product, in order of wish."""
    first = vehicle_class(random)
    alike = [kind for kind, _share in CLASS_SHARES if (kind in CARGO) == (first in CARGO) and kind is not first]
    more = random.sample(alike, random.choice((0, 0, 1, 2)))
    return [first.value, *(kind.value for kind in more)]


def circumstances(random: Random, classes: list[str]) -> list[str]:
    """What the person answered on why a car is needed."""
    drawn = [Circumstance.CLEAN_UP] if VehicleClass(classes[0]) in CARGO else []
    chances = (
        (Circumstance.HOSPITAL, 0.10), (Circumstance.CARE, 0.06), (Circumstance.COMMUTE, 0.45), (Circumstance.INFANT, 0.08),
        (Circumstance.NO_CAR, 0.50), (Circumstance.NO_PUBLIC_TRANSPORT, 0.30), (Circumstance.SHOPPING, 0.40),
    )  # fmt: skip
    drawn += [answer for answer, chance in chances if random.random() < chance]
    return [answer.value for answer in drawn or [Circumstance.SHOPPING]]


def evidence(random: Random) -> list[str]:
    """What the person can show."""
    kinds = (
        Evidence.RISAI_SHOMEI,
        Evidence.APPLICATION_COPY,
        Evidence.PHOTO_HOUSE,
        Evidence.PHOTO_VEHICLE,
        Evidence.CONSULT,
    )
    return [random.choices(kinds, (25, 30, 15, 27, 3))[0].value]
