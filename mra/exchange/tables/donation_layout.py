"""The columns of the table of donations: who gives which car, how it comes, and how far it is."""

from collections.abc import Iterable

from mra.core.spreadsheets.layout import Column, Holds, Layout
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS
from mra.donations.rules import HANDING_WORDS
from mra.donations.rules.judging import CONDITION_WORDS
from mra.donations.rules.papers import DONOR_KIND_WORDS, OWNER_WORDS

from .parts import KEY_COLUMN, VERSION_COLUMN

EXAMPLE_CHASSIS = "S510P-0000000"
DATES = "2027/5/31、令和9年5月31日、R9.5.31 などの形で入力します。"


def _one_of(words: Iterable[str]) -> str:
    return "、".join(words) + " のどれかです。"


COLUMNS = (
    KEY_COLUMN,
    Column("number", "受付番号", is_told_only=True),
    Column(
        "kind",
        "寄付者の種類",
        False,
        "個人",
        f"{_one_of(DONOR_KIND_WORDS.values())}空欄は個人とみなします。",
        ("個人法人", "区分"),
    ),
    Column("organisation", "会社・団体名", False, "", "会社・団体のときに入力します。", ("会社名", "団体名", "法人名")),
    Column("family_name", "姓", True, "山田", "60文字までです。", ("氏", "寄付者姓")),
    Column("given_name", "名", True, "花子", "60文字までです。", ("寄付者名",)),
    Column(
        "family_kana", "セイ", True, "ヤマダ", "ひらがなかカタカナで入力します。", ("姓フリガナ", "フリガナ姓", "せい")
    ),
    Column(
        "given_kana", "メイ", True, "ハナコ", "ひらがなかカタカナで入力します。", ("名フリガナ", "フリガナ名", "めい")
    ),
    Column("phone", "電話番号", True, "090-0000-0000", "市外局番から入力します。", ("電話", "TEL", "携帯", "連絡先")),
    Column("email", "メールアドレス", False, "", "", ("メール", "E-mail")),
    Column("postal_code", "郵便番号", False, "863-0013", "7けたです。", ("〒",)),
    Column("municipality", "市区町村", False, "熊本県天草市", "空欄のときは郵便番号から調べます。", ("住所市区町村",)),
    Column("address", "住所", True, "今釜新町1-1", "町名・番地です。", ("町名番地", "番地")),
    Column("car_name", "車名", True, "ハイゼットトラック", "60文字までです。", ("車種名", "車種", "通称名")),
    Column("plate", "ナンバー", False, "熊本 480 あ 12-34", "", ("登録番号", "車両番号", "自動車登録番号")),
    Column("chassis_number", "車台番号", True, EXAMPLE_CHASSIS, "車検証のとおりに入力します。"),
    Column("vehicle_class", "車種区分", True, "軽トラック", _one_of(VEHICLE_CLASS_WORDS.values())),
    Column("seats", "定員", True, "2", "", ("乗車定員",), Holds.NUMBER),
    Column(
        "first_registered_on",
        "初度登録年月",
        True,
        "令和元年6月",
        "年と月を入力します。",
        ("初度登録", "初度検査年月", "年式"),
        Holds.DAY,
    ),
    Column(
        "inspection_ends_on",
        "車検満了日",
        False,
        "令和9年5月31日",
        f"{DATES}空欄は車検切れとみなします。",
        ("車検", "車検期限"),
        Holds.DAY,
    ),
    Column("compulsory_starts_on", "自賠責の始まり", False, "", DATES, ("自賠責始期",), Holds.DAY),
    Column("compulsory_ends_on", "自賠責満了日", False, "", DATES, ("自賠責", "自賠責期限", "自賠責終期"), Holds.DAY),
    Column("odometer_km", "走行距離", True, "62000", "キロメートル単位の整数です。", ("走行キロ",), Holds.NUMBER),
    Column("transmission", "変速機", True, "MT", "AT または MT です。", ("AT/MT", "ミッション")),
    Column("drive", "駆動", True, "4WD", "2WD または 4WD です。", ("駆動方式",)),
    Column("colour", "色", False, "白", "30文字までです。", ("車体色",)),
    Column(
        "condition", "車の状態", True, CONDITION_WORDS[next(iter(CONDITION_WORDS))], _one_of(CONDITION_WORDS.values())
    ),
    Column("damage", "傷・故障", False, "", "500文字までです。", ("傷", "不具合")),
    Column(
        "owner",
        "車検証の所有者",
        True,
        OWNER_WORDS[next(iter(OWNER_WORDS))],
        _one_of(OWNER_WORDS.values()),
        ("所有者",),
    ),
    Column(
        "address_changed", "車検証の住所と違う", False, "いいえ", "はい か いいえ です。空欄は いいえ とみなします。"
    ),
    Column("stands_at", "車の置き場所", False, "", "住所と違うときに入力します。", ("保管場所",)),
    Column(
        "handing",
        "届け方",
        True,
        HANDING_WORDS[next(iter(HANDING_WORDS))],
        _one_of(HANDING_WORDS.values()),
        ("受け渡し",),
    ),
    Column("handed_from", "渡せる日", False, "", DATES, ("引渡可能日",), Holds.DAY),
    Column("may_be_recycled", "リサイクルしてよい", True, "はい", "はい か いいえ です。", ("リサイクル可否",)),
    Column("remarks", "備考", False, "", "", ("メモ", "摘要")),
    Column("consent", "個人情報の同意", True, "あり", "本人の同意をいただいた行に「あり」と入力します。", ("同意",)),
    Column(
        "planned_name_change_on", "名義変更の予定日", False, "", "受入れ前後の寄付で、変更できます。", holds=Holds.DAY
    ),
    Column("use", "受け方", is_told_only=True),
    Column("status", "進み具合", is_told_only=True),
    Column("vehicle", "登録した車両", is_told_only=True),
    VERSION_COLUMN,
)
LAYOUT = Layout(COLUMNS, identity=("chassis_number", "key"), example={"chassis_number": EXAMPLE_CHASSIS})
