"""The pages of supply: needs, calls, deliveries, the gap board, readiness, and the pages of members."""

from . import answers, board, call_list, calls, cases, deliveries, member, needs, readiness
from .blueprint import blueprint

__all__ = ["answers", "blueprint", "board", "call_list", "calls", "cases", "deliveries", "member", "needs", "readiness"]
