"""What is done with applications: submitted, looked at, decided, withdrawn."""

from .decisions import admit, answer, ask_back, renew_link, turn_down, withdraw, withdraw_request
from .submission import CarWish, DriverFacts, FamilyConsent, Submission, submit

__all__ = [
    "CarWish",
    "DriverFacts",
    "FamilyConsent",
    "Submission",
    "admit",
    "answer",
    "ask_back",
    "renew_link",
    "submit",
    "turn_down",
    "withdraw",
    "withdraw_request",
]
