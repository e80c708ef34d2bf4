"""The columns of the table of cars, under the headings that people see."""

from mra.core.spreadsheets.layout import Column, Holds, Layout
from mra.core.vehicle_classes import FEATURE_WORDS, VEHICLE_CLASS_WORDS

from .parts import KEY_COLUMN, VERSION_COLUMN

# Whoever leaves the example row in the file does not register a car with it.
EXAMPLE_CHASSIS = "HA36S-000000"
DATES = "2027/3/31、令和9年3月31日、R9.3.31 などの形で入力します。"

COLUMNS = (
    KEY_COLUMN,
    Column(
        "plate",
        "ナンバー",
        False,
        "熊本 580 わ 12-34",
        "地域名・分類番号・ひらがな・番号を続けて入力します。未定の場合は空欄にします。",
        ("登録番号", "車両番号", "ナンバープレート", "自動車登録番号", "自動車登録番号又は車両番号", "車番"),
    ),
    Column(
        "chassis_number",
        "車台番号",
        True,
        EXAMPLE_CHASSIS,
        "車検証のとおりに入力します。",
        ("車体番号", "車両識別番号", "車台No", "フレーム番号"),
    ),
    Column("name", "車名", True, "アルト", "60文字までです。", ("車種名", "車種", "通称名", "車種車名")),
    Column(
        "vehicle_class",
        "車種区分",
        True,
        "軽乗用車",
        "、".join(word.split("(")[0] for word in VEHICLE_CLASS_WORDS.values()) + " のどれかです。",
        ("区分",),
    ),
    Column("seats", "定員", True, "4", "人数です。", ("乗車定員",), holds=Holds.NUMBER),
    Column("transmission", "変速機", True, "AT", "AT または MT です。", ("AT/MT", "ミッション", "トランスミッション")),
    Column("drive", "駆動", True, "2WD", "2WD または 4WD です。", ("駆動方式",)),
    Column(
        "odometer_km",
        "走行距離",
        True,
        "42000",
        "キロメートル単位の整数です。",
        ("オドメーター", "総走行距離", "走行キロ", "走行"),
        holds=Holds.NUMBER,
    ),
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
        ("到着", "状況", "状態"),
    ),
    Column("available_from", "使用開始日", False, "2026/9/1", DATES, ("使用可能日", "貸出可能日"), holds=Holds.DAY),
    Column(
        "inspection_ends_on",
        "車検満了日",
        False,
        "令和9年3月31日",
        DATES,
        (
            "車検",
            "車検有効期限",
            "車検期限",
            "車検満了",
            "車検満期日",
            "車検有効期間満了日",
            "車検有効期間の満了する日",
            "次回車検",
        ),
        holds=Holds.DAY,
    ),
    Column(
        "compulsory_ends_on",
        "自賠責満了日",
        False,
        "2027/4/30",
        DATES,
        ("自賠責", "自賠責保険満了日", "自賠責期限", "自賠責保険", "自賠責満期日", "自賠責保険満期日", "自賠責終期"),
        holds=Holds.DAY,
    ),
    Column(
        "voluntary_ends_on",
        "任意保険満了日",
        False,
        "2027/3/31",
        DATES,
        ("任意保険", "任意保険期限", "任意保険終期", "任意保険満期日", "任意保険満期"),
        holds=Holds.DAY,
    ),
    Column(
        "driver_scope",
        "運転者限定",
        False,
        "限定なし",
        "任意保険の満了日を入力したときは「限定なし」か「限定あり」を入力します。貸出には「限定なし」が必要です。",
        ("運転者の範囲", "運転者範囲", "任意保険運転者", "任意保険運転者限定", "任意保険運転者の範囲", "任意保険限定"),
    ),
    Column(
        "registered_in",
        "使用の本拠",
        False,
        "熊本県天草市",
        "車検証の使用の本拠の市区町村です。名前かコードで入力します。",
        ("使用の本拠の位置", "使用本拠", "本拠地"),
    ),
    Column(
        "first_registered_on",
        "初度登録年月",
        False,
        "令和2年4月",
        "車検証のとおりに年と月を入力します。2020/4、R2.4 なども使えます。",
        ("初度登録", "初度検査年月", "初度登録年月日", "初年度登録", "年式"),
        holds=Holds.DAY,
    ),
    Column(
        "remarks",
        "備考",
        False,
        "",
        "1,000文字までです。個人の名前や電話番号は入力しないでください。",
        ("メモ", "摘要"),
    ),
    VERSION_COLUMN,
)
LAYOUT = Layout(COLUMNS, identity=("chassis_number", "key"), example={"chassis_number": EXAMPLE_CHASSIS})
