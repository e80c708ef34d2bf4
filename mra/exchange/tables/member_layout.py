"""The columns of the table of members: who they are, and up to three people to reach there."""

from mra.core.spreadsheets.layout import Column, Holds, Layout

from .parts import KEY_COLUMN, VERSION_COLUMN

EXAMPLE = "キュウシュウオート見本"
CONTACTS = 3
# What each of the contacts is in lists that secretariats keep: the first of the office, the second of the night.
GROUPS = {
    1: ("連絡先1", "連絡先", "担当者", "窓口", "昼間連絡先", "平日連絡先", "昼間", "平日", ""),
    2: ("連絡先2", "夜間連絡先", "緊急連絡先", "休日連絡先", "夜間休日連絡先", "夜間", "緊急", "夜間休日"),
    3: ("連絡先3", "その他連絡先"),
}
PARTS: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "name": ("氏名", ("氏名", "担当者", "担当者名", "名前", "担当"), "高橋 誠", "担当者か窓口の名前です。"),
    "department": ("部署", ("部署", "所属", "部署名", "役職"), "総務部", "80文字までです。"),
    "hours": (
        "時間帯",
        ("時間帯", "時間", "連絡可能時間"),
        "昼間",
        "昼間、夜間、昼夜とも のどれかです。空欄は、連絡先2では夜間、ほかでは昼間とみなします。",
    ),
    "phone": ("電話番号", ("電話番号", "電話", "TEL", "携帯", "携帯電話"), "096-000-0000", "市外局番から入力します。"),
    "email": ("メールアドレス", ("メールアドレス", "メール", "E-mail", "Eメール", "mail"), "info@example.jp", ""),
}


def _contact_columns(number: int) -> list[Column]:
    columns = []
    for part, (word, others, example, about) in PARTS.items():
        headings = tuple(f"{group}{other}" for group in GROUPS[number] for other in others)
        heading = f"連絡先{number}{word}"
        columns.append(
            Column(
                f"contact{number}_{part}",
                heading,
                example=example if number == 1 else "",
                about=about,
                other_headings=headings,
            )
        )
    return columns


COLUMNS = (
    KEY_COLUMN,
    Column(
        "name",
        "名称",
        True,
        EXAMPLE,
        "120文字までです。",
        ("団体名", "加盟団体", "会社名", "企業名", "団体名称", "加盟団体名", "法人名"),
    ),
    Column(
        "kana",
        "よみ",
        True,
        "キュウシュウオートミホン",
        "ひらがなかカタカナで入力します。",
        (
            "フリガナ",
            "ふりがな",
            "カナ",
            "読み",
            "名称カナ",
            "名称フリガナ",
            "団体名カナ",
            "団体名フリガナ",
            "会社名カナ",
            "ヨミガナ",
        ),
    ),
    Column(
        "parent",
        "上部団体",
        False,
        "",
        "属している団体の名称です。ない場合は空欄にします。",
        ("所属団体", "上位団体", "本部", "親団体"),
    ),
    Column(
        "municipality",
        "市区町村",
        False,
        "熊本県天草市",
        "所在地の市区町村を、名前かコードで入力します。",
        ("所在地の市区町村", "所在市区町村", "所在地市区町村", "都道府県市区町村"),
    ),
    Column("address", "住所", False, "東町3番地", "200文字までです。", ("所在地", "所在地住所", "番地")),
    Column(
        "joined_on",
        "加盟日",
        True,
        "令和3年7月28日",
        "2021/7/28、令和3年7月28日、R3.7.28 などの形で入力します。",
        ("加盟年月日", "入会日", "入会年月日", "登録日"),
        Holds.DAY,
    ),
    *_contact_columns(1),
    *_contact_columns(2),
    *_contact_columns(3),
    Column("remarks", "備考", False, "", "2,000文字までです。", ("メモ", "摘要")),
    Column("status", "状態", about="退会と再加盟は画面で記録します。", is_told_only=True),
    VERSION_COLUMN,
)
LAYOUT = Layout(COLUMNS, identity=("name", "key"), example={"name": EXAMPLE})
