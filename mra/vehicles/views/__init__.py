"""The pages of the fleet: list, one car, its moves and papers, entry by form and by spreadsheet."""

from . import expiring, extensions, fleet, imports, labels, moves, papers, retirement
from .blueprint import blueprint

__all__ = ["blueprint", "expiring", "extensions", "fleet", "imports", "labels", "moves", "papers", "retirement"]
