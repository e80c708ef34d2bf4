"""Chassis numbers: the identity of a car for life, while plates come and go."""

import re
from dataclasses import dataclass
from enum import StrEnum

from mra.core.text import FormatFault, fold_width

DOMESTIC = re.compile(r"[A-Z0-9]{2,8}-[0-9]{5,7}")
VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
LONGEST = 30


class ChassisKind(StrEnum):
    """Cars made for Japan, imports with a 17-character number, and numbers stamped by the authority or odd."""

    DOMESTIC = "domestic"
    VIN = "vin"
    OTHER = "other"


class ChassisFault(FormatFault):
    """empty, no_digits or too_long."""


@dataclass(frozen=True)
class ChassisNumber:
    """A chassis number in the one form in which it is stored and compared."""

    number: str
    kind: ChassisKind

    @property
    def needs_confirmation(self) -> bool:
        """Odd numbers do exist (東[41]12345東), but are more often slips: a person looks at the paper again."""
        return self.kind is ChassisKind.OTHER

    def __str__(self) -> str:
        return self.number


def parse_chassis_number(text: str) -> ChassisNumber:
    """The number in half-width capitals without spaces, and which of the three kinds it is."""
    number = fold_width(text).upper().replace(" ", "")
    if not number:
        raise ChassisFault("empty")
    if len(number) > LONGEST:
        raise ChassisFault("too_long")
    if not re.search("[0-9]", number):
        raise ChassisFault("no_digits")
    return ChassisNumber(number, _kind(number))


def _kind(number: str) -> ChassisKind:
    if DOMESTIC.fullmatch(number):
        return ChassisKind.DOMESTIC
    return ChassisKind.VIN if VIN.fullmatch(number) else ChassisKind.OTHER
