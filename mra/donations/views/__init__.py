"""Giving a car on a phone, the donor's own page, the list, the case, its papers and decisions, calls for cars."""

from . import appeals, case, decisions, intake, listing, own_page, papers, public
from .blueprint import blueprint

__all__ = ["appeals", "blueprint", "case", "decisions", "intake", "listing", "own_page", "papers", "public"]
