"""Phone numbers of people in Japan: which can be reached, and which can get a text message."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from mra.core.text import FormatFault, fold_width

MOBILE = re.compile(r"0[6789]0[1-9][0-9]{7}")
# Numbers that belong to firms, machines or paid lines: nobody can be called back on them.
NOT_PERSONAL = {"0120": "toll_free", "0800": "toll_free", "0570": "navi_dial", "0990": "premium_rate", "020": "pager"}
LANDLINE_TYPES = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


class PhoneKind(StrEnum):
    """How a number can be used: only mobiles get text messages."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    IP = "ip"


class PhoneFault(FormatFault):
    """not_a_number, wrong_length, foreign, toll_free, navi_dial, premium_rate or pager."""


@dataclass(frozen=True)
class PhoneNumber:
    """A number on which a person can be called."""

    e164: str
    kind: PhoneKind

    @property
    def can_sms(self) -> bool:
        """IP phones and landlines are for the voice only."""
        return self.kind is PhoneKind.MOBILE

    @property
    def national(self) -> str:
        """Grouped as people in Japan read it: 090-1234-5678."""
        return grouped(self.e164)


@lru_cache(maxsize=4096)
def grouped(e164: str) -> str:
    """Any stored number as people in Japan read it out, be it personal, a help line or an invented one of the story."""
    try:
        number = phonenumbers.parse(e164, "JP")
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def parse_phone(text: str) -> PhoneNumber | None:
    """A personal phone number however it was typed; None for an empty field, `PhoneFault` for anything else."""
    folded = fold_width(text)
    if not folded:
        return None
    domestic = _domestic_digits(folded)
    for prefix, code in NOT_PERSONAL.items():
        if domestic.startswith(prefix):
            raise PhoneFault(code)
    return PhoneNumber("+81" + domestic[1:], _kind(domestic))


def _domestic_digits(folded: str) -> str:
    """The ten or eleven digits as dialled in Japan, with the leading 0."""
    bare = re.sub(r"[-()\s./~]", "", folded)
    if not re.fullmatch(r"\+?[0-9]+", bare):
        raise PhoneFault("not_a_number")
    if abroad := re.match(r"\+?81(?=[1-9])|\+?810(?=[1-9])", bare):
        return "0" + bare[abroad.end() :]
    if bare.startswith("+"):
        raise PhoneFault("foreign")
    return bare


def _kind(domestic: str) -> PhoneKind:
    # Mobiles are judged by their shape: the library lags behind new ranges, and no resident is turned away for that.
    if MOBILE.fullmatch(domestic):
        return PhoneKind.MOBILE
    _check_length(domestic)
    number = phonenumbers.parse(domestic, "JP")
    kind = phonenumbers.number_type(number)
    if kind == phonenumbers.PhoneNumberType.VOIP:
        return PhoneKind.IP
    if kind in LANDLINE_TYPES:
        return PhoneKind.LANDLINE
    raise PhoneFault("not_a_number")


def _check_length(domestic: str) -> None:
    """Ten digits for a landline, eleven where the number begins with 050, 060, 070, 080 or 090."""
    if not re.match(r"0[1-9]", domestic):
        raise PhoneFault("not_a_number")
    if len(domestic) != (11 if re.match(r"0[5-9]0", domestic) else 10):
        raise PhoneFault("wrong_length")
