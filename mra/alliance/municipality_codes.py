"""Codes of prefectures and municipalities (全国地方公共団体コード): two digits, three digits and a check digit."""

import re

from mra.core.text import fold_width

WEIGHTS = (6, 5, 4, 3, 2)
PREFECTURES = {
    "01": "北海道", "02": "青森県", "03": "岩手県", "04": "宮城県", "05": "秋田県", "06": "山形県", "07": "福島県",
    "08": "茨城県", "09": "栃木県", "10": "群馬県", "11": "埼玉県", "12": "千葉県", "13": "東京都", "14": "神奈川県",
    "15": "新潟県", "16": "富山県", "17": "石川県", "18": "福井県", "19": "山梨県", "20": "長野県", "21": "岐阜県",
    "22": "静岡県", "23": "愛知県", "24": "三重県", "25": "滋賀県", "26": "京都府", "27": "大阪府", "28": "兵庫県",
    "29": "奈良県", "30": "和歌山県", "31": "鳥取県", "32": "島根県", "33": "岡山県", "34": "広島県", "35": "山口県",
    "36": "徳島県", "37": "香川県", "38": "愛媛県", "39": "高知県", "40": "福岡県", "41": "佐賀県", "42": "長崎県",
    "43": "熊本県", "44": "大分県", "45": "宮崎県", "46": "鹿児島県", "47": "沖縄県",
}  # fmt: skip


def check_digit(code5: str) -> str:
    """The sixth digit that belongs to these five."""
    total = sum(int(digit) * weight for digit, weight in zip(code5, WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def full_code(code5: str) -> str:
    """The six-digit form that municipalities write on papers: 04202 is 042021."""
    return code5 + check_digit(code5)


def parse_code(text: str) -> str | None:
    """The five-digit code from five digits, or from six whose last one fits; None for anything else."""
    code = fold_width(text)
    if not re.fullmatch("[0-9]{5,6}", code) or code[:2] not in PREFECTURES:
        return None
    return code[:5] if code in (code[:5], full_code(code[:5])) else None
