"""What people type, made comparable: widths, dashes, digits, kana and search keys.

Older residents type full-width digits, phones insert look-alike dashes, and names must stay as spelt on the card.
"""

import re
import unicodedata

import jaconv

DASHES = "‐‑‒–—―−─━ー－ｰ﹣⁃﹘"
TILDES = "〜～∼˜⁓"
KANA_NAME = re.compile(r"[ァ-ヶーヽヾ・ ]+")
WHOLE_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
# More digits than any count, kilometre or yen in this business; also keeps int() away from endless input.
LONGEST_NUMBER = 15

_TO_ASCII_SIGNS = {ord(dash): "-" for dash in DASHES} | {ord(tilde): "~" for tilde in TILDES}
# The stand-alone marks would become a space plus a mark; as combining marks they join their kana.
_VOICED_MARKS = {ord("゛"): "\u3099", ord("゜"): "\u309a"}
_NO_TILDES = str.maketrans(dict.fromkeys(TILDES + "~"))
_NOT_IN_A_SEARCH = re.compile(rf"[\s・ー'~\-{re.escape(DASHES)}]")


class FormatFault(ValueError):
    """Something typed cannot be what it should be; `code` names the reason, the forms hold the sentence for it.

    The message is the code alone, so that what a person typed never reaches a log.
    """

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def fold_width(text: str) -> str:
    """Half-width digits and letters, one kind of dash, single spaces: for fields that hold digits or Latin letters.

    Not for names or kana: the long-vowel mark becomes a dash here.
    """
    return _plain_spaces(unicodedata.normalize("NFKC", _visible(text).translate(_TO_ASCII_SIGNS)))


def digits(text: str) -> str:
    """Only the digits of what was typed, as ASCII."""
    return "".join(sign for sign in fold_width(text) if sign in "0123456789")


def whole_number(text: str) -> int | None:
    """A count such as an odometer reading: `４２，０００` and `42,000` are 42000; anything else is None."""
    folded = fold_width(text)
    if len(folded) > LONGEST_NUMBER or not WHOLE_NUMBER.fullmatch(folded):
        return None
    return int(folded.replace(",", ""))


def kana(text: str) -> str | None:
    """A name's reading in full-width katakana, from hiragana or half-width kana; None where other characters remain."""
    reading = jaconv.hira2kata(_folded_japanese(text))
    reading = re.sub(rf"(?<=[ァ-ヶー])[{re.escape('-' + DASHES)}]", "ー", reading)
    return reading if KANA_NAME.fullmatch(reading) else None


def latin_name(text: str) -> str | None:
    """A name in Latin letters, for people who have no kanji or kana name; None where other characters remain."""
    name = fold_width(text).replace("’", "'").replace("‘", "'")
    letters = [sign for sign in name if sign not in " -'.,"]
    return name if letters and all(_is_latin(letter) for letter in letters) else None


def keep_name(text: str) -> str:
    """A name exactly as typed, trimmed: 髙 and 﨑 are not 高 and 崎 to the people who bear them."""
    return "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text).strip()


def search_key(text: str) -> str:
    """The form in which names are compared when searching: さとう はなこ finds ｻﾄｳﾊﾅｺ, ローラ finds ロラ.

    Widths, case, hiragana or katakana, spaces, middle dots and long-vowel marks do not matter. A long vowel written as
    a kana (サトウ) stays, or a search for ウメ would not find サトウ ウメ.
    """
    folded = unicodedata.normalize("NFKC", _folded_japanese(text).casefold())
    return unicodedata.normalize("NFKC", _NOT_IN_A_SEARCH.sub("", jaconv.hira2kata(folded)))


def word_key(text: str) -> str:
    """The form in which words, names of places and headings are compared.

    As `search_key`, and without any tilde: CP932 gives back another one than it was given.
    """
    return search_key(text.translate(_NO_TILDES))


def pieces(key: str) -> set[str]:
    """Every letter of a search key and every two that stand together: by these an index finds names that contain one.

    Japanese names are short: 林 is one letter, 佐藤 two, too few for an index of three letters.
    """
    return {key[start : start + length] for length in (1, 2) for start in range(len(key) - length + 1)}


def longest_pieces(key: str) -> set[str]:
    """The pieces that tell most about a key: its pairs of letters, or its only letter."""
    return {piece for piece in pieces(key) if len(piece) == min(len(key), 2)}


def _folded_japanese(text: str) -> str:
    return _plain_spaces(unicodedata.normalize("NFKC", _visible(text).translate(_VOICED_MARKS)))


def _visible(text: str) -> str:
    """Without the invisible direction marks and joiners that come along when a number is pasted from a phone."""
    if text.isprintable():
        return text
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def _plain_spaces(text: str) -> str:
    if text.isprintable():
        return " ".join(text.split())
    printable = (" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    return " ".join("".join(printable).split())


def _is_latin(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn" or unicodedata.name(letter, "").startswith("LATIN ")
