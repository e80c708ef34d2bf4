"""What can be done with cars and their papers, one verb each; spreadsheets are in `imports`."""

from .fleet import (
    arrive,
    change,
    dispatch,
    finish_name_change,
    put_back,
    readmit,
    register,
    register_all,
    release,
    take_out,
    turn_back,
)
from .imports import Confirmation, confirm_import, read_import
from .in_use import in_use_checks, refuse_if_in_use, uses_of
from .leases import end, recall, spare
from .life import LifeEntry, LifeKind, life_of, on_life
from .papers import add_document, cancel_document
from .relocation import come_back, read_odometer, relocate, stand_at
from .retired import after_retirement

__all__ = [
    "Confirmation",
    "LifeEntry",
    "LifeKind",
    "add_document",
    "after_retirement",
    "arrive",
    "cancel_document",
    "change",
    "come_back",
    "confirm_import",
    "dispatch",
    "end",
    "finish_name_change",
    "in_use_checks",
    "life_of",
    "on_life",
    "put_back",
    "read_import",
    "read_odometer",
    "readmit",
    "recall",
    "refuse_if_in_use",
    "register",
    "register_all",
    "release",
    "relocate",
    "spare",
    "stand_at",
    "take_out",
    "turn_back",
    "uses_of",
]
