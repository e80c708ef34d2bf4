"""What can be done with jobs, offers of jobs, drivers and expenses, one verb each."""

from ..plans import JobPlan, Origin, Place
from .drivers import (
    DriverFacts,
    approve,
    change,
    change_availability,
    check_licence,
    pause,
    register,
    remove,
    resume,
    send_page_again,
    withdraw,
)
from .driving import arrive, depart
from .expenses import claim, settle, turn_down
from .offers import ask, assign, driven_by, give_back, refuse, send_again, take, take_back
from .origins import on_origin, origin_of
from .planning import call_off, cancel_job, change_job, may_be_driven, plan_job, refuse_while_planned
from .reminders import remind_tomorrow
from .telling import help_phone, still_holds

__all__ = [
    "DriverFacts",
    "JobPlan",
    "Origin",
    "Place",
    "approve",
    "arrive",
    "ask",
    "assign",
    "call_off",
    "cancel_job",
    "change",
    "change_availability",
    "change_job",
    "check_licence",
    "claim",
    "depart",
    "driven_by",
    "give_back",
    "help_phone",
    "may_be_driven",
    "on_origin",
    "origin_of",
    "pause",
    "plan_job",
    "refuse",
    "refuse_while_planned",
    "register",
    "remind_tomorrow",
    "remove",
    "resume",
    "send_again",
    "send_page_again",
    "settle",
    "still_holds",
    "take",
    "take_back",
    "turn_down",
    "withdraw",
]
