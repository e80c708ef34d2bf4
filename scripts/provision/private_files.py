"""Small files with passwords and keys, readable by their owner only."""

import json
import os
from collections.abc import Mapping
from pathlib import Path


def write_private(path: Path, content: str) -> None:
    """Write a file that is never, not even for a moment, readable by others or half-written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    draft.replace(path)


def write_facts(path: Path, facts: Mapping[str, str]) -> None:
    """Keep a few named values."""
    write_private(path, json.dumps(dict(facts), indent=1))


def read_facts(path: Path) -> dict[str, str]:
    """The named values that were kept, or none."""
    try:
        facts: dict[str, str] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return facts
