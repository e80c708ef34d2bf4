"""What coordinators and applicants do with free cars: propose, confirm, answer, take back, go on to the next person."""

from .confirmation import Confirmation, confirm, offer_next
from .offers import decline, expire, retract, take, tidy_offers
from .runs import propose

__all__ = [
    "Confirmation",
    "confirm",
    "decline",
    "expire",
    "offer_next",
    "propose",
    "retract",
    "take",
    "tidy_offers",
]
