"""The pages of the alliance: members, pledges, agreements, municipalities."""

from . import (
    agreement_moves,
    agreement_parts,
    agreements,
    contacts,
    members,
    municipalities,
    overview,
    own,
    people,
    pledge_link,
    pledges,
)
from .blueprint import blueprint

__all__ = [
    "agreement_moves",
    "agreement_parts",
    "agreements",
    "blueprint",
    "contacts",
    "members",
    "municipalities",
    "overview",
    "own",
    "people",
    "pledge_link",
    "pledges",
]
