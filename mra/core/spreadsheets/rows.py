"""Which lines below the headings are rows of the table, and which are totals, remarks, or the headings of a part."""

import re
from collections.abc import Mapping, Sequence

from mra.core.text import fold_width, word_key

from .layout import KEY, Layout

DITTO = frozenset(
    {"〃", "″", "”", "“", '"', "''", "´´", "〻", "々", "ゝ", "ヽ", "仝", "同", "同上", "仝上", "同じ", "上に同じ"}
)
TOTAL = re.compile(r"(?:総|小|合|累|中)?(?:計|合計)(?:台数|件数|数)?|平均")
AFTER_A_TOTAL = re.compile(r"[\s:：]*[0-9,.]*[台件名人社]?")
REMARK = re.compile(r"[※＊*注●■◆◇○【〔\[(（・]|以上|以下余白|備考|備 考|凡例|作成|更新|最終更新")
LONGEST_VALUE = 30


def beside_the_table(counted: Sequence[str], cells: Mapping[str, str], layout: Layout) -> str:
    """Why a line is no row of the table, in words; empty for a row."""
    if cells.get(KEY):
        return ""
    filled = {name for name, text in cells.items() if text}
    if not filled:
        return "表の列に値がありません"
    if _is_total(counted) and not _is_known(filled, cells, layout):
        return "合計などの行"
    if len(counted) > 1:
        return ""
    identified = any(cells.get(name) for name in layout.identity)
    text = counted[0] if counted else ""
    if not identified or REMARK.match(text) or len(text) > LONGEST_VALUE:
        return "注記や小見出しの行"
    return ""


def is_example(cells: Mapping[str, str], layout: Layout) -> bool:
    """Whether somebody left the example row of the empty form in the file."""
    return bool(layout.example) and all(cells.get(name) == text for name, text in layout.example.items())


def repeats_headings(cells: Mapping[str, str], headings: Mapping[str, str]) -> bool:
    """Long lists repeat their headings on every printed page."""
    filled = [name for name, text in cells.items() if text]
    return len(filled) > 1 and sum(cells[name] == headings[name] for name in filled) * 2 > len(filled)


def _is_total(texts: Sequence[str]) -> bool:
    for text in texts:
        if "計" not in text and "平均" not in text:
            continue
        folded = fold_width(text).replace(" ", "")
        found = TOTAL.match(folded)
        if found and AFTER_A_TOTAL.fullmatch(folded, found.end()):
            return True
    return False


def _is_known(filled: set[str], cells: Mapping[str, str], layout: Layout) -> bool:
    """Whether most of what a row must have is there: a firm may be called 計, a car not."""
    required = {column.name for column in layout.required}
    identity = [cells[name] for name in layout.identity if cells.get(name)]
    told = any(word_key(text) and not _is_total([text]) for text in identity)
    return told and len(required & filled) * 2 > len(required)
