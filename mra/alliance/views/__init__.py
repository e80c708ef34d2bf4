"""The pages of the alliance: members, pledges, agreements, municipalities."""

from . import agreement_moves, agreement_parts, agreements, municipalities, overview
from .blueprint import blueprint

__all__ = ["agreement_moves", "agreement_parts", "agreements", "blueprint", "municipalities", "overview"]
