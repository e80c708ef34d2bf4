"""What can be done with cars and their papers, one verb each."""

from .effective import work_out, work_out_after_base_moved, work_out_all
from .extensions import ExtensionFacts, cancel_extension, extend_inspections
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
from .in_use import in_use_checks, refuse_if_in_use, uses_of
from .leases import end, recall, spare
from .life import LifeEntry, LifeKind, life_of, on_life
from .papers import add_document, cancel_document
from .retired import after_retirement

__all__ = [
    "ExtensionFacts",
    "LifeEntry",
    "LifeKind",
    "add_document",
    "after_retirement",
    "arrive",
    "cancel_document",
    "cancel_extension",
    "change",
    "dispatch",
    "end",
    "extend_inspections",
    "finish_name_change",
    "in_use_checks",
    "life_of",
    "on_life",
    "put_back",
    "readmit",
    "recall",
    "refuse_if_in_use",
    "register",
    "register_all",
    "release",
    "spare",
    "take_out",
    "turn_back",
    "uses_of",
    "work_out",
    "work_out_after_base_moved",
    "work_out_all",
]
