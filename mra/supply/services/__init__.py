"""What can be done with needs, calls and deliveries, one verb each."""

from .answers import agree_or_refuse, answer_by_link, pass_on
from .calls import Wish, cancel, make_calls, meet, remind_silent, ring, send_again
from .deliveries import cancel_delivery, deliver, depart
from .needs import Conflict, change_needs
from .stories import on_vehicle_story, vehicle_story
from .telling import still_holds

__all__ = [
    "Conflict",
    "Wish",
    "agree_or_refuse",
    "answer_by_link",
    "cancel",
    "cancel_delivery",
    "change_needs",
    "deliver",
    "depart",
    "make_calls",
    "meet",
    "on_vehicle_story",
    "pass_on",
    "remind_silent",
    "ring",
    "send_again",
    "still_holds",
    "vehicle_story",
]
