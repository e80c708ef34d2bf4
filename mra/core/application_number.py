"""The number an applicant is given, made to be read out on the phone: A01234-0.

One letter, then digits only. Digits are heard rightly over a bad line and by people who do not use Latin letters (B, D,
P and G sound alike; 1 and I, 0 and O look alike), and every phone can type them. The last digit is a Damm check digit:
it finds every single wrong digit and every swap of two neighbours, the usual slips when a number is read out and
written down.
"""

import re

from stdnum import damm

from mra.core.text import fold_width

LETTER = "A"
SHORTEST_SERIAL = 5
TYPED_NUMBER = re.compile(rf"(?P<letter>[A-Z])(?P<serial>[0-9]{{{SHORTEST_SERIAL},12}})(?P<check>[0-9])")


def format_number(serial: int, letter: str = LETTER) -> str:
    """The number to tell people for the application with this serial number; other cases have letters of their own."""
    if serial < 1:
        raise ValueError("serial numbers begin at 1")
    padded = f"{serial:0{SHORTEST_SERIAL}d}"
    return f"{letter}{padded}-{damm.calc_check_digit(padded)}"


def parse_number(text: str, letter: str = LETTER) -> int | None:
    """The serial number behind what was typed; None if it is no application number or a digit is wrong.

    Full-width and small letters, spaces, and a missing hyphen are accepted.
    """
    bare = re.sub(r"[-\s]", "", fold_width(text)).upper()
    found = TYPED_NUMBER.fullmatch(bare)
    if found is None or found["letter"] != letter:
        return None
    serial = int(found["serial"])
    is_ours = serial > 0 and re.sub("-", "", format_number(serial, letter)) == bare
    return serial if is_ours else None
