"""The pages of the fleet: list, one car, its moves and papers, entry by form."""

from . import expiring, extensions, fleet, labels, moves, papers, retirement
from .blueprint import blueprint

__all__ = ["blueprint", "expiring", "extensions", "fleet", "labels", "moves", "papers", "retirement"]
