"""The pages of the fleet: list, one car, its moves and papers, entry by form."""

from . import fleet, moves, papers
from .blueprint import blueprint

__all__ = ["blueprint", "fleet", "moves", "papers"]
