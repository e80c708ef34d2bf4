"""Driving licence numbers: twelve digits, of which the eleventh checks the first ten.

The check rule is known from unofficial sources only, and licences first issued before 1966 may differ: it raises a
doubt for the desk to look at again, and never blocks a handover.
"""

from mra.core.text import FormatFault, digits, fold_width

WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
COMMISSIONS = {
    "00": "国外", "10": "北海道(札幌)", "11": "函館", "12": "旭川", "13": "釧路", "14": "北見",
    "20": "青森", "21": "岩手", "22": "宮城", "23": "秋田", "24": "山形", "25": "福島", "30": "東京",
    "40": "茨城", "41": "栃木", "42": "群馬", "43": "埼玉", "44": "千葉",
    "45": "神奈川", "46": "新潟", "47": "山梨", "48": "長野", "49": "静岡",
    "50": "富山", "51": "石川", "52": "福井", "53": "岐阜", "54": "愛知", "55": "三重",
    "60": "滋賀", "61": "京都", "62": "大阪", "63": "兵庫", "64": "奈良", "65": "和歌山",
    "70": "鳥取", "71": "島根", "72": "岡山", "73": "広島", "74": "山口",
    "80": "徳島", "81": "香川", "82": "愛媛", "83": "高知",
    "90": "福岡", "91": "佐賀", "92": "長崎", "93": "熊本", "94": "大分", "95": "宮崎", "96": "鹿児島", "97": "沖縄",
}  # fmt: skip


class LicenceFault(FormatFault):
    """not_twelve_digits."""


def parse_licence_number(text: str) -> str | None:
    """The twelve digits; None for an empty field. Doubts about them are told by `doubts`, not refused here."""
    folded = fold_width(text)
    if not folded:
        return None
    number = digits(folded)
    if len(number) != 12 or folded.replace(" ", "").replace("-", "") != number:
        raise LicenceFault("not_twelve_digits")
    return number


def check_digit_matches(number: str) -> bool:
    """Whether the eleventh digit fits the first ten."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:10], WEIGHTS, strict=True))
    return int(number[10]) == (11 - total % 11) % 10


def commission_name(number: str) -> str | None:
    """The public safety commission that first issued the licence, by the first two digits."""
    return COMMISSIONS.get(number[:2])


def doubts(number: str) -> tuple[str, ...]:
    """What the desk should look at again on the card: check_digit, unknown_commission. Warnings, never refusals."""
    found = []
    if commission_name(number) is None:
        found.append("unknown_commission")
    if not check_digit_matches(number):
        found.append("check_digit")
    return tuple(found)


def masked(number: str) -> str:
    """Only the last four digits, the most that any page shows."""
    return "*" * (len(number) - 4) + number[-4:]
