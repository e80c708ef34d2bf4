"""The columns of the table of pledges."""

from mra.alliance.rules.pledges import SEASON_WORDS, SUPPLY_KIND_WORDS
from mra.core.spreadsheets.layout import Column, Holds, Layout
from mra.core.vehicle_classes import VEHICLE_CLASS_WORDS

from .parts import KEY_COLUMN, VERSION_COLUMN

EXAMPLE = "見本の団体"
KINDS = "、".join(SUPPLY_KIND_WORDS.values())
CLASSES = "、".join(word.split("(")[0] for word in VEHICLE_CLASS_WORDS.values())

COLUMNS = (
    KEY_COLUMN,
    Column(
        "member",
        "加盟団体",
        True,
        EXAMPLE,
        "登録済みの加盟団体の名称です。",
        ("団体名", "会社名", "企業名", "提供者", "加盟団体名"),
    ),
    Column("kind", "種類", True, "車両", f"{KINDS} のどれかです。", ("提供するもの", "品目", "提供種類", "支援内容")),
    Column(
        "vehicle_class",
        "車種区分",
        False,
        "軽乗用車",
        f"種類が車両のときに入力します。{CLASSES} のどれかです。",
        ("区分",),
    ),
    Column(
        "quantity", "数量", True, "5", "1以上の数字です。", ("数", "台数", "個数", "提供数", "提供台数"), Holds.NUMBER
    ),
    Column("unit", "単位", False, "台", "空欄は、その種類でふつう使う単位とみなします。"),
    Column(
        "region",
        "地域",
        False,
        "熊本県、大分県日田市",
        "届けられる都道府県や市区町村を「、」で区切ります。空欄は全国です。",
        ("提供地域", "対象地域", "エリア", "提供可能地域"),
    ),
    Column(
        "lead_time_days",
        "提供までの日数",
        True,
        "7",
        "0〜365の数字です。0は当日です。",
        ("日数", "提供日数", "所要日数", "リードタイム"),
        Holds.NUMBER,
    ),
    Column(
        "valid_from",
        "有効期間の始まり",
        True,
        "2026/4/1",
        "2026/4/1、令和8年4月1日 などの形で入力します。",
        ("開始日", "有効期間開始", "有効期間開始日", "有効期間自", "有効期間始"),
        Holds.DAY,
    ),
    Column(
        "valid_until",
        "有効期間の終わり",
        False,
        "2027/3/31",
        "決まっていないときは空欄にします。",
        ("終了日", "有効期間終了", "有効期間終了日", "有効期間至", "有効期間終", "有効期限"),
        Holds.DAY,
    ),
    Column(
        "size", "タイヤのサイズ", False, "", "種類がタイヤのときに入力します。例：155/65R14", ("サイズ", "タイヤサイズ")
    ),
    Column(
        "season",
        "タイヤの種類",
        False,
        "",
        f"{'、'.join(SEASON_WORDS.values())} のどれかです。",
        ("タイヤ種類", "夏冬"),
    ),
    Column(
        "grade",
        "粘度・規格",
        False,
        "",
        "種類がエンジンオイルのときに入力します。例：0W-20",
        ("粘度", "規格", "オイル規格"),
    ),
    Column("detail", "内容", False, "", "ほかの種類の内容です。例：積載車（3台積み）", ("詳細", "具体的内容")),
    Column("conditions", "条件", False, "", "1,000文字までです。", ("備考", "提供条件", "メモ")),
    Column("status", "状態", about="確認と終了は画面で記録します。", is_told_only=True),
    Column("confirmed_on", "最終確認日", holds=Holds.DAY, about="確認は画面で記録します。", is_told_only=True),
    VERSION_COLUMN,
)
LAYOUT = Layout(COLUMNS, identity=("member", "key"), example={"member": EXAMPLE})
