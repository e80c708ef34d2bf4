"""Two people at one form: a mark of what was shown, and the names of what was changed."""

import hashlib
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any


def edition(details: Any) -> str:
    """A short mark of what a form showed: if it no longer fits, somebody else has changed it meanwhile."""
    values = [getattr(details, field.name) for field in fields(details)]
    # The same moment is written in one way, whatever time zone it was read in.
    told = [value.astimezone(UTC) if isinstance(value, datetime) else value for value in values]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def changed_fields(old: Any, new: Any) -> list[str]:
    """The names of the fields in which two states (dataclasses) differ; the timeline tells these, never the values."""
    return [field.name for field in fields(old) if getattr(old, field.name) != getattr(new, field.name)]
