"""What is needed, who could help, who was asked, and what came."""

from .board import Board, BoardCall, board_of
from .calls import (
    CallPage,
    call_counts,
    call_in_full,
    call_of_token,
    calls_of_pledge,
    calls_page,
    calls_to_remind,
    deliveries_now,
    delivery_in_full,
    parts_in_full,
    passed_on,
    phone_of,
    place_word,
)
from .candidates import Candidate, candidates_for, leases_by_id, left_of_pledges
from .cars import cars_on_other_deliveries, found_cars
from .contacts import channels_of, channels_of_call
from .members import MemberHome, call_of_members, firms_of, member_home
from .needs import last_changes, need_of, needs_of
from .readiness import Origin, ReadyCountry, ReadyPlace, Town, readiness_everywhere, readiness_of
from .silence import SilentCall, silent_calls

__all__ = [
    "Board",
    "BoardCall",
    "CallPage",
    "Candidate",
    "MemberHome",
    "Origin",
    "ReadyCountry",
    "ReadyPlace",
    "SilentCall",
    "Town",
    "board_of",
    "call_counts",
    "call_in_full",
    "call_of_members",
    "call_of_token",
    "calls_of_pledge",
    "calls_page",
    "calls_to_remind",
    "candidates_for",
    "cars_on_other_deliveries",
    "channels_of",
    "channels_of_call",
    "deliveries_now",
    "delivery_in_full",
    "firms_of",
    "found_cars",
    "last_changes",
    "leases_by_id",
    "left_of_pledges",
    "member_home",
    "need_of",
    "needs_of",
    "parts_in_full",
    "passed_on",
    "phone_of",
    "place_word",
    "readiness_everywhere",
    "readiness_of",
    "silent_calls",
]
