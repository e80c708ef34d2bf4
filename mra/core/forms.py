"""The base of every form: what was typed stays in `values`, what is wrong stands in `errors`, clean values in `clean`."""

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

# Browsers drop tabs and line breaks and read a backslash as a slash: "/\t/elsewhere" would lead to another site.
OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


class Form:
    """One posted page. A subclass writes `read()`, which fills `clean` through the `take_…` helpers of its own."""

    lists: frozenset[str] = frozenset()

    def __init__(self, posted: Mapping[str, Any]) -> None:
        many = posted if isinstance(posted, MultiDict) else MultiDict(dict(posted))
        self.values: dict[str, Any] = {
            name: many.getlist(name) if name in self.lists else many.get(name, "") for name in many
        }
        self.errors: dict[str, str] = {}
        self.clean: dict[str, Any] = {}

    def check(self) -> bool:
        """Read all fields; True if nothing is wrong."""
        self.read()
        return not self.errors

    def read(self) -> None:
        """Fill `clean` and `errors`; each form writes its own."""
        raise NotImplementedError

    def text(self, name: str) -> str:
        """What was typed, without the spaces around it."""
        value = self.values.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def own_path(self, name: str) -> str | None:
        """An address to go on to, if it is a path of this site; None for anything that could lead elsewhere."""
        path = self.text(name)
        return path if OWN_PATH.fullmatch(path) else None

    def many(self, name: str) -> list[str]:
        """All values of a field that may come several times."""
        value = self.values.get(name, [])
        return list(value) if isinstance(value, list) else [value] if value else []

    def need(self, name: str, sentence: str) -> str:
        """A text that must be there; its absence is told with the sentence."""
        value = self.text(name)
        if not value:
            self.errors.setdefault(name, sentence)
        return value

    def wrong(self, name: str, sentence: str) -> None:
        """Tell what is wrong with a field; the first thing told stays."""
        self.errors.setdefault(name, sentence)
