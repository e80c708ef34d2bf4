"""What can be done to keep a car fit for the road, one verb each."""

from .marks import note_mark, repair, strike
from .odometer import all_readings, neighbour_words, record_odometer
from .tasks import Plan, Work, cancel, cancel_all, finish, plan, record
from .tyres import add_tyres, change_tyres, discard, measure

__all__ = [
    "Plan",
    "Work",
    "add_tyres",
    "all_readings",
    "cancel",
    "cancel_all",
    "change_tyres",
    "discard",
    "finish",
    "measure",
    "neighbour_words",
    "note_mark",
    "plan",
    "record",
    "record_odometer",
    "repair",
    "strike",
]
