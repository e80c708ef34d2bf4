"""The pages of supply: needs, calls, deliveries, the gap board, readiness, and the pages of members."""

from .blueprint import blueprint

__all__ = ["blueprint"]
