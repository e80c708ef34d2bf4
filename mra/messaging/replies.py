"""What people mean when they answer a text: a small grammar in Japanese and English. Pure.

Only a whole message counts: 「はい、でも別の日に」 is a question for a person, not a yes. What declines a car is read
strictly; what only asks for more (a yes leads to the choice of a time) is read generously.
"""

import unicodedata
from enum import StrEnum

from mra.core.text import search_key


class ReplyWord(StrEnum):
    """What somebody said, as far as the grammar knows."""

    YES = "yes"
    NO = "no"
    EXTEND = "extend"
    RETURN = "return"
    STOP = "stop"
    START = "start"
    HELP = "help"


REPLY_WORDS = {
    ReplyWord.YES: "はい",
    ReplyWord.NO: "いいえ",
    ReplyWord.EXTEND: "延長の希望",
    ReplyWord.RETURN: "返却の連絡",
    ReplyWord.STOP: "配信停止",
    ReplyWord.START: "配信再開",
    ReplyWord.HELP: "使い方",
}

SPELLINGS = {
    ReplyWord.YES: (
        "はい いち 1 1番 1です ok okay okです オーケー yes y yes,please sure ハイ はーい ええ うん "
        "はいです はいお願いします はい、おねがいします お願いします おねがいします お願い致します 承諾 承諾します "
        "希望します 希望する 借ります 借りたいです 了解 了解です 了解しました イエス"
    ),
    ReplyWord.NO: (
        "いいえ いえ いや 2 2番 2です no n no,thanks no,thank,you ノー いいえです 辞退 辞退します 辞退する 辞退いたします "
        "不要 不要です 必要ありません 必要ないです いりません 要りません いらない 要らない 断ります お断りします"
    ),
    ReplyWord.EXTEND: (
        "延長 延長希望 延長希望です 延長を希望します 延長します 延長したい 延長したいです 延長お願いします 延長をお願いします "
        "延長してください えんちょう 継続 継続希望 extend extension extend,please keep"
    ),
    ReplyWord.RETURN: (
        "返却 返却します 返却する 返却希望 返却したい 返却したいです 返却しました 返します 返しました へんきゃく "
        "return return,car returned"
    ),
    # Twilio's own words stop a number whether we read them or not, so we read them too.
    ReplyWord.STOP: (
        "停止 配信停止 停止希望 停止してください 配信停止希望 ていし ストップ stop stopall stop,all unsubscribe end quit "
        "revoke optout opt-out cancel"
    ),
    ReplyWord.START: "再開 配信再開 再開希望 再開してください さいかい スタート start unstop",
    ReplyWord.HELP: "help info ヘルプ へるぷ 使い方 つかいかた 問い合わせ 問合せ ?",
}


def word_of(text: str) -> ReplyWord | None:
    """What a whole message says; None where only a person can tell."""
    return _WORDS.get(_key(text))


def is_written_in_english(text: str) -> bool:
    """Whether somebody wrote Latin letters and nothing Japanese, so that the answer may be in English."""
    letters = [sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign).startswith("L")]
    return bool(letters) and all(sign.isascii() for sign in letters)


def _key(text: str) -> str:
    """Widths, case, kana, spaces, punctuation and pictures do not matter; a lone question mark does."""
    key = search_key(text)
    said = "".join(sign for sign in key if unicodedata.category(sign)[0] in "LN")
    return said or ("?" if set(key) == {"?"} else "")


_WORDS = {_key(spelling): word for word, spellings in SPELLINGS.items() for spelling in spellings.split()}
