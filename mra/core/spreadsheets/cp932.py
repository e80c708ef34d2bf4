"""CP932, the encoding of older Japanese programs: what it cannot write, and what it gives back in another form.

`cp932` (and not `shift_jis`) has 髙, 﨑, ① and ㈱; 𠮷, emoji and accents are in neither.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# The mark that newspapers set for a type they did not have.
GETA = "〓"
# Two code points for one sign: what is written as the left comes back as the right.
_TWINS = str.maketrans(
    {"〜": "～", "−": "－", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢", "—": "―", "¦": "￤", "\u00a0": " "}
)


@dataclass(frozen=True)
class Loss:
    """One sign that could not be written: row and heading as in the file."""

    row: int
    column: str
    sign: str
    text: str


def twins_made_one(text: str) -> str:
    """A text in which signs that CP932 mixes up are one sign, to compare what went out with what came back."""
    return text.translate(_TWINS)


def writable(text: str) -> str:
    """The text as CP932 can hold it, with 〓 for what it cannot."""
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return "".join(sign if _has(sign) else GETA for sign in text.translate(_TWINS))
    return text


def losses(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Loss]:
    """Every sign of a table that CP932 cannot write; the headings stand in row 1."""
    for number, row in enumerate(rows, 2):
        for heading, text in zip(headings, row, strict=True):
            for sign in missing_signs(text):
                yield Loss(number, heading, sign, text)


def missing_signs(text: str) -> list[str]:
    """The signs of a text that CP932 does not have, each once."""
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return list(dict.fromkeys(sign for sign in text.translate(_TWINS) if not _has(sign)))
    return []


def _has(sign: str) -> bool:
    try:
        sign.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
