"""Why a file cannot be used at all, in one sentence for the person who chose it; and how Excel names cells."""

from collections.abc import Sequence

MOST_ROWS = 20_000
MOST_BYTES = 10 * 1024 * 1024

SENTENCES = {
    "empty": "ファイルが空です。ひな形に入力して、もう一度読み込んでください。",
    "no_rows": "見出しの下に行がありません。入力して、もう一度読み込んでください。",
    "too_large": "ファイルが大きすぎます。10MBまで、20,000行までのファイルに分けてください。",
    "too_many_rows": "行が多すぎます。20,000行までのファイルに分けてください。",
    "not_a_spreadsheet": "表計算のファイルとして読み取れません。Excel(.xlsx)かCSVで保存し直してください。",
    "old_workbook": "古い形式(.xls)か、パスワードの付いたファイルです。パスワードのないExcel(.xlsx)で保存し直してください。",
    "broken_text": "{line}行目に読み取れない文字があります。Excelで開いて「CSV UTF-8」で保存し直してください。",
    "broken_csv": '{line}行目の「"」の対応が取れていません。Excelで開いて保存し直してください。',
    "far_cell": "表から離れたセル({cell})に値があります。そのセルを消してください。",
    "no_headings": "見出しの行が見つかりません。{headings}などの見出しを付けて、もう一度読み込んでください。",
    "repeated_headings": "同じ見出しが2つ以上あります：{headings}。1つにしてください。",
    "missing_headings": "必要な見出しがありません：{headings}。ひな形の見出しに合わせてください。",
}


class SheetFault(Exception):
    """A file that cannot be used at all; `sentence` is for the person who chose it."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = SENTENCES[code].format(**facts)


def column_letter(position: int) -> str:
    """A, B, … Z, AA, … as Excel names its columns."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, position: int) -> str:
    """`B12`, as Excel names a cell."""
    return f"{column_letter(position)}{row}"


def some(names: Sequence[str], most: int = 5, unit: str = "か所") -> str:
    """The first few of many names, and how many more there are."""
    rest = len(names) - most
    return "、".join(names[:most]) + (f" ほか{rest:,}{unit}" if rest > 0 else "")
