"""The pages of the fleet: list, one car, its moves and papers, entry by form and by spreadsheet."""

from . import fleet, imports, labels, moves, papers, retirement
from .blueprint import blueprint

__all__ = ["blueprint", "fleet", "imports", "labels", "moves", "papers", "retirement"]
