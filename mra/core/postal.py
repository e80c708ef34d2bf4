"""Postal codes: stored as seven digits, shown as 986-0813."""

import re

from mra.core.text import fold_width


def parse_postal_code(text: str) -> str | None:
    """Seven digits, with or without 〒, hyphen and spaces; None for anything else."""
    bare = fold_width(text).replace(" ", "").removeprefix("〒")
    return bare.replace("-", "") if re.fullmatch(r"[0-9]{3}-?[0-9]{4}", bare) else None


def grouped(postal_code: str) -> str:
    """As written on envelopes: 986-0813."""
    return f"{postal_code[:3]}-{postal_code[3:]}"
