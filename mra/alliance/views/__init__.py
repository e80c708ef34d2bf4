"""The pages of the alliance: members, pledges, agreements, municipalities."""

from .blueprint import blueprint

__all__ = ["blueprint"]
