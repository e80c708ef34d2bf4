"""Promising texts and e-mails, sending them once, and following them to their end."""

from . import bulk
from .alarm import tell_admins
from .following import follow, lose_track_of_stuck
from .promising import promise_email, promise_text, repeat
from .registers import (
    Addressee,
    Audience,
    audience_choices,
    help_phone_of,
    link_address,
    on_admins,
    on_audience,
    on_help_phone,
    on_link,
    on_send_check,
)
from .sending import claim, record

__all__ = [
    "Addressee",
    "Audience",
    "audience_choices",
    "bulk",
    "claim",
    "follow",
    "help_phone_of",
    "link_address",
    "lose_track_of_stuck",
    "on_admins",
    "on_audience",
    "on_help_phone",
    "on_link",
    "on_send_check",
    "promise_email",
    "promise_text",
    "record",
    "repeat",
    "tell_admins",
]
