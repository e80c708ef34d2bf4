"""How long somebody who waits may still have to wait: an honest range, from what happened so far. Pure.

`interval` holds the statistics and their reasons, `board` who competes with whom for which cars, `words` what is said.
"""

from .board import Car, Seen, Standing, Wish, prospects
from .interval import COVERAGE, Flow, Kind, Prospect, prospect, waiting_days
from .words import NO_MORE_OFFERS, basis, sentence

__all__ = [
    "COVERAGE",
    "NO_MORE_OFFERS",
    "Car",
    "Flow",
    "Kind",
    "Prospect",
    "Seen",
    "Standing",
    "Wish",
    "basis",
    "prospect",
    "prospects",
    "sentence",
    "waiting_days",
]
