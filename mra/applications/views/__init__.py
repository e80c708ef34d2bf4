"""Applying on a phone, intake by staff, the queue, and the decisions."""

from .blueprint import blueprint
from .decisions import admit, answer, ask_back, turn_down, withdraw, withdraw_request
from .intake import create_intake, new_intake
from .priorities import change_priorities, new_tier, preview_priorities, priorities, restore_tier, set_tier
from .public import close_receipt, create, fill, receipt, start
from .queue import index

__all__ = [
    "admit",
    "answer",
    "ask_back",
    "blueprint",
    "change_priorities",
    "close_receipt",
    "create",
    "create_intake",
    "fill",
    "index",
    "new_intake",
    "new_tier",
    "preview_priorities",
    "priorities",
    "receipt",
    "restore_tier",
    "set_tier",
    "start",
    "turn_down",
    "withdraw",
    "withdraw_request",
]
