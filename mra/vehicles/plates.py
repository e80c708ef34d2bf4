"""Number plates: region, class number, kana and serial number, as on the plate 宮城 580 わ 12-34."""

import re
from dataclasses import dataclass
from enum import StrEnum

import jaconv

from mra.core.text import FormatFault, fold_width

# The 138 regions that issue plates; 石巻 and many other cities are not among them.
AREAS = frozenset(
    # One line per part of the country reads better than a list of 138 quoted names.
    """
    札幌 函館 旭川 室蘭 苫小牧 釧路 知床 帯広 十勝 北見
    青森 弘前 八戸 岩手 盛岡 平泉 宮城 仙台 秋田 山形 庄内 福島 会津 郡山 白河 いわき
    水戸 土浦 つくば 宇都宮 那須 とちぎ 日光 群馬 前橋 高崎 大宮 川口 所沢 川越 熊谷 春日部 越谷
    千葉 成田 習志野 市川 船橋 袖ヶ浦 市原 野田 柏 松戸
    品川 世田谷 練馬 杉並 板橋 足立 江東 葛飾 江戸川 八王子 多摩 横浜 川崎 湘南 相模 山梨 富士山
    新潟 長岡 上越 長野 松本 諏訪 安曇野 南信州 富山 石川 金沢 福井
    岐阜 飛騨 静岡 浜松 沼津 伊豆 名古屋 豊橋 三河 岡崎 豊田 尾張小牧 一宮 春日井 三重 鈴鹿 四日市 伊勢志摩
    滋賀 京都 大阪 なにわ 和泉 堺 奈良 飛鳥 和歌山 神戸 姫路
    鳥取 島根 出雲 岡山 倉敷 広島 福山 山口 下関 徳島 香川 高松 愛媛 高知
    福岡 北九州 久留米 筑豊 佐賀 長崎 佐世保 熊本 大分 宮崎 鹿児島 奄美 沖縄
    """.split()  # noqa: SIM905
)
OTHER_SPELLINGS = {"袖ケ浦": "袖ヶ浦", "袖が浦": "袖ヶ浦", "飛驒": "飛騨"}

# From 2018 the second and third place may hold one of these letters.
CLASS_LETTERS = "ACFHKLMPXY"
CLASS_NUMBER = re.compile(rf"[0-9]{{1,2}}|[0-9][0-9{CLASS_LETTERS}]{{2}}")
KEI_CLASS_NUMBER = re.compile(rf"[45678][89][0-9{CLASS_LETTERS}]")

BUSINESS_KANA = "あいうえかきくけこを"
RENTAL_KANA = "われ"
MILITARY_KANA = "よABEHKMTY"
PRIVATE_KANA = "さすせそたちつてとなにぬねのはひふほまみむめもやゆらりるろ"
# Kei cars share the kana out differently.
KEI_BUSINESS_KANA = "りれ"
KEI_RENTAL_KANA = "わ"
KEI_MILITARY_KANA = "AB"
KANA = BUSINESS_KANA + RENTAL_KANA + MILITARY_KANA + PRIVATE_KANA

_PARTS = re.compile(
    r"(?P<area>[^0-9]+?) ?(?P<class_number>[0-9][0-9A-Z]{0,2}) ?(?P<kana>[^0-9 ・-]) ?(?P<serial>[0-9・-][0-9・ -]*)"
)
_DOTS = str.maketrans(dict.fromkeys(".·•･‧", "・"))
_HYPHEN_SERIAL = re.compile(r"[1-9][0-9]-[0-9]{2}")
_PLAIN_SERIAL = re.compile(r"・{0,3}[0-9]{1,4}")


class PlateUse(StrEnum):
    """What the kana of a plate says about the car's use."""

    PRIVATE = "private"
    BUSINESS = "business"
    RENTAL = "rental"
    MILITARY = "military"


class PlateFault(FormatFault):
    """empty, bad_shape, unknown_area, bad_class_number, unused_kana or bad_serial; the fact `part` is what was read."""


@dataclass(frozen=True)
class Plate:
    """The four parts of a plate; together they are unique, but a car may get another plate one day."""

    area: str
    class_number: str
    kana: str
    serial: int

    @property
    def serial_shown(self) -> str:
        """`12-34`, or dots in place of missing digits: `・・12`."""
        if self.serial < 1000:
            return f"{self.serial}".rjust(4, "・")
        return f"{self.serial // 100}-{self.serial % 100:02d}"

    def __str__(self) -> str:
        return f"{self.area} {self.class_number} {self.kana} {self.serial_shown}"


def parse_plate(text: str) -> Plate:
    """The plate behind what was typed, with any width, dots or dashes; `PlateFault` says which part is wrong."""
    folded = fold_width(text).upper().translate(_DOTS)
    if not folded:
        raise PlateFault("empty")
    found = _PARTS.fullmatch(folded)
    if found is None:
        raise PlateFault("bad_shape")
    return Plate(
        _area(found["area"]), _class_number(found["class_number"]), _kana(found["kana"]), _serial(found["serial"])
    )


def is_kei(plate: Plate) -> bool | None:
    """Whether the class number is one of a kei car (480, 580, 880 …); None where an old short number leaves it open."""
    if plate.class_number[0] not in "45678":
        return False
    if len(plate.class_number) < 3:
        return None
    return KEI_CLASS_NUMBER.fullmatch(plate.class_number) is not None


def use(plate: Plate) -> PlateUse:
    """What the kana says: cars lent as rental cars carry わ (or れ, unless it is a kei car)."""
    if is_kei(plate):
        return _use_of_kei(plate.kana)
    if plate.kana in BUSINESS_KANA:
        return PlateUse.BUSINESS
    if plate.kana in RENTAL_KANA:
        return PlateUse.RENTAL
    return PlateUse.MILITARY if plate.kana in MILITARY_KANA else PlateUse.PRIVATE


def _use_of_kei(kana: str) -> PlateUse:
    if kana in KEI_BUSINESS_KANA:
        return PlateUse.BUSINESS
    if kana in KEI_RENTAL_KANA:
        return PlateUse.RENTAL
    return PlateUse.MILITARY if kana in KEI_MILITARY_KANA else PlateUse.PRIVATE


def _area(text: str) -> str:
    area = text.replace(" ", "")
    area = OTHER_SPELLINGS.get(area, area)
    if area not in AREAS:
        raise PlateFault("unknown_area", part=area)
    return area


def _class_number(text: str) -> str:
    if not CLASS_NUMBER.fullmatch(text):
        raise PlateFault("bad_class_number", part=text)
    return text


def _kana(text: str) -> str:
    """One hiragana, or a letter for cars of the forces; お, し, へ and ん are never used."""
    sign = jaconv.kata2hira(text)
    if sign not in KANA:
        raise PlateFault("unused_kana", part=sign)
    return sign


def _serial(text: str) -> int:
    """1 to 9999. The form with a hyphen has no leading zero; after dots a hyphen means nothing."""
    bare = text.replace(" ", "")
    if bare.startswith("・"):
        bare = bare.replace("-", "")
    if not (_HYPHEN_SERIAL.fullmatch(bare) or _PLAIN_SERIAL.fullmatch(bare)):
        raise PlateFault("bad_serial", part=text)
    serial = int(re.sub("[・-]", "", bare))
    if serial == 0:
        raise PlateFault("bad_serial", part=text)
    return serial
