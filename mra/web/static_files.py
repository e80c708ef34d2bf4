"""Static files carry a mark of their content in the address, so that a phone keeps them and never shows an old one."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the mark to every address of a static file."""
    folder = Path(app.static_folder or "")

    @cache
    def mark(filename: str) -> str | None:
        file = folder / filename
        return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else None

    @app.url_defaults
    def add_mark(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values and (found := mark(values["filename"])):
            values["v"] = found
