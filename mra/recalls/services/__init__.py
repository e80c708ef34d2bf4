"""What can be done with recalls, one verb each."""

from .answers import (
    ask_collection,
    ask_collection_by_link,
    choose_slot,
    choose_slot_by_link,
    tell_problem,
    tell_problem_by_link,
)
from .arrivals import settle, take_back
from .campaigns import Places, add_slots, cancel, planned_slots, spare, start
from .reminders import remind_silent, remind_slots, ring, send_again
from .telling import still_holds, text_yen

__all__ = [
    "Places",
    "add_slots",
    "ask_collection",
    "ask_collection_by_link",
    "cancel",
    "choose_slot",
    "choose_slot_by_link",
    "planned_slots",
    "remind_silent",
    "remind_slots",
    "ring",
    "send_again",
    "settle",
    "spare",
    "start",
    "still_holds",
    "take_back",
    "tell_problem",
    "tell_problem_by_link",
    "text_yen",
]
