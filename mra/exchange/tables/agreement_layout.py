"""The columns of the table of agreements."""

from mra.alliance.rules.agreements import AGREEMENT_LEVEL_WORDS, AGREEMENT_TRIGGER_WORDS
from mra.core.spreadsheets.layout import Column, Holds, Layout

from .parts import KEY_COLUMN, VERSION_COLUMN

EXAMPLE = "見本の協定（登録されません）"
DATES = "2026/12/1、令和8年12月1日、R8.12.1 などの形で入力します。"
LONG = "2,000文字までです。"

COLUMNS = (
    KEY_COLUMN,
    Column("name", "協定の名称", True, EXAMPLE, "200文字までです。", ("協定名", "協定名称", "名称", "件名")),
    Column(
        "level",
        "区分",
        True,
        "都道府県",
        f"{'、'.join(AGREEMENT_LEVEL_WORDS.values())} のどれかです。",
        ("協定区分", "種別"),
    ),
    Column(
        "parties",
        "当事者",
        True,
        "熊本県、一般社団法人日本カーシェアリング協会",
        "「、」で区切ります。自治体は名前かコードで入力します。",
        ("締結先", "相手方", "自治体", "自治体名", "協定先", "締結自治体", "相手先"),
    ),
    Column(
        "area",
        "区域",
        False,
        "熊本県",
        "「、」で区切ります。空欄は当事者の区域、全国のときは「全国」と入力します。",
        ("対象区域", "対象地域", "地域"),
    ),
    Column(
        "signed_on",
        "締結日",
        False,
        "令和3年2月10日",
        DATES,
        ("締結年月日", "協定日", "協定締結日", "調印日"),
        Holds.DAY,
    ),
    Column(
        "effective_on",
        "効力の発生日",
        False,
        "",
        "空欄は締結日と同じです。",
        ("発効日", "効力発生日", "開始日", "有効期間開始日"),
        Holds.DAY,
    ),
    Column(
        "expires_on",
        "有効期限",
        False,
        "",
        "期限のないときは空欄にします。",
        ("期限", "満了日", "終期", "有効期間満了日", "有効期間終了日"),
        Holds.DAY,
    ),
    Column(
        "renews_automatically",
        "自動更新",
        False,
        "あり",
        "あり か なし です。空欄は なし とみなします。",
        ("自動更新の有無",),
    ),
    Column(
        "review_on",
        "見直し日",
        False,
        "",
        "この日が近づくと、担当に知らせます。",
        ("見直し時期", "次回見直し日"),
        Holds.DAY,
    ),
    Column(
        "trigger",
        "支援の始まり方",
        True,
        "要請または協会の判断による",
        f"{'、'.join(AGREEMENT_TRIGGER_WORDS.values())} のどれかです。",
        ("発動条件", "始まり方", "要請方式"),
    ),
    Column("requester", "要請できる人", False, "", "200文字までです。例：知事", ("要請者", "要請権者")),
    Column("place_duty", "場所の提供", False, "", LONG, ("場所",)),
    Column("publicity_duty", "広報", False, "", LONG, ("広報協力",)),
    Column("information_duty", "情報の共有", False, "", LONG, ("情報共有", "情報提供")),
    Column("cost_clause", "費用の負担", False, "", LONG, ("費用負担", "費用")),
    Column("remarks", "備考", False, "", LONG, ("メモ", "摘要")),
    Column(
        "status",
        "状態",
        about="締結日のある新しい行は「締結」として登録します。終了は画面で記録します。",
        is_told_only=True,
    ),
    VERSION_COLUMN,
)
LAYOUT = Layout(COLUMNS, identity=("name", "key"), example={"name": EXAMPLE})
