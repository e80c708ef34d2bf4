"""What coordinators and applicants do with free cars: propose, confirm, answer, take back, go on to the next person."""

from .confirmation import Confirmation, confirm
from .offers import decline, expire, retract, still_holds, take, tidy_offers
from .overrides import forbid, hold, lift, order, pin
from .runs import propose
from .settings import choose_freed_cars
from .succession import offer_freed_car, offer_next

__all__ = [
    "Confirmation",
    "choose_freed_cars",
    "confirm",
    "decline",
    "expire",
    "forbid",
    "hold",
    "lift",
    "offer_freed_car",
    "offer_next",
    "order",
    "pin",
    "propose",
    "retract",
    "still_holds",
    "take",
    "tidy_offers",
]
