"""What can be done with calls for cars, donations and their papers, one verb each."""

from .appeals import (
    AppealDetails,
    change_appeal,
    change_limits,
    close_appeal,
    make_appeal,
    reopen_appeal,
    standing_appeal,
)
from .cars import car_in_register
from .papers import receive_all, record_paper
from .progress import (
    accept,
    change_use,
    complete,
    decline,
    finish_recycling,
    hand_to_recycler,
    link_member,
    plan_name_change,
    renew_link,
    send_papers,
    withdraw,
)
from .stories import on_vehicle_story, story_of, tell_of_retirement
from .submission import DonatedCar, Donor, Handover, Submission, is_offered, submit, submitted_with

__all__ = [
    "AppealDetails",
    "DonatedCar",
    "Donor",
    "Handover",
    "Submission",
    "accept",
    "car_in_register",
    "change_appeal",
    "change_limits",
    "change_use",
    "close_appeal",
    "complete",
    "decline",
    "finish_recycling",
    "hand_to_recycler",
    "is_offered",
    "link_member",
    "make_appeal",
    "on_vehicle_story",
    "plan_name_change",
    "receive_all",
    "record_paper",
    "renew_link",
    "reopen_appeal",
    "send_papers",
    "standing_appeal",
    "story_of",
    "submit",
    "submitted_with",
    "tell_of_retirement",
    "withdraw",
]
