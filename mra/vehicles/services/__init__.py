"""What can be done with cars and their papers, one verb each."""

from .bookings import Booking, bookings_of, on_bookings
from .effective import work_out, work_out_after_base_moved, work_out_all
from .extensions import ExtensionFacts, cancel_extension, extend_inspections
from .fleet import (
    arrive,
    change,
    dispatch,
    finish_name_change,
    fit_feature,
    put_back,
    readmit,
    register,
    register_all,
    release,
    take_out,
    turn_back,
)
from .in_use import in_use_checks, refuse_if_in_use, uses_of
from .journeys import Journey, journeys_of, on_journeys
from .labels import ask_for_labels, draw_labels
from .lease_contracts import change_lease, hand_back, lease_out, renew, sell
from .leases import after_lease_end, end, open_lease_of, recall, spare
from .life import LifeEntry, LifeKind, life_of, on_life
from .paper_reminders import remind_papers
from .papers import add_document, cancel_document
from .relocation import come_back, read_odometer, relocate, stand_at
from .retired import after_retirement, before_release
from .retirement import Leaving, Proof, note_steps, retire

__all__ = [
    "Booking",
    "ExtensionFacts",
    "Journey",
    "Leaving",
    "LifeEntry",
    "LifeKind",
    "Proof",
    "add_document",
    "after_lease_end",
    "after_retirement",
    "arrive",
    "ask_for_labels",
    "before_release",
    "bookings_of",
    "cancel_document",
    "cancel_extension",
    "change",
    "change_lease",
    "come_back",
    "dispatch",
    "draw_labels",
    "end",
    "extend_inspections",
    "finish_name_change",
    "fit_feature",
    "hand_back",
    "in_use_checks",
    "journeys_of",
    "lease_out",
    "life_of",
    "note_steps",
    "on_bookings",
    "on_journeys",
    "on_life",
    "open_lease_of",
    "put_back",
    "read_odometer",
    "readmit",
    "recall",
    "refuse_if_in_use",
    "register",
    "register_all",
    "release",
    "relocate",
    "remind_papers",
    "renew",
    "retire",
    "sell",
    "spare",
    "stand_at",
    "take_out",
    "turn_back",
    "uses_of",
    "work_out",
    "work_out_after_base_moved",
    "work_out_all",
]
