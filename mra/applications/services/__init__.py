"""What is done with applications: submitted, looked at, decided, withdrawn."""

from .decisions import admit, answer, ask_back, renew_link, turn_down, withdraw, withdraw_request
from .priorities import change_priorities, restore_tier, set_tier
from .submission import CarWish, DriverFacts, FamilyConsent, Submission, still_holds, submit

__all__ = [
    "CarWish",
    "DriverFacts",
    "FamilyConsent",
    "Submission",
    "admit",
    "answer",
    "ask_back",
    "change_priorities",
    "renew_link",
    "restore_tier",
    "set_tier",
    "still_holds",
    "submit",
    "turn_down",
    "withdraw",
    "withdraw_request",
]
