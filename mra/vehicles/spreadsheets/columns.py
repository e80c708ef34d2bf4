"""The columns of the spreadsheet of cars, under the headings that people see."""

import re
from dataclasses import dataclass

from mra.core.vehicle_classes import FEATURE_WORDS, VEHICLE_CLASS_WORDS
from mra.vehicles.words import key

BESIDE_A_HEADING = re.compile(r"[(（\[［【].*?[)）\]］】]|※.*|[＊*●]")
# Whoever leaves the example row in the file does not register a car with it.
EXAMPLE_CHASSIS = "HA36S-000000"


@dataclass(frozen=True)
class Column:
    """One column: the name of the fact, its heading, and what the form says about it."""

    name: str
    heading: str
    is_required: bool
    example: str
    about: str
    other_headings: tuple[str, ...] = ()


DATES = "2027/3/31、令和9年3月31日、R9.3.31 などの形で入力します。"

COLUMNS = (
    Column(
        "plate",
        "ナンバー",
        False,
        "熊本 580 わ 12-34",
        "地域名・分類番号・ひらがな・番号を続けて入力します。未定の場合は空欄にします。",
        ("登録番号", "車両番号", "ナンバープレート", "自動車登録番号"),
    ),
    Column("chassis_number", "車台番号", True, EXAMPLE_CHASSIS, "車検証のとおりに入力します。", ("車体番号",)),
    Column("name", "車名", True, "アルト", "60文字までです。", ("車種名", "車種", "通称名")),
    Column(
        "vehicle_class",
        "車種区分",
        True,
        "軽乗用車",
        "、".join(word.split("(")[0] for word in VEHICLE_CLASS_WORDS.values()) + " のどれかです。",
        ("区分",),
    ),
    Column("seats", "定員", True, "4", "人数です。", ("乗車定員",)),
    Column("transmission", "変速機", True, "AT", "AT または MT です。", ("AT/MT", "ミッション", "トランスミッション")),
    Column("drive", "駆動", True, "2WD", "2WD または 4WD です。", ("駆動方式",)),
    Column("odometer_km", "走行距離", True, "42000", "キロメートル単位の整数です。", ("オドメーター", "総走行距離")),
    Column(
        "features",
        "装備",
        False,
        "スタッドレスタイヤ、ETC",
        "、".join(FEATURE_WORDS.values()) + " を「、」で区切って入力します。",
        ("設備",),
    ),
    Column("base", "拠点", False, "", "登録済みの拠点の名前です。", ("貸出拠点", "配置拠点")),
    Column(
        "arrived",
        "到着状況",
        False,
        "提供予定",
        "すでに拠点にある車両は「到着済」、これから届く車両は「提供予定」です。空欄は「提供予定」とみなします。",
        ("到着", "状況"),
    ),
    Column("available_from", "使用開始日", False, "2026/9/1", DATES, ("使用可能日", "貸出可能日")),
    Column("inspection_ends_on", "車検満了日", False, "令和9年3月31日", DATES, ("車検", "車検有効期限", "車検期限")),
    Column(
        "compulsory_ends_on", "自賠責満了日", False, "2027/4/30", DATES, ("自賠責", "自賠責保険満了日", "自賠責期限")
    ),
    Column(
        "voluntary_ends_on", "任意保険満了日", False, "2027/3/31", DATES, ("任意保険", "任意保険期限", "任意保険終期")
    ),
    Column(
        "driver_scope",
        "運転者限定",
        False,
        "限定なし",
        "任意保険の満了日を入力したときは「限定なし」か「限定あり」を入力します。貸出には「限定なし」が必要です。",
        ("運転者の範囲", "運転者範囲"),
    ),
    Column("remarks", "備考", False, "", "1,000文字までです。個人の名前や電話番号は入力しないでください。", ("メモ",)),
    Column(
        "registered_in",
        "使用の本拠",
        False,
        "熊本県天草市",
        "車検証の「使用の本拠の位置」の市区町村です。災害のときの車検の特例は、この地域で決まります。",
        ("使用の本拠の位置", "本拠", "使用の本拠(市区町村)"),
    ),
    Column(
        "first_registered_on",
        "初度登録年月",
        False,
        "令和3年4月",
        "令和3年4月、R3.4、2021/4 などの形で入力します。",
        ("初度登録", "初年度登録", "年式", "初度検査年月"),
    ),
)
# A list that people keep for themselves counts its rows; we count them ourselves.
ROW_NUMBERS = frozenset(key(heading) for heading in ("No", "No.", "NO.", "№", "番号", "項番", "連番", "通し番号", "#"))
BY_NAME = {column.name: column for column in COLUMNS}


def heading_key(text: str) -> str:
    """A heading without units and marks beside it: 走行距離（km）※必須 is 走行距離."""
    return key(BESIDE_A_HEADING.sub("", text))


BY_HEADING = {
    heading_key(heading): column for column in COLUMNS for heading in (column.heading, *column.other_headings)
}
