"""How long a text is for the phone network: it is split into segments, and each segment is paid for.

Any kana or kanji makes the whole text UCS-2: 70 units in one segment, 67 in each of several. Old phones show the
segments of a long Japanese text as separate, broken messages, which is why ours fit one.
"""

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
JAPANESE_SEGMENT = 70
GSM7_TWICE = frozenset("^{}\\[~]|€\f")


def is_gsm7(text: str) -> bool:
    """Whether the text needs no more than the old 7-bit alphabet."""
    return all(sign in GSM7 or sign in GSM7_TWICE for sign in text)


def units(text: str) -> int:
    """The length of a text in the units of its encoding."""
    return sum(_unit_sizes(text))


def segments(text: str) -> int:
    """In how many segments a text travels; a sign of two units is never cut in half."""
    single, several = (160, 153) if is_gsm7(text) else (JAPANESE_SEGMENT, 67)
    sizes = _unit_sizes(text)
    if sum(sizes) <= single:
        return 1
    count, room = 0, 0
    for size in sizes:
        if size > room:
            count, room = count + 1, several
        room -= size
    return count


def _unit_sizes(text: str) -> list[int]:
    if is_gsm7(text):
        return [2 if sign in GSM7_TWICE else 1 for sign in text]
    return [2 if ord(sign) > 0xFFFF else 1 for sign in text]
